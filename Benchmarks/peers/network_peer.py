"""Measures the folded MobileNetV2 in rounds with onnxruntime, openvino, openvino-bf16 or litert."""
import argparse
import time
from pathlib import Path

import numpy as np

import rounds


def onnxruntime(model: Path, threads: int):
    import onnxruntime as engine

    options = engine.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    session = engine.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
    return lambda images: session.run(None, {"images": images})[0]


def openvino(model: Path, threads: int, precision: str = "f32"):
    import openvino as engine

    compiled = engine.Core().compile_model(
        str(model), "CPU",
        {"INFERENCE_NUM_THREADS": threads, "PERFORMANCE_HINT": "LATENCY", "INFERENCE_PRECISION_HINT": precision})
    request = compiled.create_infer_request()
    return lambda images: request.infer({0: images}, share_inputs=True)[compiled.output(0)]


def litert(model: Path, threads: int):
    from ai_edge_litert.interpreter import Interpreter

    interpreter = Interpreter(model_path=str(model), num_threads=threads)
    interpreter.allocate_tensors()
    source, target = interpreter.get_input_details()[0]["index"], interpreter.get_output_details()[0]["index"]

    def run(images):
        interpreter.set_tensor(source, images)
        interpreter.invoke()
        return interpreter.get_tensor(target)

    return run


ENGINES = {
    "onnxruntime": onnxruntime,
    "openvino": openvino,
    "openvino-bf16": lambda model, threads: openvino(model, threads, "bf16"),
    "litert": litert,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--engine", choices=ENGINES, required=True)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--images", type=Path, required=True, help="k × 224 × 224 bytes")
    parser.add_argument("--batch", type=int, required=True)
    parser.add_argument("--threads", type=int, required=True)
    parser.add_argument("--features", type=Path, required=True, help="output file of the features, float32")
    arguments = parser.parse_args()

    start = time.perf_counter()
    run = ENGINES[arguments.engine](arguments.model, arguments.threads)
    startup = time.perf_counter() - start
    pixels = np.fromfile(arguments.images, dtype="u1").reshape(-1, 224, 224)
    # The scaling is not measured for the peers.
    images = (pixels.astype(np.float32) / np.float32(127.5) - 1).astype(np.float32)
    batch = arguments.batch
    batches = [np.ascontiguousarray(images[i: i + batch]) for i in range(0, len(images) - batch + 1, batch)]
    np.concatenate([np.array(run(part)) for part in batches]).astype("<f4").tofile(arguments.features)
    place = 0

    def measure():
        nonlocal place
        elapsed, items = 0.0, 0
        while elapsed < 1:
            part = batches[place % len(batches)]
            place += 1
            start = time.perf_counter()
            run(part)
            elapsed += time.perf_counter() - start
            items += batch
        return {"seconds": elapsed, "items": items}

    rounds.serve(startup, measure)


if __name__ == "__main__":
    main()
