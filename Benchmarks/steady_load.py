"""Posts pictures at a steady rate, independent of the responses, and prints the response times as JSON.

    steady_load.py URL LIST --rate REQUESTS_PER_SECOND --seconds S --seed N

Requests are scheduled at random times (Poisson, seeded). Each is timed from its scheduled time, so that the waiting
time during a stall is included.
"""
import argparse
import asyncio
import json
import random
import time
from pathlib import Path
from urllib.parse import urlsplit


class Connections:
    """Idle connections for the next requests."""

    def __init__(self, host: str, port: int):
        self.host, self.port, self.free = host, port, []

    async def post(self, request: bytes) -> int:
        reader, writer = self.free.pop() if self.free else await asyncio.open_connection(self.host, self.port)
        writer.write(request)
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
        length = next(int(line[15:]) for line in head.split("\r\n") if line.startswith("content-length:"))
        await reader.readexactly(length)
        if "connection: close" in head:
            writer.close()
        else:
            self.free.append((reader, writer))
        return int(head.split(" ", 2)[1])


def form(file: Path, host: str) -> bytes:
    body = (b'--b\r\nContent-Disposition: form-data; name="files"; filename="beat.png"\r\nContent-Type: image/png\r\n\r\n'
            + file.read_bytes() + b"\r\n--b--\r\n")
    return (f"POST /predict HTTP/1.1\r\nHost: {host}\r\nContent-Type: multipart/form-data; boundary=b\r\n"
            f"Content-Length: {len(body)}\r\n\r\n").encode() + body


async def measure(arguments) -> dict:
    url = urlsplit(arguments.url)
    connections = Connections(url.hostname, url.port)
    requests = [form(Path(line), url.netloc) for line in arguments.list.read_text().split("\n") if line]
    chance = random.Random(arguments.seed)
    waits, failures = [], 0
    start = time.perf_counter()

    async def one(due: float, request: bytes):
        nonlocal failures
        try:
            status = await connections.post(request)
        except (OSError, asyncio.IncompleteReadError):
            status = 0
        failures += status != 200
        waits.append(time.perf_counter() - start - due)

    tasks, due = [], 0.0
    while (due := due + chance.expovariate(arguments.rate)) < arguments.seconds:
        await asyncio.sleep(max(0, start + due - time.perf_counter()))
        tasks.append(asyncio.create_task(one(due, chance.choice(requests))))
    await asyncio.gather(*tasks)
    waits.sort()
    return {"requests": len(waits), "failures": failures,
            "p50_ms": waits[len(waits) // 2] * 1e3, "p99_ms": waits[int(len(waits) * 0.99)] * 1e3}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("url")
    parser.add_argument("list", type=Path)
    parser.add_argument("--rate", type=float, required=True)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--seed", type=int, default=1)
    print(json.dumps(asyncio.run(measure(parser.parse_args()))))


if __name__ == "__main__":
    main()
