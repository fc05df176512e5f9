#!/usr/bin/env python3
"""Measures what one server with its SQLite database carries: accounts, results and reports per second.

    python3 Benchmarks/accounts.py SERVER MODEL PICTURE [--accounts 40] [--results 2000] [--reports 500]

Starts SERVER (a release build of heartsense-server) with an empty database and the default cost of passwords. Eight clients
send requests one after the other, two of them for passwords. The lines:

- accounts: registration, confirmation by the mailed link, and log-in, per second
- log-ins per second
- predictions per second without an account, and with one, which stores each result
- history pages (20 results) per second
- reports per second, from the first request until the last file of mail
- the size of the database, the time of a backup, and the time until a server with this backup answers a stored result

Needs only Python. The clients use the same cores as the server.
"""

import argparse
import concurrent.futures
import http.client
import json
import os
import re
import subprocess
import tempfile
import time

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


def rate(count, work, clients=CLIENTS):
    """Returns calls of `work(number)` per second, by several clients."""
    start = time.perf_counter()
    with concurrent.futures.ThreadPoolExecutor(clients) as pool:
        list(pool.map(work, range(count)))
    return count / (time.perf_counter() - start)


def mails(server, prefix):
    folder = server.database + ".mail"
    names = os.listdir(folder) if os.path.isdir(folder) else []
    return [f"{folder}/{name}" for name in names if name.startswith(prefix) and name.endswith(".eml")]


def token(path):
    with open(path, encoding="ascii") as file:
        text = file.read().replace("=\n", "").replace("=3D", "=")
    return re.search(r"\nTo: *(\S+)", text, re.I)[1].strip("<>"), re.search(r"token=([\w-]+)", text)[1]


def wait_for(condition):
    deadline = time.monotonic() + 600
    while not condition():
        assert time.monotonic() < deadline, "no progress in 600 s"
        time.sleep(0.02)


def accounts(server, count):
    """Returns accounts and log-ins per second, and a cookie for each account."""
    emails = [f"a{number}@example.org" for number in range(count)]
    cookies = {}

    def log_in(number):
        email = emails[number]
        response, _ = Client(server.port).ask("POST", "/login", {"email": email, "password": PASSWORD})
        cookies[email] = response.headers["Set-Cookie"].split(";")[0]

    start = time.perf_counter()
    rate(count, lambda number: Client(server.port).ask(
        "POST", "/register", {"email": emails[number], "password": PASSWORD}), PASSWORD_CLIENTS)
    wait_for(lambda: len(mails(server, "verify")) == count)
    for path in mails(server, "verify"):
        Client(server.port).ask("POST", "/verify", {"token": token(path)[1]})
    rate(count, log_in, PASSWORD_CLIENTS)
    seconds = time.perf_counter() - start
    return count / seconds, rate(count, log_in, PASSWORD_CLIENTS), list(cookies.values())


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
    registered, logins, cookies = accounts(server, options.accounts)
    print(f"accounts: {registered:.1f} per second; log-ins: {logins:.1f} per second")

    anonymous = [Client(server.port) for _ in range(CLIENTS)]
    members = [Client(server.port, cookies[number % len(cookies)]) for number in range(CLIENTS)]

    def predictions(clients):
        def work(client):
            last = None
            for _ in range(options.results // CLIENTS):
                last = clients[client].ask("POST", "/predict", picture, "image/png")
            return last
        return rate(CLIENTS, work) * (options.results // CLIENTS)

    predictions(anonymous[:CLIENTS])
    before = os.path.getsize(server.database)
    print(f"predictions without an account: {predictions(anonymous):.0f} per second")
    print(f"predictions with an account, stored: {predictions(members):.0f} per second")
    histories = rate(CLIENTS, lambda client: [members[client].ask("GET", "/history?limit=20") for _ in range(50)]) * 50
    print(f"pages of the history: {histories:.0f} per second")

    result = json.loads(members[0].ask("POST", "/predict", picture, "image/png")[1])["id"]
    start = time.perf_counter()
    requests = rate(options.reports, lambda number: Client(server.port, cookies[0]).ask(
        "POST", "/send-report", {"result": result, "report": str(number)}))
    wait_for(lambda: len(mails(server, "report")) >= options.reports)
    print(f"reports: {options.reports / (time.perf_counter() - start):.0f} per second, "
          f"accepted at {requests:.0f} per second")

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
