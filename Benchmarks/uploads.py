#!/usr/bin/env python3
"""Measures POST /upload: the time of a page, concurrent uploads with the latency of health, and memory over many uploads.

    python3 Benchmarks/uploads.py --server .build/release/heartsense-server --page page.png --record records/00003_lr

The server runs on one core for the time of a page, and on all cores for the rest.
"""

import argparse
import concurrent.futures
import http.client
import os
import shutil
import subprocess
import tempfile
import time


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--server", required=True)
    parser.add_argument("--page", required=True, help="picture of a page")
    parser.add_argument("--record", required=True, help="name of a WFDB record")
    parser.add_argument("--pages", type=int, default=40, help="uploads for the time of a page")
    parser.add_argument("--concurrent", type=int, default=50)
    parser.add_argument("--uploads", type=int, default=2000, help="uploads for the memory")
    return parser.parse_args()


class Server:
    def __init__(self, program, cores=None):
        self.folder = tempfile.mkdtemp()
        environment = dict(os.environ, HEARTSENSE_LOG_LEVEL="error", HEARTSENSE_RETENTION_UPLOAD_MINUTES="0.5",
                           HEARTSENSE_RETENTION_UPLOAD_FOLDER=self.folder + "/uploads")
        command = (["taskset", "-c", cores] if cores else []) + [program, "--port", "0"]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
        self.port = int(self.process.stdout.readline().strip().rstrip("/").rsplit(":", 1)[1])

    def connection(self):
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=600)

    def post(self, body):
        connection = self.connection()
        connection.request("POST", "/upload", body, {"Content-Type": "multipart/form-data; boundary=b"})
        answer = connection.getresponse()
        answer.read()
        connection.close()
        return answer.status

    def memory(self):
        """Megabytes in use now."""
        with open(f"/proc/{self.process.pid}/status") as status:
            return next(int(line.split()[1]) / 1024 for line in status if line.startswith("VmRSS"))

    def stop(self):
        self.process.terminate()
        self.process.wait()
        shutil.rmtree(self.folder)


def body(paths):
    parts = b""
    for path in paths:
        with open(path, "rb") as file:
            parts += (f'--b\r\nContent-Disposition: form-data; name="files"; filename="{os.path.basename(path)}"\r\n\r\n'
                      .encode() + file.read() + b"\r\n")
    return parts + b"--b--\r\n"


def share(times, part):
    return sorted(times)[min(int(part * len(times)), len(times) - 1)]


def page_time(options):
    server = Server(options.server, cores="0")
    page = body([options.page])
    assert server.post(page) == 200
    times = []
    for _ in range(options.pages):
        start = time.perf_counter()
        assert server.post(page) == 200
        times.append(time.perf_counter() - start)
    server.stop()
    print(f"page on one core: median {share(times, 0.5):.2f} s, p95 {share(times, 0.95):.2f} s ({options.pages} uploads)")


def concurrent_uploads(options, server):
    page = body([options.page])
    health = []
    with concurrent.futures.ThreadPoolExecutor(options.concurrent) as pool:
        start = time.perf_counter()
        uploads = [pool.submit(server.post, page) for _ in range(options.concurrent)]
        while not all(upload.done() for upload in uploads):
            connection = server.connection()
            asked = time.perf_counter()
            connection.request("GET", "/v2/health/live")
            connection.getresponse().read()
            health.append(time.perf_counter() - asked)
            connection.close()
            time.sleep(0.02)
    lost = sum(upload.result() != 200 for upload in uploads)
    print(f"{options.concurrent} concurrent uploads: {lost} lost, {time.perf_counter() - start:.1f} s; health p50 "
          f"{1000 * share(health, 0.5):.1f} ms, p99 {1000 * share(health, 0.99):.1f} ms, max {1000 * max(health):.1f} ms")


def memory(options, server):
    record = body([options.record + ".hea", options.record + ".dat"])
    for count in range(options.uploads + 1):
        if count % (options.uploads // 8) == 0:
            print(f"after {count} uploads: {server.memory():.0f} MB")
        if count < options.uploads:
            assert server.post(record) == 200


def main():
    options = arguments()
    page_time(options)
    server = Server(options.server)
    concurrent_uploads(options, server)
    memory(options, server)
    server.stop()


main()
