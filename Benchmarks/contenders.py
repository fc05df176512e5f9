"""Processes that measure rounds alternately, and the virtual environments of the peers."""
import json
import os
import statistics
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MEASURE = ROOT / ".build" / "release" / "measure"
WORK = ROOT / "runs" / "bench"


def revision() -> str:
    """Returns the measured commit, with `+` if the checkout has changes."""
    def git(*arguments):
        return subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True).stdout.strip()
    changed = any(not line.endswith(("RESULTS.md", "results.json")) for line in git("status", "--porcelain").split("\n")
                  if line)
    return git("rev-parse", "--short", "HEAD") + ("+" if changed else "")


def environment(name: str) -> Path:
    """Returns the Python of a virtual environment with `requirements/<name>.txt`, and creates it if it is missing.

    BENCH_PYTHON selects a Python that already has all peers. Nothing is installed into it.
    """
    if given := os.environ.get("BENCH_PYTHON"):
        return Path(given)
    requirements = ROOT / "Benchmarks" / "requirements" / f"{name}.txt"
    folder = ROOT / f".venv-bench-{name}"
    stamp = folder / "requirements.txt"
    python = folder / "bin" / "python"
    if not stamp.exists() or stamp.read_text() != requirements.read_text():
        print(f"Installing the peers of {name} …", file=sys.stderr)
        venv.create(folder, with_pip=True, clear=True)
        subprocess.run([python, "-m", "pip", "install", "-q", "-r", requirements], check=True)
        stamp.write_text(requirements.read_text())
    return python


class Contender:
    """A process that measures rounds on request."""

    def __init__(self, name: str, command: list, cores: list[int] | None = None, **variables: str):
        self.name = name
        self.seconds: list[dict] = []
        prefix = ["taskset", "-c", ",".join(map(str, cores))] if cores else []
        self.process = subprocess.Popen(
            [*prefix, *map(str, command)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT,
            env={**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3", **variables})
        self.facts = self._read()

    def _read(self) -> dict:
        while True:
            line = self.process.stdout.readline()
            if not line:
                raise RuntimeError(f"{self.name} exited with status {self.process.wait()}")
            if line.startswith("{"):
                return json.loads(line)

    def round(self) -> dict:
        self.process.stdin.write("round\n")
        self.process.stdin.flush()
        answer = self._read()
        self.seconds.append(answer)
        return answer

    def quit(self) -> float:
        """Ends the process and returns its peak memory in MiB."""
        self.process.stdin.write("quit\n")
        self.process.stdin.flush()
        peak = self._read()["peak_mib"]
        self.process.wait()
        return peak


def take_turns(contenders: list[Contender], rounds: int) -> None:
    """Runs one warm-up round, then `rounds` alternating rounds, with the order reversed every other time."""
    for contender in contenders:
        contender.round()
        contender.seconds.clear()
    for number in range(rounds):
        for contender in contenders if number % 2 == 0 else reversed(contenders):
            contender.round()


def rate(answer: dict) -> float:
    return answer["items"] / answer["seconds"]


def paired_ratio(ours: list[float], peer: list[float]) -> float:
    """Returns the median over rounds of our value divided by that of the peer in the same round."""
    return statistics.median(a / b for a, b in zip(ours, peer))
