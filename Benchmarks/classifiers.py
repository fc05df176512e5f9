"""Compares fit and predict times of the classifiers with scikit-learn and scikit-multilearn.

All run on one thread, on random features and on those of real pictures. HeartSense also runs on four threads. Results
are written after each step, and an interrupted run continues when it is restarted on the same revision.
"""
import json
import math
import os
import statistics
import subprocess
from pathlib import Path

from contenders import MEASURE, ROOT, WORK, Contender, environment, paired_ratio

SIZES = [2000, 5000, 10000, 20000]
FEATURES, LABELS, TEST_ROWS = 1280, 6, 500
PEER_OF = {"logistic": "scikit-learn", "linear-svm": "scikit-learn", "rbf-svm": "scikit-learn",
           "mlaram": "scikit-multilearn", "mltsvm": "scikit-multilearn"}
# The largest size at which a peer takes less than four minutes (measured).
PEER_LIMIT = {"logistic": 20000, "linear-svm": 20000, "rbf-svm": 10000, "mlaram": 10000, "mltsvm": 5000}
# Fractions of MLARAM's prototypes that a clustered search compares. Smaller fractions cost accuracy.
SHARES = [0.5, 0.2, 0.1, 0.05]
PEERS = ROOT / "Benchmarks" / "peers"
# From LARGE_SIZE on, a peer that takes longer than PATIENCE_S has one round.
LARGE_SIZE, PATIENCE_S = 10000, 20
DONE = WORK / "classifiers-done.json"


def measure(results, rounds: int, quick: bool) -> None:
    python = environment("classifiers")
    WORK.mkdir(parents=True, exist_ok=True)
    progress = Progress(results, resumes=not quick)
    sets = [(f"n{size}", drawn_rows(python, size), size) for size in (SIZES[:1] if quick else SIZES)]
    sets += real_rows(python, quick)
    for place, data, size in sets:
        for kind in PEER_OF:
            progress.step(f"{kind}/{place}", lambda: compare(
                results, python, kind, place, size, data, min(rounds, 3)))
            progress.step(f"{kind}/{place}/threads", lambda: on_four_threads(
                results, kind, place, data, min(rounds, 3)))
        progress.step(f"mlaram/{place}/clustering", lambda: clustering(results, place, data))
    if not quick:
        growth(results)
    progress.finish()


class Progress:
    """The finished steps of a run on this revision. Results are written after each step."""

    def __init__(self, results, resumes: bool):
        self.results = results
        self.resumes = resumes
        kept = json.loads(DONE.read_text()) if resumes and DONE.exists() else {}
        self.done = kept.get("steps", []) if kept.get("revision") == results.revision else []

    def step(self, name: str, body) -> None:
        if name in self.done:
            print(f"{name}: already measured before the interruption", flush=True)
            return
        body()
        self.done.append(name)
        if self.resumes:
            self.results.write()
            DONE.write_text(json.dumps({"revision": self.results.revision, "steps": self.done}))

    def finish(self) -> None:
        """Makes the next run start from the beginning."""
        DONE.unlink(missing_ok=True)


def drawn_rows(python: Path, size: int) -> Path:
    """Writes standardized random features like those of a ReLU network (gamma times a profile per label), six labels."""
    folder = WORK / f"rows{size}"
    arguments = ["--output", folder, "--rows", size, "--test", TEST_ROWS, "--features", FEATURES, "--labels", LABELS]
    subprocess.run([python, PEERS / "classifier_rows.py", "drawn", *map(str, arguments)], check=True)
    return folder


def real_rows(python: Path, quick: bool) -> list:
    """Writes features of real pictures from BENCH_FEATURES, a file made by `heartsense features`."""
    file = os.environ.get("BENCH_FEATURES")
    if file is None:
        print("Skipping real pictures: BENCH_FEATURES is not set to a file of `heartsense features`.", flush=True)
        return []
    sets = []
    for size in [2000] if quick else [2000, 10000]:
        folder = WORK / f"real{size}"
        arguments = ["--output", folder, "--rows", size, "--test", TEST_ROWS, "--file", file]
        answer = subprocess.run(
            [python, PEERS / "classifier_rows.py", "real", *map(str, arguments)], check=True, stdout=subprocess.PIPE,
            text=True)
        rows = json.loads(answer.stdout)["rows"]
        sets.append((f"real-n{rows}", folder, rows))
    return sets


def own(kind: str, data: Path, threads: int, decisions: str, *options) -> Contender:
    shape = json.loads((data / "shape.json").read_text())
    cores = sorted(os.sched_getaffinity(0))[:threads]
    return Contender(
        "heartsense", [MEASURE, "classifier", "--kind", kind, "--data", data, "--features", shape["features"],
                       "--labels", shape["labels"], "--threads", threads, "--decisions", data / decisions, *options],
        cores, OPENBLAS_NUM_THREADS="1")


