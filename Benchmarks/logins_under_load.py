"""Measures whether logins slow down predictions, and how fast a long history opens.

    python3 Benchmarks/logins_under_load.py SERVER MODEL PICTURE [--seconds 15] [--rounds 8] [--rate 20] [--logins 500]

Starts SERVER (a release build of heartsense-server) with an empty database and bcrypt's default cost. Requests
predictions at a steady rate, alternately without and with logins, half of them with a wrong password. Each round
compares the 99th percentiles of the two, measured by the client and logged by the server. The last line has the median
of the ratios, which should be at most 1.2. The line before has the time to open the page of an account with 10,000
results, the median of 20. Logins come from a separate process at random times, so that Python's global lock and a common
rhythm do not affect the figures.

At cost 12 the logins alone take two cores. Measure on an idle machine: each line shows the CPU time of other processes.
Needs only Python.
"""

import argparse
import http.client
import json
import multiprocessing
import os
import random
import re
import sqlite3
import statistics
import subprocess
import tempfile
import threading
import time

PASSWORD = "violet tractor under glass"
HISTORY = 10_000


class Client:
    """An HTTP client of a server."""

    def __init__(self, port):
        self.port = port

    def ask(self, method, path, body=None, headers=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=300)
        connection.request(method, path, body, headers or {})
        answer = connection.getresponse()
        answer.body = answer.read()
        connection.close()
        return answer

    def fields(self, path, **values):
        return self.ask("POST", path, json.dumps(values), {"Content-Type": "application/json"})


class Server(Client):
    """A server process with its own database."""

    def __init__(self, program, model, folder):
        self.database = f"{folder}/accounts.sqlite"
        environment = os.environ | {
            "HEARTSENSE_PORT": "0", "HEARTSENSE_DATABASE": self.database, "HEARTSENSE_LOG_LEVEL": "info",
            "HEARTSENSE_ACCOUNTS_SECURE_COOKIES": "false", "HEARTSENSE_ACCOUNTS_ATTEMPTS_PER_ADDRESS": "1000000",
            "HEARTSENSE_ACCOUNTS_ATTEMPTS_PER_ACCOUNT": "1000000"}
        self.log = open(f"{folder}/log", "w+", encoding="utf-8")
        self.process = subprocess.Popen(
            [program, "--model", model], env=environment, stdout=subprocess.PIPE, stderr=self.log, text=True)
        super().__init__(int(re.search(r":(\d+)/", self.process.stdout.readline()).group(1)))

    def open_account(self, email):
        """Registers, confirms with the link from the outbox or the mail folder, logs in and returns the cookie."""
        self.fields("/register", email=email, password=PASSWORD)
        texts = [row[0] for row in sqlite3.connect(self.database).execute("SELECT text FROM outbox")]
        deadline = time.monotonic() + 30
        while not any("token=" in text for text in texts) and time.monotonic() < deadline:
            folder = self.database + ".mail"
            for name in os.listdir(folder) if os.path.isdir(folder) else []:
                with open(f"{folder}/{name}", encoding="ascii") as file:
                    texts.append(file.read().replace("=\n", "").replace("=3D", "="))
            time.sleep(0.1)
        token = re.search(r"token=([\w-]+)", "".join(texts)).group(1)
        assert self.fields("/verify", token=token).status == 200
        return self.fields("/login", email=email, password=PASSWORD).headers["Set-Cookie"].split(";")[0]

    def logged(self):
        """Returns the sorted times of predictions in milliseconds that were logged since the last call."""
        self.log.seek(getattr(self, "read", 0))
        entries = [json.loads(line) for line in self.log]
        self.read = self.log.tell()
        return sorted(float(entry["milliseconds"]) for entry in entries if entry.get("route") == "/predict")

    def stop(self):
        self.process.terminate()
        self.process.wait()
        self.log.close()


def at_rate(rate, stop, action, spread=None):
    """Calls `action` `rate` times a second until `stop`, each on a new thread, and waits for all threads.

    With `spread`, a random number generator, each call is at a random time in its interval.
    """
    threads, start, number = [], time.monotonic(), 0
    while not stop.wait(max(0, start + (number + (spread.random() if spread else 0)) / rate - time.monotonic())):
        threads.append(threading.Thread(target=action))
        threads[-1].start()
        number += 1
    for thread in threads:
        thread.join()


def predictions(server, picture, rate, seconds):
    """Returns the sorted times of predictions in milliseconds."""
    times, stop = [], threading.Event()

    def predict():
        start = time.perf_counter()
        answer = server.ask("POST", "/predict", picture, {"Content-Type": "image/png"})
        assert answer.status == 200, answer.body
        times.append(1000 * (time.perf_counter() - start))

    threading.Timer(seconds, stop.set).start()
    at_rate(rate, stop, predict)
    return sorted(times)


