"""Loads a weight file into keras.applications.MobileNetV2 and prints shapes and sums of the arrays as JSON.

    load_keras_weights.py FILE ALPHA SIZE
"""

import json
import os
import sys

os.environ["CUDA_VISIBLE_DEVICES"] = ""
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import numpy as np
import tensorflow as tf

path, alpha, size = sys.argv[1], float(sys.argv[2]), int(sys.argv[3])
model = tf.keras.applications.MobileNetV2(
    include_top=False, alpha=alpha, input_shape=(size, size, 3), pooling="avg", weights=None)
model.load_weights(path)
layers = {}
for layer in model.layers:
    arrays = [array.astype(np.float64) for array in layer.get_weights()]
    if arrays:
        layers[layer.name] = [
            {"shape": list(a.shape), "weighted": float((a.ravel() * np.arange(1, a.size + 1)).sum())} for a in arrays]
json.dump({"keras": tf.keras.__version__, "layers": layers}, sys.stdout)
