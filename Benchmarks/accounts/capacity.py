#!/usr/bin/env python3
"""Measures what one server with its SQLite database carries: accounts, results and reports per second.

    python3 Benchmarks/accounts/capacity.py SERVER MODEL PICTURE [--accounts 40] [--results 2000] [--reports 500]

Starts SERVER (a release build of heartsense-server) with an empty database and the default cost of passwords. Eight clients
send requests one after the other, two of them for passwords. The lines:

- accounts: registrations and their confirmations by the mailed link
- log-ins
- predictions without an account, and with one, which stores each result
- pages of the history with 20 results
- reports, from the first request until the last file of mail
- the size of the database, the time of a backup, and the time until a server with this backup answers a stored result

Each rate has the processor time of the server per request, which does not depend on what else the machine does. A
server with N cores carries at most N divided by that time. The clients use the same cores. Needs only Python.
"""

import argparse
import concurrent.futures
import http.client
import json
import os
import re
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))

from logins_under_load import PASSWORD, Server

CLIENTS = 8
# Hashing takes a core for each client. The server refuses more than it can hash in twenty seconds.
PASSWORD_CLIENTS = 2


class Client:
    """A client that keeps its connection."""

    def __init__(self, port, cookie=None):
        self.connection, self.cookie = http.client.HTTPConnection("127.0.0.1", port, timeout=300), cookie

    def ask(self, method, path, body=None, kind="application/json"):
        headers = {"Content-Type": kind} if body is not None else {}
        if self.cookie:
            headers["Cookie"] = self.cookie
        self.connection.request(method, path, body if isinstance(body, (bytes, type(None))) else json.dumps(body), headers)
        response = self.connection.getresponse()
        content = response.read()
        assert response.status in (200, 201, 202), (path, response.status, content[:300])
        return response, content


def together(count, work, clients=CLIENTS):
    """Calls `work(number)` for each number below `count`, by several clients."""
    with concurrent.futures.ThreadPoolExecutor(clients) as pool:
        list(pool.map(work, range(count)))


class Rate:
    """Prints how many requests a block had per second, and the processor time of the server for each."""

    def __init__(self, server, name, count):
        self.server, self.name, self.count = server, name, count

    def processor_seconds(self):
        with open(f"/proc/{self.server.process.pid}/stat", encoding="ascii") as file:
            # With that of delivery processes that have ended.
            return sum(map(int, file.read().rpartition(")")[2].split()[11:15])) / os.sysconf("SC_CLK_TCK")

    def __enter__(self):
        self.used, self.start = self.processor_seconds(), time.perf_counter()

    def __exit__(self, kind, *_):
        if kind is None:
            rate = self.count / (time.perf_counter() - self.start)
            milliseconds = (self.processor_seconds() - self.used) / self.count * 1000
            print(f"{self.name}: {rate:.1f} per second, {milliseconds:.2f} ms of processor time each", flush=True)


def mails(server, form):
    """Returns the files of mail whose names have a form: `verify-ID.eml`, or only the id for a report."""
    folder = server.database + ".mail"
    names = os.listdir(folder) if os.path.isdir(folder) else []
    return [f"{folder}/{name}" for name in names if re.fullmatch(form, name)]


def token(path):
    with open(path, encoding="ascii") as file:
        text = file.read().replace("=\n", "").replace("=3D", "=")
    return re.search(r"token=([\w-]+)", text)[1]


def wait_for(condition):
    deadline = time.monotonic() + 600
    while not condition():
        assert time.monotonic() < deadline, "no progress in 600 s"
        time.sleep(0.02)


def accounts(server, count):
    """Opens accounts, logs in, and returns a cookie for each account."""
    emails = [f"a{number}@example.org" for number in range(count)]
    cookies = {}

    def log_in(number):
        response, _ = Client(server.port).ask("POST", "/login", {"email": emails[number], "password": PASSWORD})
        cookies[number] = response.headers["Set-Cookie"].split(";")[0]

    with Rate(server, "accounts, with confirmation", count):
        together(count, lambda number: Client(server.port).ask(
            "POST", "/register", {"email": emails[number], "password": PASSWORD}), PASSWORD_CLIENTS)
        wait_for(lambda: len(mails(server, r"verify-.+\.eml")) == count)
        for path in mails(server, r"verify-.+\.eml"):
            Client(server.port).ask("POST", "/verify", {"token": token(path)})
    with Rate(server, "log-ins", count):
        together(count, log_in, PASSWORD_CLIENTS)
    return list(cookies.values())


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("server")
    parser.add_argument("model")
    parser.add_argument("picture")
    parser.add_argument("--accounts", type=int, default=40)
    parser.add_argument("--results", type=int, default=2000)
    parser.add_argument("--reports", type=int, default=500)
    options = parser.parse_args()
    with open(options.picture, "rb") as file:
        picture = file.read()
    os.environ.update(HEARTSENSE_MAIL_MESSAGES_A_DAY="1000000", HEARTSENSE_MAIL_REPORTS_A_DAY="100000")
    with tempfile.TemporaryDirectory() as folder:
        server = Server(options.server, options.model, folder)
        try:
            measure(server, options, picture, folder)
        finally:
            server.stop()


def measure(server, options, picture, folder):
    cookies = accounts(server, options.accounts)
    anonymous = [Client(server.port) for _ in range(CLIENTS)]
    members = [Client(server.port, cookies[number % len(cookies)]) for number in range(CLIENTS)]
    each = options.results // CLIENTS

    def predictions(clients):
        together(CLIENTS, lambda number: [clients[number].ask("POST", "/predict", picture, "image/png") for _ in range(each)])

    predictions(anonymous)
    before = os.path.getsize(server.database)
    with Rate(server, "predictions without an account", each * CLIENTS):
        predictions(anonymous)
    with Rate(server, "predictions with an account, stored", each * CLIENTS):
        predictions(members)
    with Rate(server, "pages of the history", each * CLIENTS):
        together(CLIENTS, lambda number: [members[number].ask("GET", "/history?limit=20") for _ in range(each)])

    result = json.loads(members[0].ask("POST", "/predict", picture, "image/png")[1])["id"]
    with Rate(server, "reports, mailed", options.reports):
        together(options.reports, lambda number: Client(server.port, cookies[0]).ask(
            "POST", "/send-report", {"result": result, "report": str(number)}))
        wait_for(lambda: len(mails(server, r"[0-9a-f]{32}\.eml")) >= options.reports)

    stored = json.loads(members[0].ask("GET", f"/results/{result}")[1])
    start = time.perf_counter()
    subprocess.run([options.server, "backup", "--database", server.database, "--to", f"{folder}/backup.sqlite"], check=True,
                   stdout=subprocess.DEVNULL)
    backup = time.perf_counter() - start
    size = os.path.getsize(server.database)
    print(f"database: {size / 1e6:.1f} MB ({before / 1e6:.1f} MB before the results); backup {backup:.2f} s")

    os.makedirs(f"{folder}/moved")
    os.rename(f"{folder}/backup.sqlite", f"{folder}/moved/accounts.sqlite")
    start = time.perf_counter()
    moved = Server(options.server, options.model, f"{folder}/moved")
    try:
        again = json.loads(Client(moved.port, cookies[0]).ask("GET", f"/results/{result}")[1])
        assert again == stored, "the server with the backup has another result"
        print(f"a server with the backup answers the stored result, with the same session, after "
              f"{time.perf_counter() - start:.1f} s")
    finally:
        moved.stop()


if __name__ == "__main__":
    main()