def many_logins(port, rate, seed, stop, results):
    """Logs in `rate` times a second until `stop`, and puts status and seconds of each login into `results`."""
    server, answers, number = Client(port), [], iter(range(10 ** 9))

    def log_in():
        password = PASSWORD if next(number) % 2 else "a wrong guess"
        start = time.perf_counter()
        status = server.fields("/login", email="a@example.org", password=password).status
        answers.append((status, time.perf_counter() - start))

    at_rate(rate, stop, log_in, random.Random(seed))
    results.put(answers)


def percentile(times, share):
    return times[min(len(times) - 1, int(len(times) * share))]


def cores_taken(pids):
    """Returns the CPU seconds since boot that these processes and all processes used."""
    tick = os.sysconf("SC_CLK_TCK")
    with open("/proc/stat", encoding="ascii") as file:
        user, nice, system, _, _, irq, softirq, steal = map(int, file.readline().split()[1:9])
    own = 0
    for pid in pids:
        with open(f"/proc/{pid}/stat", encoding="ascii") as file:
            own += sum(map(int, file.read().rpartition(")")[2].split()[11:13]))
    return own / tick, (user + nice + system + irq + softirq + steal) / tick


def measure(server, picture, options, seed=None):
    """Returns the 99th percentiles at the client and in the server, with logins if there is a seed."""
    spawn = multiprocessing.get_context("spawn")
    stop, results = spawn.Event(), spawn.Queue()
    logins = []
    if seed is not None:
        logins = [spawn.Process(target=many_logins, args=(server.port, options.logins / 60, seed, stop, results))]
        logins[0].start()
        time.sleep(3)
    server.logged()
    pids = [os.getpid(), server.process.pid] + [login.pid for login in logins]
    own, total = cores_taken(pids)
    start = time.monotonic()
    times = predictions(server, picture, options.rate, options.seconds)
    seconds = time.monotonic() - start
    own, total = (after - before for after, before in zip(cores_taken(pids), (own, total)))
    logged = server.logged()
    line = f"{'with' if logins else 'without':8}"
    for place, values in ("client", times), ("server", logged):
        line += f"{place} p50 {percentile(values, 0.5):.1f} p99 {percentile(values, 0.99):.1f} ms; "
    line += f"other processes used {(total - own) / seconds:.2f} cores"
    if logins:
        stop.set()
        answers = results.get()
        logins[0].join()
        waits = sorted(wait for _, wait in answers)
        counts = {status: sum(1 for other, _ in answers if other == status) for status, _ in sorted(answers)}
        line += f"; logins {counts}, p50 {percentile(waits, 0.5):.2f} s, longest {waits[-1]:.2f} s"
    print(line, flush=True)
    return percentile(times, 0.99), percentile(logged, 0.99)


def compare(server, picture, options):
    """Returns the medians of p99 with logins divided by p99 without, at the client and in the server."""
    ratios = []
    predictions(server, picture, options.rate, 3)
    for number in range(options.rounds):
        # The order alternates.
        pair = {}
        for seed in [None, number] if number % 2 == 0 else [number, None]:
            pair[seed is None] = measure(server, picture, options, seed)
        ratios.append([with_logins / without for with_logins, without in zip(pair[False], pair[True])])
    return [statistics.median(values) for values in zip(*ratios)]


def history_milliseconds(server, picture, cookie):
    assert server.ask("POST", "/predict", picture, {"Content-Type": "image/png", "Cookie": cookie}).status == 200
    database = sqlite3.connect(server.database, timeout=30)
    with database:
        database.execute(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?) "
            "INSERT INTO results (id, user, file, decision, uncertain, answer, model, preprocessing, label_space, input, "
            "created) SELECT id || '-' || i, user, file, decision, uncertain, answer, model, preprocessing, label_space, "
            "input, created - i FROM results, n", (HISTORY - 1,))
    times = []
    for _ in range(20):
        start = time.perf_counter()
        answer = server.ask("GET", "/history", headers={"Accept": "text/html", "Cookie": cookie})
        times.append(1000 * (time.perf_counter() - start))
        assert answer.status == 200 and b"/results/" in answer.body
    return statistics.median(times)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("server")
    parser.add_argument("model")
    parser.add_argument("picture")
    parser.add_argument("--seconds", type=float, default=15)
    parser.add_argument("--rounds", type=int, default=8)
    parser.add_argument("--rate", type=float, default=20, help="predictions a second")
    parser.add_argument("--logins", type=float, default=500, help="logins a minute")
    options = parser.parse_args()
    with open(options.picture, "rb") as file:
        picture = file.read()
    with tempfile.TemporaryDirectory() as folder:
        server = Server(options.server, options.model, folder)
        try:
            cookie = server.open_account("a@example.org")
            client, inside = compare(server, picture, options)
            page = history_milliseconds(server, picture, cookie)
            print(f"page of {HISTORY} results: {page:.1f} ms")
            print(f"p99 with logins / without: {client:.2f} (inside the server {inside:.2f})")
        finally:
            server.stop()


if __name__ == "__main__":
    main()
