#!/usr/bin/env python3
"""Checks that jobs of several ranks give the same bytes as one process, and how they end when something fails.

    Tests/distributed.py --programs .build/release    run by `make distributed`

- pretrain: the weights and the metrics of 1, 2, 3 and 4 ranks are equal.
- `kill -9` of a rank ends the job with a message that names it, and another number of ranks resumes with equal bytes.
- SIGUSR1 to mpirun saves the state.
- digitize, analyze, features, search and sweeps of 3 ranks write and print what one process does, also with a damaged
  file.
- Two hosts in network namespaces with a delay of 5 ms give equal bytes, and a link that is cut ends the job within 60 s.

Everything is skipped without mpirun or the bridge (`make mpi`), and the last check without root.
"""
import argparse
import collections
import ctypes
import fcntl
import hashlib
import os
import pathlib
import select
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
CONFIGURATION = """name: small
dataset: {path: data}
preprocessing: {size: 64}
network: {alpha: 0.1}
schedule: {epochs: 3, epoch_images: 48, batch: 12}
"""
PRETRAIN = ["pretrain", "small.yaml"]
# A network of four hosts.
NETWORK = "10.213.97"


class Failure(Exception):
    pass


def expect(condition, text):
    if not condition:
        raise Failure(text)


class Job:
    """A job of some ranks, started by mpirun in the folder of the checks."""

    def __init__(self, check, ranks, words, prefix=(), options=(), variables=None):
        environment = {**os.environ, "OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1",
                       "HEARTSENSE_THREADS": "1", "NO_COLOR": "1", **(variables or {})}
        command = [*prefix, "mpirun", "-n", str(ranks), "--oversubscribe", "--bind-to", "none", *options,
                   check.program, *words]
        self.errors = tempfile.TemporaryFile("w+", dir=check.folder)
        self.output = tempfile.TemporaryFile("w+", dir=check.folder)
        self.process = subprocess.Popen(
            [str(word) for word in command], cwd=check.folder, env=environment, stdin=subprocess.DEVNULL,
            stdout=self.output, stderr=self.errors, start_new_session=True)

    def wait(self, seconds=120):
        """Returns the exit status, the output and the messages."""
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            raise Failure(f"the job did not end within {seconds} s:\n{self.text(self.errors)}")
        return self.process.returncode, self.text(self.output), self.text(self.errors)

    @staticmethod
    def text(file):
        file.seek(0)
        return file.read()

    def pid(self, rank):
        """Returns the process id of a rank on this machine."""
        wanted = f"OMPI_COMM_WORLD_RANK={rank}".encode()
        for entry in pathlib.Path("/proc").iterdir():
            try:
                if entry.name.isdigit() and wanted in (entry / "environ").read_bytes().split(b"\0") \
                        and self.started(int(entry.name)):
                    return int(entry.name)
            except OSError:
                continue
        raise Failure(f"rank {rank} is not running")

    def started(self, pid):
        """Whether mpirun has started a process."""
        return f"\nPPid:\t{self.process.pid}\n" in pathlib.Path(f"/proc/{pid}/status").read_text()


