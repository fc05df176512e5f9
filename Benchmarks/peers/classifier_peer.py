"""Measures classifiers of scikit-learn and scikit-multilearn in rounds, on the same arrays and one thread."""
import argparse
import os
import time
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np

import rounds


def one_versus_rest(estimator):
    from sklearn.multiclass import OneVsRestClassifier

    return OneVsRestClassifier(estimator, n_jobs=1)


def build(kind: str):
    """Returns an unfitted model and whether it needs matrices instead of arrays."""
    if kind == "logistic":
        from sklearn.linear_model import LogisticRegression
        return one_versus_rest(LogisticRegression(C=1, max_iter=10000))
    if kind == "linear-svm":
        from sklearn.svm import LinearSVC
        return one_versus_rest(LinearSVC(C=1, dual=True, max_iter=100000))
    if kind == "rbf-svm":
        from sklearn.svm import SVC
        return one_versus_rest(SVC(C=1, cache_size=1000))
    if kind == "mlaram":
        from skmultilearn.adapt import MLARAM
        return MLARAM(vigilance=0.9, threshold=0.02)
    from skmultilearn.adapt import MLTSVM
    return MLTSVM(c_k=0.5)


def dense(answer) -> np.ndarray:
    return np.asarray(answer.todense() if hasattr(answer, "todense") else answer).astype("u1")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kind", choices=["logistic", "linear-svm", "rbf-svm", "mlaram", "mltsvm"], required=True)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--features", type=int, required=True)
    parser.add_argument("--labels", type=int, required=True)
    parser.add_argument("--decisions", type=Path, required=True)
    arguments = parser.parse_args()
    x = np.fromfile(arguments.data / "train.f32", dtype="<f4").reshape(-1, arguments.features)
    y = np.fromfile(arguments.data / "train.u8", dtype="u1").reshape(-1, arguments.labels).astype(int)
    test = np.fromfile(arguments.data / "test.f32", dtype="<f4").reshape(-1, arguments.features)
    if arguments.kind == "mltsvm":
        x, test = np.asmatrix(x), np.asmatrix(test)

    def measure():
        model = build(arguments.kind)
        start = time.perf_counter()
        # A copy, because MLARAM overwrites the caller's labels.
        model.fit(x, y.copy())
        fitted = time.perf_counter()
        answer = dense(model.predict(test))
        predicted = time.perf_counter()
        answer.tofile(arguments.decisions)
        return {"fit_s": fitted - start, "predict_s": predicted - fitted, "items": len(test)}

    rounds.serve(0, measure)


if __name__ == "__main__":
    main()
