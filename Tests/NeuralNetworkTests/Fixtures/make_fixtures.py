"""Writes the weight files that WeightsFileTests reads, with Keras.

    python -m venv venv && venv/bin/pip install tensorflow-cpu tf_keras h5py
    venv/bin/python make_fixtures.py .

All files but `not_mobilenet.h5` hold the same network: MobileNetV2 of width 0.05 whose values are small multiples
of 1/8, most of them 0 (exact in float16 and in decimals, and small when compressed). `expected.json` has
the sums by numpy. Every file is compressed with gzip.
"""

import gzip
import json
import os
import pathlib
import sys
import tempfile

os.environ["CUDA_VISIBLE_DEVICES"] = ""
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import h5py
import keras
import numpy as np
import tf_keras
from keras.src.legacy.saving import legacy_h5_format as keras3_h5
from tf_keras.src.saving.legacy import hdf5_format as keras2_h5

ALPHA = 0.05
SIZE = 96


def compress(source, target):
    """Compresses a file without name and time in the gzip header, so that equal input gives equal bytes."""
    data = pathlib.Path(source).read_bytes()
    pathlib.Path(str(target) + ".gz").write_bytes(gzip.compress(data, 9, mtime=0))


def backbone(library, **options):
    return library.applications.MobileNetV2(
        weights=None, alpha=ALPHA, input_shape=(SIZE, SIZE, 3), **options)


def fill(model):
    """Gives every layer values that depend only on its name; variances are positive."""
    for layer in model.layers:
        arrays = layer.get_weights()
        filled = []
        for place, array in enumerate(arrays):
            seed = sum(ord(c) * (i + 1) for i, c in enumerate(layer.name)) + place
            random = np.random.default_rng(seed)
            values = random.integers(-8, 9, array.shape) / 8 * (random.random(array.shape) < 0.15)
            is_variance = len(arrays) == 4 and place == 3
            filled.append(np.abs(values) + 1 if is_variance else values)
        layer.set_weights(filled)
    return model


def head(library, inner):
    """Returns a model that contains the network between other layers."""
    return library.Sequential([
        library.Input((SIZE, SIZE, 3)),
        library.layers.Rescaling(1 / 127.5, offset=-1),
        inner,
        library.layers.Conv2D(4, 1, name="squeeze"),
        library.layers.BatchNormalization(name="squeeze_BN"),
        library.layers.GlobalAveragePooling2D(),
        library.layers.Dense(3, name="classes"),
    ])


def with_limit(module, limit, body):
    """Makes Keras split its name attributes, as for networks with tens of kilobytes of names."""
    old = module.HDF5_OBJECT_HEADER_LIMIT
    module.HDF5_OBJECT_HEADER_LIMIT = limit
    body()
    module.HDF5_OBJECT_HEADER_LIMIT = old


def save_legacy(model, path):
    """Writes the layout without model, which Keras 3 uses inside whole models but does not expose."""
    with h5py.File(path, "w") as file:
        keras3_h5.save_weights_to_hdf5_group(file, model)


def describe(model):
    layers = {}
    for layer in model.layers:
        if layer.get_weights():
            layers[layer.name] = [
                {"shape": list(a.shape), "sum": float(a.astype(np.float64).sum()),
                 "weighted": float((a.astype(np.float64).ravel() * np.arange(1, a.size + 1)).sum())}
                for a in layer.get_weights()]
    return {"alpha": ALPHA, "parameters": model.count_params(), "layers": layers}


def main(folder):
    folder = pathlib.Path(folder)
    scratch = pathlib.Path(tempfile.mkdtemp())

    def write(name, body):
        body(str(scratch / name))
        compress(scratch / name, folder / name)

    keras2 = fill(backbone(tf_keras, include_top=False))
    keras3 = fill(backbone(keras, include_top=False))
    for a, b in zip(keras2.get_weights(), keras3.get_weights()):
        assert np.array_equal(a, b)

    write("keras2_with_top.h5", lambda p: fill(backbone(tf_keras, include_top=True, classes=7)).save_weights(p))
    write("keras2_spread_names.h5", lambda p: with_limit(keras2_h5, 512, lambda: keras2.save_weights(p)))
    write("keras2_numbered.weights.h5", lambda p: head(tf_keras, keras2).save_weights(p))
    write("keras3_model_nested.h5", lambda p: head(keras, keras3).save(p))
    write("keras3_spread_names.h5", lambda p: with_limit(keras3_h5, 512, lambda: save_legacy(keras3, p)))
    write("keras3_nested.weights.h5", lambda p: head(keras, keras3).save_weights(p))

    keras.config.set_dtype_policy("float16")
    write("keras3_float16.weights.h5", lambda p: fill(backbone(keras, include_top=False)).save_weights(p))
    keras.config.set_dtype_policy("float32")

    small = keras.Sequential([
        keras.Input((8, 8, 3)), keras.layers.Conv2D(4, 3), keras.layers.BatchNormalization(),
        keras.layers.Flatten(), keras.layers.Dense(2)])
    write("not_mobilenet.h5", small.save)

    (folder / "expected.json").write_text(json.dumps(describe(keras3), indent=1, sort_keys=True) + "\n")
    print("tensorflow keras", keras.__version__, "tf_keras", tf_keras.__version__, "h5py", h5py.__version__,
          "hdf5", h5py.version.hdf5_version, "numpy", np.__version__)


if __name__ == "__main__":
    main(sys.argv[1])
