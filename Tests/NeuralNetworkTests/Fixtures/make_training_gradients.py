"""Writes training_gradients.f64: one training step of a small MobileNetV2 by Keras.

Run with the tensorflow-cpu of Benchmarks/requirements/network.txt (made with 2.21.0, Keras 3.15.1):

    python make_training_gradients.py

The network is keras.applications.MobileNetV2(alpha=0.05) over 48 × 48 images, mean, dense head of 3 logits, in float64.
Weights, images and targets come from splitmix64, as in TrainableNetworkKerasTests.swift, rounded to float32. The file
has two parts, with batch normalization in training mode (momentum 0.9) and with its moving statistics:
loss, 4 × 3 scores, every 7th value of each variable's gradient (variables in Keras' order, Conv1's kernel for one of
its three equal channels), and in training mode the moving statistics afterwards. Little-endian float64.
"""
import os
from pathlib import Path

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import keras
import numpy as np
import tensorflow as tf

SIZE, COUNT, LABELS, STEP = 48, 4, 3, 7
MASK = (1 << 64) - 1


def uniforms(seed: int, count: int) -> np.ndarray:
    """Returns numbers in 0 ..< 1 by splitmix64 from `seed` · 2³²."""
    values = []
    state = (seed << 32) & MASK
    for _ in range(count):
        state = (state + 0x9E3779B97F4A7C15) & MASK
        z = state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
        values.append(((z ^ (z >> 31)) >> 11) * 2.0 ** -53)
    return np.array(values)


def made_up(name: str, shape: tuple, seed: int) -> np.ndarray:
    u = uniforms(seed, int(np.prod(shape)))
    if name == "kernel":
        fan_in = shape[0] if len(shape) == 2 else shape[0] * shape[1] * (1 if shape[3] == 1 else shape[2])
        u = (2 * u - 1) * np.sqrt(6 / fan_in)
    else:
        low, high = {"gamma": (0.7, 1.3), "beta": (-0.3, 0.3), "bias": (-0.3, 0.3), "moving_mean": (-0.2, 0.2),
                     "moving_variance": (0.5, 1.5)}[name]
        u = low + (high - low) * u
    return u.astype(np.float32).astype(np.float64).reshape(shape)


def main() -> None:
    keras.backend.set_floatx("float64")
    base = keras.applications.MobileNetV2(
        alpha=0.05, input_shape=(SIZE, SIZE, 3), include_top=False, weights=None, pooling="avg")
    head = keras.layers.Dense(LABELS, name="predictions")
    model = keras.Sequential([base, head])
    model.build((None, SIZE, SIZE, 3))
    seed = 1
    variables = []
    for layer in [*base.layers, head]:
        if isinstance(layer, keras.layers.BatchNormalization):
            layer.momentum = 0.9
        for variable in layer.weights:
            if variable.name == "kernel" and layer.name == "Conv1":
                one = made_up("kernel", (3, 3, 1, variable.shape[3]), seed)
                variable.assign(np.concatenate([one / 2, one / 4, one / 4], axis=2))
            else:
                variable.assign(made_up(variable.name, tuple(variable.shape), seed))
            variables.append((layer.name, variable))
            seed += 1
    images = np.floor(256 * uniforms(1001, COUNT * SIZE * SIZE)).reshape(COUNT, SIZE, SIZE, 1)
    images = np.repeat(images / 127.5 - 1, 3, axis=3)
    targets = np.floor(5 * uniforms(1002, COUNT * LABELS)).reshape(COUNT, LABELS) / 4
    loss = keras.losses.BinaryCrossentropy(from_logits=True)
    moving = [v for _, v in variables if v.name.startswith("moving")]
    out = []
    for training in (False, True):
        with tf.GradientTape() as tape:
            logits = model(tf.constant(images), training=training)
            value = loss(tf.constant(targets), logits)
        trained = [(n, v) for n, v in variables if not v.name.startswith("moving")]
        gradients = tape.gradient(value, [v.value for _, v in trained])
        out.append([float(value)])
        out.append(1 / (1 + np.exp(-logits.numpy().ravel())))
        for (name, variable), gradient in zip(trained, gradients):
            g = gradient.numpy()
            out.append((g[:, :, :1] if name == "Conv1" else g).ravel()[::STEP])
        if training:
            out += [v.numpy().ravel() for v in moving]
    values = np.concatenate(out).astype("<f8")
    values.tofile(Path(__file__).with_name("training_gradients.f64"))
    print(len(values), "values, losses", out[0])


if __name__ == "__main__":
    main()
