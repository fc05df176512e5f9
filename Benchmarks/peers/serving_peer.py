"""The same service in typical Python: Flask, Pillow, numpy and ONNX Runtime under gunicorn.

    PEER_MODEL=batch1.onnx gunicorn --workers 2 --bind 127.0.0.1:PORT serving_peer:application

Each worker runs the network on one thread and a logistic head on its features, and answers with as much JSON as ours.
"""
import hashlib
import io
import os

import numpy as np
from flask import Flask, jsonify, request

from folder_peer import picture
from network_peer import onnxruntime

CODES = ["N", "S", "V", "F", "Q", "M"]

application = Flask(__name__)
run = onnxruntime(os.environ["PEER_MODEL"], 1)
head = np.random.default_rng(1).normal(size=(1280, len(CODES))).astype(np.float32) / 1280
run(np.zeros((1, 224, 224), dtype=np.float32))


@application.post("/predict")
def predict():
    results = []
    for file in request.files.getlist("files"):
        content = file.read()
        features = run(picture(io.BytesIO(content))[None])
        scores = 1 / (1 + np.exp(-(features @ head)[0]))
        results.append({
            "id": hashlib.sha256(content).hexdigest()[:32], "file": file.filename,
            "decision": [CODES[int(scores.argmax())]], "uncertain": bool(scores.max() < 0.5), "reasons": [],
            "labels": [{"code": code, "condition": code, "score": float(score), "decided": bool(score > 0.5),
                        "explanation": "An explanation that a patient reads beside a result. " * 3,
                        "link": "https://www.example.org/condition", "votes": {"logistic": float(score)}}
                       for code, score in zip(CODES, scores)],
            "notice": "Not a medical device."})
    return jsonify(results[0] if len(results) == 1 else {"results": results})


@application.get("/v2/health/live")
def live():
    return jsonify({"live": True})