class Check:
    def __init__(self, programs, folder):
        self.program = programs / "heartsense"
        self.bridge = programs / "libheartsense-mpi.so"
        self.folder = pathlib.Path(folder)

    def alone(self, *words, status=0):
        outcome = subprocess.run(
            [self.program, *words], cwd=self.folder, capture_output=True, text=True,
            env={**os.environ, "HEARTSENSE_THREADS": "2"})
        expect(outcome.returncode == status, f"{words}: status {outcome.returncode}\n{outcome.stderr}")
        return outcome

    def run(self, ranks, *words, status=0, **options):
        found, output, errors = Job(self, ranks, words, **options).wait()
        expect(found == status, f"{ranks} ranks, {words}: status {found}, expected {status}\n{errors}")
        return output, errors

    def bytes(self, folder, names=None):
        """Returns the digest of each file of a folder."""
        root = self.folder / folder
        files = sorted(p for p in root.rglob("*") if p.is_file() and (names is None or p.name in names))
        expect(files, f"{folder} has no files")
        return {str(p.relative_to(root)): hashlib.sha256(p.read_bytes()).hexdigest() for p in files}

    RESULTS = ["weights.h5", "metrics.csv", "config.yaml"]

    def wait_for(self, folder, line, job, seconds=90):
        """Waits until the log of a run contains a line."""
        log, end = self.folder / folder / "log.txt", time.monotonic() + seconds
        while not (log.exists() and line in log.read_text()):
            expect(job.process.poll() is None, f"the job ended early:\n{job.text(job.errors)}")
            expect(time.monotonic() < end, f"{log} has no line '{line}' after {seconds} s")
            time.sleep(0.01)

    # MARK: Checks

    def prepare(self):
        self.alone("dataset", "synthesize", "--output", "data", "--as", "beats", "--per-class", "6", "--seed", "1")
        (self.folder / "small.yaml").write_text(CONFIGURATION)
        self.alone(*PRETRAIN, "--output", "1")
        self.expected = self.bytes("1", self.RESULTS)

    def pretrain_gives_the_same_bytes(self):
        for ranks in (2, 3, 4):
            output, errors = self.run(ranks, *PRETRAIN, "--output", ranks)
            expect(self.bytes(str(ranks), self.RESULTS) == self.expected, f"{ranks} ranks gave other bytes")
            expect(output.count("Weights:") == 1, f"the summary is printed more than once:\n{output}")
            expect(errors.count("Epoch 3 of 3: loss") == 1 and "(ranks: " in errors, errors)
        output, _ = self.run(3, *PRETRAIN, "--dry-run")
        expect(output.count(" of 12 images per step") == 3 and output.count("rank 2 on ") == 1, output)
        _, errors = self.run(3, *PRETRAIN, "schedule.batch=2", status=1)
        expect("3 ranks cannot divide a step of 2 pictures" in errors, errors)

    def a_killed_rank_ends_the_job(self):
        job = Job(self, 3, [*PRETRAIN, "--output", "killed"])
        self.wait_for("killed", "Epoch 1 of 3", job)
        os.kill(job.pid(1), signal.SIGKILL)
        began = time.monotonic()
        status, _, errors = job.wait()
        expect(status != 0 and time.monotonic() - began < 60, f"status {status}\n{errors}")
        expect("rank 1" in errors.lower(), f"the message does not name the rank:\n{errors}")
        _, errors = self.run(2, *PRETRAIN, "--output", "killed", "--resume")
        expect("Continuing after epoch" in errors, errors)
        expect(self.bytes("killed", self.RESULTS) == self.expected, "resumed with other bytes")

    def a_signal_saves_the_state(self):
        job = Job(self, 2, [*PRETRAIN, "--output", "stopped"])
        self.wait_for("stopped", "Epoch 1 of 3", job)
        os.kill(job.process.pid, signal.SIGUSR1)
        status, _, errors = job.wait()
        expect(status != 0 and errors.count("Interrupted. The state is saved") == 1, f"status {status}\n{errors}")
        self.alone(*PRETRAIN, "--output", "stopped", "--resume")
        expect(self.bytes("stopped", self.RESULTS) == self.expected, "resumed with other bytes")

    def work_is_handed_out(self):
        """Compares files, output and messages of 3 ranks with those of one process."""
        page = ROOT / "datasets" / "sample-page" / "page.jpg"
        scans = self.folder / "scans"
        scans.mkdir()
        for number in range(3):
            shutil.copy(page, scans / f"page{number}.jpg")
        (scans / "damaged.png").write_bytes(page.read_bytes()[:2000])
        files = [f"scans/{name}" for name in ("page0.jpg", "damaged.png", "page2.jpg")]
        table(self.folder)
        experiment = ["search", "s.yaml", "ensemble.vote=soft,hard"]
        sweep = ["train", "small-table.yaml", "classifiers.binary-relevance.C=0.1,1", "dataset.path=t.arff,none.arff"]
        for task, words, status, names in (
                ("digitize", ["digitize", "scans", "--json", "--overlay", "--csv", "--output", "pages"], 1, None),
                ("analyze", ["analyze", *files, "--annotations", "beats"], 1, ()),
                ("features", ["features", "data", "--weights", "random", "--size", "64", "--cache", "off",
                              "--output", "features/f.h5"], 0, None),
                ("search", [*experiment, "--output", "found"], 0,
                 ["candidates.csv", "best.yaml", "search.json", "report.html"]),
                ("sweep", [*sweep, "--output", "sweep"], 1, ["summary.md", "predictions.csv", "metrics.json"])):
            (self.folder / "features").mkdir(exist_ok=True)
            outcome = self.alone(*words, status=status)
            # The result folder has the same name in both cases, because outputs contain it.
            folder = {"digitize": "pages", "features": "features", "search": "found", "sweep": "sweep"}.get(task)
            expected = self.bytes(folder, names) if folder else {}
            if folder:
                shutil.rmtree(self.folder / folder)
            (self.folder / "features").mkdir(exist_ok=True)
            output, errors = self.run(3, *words, status=status)
            expect(output == outcome.stdout, f"{task}: other output:\n{output}\nexpected:\n{outcome.stdout}")
            if folder:
                found = self.bytes(folder, names)
                differing = [name for name in expected.keys() | found.keys() if expected.get(name) != found.get(name)]
                expect(not differing, f"{task}: {', '.join(sorted(differing))} differ")
            for line in outcome.stderr.splitlines():
                if line.startswith("Error: "):
                    expect(errors.count(line) == 1, f"{task}: no line '{line}' in\n{errors}")
        output, errors = self.run(2, "digitize", "scans", "--json", "--overlay", "--csv", "--output", "pages", status=1)
        expect("Up to date, not digitized again: 4 of 4" in errors or "3 of 4" in errors, errors)

    def other_commands_are_refused(self):
        _, errors = self.run(2, "predict", "model.h5", "picture.png", status=1)
        expect("heartsense predict runs as one process" in errors, errors)
        missing = {"HEARTSENSE_MPI": str(self.folder / "none.so")}
        _, errors = self.run(2, *PRETRAIN, status=1, variables=missing)
        expect("make mpi" in errors, errors)

    def two_hosts(self):
        if not Hosts.can_be_made():
            print("  skipped: two hosts in network namespaces need root, ip and /dev/net/tun")
            return
        with Hosts(self) as hosts:
            options = hosts.options
            status, _, errors = Job(self, 2, [*PRETRAIN, "--output", "hosts"], hosts.prefix, options).wait(180)
            expect(status == 0, f"two hosts: status {status}\n{errors}")
            expect(f"2 ranks on {hosts.names[0]}, {hosts.names[1]}" in errors, errors)
            expect(self.bytes("hosts", self.RESULTS) == self.expected, "two hosts gave other bytes")
            job = Job(self, 2, [*PRETRAIN, "--output", "cut"], hosts.prefix, options,
                      variables={"HEARTSENSE_MPI_SILENCE": "5"})
            self.wait_for("cut", "Epoch 1 of 3", job)
            hosts.cut()
            began = time.monotonic()
            status, _, errors = job.wait(60)
            expect(status != 0, "the job ended without an error")
            expect(f"Lost rank 1 on {hosts.names[1]}" in errors, f"the message does not name the rank:\n{errors}")
            print(f"  the job ended {time.monotonic() - began:.0f} s after the cut")
        _, errors = self.run(3, *PRETRAIN, "--output", "cut", "--resume")
        expect(self.bytes("cut", self.RESULTS) == self.expected, "resumed with other bytes")