def compare(results, python: Path, kind: str, place: str, size: int, data: Path, rounds: int) -> None:
    shape = json.loads((data / "shape.json").read_text())
    contenders = [own(kind, data, 1, "ours.u8")]
    if size <= PEER_LIMIT[kind]:
        contenders.append(Contender(
            PEER_OF[kind], [python, PEERS / "classifier_peer.py", "--kind", kind, "--data", data, "--features",
                            shape["features"], "--labels", shape["labels"], "--decisions", data / "peer.u8"],
            sorted(os.sched_getaffinity(0))[:1], OPENBLAS_NUM_THREADS="1", OMP_NUM_THREADS="1"))
    for number in range(rounds):
        for contender in contenders if number % 2 == 0 else reversed(contenders):
            if contender is contenders[0] or size < LARGE_SIZE or took(contender) < PATIENCE_S:
                contender.round()
    facts = {"rounds": {contender.name: len(contender.seconds) for contender in contenders},
             "peak_mib": {contender.name: contender.quit() for contender in contenders},
             "decisions_right": {"heartsense": agreement(data / "ours.u8", data / "test.u8")}}
    if len(contenders) == 2:
        facts["decisions_right"][PEER_OF[kind]] = agreement(data / "peer.u8", data / "test.u8")
        facts["decisions_agree"] = agreement(data / "ours.u8", data / "peer.u8")
    for part in ("fit", "predict"):
        seconds = [[answer[f"{part}_s"] for answer in contender.seconds] for contender in contenders]
        peers = {PEER_OF[kind]: statistics.median(seconds[1]) if len(contenders) == 2 else None}
        # Fewer seconds are better, so the ratio is that of the peer to ours.
        ratio = None if len(contenders) < 2 else paired_ratio(seconds[1], seconds[0]) \
            if len(seconds[0]) == len(seconds[1]) else statistics.median(seconds[1]) / statistics.median(seconds[0])
        results.add(f"classifiers/{kind}/{place}/{part}/1-thread", statistics.median(seconds[0]), peers, ratio, "s",
                    **facts)
    agree = f"{facts['decisions_agree']:.4f} of the decisions are equal, " if len(contenders) == 2 else ""
    right = ", ".join(f"{name} {share:.4f}" for name, share in facts["decisions_right"].items())
    peak = ", ".join(f"{name} {mib:.0f} MiB" for name, mib in facts["peak_mib"].items())
    print(f"  {agree}correct: {right}; peak {peak}", flush=True)


def took(contender: Contender) -> float:
    """Returns the time of the first round, or 0 before it."""
    return sum(contender.seconds[0][part] for part in ("fit_s", "predict_s")) if contender.seconds else 0


def on_four_threads(results, kind: str, place: str, data: Path, rounds: int) -> None:
    """Compares our times on four threads with those on one thread."""
    threads = min(4, len(os.sched_getaffinity(0)))
    contenders = [own(kind, data, 1, "one.u8"), own(kind, data, threads, "four.u8")]
    for number in range(rounds):
        for contender in contenders if number % 2 == 0 else reversed(contenders):
            contender.round()
    peaks = [contender.quit() for contender in contenders]
    same = (data / "one.u8").read_bytes() == (data / "four.u8").read_bytes()
    for part in ("fit", "predict"):
        one, four = ([answer[f"{part}_s"] for answer in contender.seconds] for contender in contenders)
        results.add(
            f"classifiers/{kind}/{place}/{part}/{threads}-threads", statistics.median(four),
            {"heartsense, 1 thread": statistics.median(one)}, paired_ratio(one, four), "s", rounds=rounds,
            peak_mib={"heartsense": peaks[1]}, decisions_same=same)


def clustering(results, place: str, data: Path) -> None:
    """Compares a clustered search with the full search: the time, and the number of equal decisions."""
    whole = own("mlaram", data, 1, "whole.u8")
    for share in SHARES:
        clustered = own("mlaram", data, 1, "clustered.u8", "--clustering", share)
        for contender in (whole, clustered, clustered, whole):
            contender.round()
        clustered.quit()
        one, other = ([answer["predict_s"] for answer in contender.seconds[-2:]] for contender in (whole, clustered))
        agree = agreement(data / "whole.u8", data / "clustered.u8")
        right = [agreement(data / name, data / "test.u8") for name in ("whole.u8", "clustered.u8")]
        results.add(
            f"classifiers/mlaram/{place}/predict-clustered-{share}/1-thread", statistics.median(other),
            {"heartsense, whole": statistics.median(one)}, paired_ratio(one, other), "s", decisions_agree=agree,
            decisions_right={"whole": right[0], "clustered": right[1]},
            prototypes=clustered.seconds[-1]["prototypes"])
        print(f"  {agree:.4f} of decisions are equal; correct: full {right[0]:.4f}, clustered {right[1]:.4f}", flush=True)
    whole.quit()


def agreement(one: Path, other: Path) -> float:
    """Returns the fraction of equal decisions on the test rows."""
    one, other = one.read_bytes(), other.read_bytes()
    return sum(a == b for a, b in zip(one, other, strict=True)) / len(one)


def growth(results) -> None:
    """Adds the exponent of n in the fit time, from n = 5000 to 20000, or for a peer to its largest size."""
    for kind, peer in PEER_OF.items():
        entries = {n: results.entries[f"classifiers/{kind}/n{n}/fit/1-thread"] for n in SIZES}

        def exponent(seconds: dict) -> float:
            last = max(n for n, value in seconds.items() if value is not None)
            first = 5000 if last > 5000 else 2000
            return math.log(seconds[last] / seconds[first]) / math.log(last / first)

        exponents = {"heartsense": exponent({n: entry["ours"] for n, entry in entries.items()}),
                     peer: exponent({n: entry["peers"][peer] for n, entry in entries.items()})}
        entries[20000]["growth_exponent"] = exponents
        print(f"classifiers/{kind}: fit time grows like n to the power of " + ", ".join(
            f"{value:.2f} ({name})" for name, value in exponents.items()), flush=True)
    results.write()
