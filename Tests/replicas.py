#!/usr/bin/env python3
"""Tests two servers behind nginx during rolling restarts: no request is lost, and all answers have the same bytes.

    python3 Tests/replicas.py --server PROGRAM --model MODEL --pictures DIR [--requests 10000] [--page FILE]

nginx runs with deploy/nginx.conf, in which only addresses, files and the list of servers are replaced. Clients send
predictions over TLS and keep their connections open. Meanwhile one server after the other gets SIGTERM, ends, and starts
again, until all requests are sent and both have restarted. A request is lost if it has no complete response with status
200, or other bytes than the same request had before; the clients repeat nothing. Before its listener closes, each server
must have been not ready for `shutdown.delay_seconds` and have answered meanwhile.

Without nginx or openssl the test is skipped with a message. It needs only Python. Exit status: 0 passed or skipped, 1
failed.
"""
import argparse
import asyncio
import base64
import collections
import http.client
import json
import os
import re
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CONFIGURATION = ROOT / "deploy/nginx.conf"
# The delay of a stopping server, and the pause between restarts. The pause is longer than fail_timeout in nginx.conf.
DELAY, PAUSE = 2, 3


class Failure(Exception):
    """A sentence that says what was found."""


def free_ports(count):
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


class Server:
    """One replica, which always listens on the same port."""

    def __init__(self, name, port, options, folder):
        self.name, self.port, self.options, self.folder = name, port, options, folder
        self.process = None

    async def start(self):
        environment = {key: value for key, value in os.environ.items() if not key.startswith("HEARTSENSE_")} | {
            "HEARTSENSE_THREADS": "1", "HEARTSENSE_SHUTDOWN_DELAY_SECONDS": str(DELAY),
            # Servers on one machine share the results of uploads.
            "HEARTSENSE_RETENTION_UPLOAD_FOLDER": f"{self.folder}/uploads"}
        with open(f"{self.folder}/{self.name}.log", "ab") as log:
            self.process = subprocess.Popen(
                [self.options.server, *sum((["--model", model] for model in self.options.model), []),
                 "--port", str(self.port)], env=environment, stdout=subprocess.DEVNULL, stderr=log)
        for _ in range(600):
            if await self.status() == 200:
                return
            await asyncio.sleep(0.1)
        raise Failure(f"server {self.name} is not ready after 60 s")

    async def status(self, path="/v2/health/ready"):
        """Returns the status of a request without nginx; nil if the server refuses the connection."""
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
            writer.write(f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
            line = await reader.readline()
            writer.close()
            return int(line.split()[1])
        except (OSError, IndexError):
            return None

    async def stop(self):
        """Stops the server, and returns the seconds for which it was not ready and still answered."""
        self.process.send_signal(signal.SIGTERM)
        first = last = None
        while self.process.poll() is None:
            if await self.status() == 503 and await self.status("/v2/health/live") == 200:
                last = time.monotonic()
                first = first or last
            await asyncio.sleep(0.02)
        if self.process.returncode != 0:
            raise Failure(f"server {self.name} ended with status {self.process.returncode}, 0 was expected")
        return (last - first) if first else 0


def nginx(options, folder, port, servers):
    """Starts nginx with the configuration of the repository, and returns its process."""
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
         "-addext", "subjectAltName=DNS:localhost", "-keyout", f"{folder}/key.pem", "-out", f"{folder}/certificate.pem"],
        check=True, capture_output=True)
    text = CONFIGURATION.read_text()
    line = re.search(r"^ *server server:8080( .*;)\n", text, re.M)
    for old, new in [
        (line[0] if line else "server server:8080", "".join(f"server 127.0.0.1:{each.port}{line[1]}\n" for each in servers)),
        ("listen 8443", f"listen 127.0.0.1:{port}"),
        ("access_log off;", f"log_format test '$status $upstream_addr'; access_log {folder}/access.log test;"),
    ]:
        if text.count(old) != 1:
            raise Failure(f"{CONFIGURATION}: “{old}” occurs {text.count(old)} times, once was expected")
        text = text.replace(old, new)
    text = text.replace("/run/secrets/", f"{folder}/").replace("/tmp/nginx", f"{folder}/nginx")
    (Path(folder) / "nginx.conf").write_text(text)
    # The workers of root would be another user, who cannot read the folder.
    globals_ = "daemon off;" + (" user root;" if os.geteuid() == 0 else "")
    with open(f"{folder}/nginx.log", "wb") as log:
        return subprocess.Popen(
            [options.nginx, "-p", folder, "-c", f"{folder}/nginx.conf", "-g", globals_], stdout=log, stderr=log)