def table(folder):
    """Writes a table with two labels, and a search and an experiment on it."""
    rows = ""
    for row in range(40):
        a, b = row % 2, row // 2 % 2
        rows += f"{a + 0.1 * (row % 7):.1f},{b + 0.1 * (row % 5):.1f},{row % 3},{a},{b}\n"
    (folder / "t.arff").write_text(
        "@relation t\n@attribute x numeric\n@attribute y numeric\n@attribute z numeric\n"
        "@attribute A {0,1}\n@attribute B {0,1}\n@data\n" + rows)
    (folder / "t.xml").write_text('<labels><label name="A"/><label name="B"/></labels>')
    experiment = "name: s\ndataset:\n  path: t.arff\nclassifiers:\n  binary-relevance:\n  mlaram:\n" \
        "evaluation:\n  bootstrap: 0\n"
    (folder / "small-table.yaml").write_text(experiment)
    (folder / "s.yaml").write_text(
        experiment + "search:\n  folds: 3\n  classifiers.binary-relevance.C: 0.01..1\n")


class Hosts:
    """Two hosts of their own network and name on this machine, with a delay of 5 ms between them.

    A thread of this program carries the packets, because not every kernel has netem.
    """

    DELAY = 0.005

    @staticmethod
    def can_be_made():
        """Whether this process may create namespaces and network interfaces. Containers often may not."""
        try:
            with open("/dev/net/tun", "r+b", buffering=0):
                return bool(shutil.which("ip")) and subprocess.run(
                    ["unshare", "--net", "--uts", "--mount", "true"], capture_output=True).returncode == 0
        except OSError:
            return False

    def __init__(self, check):
        self.names = [f"hs{os.getpid()}{letter}" for letter in "ab"]
        self.addresses = [f"{NETWORK}.{number}" for number in (1, 2)]
        self.agent = check.folder / "agent.sh"
        first, second = self.names
        self.prefix = ["ip", "netns", "exec", first, "unshare", "--uts", "sh", "-c",
                       f'hostname {first}; exec "$0" "$@"']
        self.agent.write_text(
            f"#!/bin/sh\nshift\nexec ip netns exec {second} unshare --uts sh -c \"hostname {second}; exec $*\"\n")
        self.agent.chmod(0o755)
        self.options = ["--host", ",".join(f"{a}:1" for a in self.addresses), "--mca", "plm_rsh_agent", self.agent,
                        "--mca", "btl", "tcp,self", "--mca", "btl_tcp_if_include", f"{NETWORK}.0/24",
                        "--mca", "oob_tcp_if_include", f"{NETWORK}.0/24"]
        self.is_open = True

    def inside(self, name, *words):
        subprocess.run(["ip", "netns", "exec", name, *words], check=True)

    def __enter__(self):
        try:
            ends = []
            for name, address in zip(self.names, self.addresses):
                subprocess.run(["ip", "netns", "add", name], check=True)
                ends.append(self.tap(name))
                self.inside(name, "ip", "addr", "add", f"{address}/24", "dev", "hs0")
                self.inside(name, "ip", "link", "set", "hs0", "mtu", "9000", "up")
                self.inside(name, "ip", "link", "set", "lo", "up")
            self.carrier = threading.Thread(target=self.carry, args=ends)
            self.carrier.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    @staticmethod
    def tap(name):
        """Creates a network interface in a namespace, and returns the file of its packets."""
        libc = ctypes.CDLL(None, use_errno=True)
        with open("/proc/thread-self/ns/net") as own, open(f"/run/netns/{name}") as other:
            expect(libc.setns(other.fileno(), 0) == 0, f"cannot enter the namespace {name}")
            try:
                file = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
                # TUNSETIFF with IFF_TAP | IFF_NO_PI.
                fcntl.ioctl(file, 0x400454CA, struct.pack("16sH22x", b"hs0", 0x1002))
                return file
            finally:
                libc.setns(own.fileno(), 0)

    def carry(self, *ends):
        """Moves packets between both ends after the delay."""
        waiting = collections.deque()
        while self.is_open:
            pause = max(0, waiting[0][0] - time.monotonic()) if waiting else 0.1
            for end in select.select(ends, [], [], pause)[0]:
                try:
                    packet = os.read(end, 65536)
                except OSError:  # The interface is down.
                    time.sleep(0.001)
                    continue
                waiting.append((time.monotonic() + self.DELAY, ends[1 - ends.index(end)], packet))
            while waiting and waiting[0][0] <= time.monotonic():
                _, end, packet = waiting.popleft()
                try:
                    os.write(end, packet)
                except OSError:
                    pass
        for end in ends:
            os.close(end)

    def cut(self):
        self.inside(self.names[1], "ip", "link", "set", "hs0", "down")

    def __exit__(self, *_):
        for name in self.names:
            pids = subprocess.run(["ip", "netns", "pids", name], capture_output=True, text=True).stdout.split()
            for pid in pids:
                try:
                    os.kill(int(pid), signal.SIGKILL)
                except ProcessLookupError:
                    pass
            subprocess.run(["ip", "netns", "del", name], check=False, stderr=subprocess.DEVNULL)
        self.is_open = False


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--programs", type=pathlib.Path, required=True, help="folder of the programs")
    parser.add_argument("--only", help="the name of one check")
    arguments = parser.parse_args()
    programs = arguments.programs.resolve()
    if not shutil.which("mpirun"):
        return print("Skipped the checks of several ranks: mpirun is missing.")
    if not (programs / "libheartsense-mpi.so").exists():
        return print(f"Skipped the checks of several ranks: {programs}/libheartsense-mpi.so is missing (make mpi).")
    with tempfile.TemporaryDirectory() as folder:
        check = Check(programs, folder)
        check.prepare()
        for name in ("pretrain_gives_the_same_bytes", "a_killed_rank_ends_the_job", "a_signal_saves_the_state",
                     "work_is_handed_out", "other_commands_are_refused", "two_hosts"):
            if arguments.only in (None, name):
                began = time.monotonic()
                getattr(check, name)()
                print(f"{name.replace('_', ' ')}: ok, {time.monotonic() - began:.1f} s", flush=True)


if __name__ == "__main__":
    try:
        main()
    except Failure as failure:
        sys.exit(f"FAILED: {failure}")
