"""Writes the rows for the classifiers and their peers, standardized by the training rows.

Writes train.f32, test.f32 (row-major, little-endian), train.u8, test.u8 (0 or 1 per label) and shape.json.
"""
import argparse
import json
from pathlib import Path

import numpy as np


def drawn(rows: int, features: int, labels: int, test: int):
    """Returns features like those of a ReLU network (gamma times a profile per label). A fifth of rows has two labels."""
    random = np.random.RandomState(11)
    base = random.gamma(0.7, 0.6, features)
    profiles = base * random.lognormal(0, 0.35, (labels, features))

    def make(count):
        label = random.randint(0, labels, count)
        truth = np.zeros((count, labels), np.uint8)
        truth[np.arange(count), label] = 1
        x = profiles[label].copy()
        two = random.rand(count) < 0.2
        second = random.randint(0, labels, count)
        x[two] = 0.5 * x[two] + 0.5 * profiles[second[two]]
        truth[two, second[two]] = 1
        return np.clip(x * random.gamma(2.0, 0.5, x.shape) + random.normal(0, 0.05, x.shape), 0, 6), truth

    return *make(rows), *make(test)


def real(file: Path, rows: int, test: int):
    """Returns a seeded selection of a feature file's rows. The test rows are from the rest."""
    import h5py

    with h5py.File(file) as content:
        x = content["features"][:]
        texts = [text.decode() for text in content["labels"][:]]
    codes = sorted({code for text in texts for code in text.split("|") if code})
    truth = np.array([[code in text.split("|") for code in codes] for text in texts], np.uint8)
    order = np.random.RandomState(11).permutation(len(x))
    rows = min(rows, len(x) - test)
    train, held = order[:rows], order[rows : rows + test]
    return x[train], truth[train], x[held], truth[held]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kind", choices=["drawn", "real"])
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--rows", type=int, required=True)
    parser.add_argument("--test", type=int, required=True)
    parser.add_argument("--features", type=int)
    parser.add_argument("--labels", type=int)
    parser.add_argument("--file", type=Path)
    arguments = parser.parse_args()
    if arguments.kind == "drawn":
        x, y, held, truth = drawn(arguments.rows, arguments.features, arguments.labels, arguments.test)
    else:
        x, y, held, truth = real(arguments.file, arguments.rows, arguments.test)
    mean, scale = x.mean(0), x.std(0)
    scale[scale == 0] = 1
    arguments.output.mkdir(parents=True, exist_ok=True)
    ((x - mean) / scale).astype("<f4").tofile(arguments.output / "train.f32")
    ((held - mean) / scale).astype("<f4").tofile(arguments.output / "test.f32")
    y.tofile(arguments.output / "train.u8")
    truth.tofile(arguments.output / "test.u8")
    shape = {"rows": len(x), "features": x.shape[1], "labels": y.shape[1]}
    (arguments.output / "shape.json").write_text(json.dumps(shape))
    print(json.dumps(shape))


if __name__ == "__main__":
    main()
