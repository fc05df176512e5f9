"""Keeps connections busy until the server has stopped, and counts answered and lost requests.

    stop_under_load.py URL LIST CONNECTIONS

A request is lost if the server accepted it and closed the connection without a complete response, or responded with
another status than 200. A refused connection is not lost, because a client can retry elsewhere. After a response with
`Connection: close` the client sends nothing more on that connection, as HTTP requires.
"""
import asyncio
import json
import sys
from pathlib import Path
from urllib.parse import urlsplit

from steady_load import form


async def client(host: str, port: int, requests: list, counts: dict) -> None:
    turn = 0
    while True:
        try:
            reader, writer = await asyncio.open_connection(host, port)
        except OSError:
            return
        while True:
            turn += 1
            try:
                writer.write(requests[turn % len(requests)])
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
                length = next(int(line[15:]) for line in head.split("\r\n") if line.startswith("content-length:"))
                await reader.readexactly(length)
            except (OSError, asyncio.IncompleteReadError):
                counts["lost"] += 1
                break
            counts["answered" if " 200 " in head.split("\r\n")[0] else "lost"] += 1
            if "connection: close" in head:
                break
        writer.close()


async def main() -> None:
    url, connections = urlsplit(sys.argv[1]), int(sys.argv[3])
    requests = [form(Path(line), url.netloc) for line in Path(sys.argv[2]).read_text().split("\n") if line]
    counts = {"answered": 0, "lost": 0}
    await asyncio.gather(*(client(url.hostname, url.port, requests[number:] + requests[:number], counts)
                           for number in range(connections)))
    print(json.dumps(counts))


if __name__ == "__main__":
    asyncio.run(main())