def requests(pictures):
    """Yields name, path, type and body of requests: one to `/predict` and one to `/v2` for each picture."""
    for path in pictures:
        picture = path.read_bytes()
        yield f"{path.name} /predict", "/predict", "image/png", picture
        # Without an id, the response has a random one.
        body = {"id": path.name, "inputs": [{"name": "pictures", "datatype": "BYTES", "shape": [1],
                                                "data": [base64.b64encode(picture).decode()]}]}
        yield f"{path.name} /v2", "/v2/models/{model}/infer", "application/json", json.dumps(body).encode()


class Clients:
    """Clients that share one list of requests."""

    def __init__(self, port, folder, all_requests, count):
        self.port, self.count, self.requests = port, count, all_requests
        self.context = ssl.create_default_context(cafile=f"{folder}/certificate.pem")
        self.sent, self.connections, self.restarts, self.lost = 0, 0, 0, []
        self.answers = {}
        self.counts = collections.Counter()

    @property
    def is_done(self):
        return self.sent >= self.count and self.restarts >= 2

    async def run(self, number):
        await asyncio.gather(*(self.client() for _ in range(number)))

    async def client(self):
        reader = writer = None
        while not self.is_done:
            name, message = self.requests[self.sent % len(self.requests)]
            self.sent += 1
            try:
                if writer is None:
                    self.connections += 1
                    reader, writer = await asyncio.open_connection(
                        "127.0.0.1", self.port, ssl=self.context, server_hostname="localhost")
                writer.write(message)
                status, body, ends = await asyncio.wait_for(answer(reader), 120)
            except (OSError, asyncio.IncompleteReadError, asyncio.TimeoutError, ssl.SSLError) as error:
                self.lost.append(f"{name}: {type(error).__name__} {error}")
                writer = None
                continue
            if status != 200:
                self.lost.append(f"{name}: status {status} {body[:200]}")
            elif self.answers.setdefault(name, body) != body:
                self.lost.append(f"{name}: other bytes, {body[:200]}")
            else:
                self.counts[name] += 1
            if ends:
                writer.close()
                writer = None
        if writer:
            writer.close()


