"""Compares the server under load with Flask and ONNX Runtime under gunicorn, alternately on the same two cores."""
import atexit
import json
import os
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from contenders import MEASURE, ROOT, WORK, environment, paired_ratio
from network import PEERS, file_list

RELEASE = ROOT / ".build" / "release"
CONNECTIONS = 32


class Server:
    """A server process with its own port, on two cores."""

    def __init__(self, name: str, command: list, port: int, cores: list, **variables: str):
        self.name, self.url = name, f"http://127.0.0.1:{port}"
        pinned = ["taskset", "-c", ",".join(map(str, cores)), *map(str, command)]
        self.process = subprocess.Popen(
            pinned, cwd=PEERS, env={**os.environ, **variables}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        # Stops the server if the measurement is aborted.
        atexit.register(self.process.terminate)
        for _ in range(600):
            try:
                urllib.request.urlopen(self.url + "/v2/health/live").read()
                return
            except OSError:
                if self.process.poll() is not None:
                    sys.exit(f"{name} exited with status {self.process.returncode}")
                time.sleep(0.1)
        sys.exit(f"{name} does not respond")

    def resident_mib(self) -> float:
        pages = int(Path(f"/proc/{self.process.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGESIZE") / 2**20

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=60)


def measure(results, rounds: int, quick: bool) -> None:
    if shutil.which("wrk") is None:
        sys.exit("wrk is not installed: apt-get install wrk")
    cores = sorted(os.sched_getaffinity(0))
    if len(cores) < 3:
        sys.exit(f"expected at least 3 cores, found {len(cores)}: two for the servers, others for the load")
    servers, load = cores[:2], cores[2:]
    seconds = 5 if quick else 10
    python = environment("serving")
    WORK.mkdir(parents=True, exist_ok=True)
    weights = os.environ.get("BENCH_WEIGHTS", "random")
    listing = file_list()
    network = peer_network(python, weights)
    model = logistic_model(weights, listing)

    def start_ours():
        port = free_port()
        return Server("heartsense", [RELEASE / "heartsense-server", "--model", model, "--port", port], port, servers,
                      HEARTSENSE_LOG_LEVEL="warning")

    contenders = [start_ours(), start_peer(python, network, servers)]
    for contender in contenders:
        closed_loop(contender, listing, load, seconds)
    rounds_of = {contender.name: [] for contender in contenders}
    for number in range(rounds):
        for contender in contenders if number % 2 == 0 else reversed(contenders):
            rounds_of[contender.name].append(closed_loop(contender, listing, load, seconds))
    rates = {name: [answer["requests"] / answer["seconds"] for answer in answers] for name, answers in rounds_of.items()}
    medians = {name: statistics.median(values) for name, values in rates.items()}
    results.add("serving/32-connections/throughput", medians["heartsense"], {"flask + onnxruntime": medians["peer"]},
                paired_ratio(rates["heartsense"], rates["peer"]), "requests/s", rounds=rounds, cores=2,
                p99_ms={name: statistics.median(a["p99_ms"] for a in answers) for name, answers in rounds_of.items()})

    rate = 0.6 * medians["peer"]
    waits = {contender.name: [] for contender in contenders}
    for number in range(rounds):
        for contender in contenders if number % 2 == 0 else reversed(contenders):
            waits[contender.name].append(steady(python, contender, listing, load, rate, seconds, number)["p99_ms"])
    p99 = {name: statistics.median(values) for name, values in waits.items()}
    results.add("serving/equal-load/p99", p99["heartsense"], {"flask + onnxruntime": p99["peer"]},
                paired_ratio(waits["peer"], waits["heartsense"]), "ms", rounds=rounds, cores=2, requests_per_second=rate)
    contenders[1].stop()

    soak(results, contenders[0], listing, load, 2_000 if quick else 100_000)
    contenders[0].stop()
    stop_under_load(results, start_ours, listing, load)


def peer_network(python: Path, weights: str) -> Path:
    """Writes the same folded network for single pictures as ONNX."""
    folder = WORK / "network"
    folder.mkdir(exist_ok=True)
    subprocess.run([MEASURE, "export-weights", "--weights", weights, "--output", folder], check=True)
    subprocess.run([python, PEERS / "network_models.py", folder, folder / "batch1.onnx", "1"], check=True,
                   stderr=subprocess.DEVNULL)
    return folder / "batch1.onnx"


def logistic_model(weights: str, listing: Path) -> Path:
    """Trains a model with one logistic member, like the classifier of the peer."""
    run, data = WORK / "serving-model", WORK / "serving-data"
    if not data.exists():
        subprocess.run([RELEASE / "heartsense", "dataset", "synthesize", "--output", data, "--per-class", "40", "--seed",
                        "1"], check=True, stdout=subprocess.DEVNULL)
    shutil.rmtree(run, ignore_errors=True)
    subprocess.run(
        [RELEASE / "heartsense", "train", ROOT / "experiments" / "demo.yaml", f"dataset.path={data}",
         f"extractor.weights={weights}", "extractor.alpha=1.0", "extractor.cache=off", "seed=1",
         "classifiers.mlaram=off", "classifiers.ml-svm=off", "uncertainty.false_alarms=off", "evaluation.bootstrap=0",
         "audit=off", "--output", run], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return run / "model.h5"


def start_peer(python: Path, network: Path, cores: list) -> Server:
    port = free_port()
    command = [python, "-m", "gunicorn", "--workers", len(cores), "--worker-class", "gthread",
               "--threads", "16", "--bind", f"127.0.0.1:{port}", "--keep-alive", "60",
               "--log-level", "error", "serving_peer:application"]
    return Server("peer", command, port, cores, PEER_MODEL=str(network), OMP_NUM_THREADS="1")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def closed_loop(server: Server, listing: Path, cores: list, seconds: float) -> dict:
    """Sends requests over 32 connections, each after the previous response."""
    done = subprocess.run(
        ["taskset", "-c", ",".join(map(str, cores)), "wrk", "-t", "1", "-c", str(CONNECTIONS), "-d", f"{seconds}s",
         "--timeout", "30s", "-s", ROOT / "Benchmarks" / "serving_load.lua", server.url, "--", listing],
        check=True, capture_output=True, text=True)
    answer = json.loads(done.stdout.strip().split("\n")[-1])
    if not answer["requests"]:
        sys.exit(f"{server.name} sent no response in {seconds} s. Is the machine busy?")
    if answer["refused"] or answer["broken"]:
        sys.exit(f"{server.name}: {answer['refused']} requests refused, {answer['broken']} broken")
    return answer


def steady(python: Path, server: Server, listing: Path, cores: list, rate: float, seconds: float, seed: int) -> dict:
    done = subprocess.run(
        ["taskset", "-c", ",".join(map(str, cores)), python, ROOT / "Benchmarks" / "steady_load.py", server.url, listing,
         "--rate", str(rate), "--seconds", str(seconds), "--seed", str(seed)], check=True, capture_output=True, text=True)
    answer = json.loads(done.stdout)
    if answer["failures"]:
        sys.exit(f"{server.name}: {answer['failures']} of {answer['requests']} requests failed at {rate:.0f} a second")
    return answer


def soak(results, server: Server, listing: Path, cores: list, requests: int) -> None:
    """Measures the resident memory after a tenth of the requests and after all of them."""
    answered, early = 0, None
    while answered < requests:
        answered += closed_loop(server, listing, cores, 5)["requests"]
        if early is None and answered >= requests / 10:
            early = server.resident_mib()
    late = server.resident_mib()
    results.add("serving/soak/memory", late, {"after a tenth of the requests": early}, early / late, "MiB",
                requests=answered)


def stop_under_load(results, start, listing: Path, cores: list) -> None:
    """Stops the server during 32 busy connections. Every accepted request must be answered."""
    lost = answered = 0
    for _ in range(5):
        server = start()
        script = ROOT / "Benchmarks" / "stop_under_load.py"
        load = subprocess.Popen(["taskset", "-c", ",".join(map(str, cores)), sys.executable, script, server.url, listing,
                                 str(CONNECTIONS)], stdout=subprocess.PIPE, text=True)
        time.sleep(2)
        if server.stop() != 0:
            sys.exit("the server did not exit with status 0")
        counts = json.loads(load.communicate(timeout=60)[0])
        lost, answered = lost + counts["lost"], answered + counts["answered"]
    if answered < 5 * CONNECTIONS:
        sys.exit(f"only {answered} requests were answered before the stops, expected at least {5 * CONNECTIONS}")
    results.add("serving/stop-under-load/lost", lost, {}, None, "requests", answered=answered, stops=5)
