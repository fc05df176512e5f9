"""Compares jobs of several ranks on this machine with one process: training of the network, and features."""
import json
import os
import re
import statistics
import subprocess

from contenders import MEASURE, ROOT, WORK, paired_ratio

BATCH = 32
PROGRAM = ROOT / ".build" / "release" / "heartsense"
# The width and the batches of the included network.
CONFIGURATION = """name: distributed
dataset: {path: %s}
network: {alpha: 0.5}
schedule: {epochs: 1, epoch_images: %d, batch: 32}
"""


class Setup:
    """A job of some ranks, each with a number of threads. One rank is started without mpirun."""

    def __init__(self, ranks: int, threads: int):
        self.ranks, self.threads = ranks, threads
        self.name = f"{ranks}-ranks" if ranks > 1 else f"1-process-{threads}-threads"
        self.rates: dict[str, list[float]] = {}

    def run(self, *words) -> str:
        launcher = ["mpirun", "-n", self.ranks, "--oversubscribe", "--bind-to", "none"] if self.ranks > 1 else []
        outcome = subprocess.run(
            [str(word) for word in [*launcher, PROGRAM, *words, "--threads", self.threads]], cwd=WORK, check=True,
            capture_output=True, text=True,
            env={**os.environ, "OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1"})
        return outcome.stderr

    def add(self, task: str, pattern: str, messages: str) -> None:
        self.rates.setdefault(task, []).append(float(re.search(pattern, messages).group(1)))


def measure(results, rounds: int, quick: bool) -> None:
    bridge = PROGRAM.parent / "libheartsense-mpi.so"
    if not bridge.exists():
        print(f"Skipped the jobs of several ranks: {bridge} is missing (make mpi).")
        return
    WORK.mkdir(parents=True, exist_ok=True)
    data = WORK / "distributed-beats"
    if not data.exists():
        subprocess.run([PROGRAM, "dataset", "synthesize", "--output", data, "--as", "beats", "--per-class", "200",
                        "--seed", "1"], check=True, capture_output=True)
    images = 320 if quick else 1600
    (WORK / "distributed.yaml").write_text(CONFIGURATION % (data, images))
    setups = [Setup(1, 1), Setup(1, 2), Setup(2, 1), Setup(4, 1)]
    for number in range(min(rounds, 5) + 1):
        # The first round warms up.
        for setup in setups if number % 2 else reversed(setups):
            run = WORK / f"distributed-{setup.name}-{number}"
            messages = setup.run("pretrain", "distributed.yaml", "--output", run)
            pretrain = r"Epoch 1 of 1: loss .*?, (\d+) images/s"
            features = None
            if setup.ranks < 4:
                features = setup.run("features", data, "--weights", "random", "--cache", "off", "--output",
                                     WORK / "distributed.h5")
            subprocess.run(["rm", "-r", run], check=True)
            if number == 0:
                continue
            setup.add("pretrain", pretrain, messages)
            if features:
                setup.add("features", r"Features: (?:\d+) of \d+, (\d+) images/s, in", features)
    single, whole, two, four = setups
    steps, link = cost_model()
    # The time of a step that is neither training nor messages: the pictures, which the ranks divide.
    pictures = BATCH / statistics.median(single.rates["pretrain"]) - steps[1]["compute_s"]
    # Two busy cores are slower than one, for example if they are two threads of one core.
    slowdown = 2 * statistics.median(single.rates["pretrain"]) / statistics.median(whole.rates["pretrain"])
    for setup in (two, four):
        share = setup.ranks / min(setup.ranks, len(os.sched_getaffinity(0)))
        step = steps[setup.ranks]
        compute = slowdown * share * (step["compute_s"] + pictures / setup.ranks)
        predicted = BATCH / (compute + step["exchanges"] * link["exchange_s"] + step["bytes"] / link["bytes_per_second"])
        print(f"  {setup.name}: predicted {predicted:.0f} images/s, "
              f"measured {statistics.median(setup.rates['pretrain']):.0f}")
    model = {"steps": steps, "link": link, "pictures_s": pictures, "slowdown": slowdown}
    for task in ("pretrain", "features"):
        median = {setup.name: statistics.median(setup.rates[task]) for setup in setups if task in setup.rates}
        results.add(f"distributed/{task}/1-ranks", median[single.name], {}, None, "images/s", threads=1)
        results.add(
            f"distributed/{task}/2-ranks", median[two.name], {"one process, 2 threads": median[whole.name]},
            paired_ratio(two.rates[task], whole.rates[task]), "images/s", threads=1, rounds=min(rounds, 5), model=model)
    results.add(
        "distributed/pretrain/4-ranks", statistics.median(four.rates["pretrain"]),
        {"one process, 2 threads": statistics.median(whole.rates["pretrain"])},
        paired_ratio(four.rates["pretrain"], whole.rates["pretrain"]), "images/s", threads=1,
        cores=len(os.sched_getaffinity(0)))


def cost_model() -> tuple[dict, dict]:
    """Measures the amount of messages per step and the speed of the link between two ranks on this machine."""
    def ask(*command) -> dict:
        outcome = subprocess.run(
            [str(word) for word in command], check=True, capture_output=True, text=True,
            env={**os.environ, "OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1",
                 "HEARTSENSE_MPI": str(PROGRAM.parent / "libheartsense-mpi.so")})
        return json.loads(outcome.stdout.strip().splitlines()[-1])
    steps = {ranks: ask(MEASURE, "distributed", "--ranks", ranks) for ranks in (1, 2, 4, 8, 16)}
    link = ask("mpirun", "-n", 2, "--oversubscribe", "--bind-to", "none", MEASURE, "distributed")
    print(f"  a step of a rank: {steps}; the link between two ranks: {link}")
    return steps, link
