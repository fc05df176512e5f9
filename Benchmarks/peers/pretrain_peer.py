"""Measures training of the whole MobileNetV2 by Keras in rounds: AdamW, sigmoid cross-entropy, the same batches."""
import argparse
import os
import resource
import time
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
import keras  # noqa: E402
import numpy as np  # noqa: E402
import tensorflow as tf  # noqa: E402

import rounds  # noqa: E402

LABELS = 6


def start(weights: Path, head: Path) -> None:
    """Writes the initial weights of both contenders: a random network of Keras and a head."""
    keras.utils.set_random_seed(1)
    base = keras.applications.MobileNetV2(input_shape=(224, 224, 3), include_top=False, weights=None, pooling="avg")
    base.save_weights(weights)
    kernel = np.random.default_rng(1).uniform(-0.07, 0.07, (base.output_shape[1], LABELS))
    np.concatenate([kernel.ravel(), np.zeros(LABELS)]).astype("<f4").tofile(head)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--start", action="store_true", help="only write weights and head")
    parser.add_argument("--weights", type=Path, required=True)
    parser.add_argument("--head", type=Path, required=True)
    parser.add_argument("--images", type=Path, help="k × 224 × 224 bytes")
    parser.add_argument("--targets", type=Path, help="k × 6 float32")
    parser.add_argument("--batch", type=int)
    parser.add_argument("--threads", type=int)
    parser.add_argument("--steps", type=int, help="steps per round")
    arguments = parser.parse_args()
    if arguments.start:
        start(arguments.weights, arguments.head)
        return

    began = time.perf_counter()
    tf.config.threading.set_intra_op_parallelism_threads(arguments.threads)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    # One input channel as in HeartSense, so that Keras also has the cheaper first convolution.
    base = keras.applications.MobileNetV2(input_shape=(224, 224, 1), include_top=False, weights=None, pooling="avg")
    three = keras.applications.MobileNetV2(input_shape=(224, 224, 3), include_top=False, weights=None, pooling="avg")
    three.load_weights(arguments.weights)
    for ours, theirs in zip(base.layers[1:], three.layers[1:]):
        values = theirs.get_weights()
        if ours.name == "Conv1":
            values = [values[0].sum(axis=2, keepdims=True)]
        ours.set_weights(values)
    dense = keras.layers.Dense(LABELS, name="predictions")
    model = keras.Sequential([base, dense])
    model.build((None, 224, 224, 1))
    head = np.fromfile(arguments.head, "<f4")
    dense.set_weights([head[:-LABELS].reshape(-1, LABELS), head[-LABELS:]])
    optimizer = keras.optimizers.AdamW(1e-3, weight_decay=4e-3)
    optimizer.exclude_from_weight_decay(var_names=["gamma", "beta", "bias"])
    model.compile(optimizer=optimizer, loss=keras.losses.BinaryCrossentropy(from_logits=True))
    pixels = np.fromfile(arguments.images, "u1").reshape(-1, 224, 224, 1)
    # The scaling is not measured for Keras.
    images = (pixels.astype(np.float32) / np.float32(127.5) - 1).astype(np.float32)
    targets = np.fromfile(arguments.targets, "<f4").reshape(-1, LABELS)
    batch = arguments.batch
    batches = [(tf.constant(images[i: i + batch]), tf.constant(targets[i: i + batch]))
               for i in range(0, len(images) - batch + 1, batch)]
    place = 0

    def step() -> float:
        nonlocal place
        part = batches[place % len(batches)]
        place += 1
        return float(model.train_on_batch(*part))

    losses = [step(), step()]

    def processor() -> float:
        usage = resource.getrusage(resource.RUSAGE_SELF)
        return usage.ru_utime + usage.ru_stime

    def measure():
        before, start_time = processor(), time.perf_counter()
        for _ in range(arguments.steps):
            step()
        return {"seconds": time.perf_counter() - start_time, "items": arguments.steps * batch,
                "processor_s": processor() - before}

    rounds.serve(time.perf_counter() - began, measure, losses=losses)


if __name__ == "__main__":
    main()