async def answer(reader):
    """Returns the status and body of a response, and whether it ends the connection."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
    length = re.search(r"\r\ncontent-length: *(\d+)", head)
    if length:
        body = await reader.readexactly(int(length[1]))
    else:
        body = b""
        while size := int(await reader.readuntil(b"\r\n"), 16):
            body += await reader.readexactly(size)
            await reader.readexactly(2)
        await reader.readexactly(2)
    return int(head.split()[1]), body, "\r\nconnection: close" in head


async def restarts(servers, clients):
    """Restarts one server after the other until all requests are sent, each one at least once."""
    while clients.sent < clients.count // 20:
        await asyncio.sleep(0.05)
    while not clients.is_done:
        server = servers[clients.restarts % 2]
        drained = await server.stop()
        if drained < 0.8 * DELAY:
            raise Failure(f"server {server.name} was not ready and answered for {drained:.1f} s, "
                          f"{DELAY} s were expected (shutdown.delay_seconds)")
        await server.start()
        clients.restarts += 1
        await asyncio.sleep(PAUSE)


def classified(server, paths):
    """Returns up to 20 pictures that a server classifies, and the name of its model."""
    found, model = [], None
    for path in paths:
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=120)
        connection.request("POST", "/predict", path.read_bytes(), {"Content-Type": "image/png"})
        response = connection.getresponse()
        body = json.load(response)
        connection.close()
        if response.status == 200:
            found.append(path)
            model = body["model"]["name"]
    if not found:
        raise Failure("the server classifies none of the pictures")
    return found[:20], model


def check_uploads(servers, page):
    """Uploads a page to one server, and reads its result from the other one."""
    body = b'--b\r\nContent-Disposition: form-data; name="files"; filename="page"\r\n\r\n' + page.read_bytes() + b"\r\n--b--\r\n"
    first, second = (http.client.HTTPConnection("127.0.0.1", server.port, timeout=120) for server in servers)
    first.request("POST", "/upload", body, {"Content-Type": "multipart/form-data; boundary=b"})
    response = first.getresponse()
    result = response.read()
    if response.status != 200:
        raise Failure(f"the upload of {page} has status {response.status}: {result[:200]}")
    second.request("GET", f"/results/{json.loads(result)['id']}", headers={"Accept": "application/json"})
    response = second.getresponse()
    if response.status != 200 or response.read() != result:
        raise Failure(f"the other server answers the result of an upload with status {response.status}, or other bytes")


async def test(options, folder):
    port, *ports = free_ports(3)
    servers = [Server(name, each, options, folder) for name, each in zip("ab", ports)]
    proxy = None
    try:
        await asyncio.gather(*(server.start() for server in servers))
        if options.page:
            check_uploads(servers, options.page)
        pictures, model = classified(servers[0], options.pictures)
        messages = [
            (name, f"POST {path.format(model=model)} HTTP/1.1\r\nHost: localhost\r\nContent-Type: {kind}\r\n"
                   f"Content-Length: {len(body)}\r\n\r\n".encode() + body)
            for name, path, kind, body in requests(pictures)]
        proxy = nginx(options, folder, port, servers)
        for _ in range(100):
            if socket.socket().connect_ex(("127.0.0.1", port)) == 0:
                break
            await asyncio.sleep(0.1)
        clients = Clients(port, folder, messages, options.requests)
        start = time.monotonic()
        await asyncio.gather(clients.run(options.connections), restarts(servers, clients))
        seconds = time.monotonic() - start
    finally:
        for process in [proxy, *(server.process for server in servers)]:
            if process and process.poll() is None:
                process.terminate()
                process.wait()
    lines = Path(folder, "access.log").read_text().splitlines()
    shares = collections.Counter(line.split()[-1] for line in lines)
    retried = sum("," in line for line in lines)
    answered = sum(clients.counts.values())
    print(f"{answered} of {clients.sent} requests answered with the same bytes over {clients.connections} connections in "
          f"{seconds:.0f} s, during {clients.restarts} restarts")
    print(f"answers of the servers: {' and '.join(str(shares[f'127.0.0.1:{each}']) for each in ports)}; "
          f"nginx passed {retried} requests to the other one")
    for lost in clients.lost[:10]:
        print(f"lost: {lost}")
    if clients.lost or answered != clients.sent:
        log = Path(folder, "nginx.log").read_text().splitlines()
        raise Failure("\n".join([f"{len(clients.lost)} requests were lost", *log[:20]]))


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--server", required=True, type=os.path.abspath, help="program")
    parser.add_argument("--model", required=True, action="append", type=os.path.abspath, help="model of pictures")
    parser.add_argument("--pictures", required=True, help="data set that the model can classify")
    parser.add_argument("--page", type=Path, help="page to upload to one server and to read from the other one")
    parser.add_argument("--requests", type=int, default=10_000)
    parser.add_argument("--connections", type=int, default=8)
    options = parser.parse_args()
    paths = sorted(path for path in Path(options.pictures).rglob("*.png"))
    options.pictures = paths[:: max(1, len(paths) // 30)][:30]
    if not options.pictures:
        parser.error("--pictures has no PNG files")
    options.nginx = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    return options


def main():
    options = arguments()
    missing = [name for name, found in [("nginx", options.nginx), ("openssl", shutil.which("openssl"))] if not found]
    if missing:
        print(f"Replicas are not tested: {missing[0]} is not installed.")
        return
    with tempfile.TemporaryDirectory() as folder:
        try:
            asyncio.run(test(options, folder))
        except Failure as failure:
            sys.exit(str(failure))


if __name__ == "__main__":
    main()
