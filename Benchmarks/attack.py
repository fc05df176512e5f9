#!/usr/bin/env python3
"""Measures ordinary predictions and health while clients attack the server.

    python3 Benchmarks/attack.py SERVER MODEL PICTURE [--seconds 30]

Starts SERVER (a release build of heartsense-server) with an empty database. For each attack, and for all together, it
prints the 99th percentile of ordinary predictions (5 a second), the longest response of health (20 a second), and the
peak memory of the server. The attacks:

- slow readers: 200 connections that request much and read one byte a second
- slow writers: 200 connections that send 1 MB of a body at once and then one byte a second
- pixel flood: four requests of twelve pictures of 40 megapixels at a time
- log-ins: 1,000 a minute with wrong passwords, without the limit of one address

The limits of the goal: predictions 2 s, health 50 ms, memory 600 MB. The attacks, the predictions and health have
separate processes. They use the same cores as the server: on few cores, the figures include their time. Needs only
Python.
"""

import argparse
import asyncio
import json
import multiprocessing
import os
import re
import socket
import struct
import subprocess
import tempfile
import time
import zlib

PREDICTIONS, HEALTH = 5, 20


def large_picture(width=8000, height=5000):
    """Returns a PNG of a black curve on white."""
    def chunk(name, content):
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    packer, data = zlib.compressobj(1), b""
    for row in range(height):
        black = width if abs(row - height // 2) < 20 else 40 if row < height // 2 else 0
        left = (width - black) // 2
        data += packer.compress(
            b"\0" + b"\xff" * 3 * left + b"\x00" * 3 * black + b"\xff" * 3 * (width - left - black))
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data + packer.flush()) + chunk(b"IEND", b""))


def form(pictures):
    body = b"".join(
        b'--b\r\nContent-Disposition: form-data; name="files"; filename="%d.png"\r\n\r\n%s\r\n' % entry
        for entry in enumerate(pictures)) + b"--b--\r\n"
    return head("/predict", "multipart/form-data; boundary=b", len(body)) + body


def head(path, kind, length):
    return f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\n\r\n".encode()


async def connected(port, use):
    """Opens a connection for `use` again and again."""
    while True:
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1024)
            try:
                await use(reader, writer)
            finally:
                writer.transport.abort()
        except OSError:
            pass
        await asyncio.sleep(0.5)


async def slow_reader(port):
    loop = asyncio.get_running_loop()
    while True:
        # A stream would read ahead.
        with socket.socket() as connection:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            connection.setblocking(False)
            try:
                await loop.sock_connect(connection, ("127.0.0.1", port))
                await loop.sock_sendall(connection, b"GET /openapi.json HTTP/1.1\r\nHost: x\r\n\r\n" * 100)
                while await loop.sock_recv(connection, 1):
                    await asyncio.sleep(1)
            except OSError:
                pass
        await asyncio.sleep(0.5)


async def slow_writer(reader, writer):
    writer.write(head("/predict", "image/png", 16 << 20) + bytes(1 << 20))
    while not reader.at_eof():
        await asyncio.sleep(1)
        writer.write(b"x")
        await writer.drain()


def pixel_flood(picture):
    request = form([picture] * 12)

    async def use(reader, writer):
        writer.write(request)
        await writer.drain()
        await reader.read(1)

    return use


async def wrong_logins(port):
    async def one(number):
        body = json.dumps({"email": f"a{number % 50}@example.org", "password": "a wrong guess"}).encode()
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(head("/login", "application/json", len(body)) + body)
            await reader.read(1)
            writer.close()
        except OSError:
            pass

    number, tasks = 0, set()
    while True:
        task = asyncio.create_task(one(number))
        tasks.add(task)
        task.add_done_callback(tasks.discard)
        number += 1
        await asyncio.sleep(60 / 1000)


def attack(port, kinds, picture):
    async def all_of_them():
        tasks = []
        if "slow readers" in kinds:
            tasks += [slow_reader(port) for _ in range(200)]
        if "slow writers" in kinds:
            tasks += [connected(port, slow_writer) for _ in range(200)]
        if "pixel flood" in kinds:
            tasks += [connected(port, pixel_flood(picture)) for _ in range(4)]
        if "log-ins" in kinds:
            tasks.append(wrong_logins(port))
        await asyncio.gather(*tasks)

    asyncio.run(all_of_them())


