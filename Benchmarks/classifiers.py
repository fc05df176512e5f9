"""Fit and predict times of the classifiers beside scikit-learn and scikit-multilearn, one thread."""
import json
import math
import statistics
import subprocess
from pathlib import Path

from contenders import MEASURE, ROOT, WORK, Contender, environment, paired_ratio

SIZES = [2000, 5000, 10000, 20000]
FEATURES, LABELS, TEST_ROWS = 1280, 6, 500
PEER_OF = {"logistic": "scikit-learn", "linear-svm": "scikit-learn", "rbf-svm": "scikit-learn",
           "mlaram": "scikit-multilearn", "mltsvm": "scikit-multilearn"}
# The largest size at which a peer stays under four minutes (FINDINGS §4 and our own runs).
PEER_LIMIT = {"logistic": 20000, "linear-svm": 20000, "rbf-svm": 10000, "mlaram": 10000, "mltsvm": 5000}


def measure(results, rounds: int, quick: bool) -> None:
    python = environment("classifiers")
    for size in SIZES[:1] if quick else SIZES:
        data = rows(python, size)
        for kind in PEER_OF:
            compare(results, python, kind, size, data, min(rounds, 3) if size < 10000 else 1)
    if not quick:
        growth(results)


def rows(python: Path, size: int) -> Path:
    """Features like a ReLU network's (gamma times a profile per label) and six labels, standardised; seeded."""
    folder = WORK / f"rows{size}"
    script = """
import sys, pathlib, numpy as np
out, n, test, d, labels = pathlib.Path(sys.argv[1]), *map(int, sys.argv[2:6])
r = np.random.RandomState(11)
base = r.gamma(.7, .6, d); profiles = base * r.lognormal(0, .35, (labels, d))
def make(n):
    c = r.randint(0, labels, n); y = np.zeros((n, labels), np.uint8); y[np.arange(n), c] = 1
    x = profiles[c].copy(); two = r.rand(n) < .2; second = r.randint(0, labels, n)
    x[two] = .5 * x[two] + .5 * profiles[second[two]]; y[two, second[two]] = 1
    return np.clip(x * r.gamma(2., .5, x.shape) + r.normal(0, .05, x.shape), 0, 6), y
x, y = make(n); xt, _ = make(test)
m, s = x.mean(0), x.std(0); s[s == 0] = 1
out.mkdir(parents=True, exist_ok=True)
((x - m) / s).astype('<f4').tofile(out / 'train.f32'); y.tofile(out / 'train.u8')
((xt - m) / s).astype('<f4').tofile(out / 'test.f32')
"""
    subprocess.run([python, "-c", script, folder, str(size), str(TEST_ROWS), str(FEATURES), str(LABELS)], check=True)
    return folder


def compare(results, python: Path, kind: str, size: int, data: Path, rounds: int) -> None:
    shape = ["--kind", kind, "--data", data, "--features", FEATURES, "--labels", LABELS]
    own = Contender("heartsense", [MEASURE, "classifier", *shape, "--threads", 1, "--decisions", data / "ours.u8"], [0],
                    OPENBLAS_NUM_THREADS="1")
    contenders = [own]
    if size <= PEER_LIMIT[kind]:
        contenders.append(Contender(
            PEER_OF[kind], [python, ROOT / "Benchmarks/peers/classifier_peer.py", *shape, "--decisions",
                            data / "peer.u8"], [0], OPENBLAS_NUM_THREADS="1", OMP_NUM_THREADS="1"))
    for number in range(rounds):
        for contender in contenders if number % 2 == 0 else reversed(contenders):
            contender.round()
    peaks = {contender.name: contender.quit() for contender in contenders}
    facts = {"rounds": rounds, "peak_mib": peaks}
    if len(contenders) == 2:
        facts["decisions_agree"] = agreement(data)
    for part in ("fit", "predict"):
        seconds = [[answer[f"{part}_s"] for answer in contender.seconds] for contender in contenders]
        peers = {PEER_OF[kind]: statistics.median(seconds[1]) if len(contenders) == 2 else None}
        # Seconds: less is better, so the peer's are divided by ours.
        ratio = paired_ratio(seconds[1], seconds[0]) if len(contenders) == 2 else None
        results.add(f"classifiers/{kind}/n{size}/{part}/1-thread", statistics.median(seconds[0]), peers, ratio, "s",
                    **facts)


def agreement(data: Path) -> float:
    """The share of equal answers on the test rows."""
    one, other = (data / "ours.u8").read_bytes(), (data / "peer.u8").read_bytes()
    return sum(a == b for a, b in zip(one, other)) / len(one)


def growth(results) -> None:
    """The exponent of n in the fit time, from n = 5000 to 20000."""
    for kind in PEER_OF:
        first, last = (results.entries[f"classifiers/{kind}/n{n}/fit/1-thread"]["ours"] for n in (5000, 20000))
        results.entries[f"classifiers/{kind}/n20000/fit/1-thread"]["growth_exponent"] = math.log(last / first) / math.log(4)
