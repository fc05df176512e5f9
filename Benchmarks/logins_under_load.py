"""Do log-ins slow predictions, and does a long history open quickly?

    python3 Benchmarks/logins_under_load.py SERVER MODEL PICTURE [--seconds 20] [--rounds 3] [--rate 20] [--logins 500]

Starts SERVER (a release build of heartsense-server) with a database of its own and bcrypt's default cost. Asks for
predictions at a steady rate, in turns without and with so many log-ins a minute, half of them with a wrong password,
and compares the 99th percentiles: the last line has their ratio, which is to be at most 1.2. Then the page of an account
with 10,000 results is opened 20 times. At cost 12 the log-ins alone take two and a half cores: measure on a machine
that does nothing else. Needs nothing but Python.
"""

import argparse
import http.client
import json
import os
import re
import sqlite3
import statistics
import subprocess
import tempfile
import threading
import time

PASSWORD = "violet tractor under glass"
HISTORY = 10_000


class Server:
    """A server with an account and, after `fill`, its long history."""

    def __init__(self, program, model, folder):
        self.database = f"{folder}/accounts.sqlite"
        environment = os.environ | {
            "HEARTSENSE_PORT": "0", "HEARTSENSE_DATABASE": self.database, "HEARTSENSE_LOG_LEVEL": "error",
            "HEARTSENSE_ACCOUNTS_SECURE_COOKIES": "false", "HEARTSENSE_ACCOUNTS_ATTEMPTS_PER_ADDRESS": "1000000",
            "HEARTSENSE_ACCOUNTS_ATTEMPTS_PER_ACCOUNT": "1000000"}
        self.process = subprocess.Popen([program, "--model", model], env=environment, stdout=subprocess.PIPE, text=True)
        self.port = int(re.search(r":(\d+)/", self.process.stdout.readline()).group(1))

    def ask(self, method, path, body=None, headers=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=300)
        connection.request(method, path, body, headers or {})
        answer = connection.getresponse()
        answer.body = answer.read()
        connection.close()
        return answer

    def fields(self, path, **values):
        return self.ask("POST", path, json.dumps(values), {"Content-Type": "application/json"})

    def open_account(self, email):
        """Registers, reads the link from the outbox or, if it has gone out, the mail folder; gives the cookie."""
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

    def stop(self):
        self.process.terminate()
        self.process.wait()


def at_rate(rate, stop, action):
    """Calls `action` so often a second, each time on a thread of its own, until `stop`; waits for all of them."""
    threads, due = [], time.monotonic()
    while not stop.wait(max(0, due - time.monotonic())):
        threads.append(threading.Thread(target=action))
        threads[-1].start()
        due += 1 / rate
    for thread in threads:
        thread.join()


def predictions(server, picture, rate, seconds):
    """The times of predictions in milliseconds, in order of length."""
    times, stop = [], threading.Event()

    def predict():
        start = time.perf_counter()
        answer = server.ask("POST", "/predict", picture, {"Content-Type": "image/png"})
        assert answer.status == 200, answer.body
        times.append(1000 * (time.perf_counter() - start))

    threading.Timer(seconds, stop.set).start()
    at_rate(rate, stop, predict)
    return sorted(times)


def percentile(times, share):
    return times[min(len(times) - 1, int(len(times) * share))]


def compare(server, picture, options):
    p99 = {"without": [], "with": []}
    predictions(server, picture, options.rate, 3)
    for _ in range(options.rounds):
        for kind in p99:
            stop, counts, number = threading.Event(), {}, iter(range(10 ** 9))

            def log_in():
                password = PASSWORD if next(number) % 2 else "a wrong guess"
                status = server.fields("/login", email="a@example.org", password=password).status
                counts[status] = counts.get(status, 0) + 1

            crowd = threading.Thread(target=at_rate, args=(options.logins / 60, stop, log_in))
            if kind == "with":
                crowd.start()
                time.sleep(2)
            times = predictions(server, picture, options.rate, options.seconds)
            stop.set()
            if kind == "with":
                crowd.join()
            p99[kind].append(percentile(times, 0.99))
            print(f"{kind:8} {len(times)} predictions, p50 {percentile(times, 0.5):.1f} ms, p99 {p99[kind][-1]:.1f} ms; "
                  f"log-ins by status {counts}", flush=True)
    return statistics.median(p99["with"]) / statistics.median(p99["without"])


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
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--rate", type=float, default=20, help="predictions a second")
    parser.add_argument("--logins", type=float, default=500, help="a minute")
    options = parser.parse_args()
    with open(options.picture, "rb") as file:
        picture = file.read()
    with tempfile.TemporaryDirectory() as folder:
        server = Server(options.server, options.model, folder)
        try:
            cookie = server.open_account("a@example.org")
            ratio = compare(server, picture, options)
            page = history_milliseconds(server, picture, cookie)
            print(f"page of {HISTORY} results: {page:.1f} ms")
            print(f"p99 with log-ins to without: {ratio:.2f}")
        finally:
            server.stop()


main()