def probe(port, rate, seconds, request, results):
    """Puts the sorted times of requests in milliseconds, and the number of failures, into `results`."""
    async def measure():
        times, failures = [], 0
        start = time.perf_counter()

        async def one(due):
            nonlocal failures
            try:
                reader, writer = await asyncio.open_connection("127.0.0.1", port)
                writer.write(request)
                failures += b" 200 " not in await reader.readline()
                writer.close()
            except OSError:
                failures += 1
            times.append(1000 * (time.perf_counter() - start - due))

        tasks = []
        for number in range(int(rate * seconds)):
            await asyncio.sleep(max(0, start + number / rate - time.perf_counter()))
            tasks.append(asyncio.create_task(one(number / rate)))
        await asyncio.gather(*tasks)
        results.put((sorted(times), failures))

    asyncio.run(measure())


class Server:
    def __init__(self, options, folder):
        environment = os.environ | {
            "HEARTSENSE_PORT": "0", "HEARTSENSE_DATABASE": f"{folder}/accounts.sqlite", "HEARTSENSE_LOG_LEVEL": "error",
            "HEARTSENSE_ACCOUNTS_SECURE_COOKIES": "false", "HEARTSENSE_ACCOUNTS_ATTEMPTS_PER_ADDRESS": "1000000"}
        self.process = subprocess.Popen(
            [options.server, "--model", options.model], env=environment, stdout=subprocess.PIPE, text=True)
        self.port = int(re.search(r":(\d+)/", self.process.stdout.readline()).group(1))

    def forget_peak(self):
        with open(f"/proc/{self.process.pid}/clear_refs", "w", encoding="ascii") as file:
            file.write("5")

    def peak_megabytes(self):
        with open(f"/proc/{self.process.pid}/status", encoding="ascii") as file:
            return next(int(line.split()[1]) / 1024 for line in file if line.startswith("VmHWM"))

    def stop(self):
        """Returns the seconds from SIGTERM to the end."""
        start = time.monotonic()
        self.process.terminate()
        self.process.wait()
        return time.monotonic() - start


def measure(server, kinds, picture, ordinary, seconds):
    spawn = multiprocessing.get_context("spawn")
    attacker = spawn.Process(target=attack, args=(server.port, kinds, picture))
    server.forget_peak()
    if kinds:
        attacker.start()
        time.sleep(3)
    results = [spawn.Queue(), spawn.Queue()]
    requests = [head("/predict", "image/png", len(ordinary)) + ordinary,
                b"GET /v2/health/live HTTP/1.1\r\nHost: x\r\n\r\n"]
    probes = [spawn.Process(target=probe, args=(server.port, rate, seconds, request, result))
              for rate, request, result in zip([PREDICTIONS, HEALTH], requests, results)]
    for process in probes:
        process.start()
    (predictions, failed), (health, unhealthy) = [result.get() for result in results]
    for process in probes:
        process.join()
    print(f"{' + '.join(kinds) or 'no attack'}: predictions p50 {percentile(predictions, 0.5):.0f} ms, "
          f"p99 {percentile(predictions, 0.99):.0f} ms, {failed} of {len(predictions)} failed; "
          f"health p99 {percentile(health, 0.99):.1f} ms, max {health[-1]:.1f} ms, {unhealthy} failed; "
          f"memory max {server.peak_megabytes():.0f} MB", flush=True)
    return attacker if kinds else None


def percentile(times, share):
    return times[min(len(times) - 1, int(len(times) * share))]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("server")
    parser.add_argument("model")
    parser.add_argument("picture")
    parser.add_argument("--seconds", type=float, default=30)
    options = parser.parse_args()
    with open(options.picture, "rb") as file:
        ordinary = file.read()
    picture = large_picture()
    attacks = ["slow readers", "slow writers", "pixel flood", "log-ins"]
    with tempfile.TemporaryDirectory() as folder:
        for kinds in [[]] + [[kind] for kind in attacks] + [attacks]:
            server = Server(options, folder)
            attacker = measure(server, kinds, picture, ordinary, options.seconds)
            print(f"  stopped in {server.stop():.1f} s", flush=True)
            if attacker:
                attacker.terminate()
                attacker.join()


if __name__ == "__main__":
    main()
