"""The server under test: a real process on a loopback port."""

import json
import os
import re
import subprocess
import sys
import time
import urllib.request
import uuid


class Server:
    def __init__(self, program, model):
        self.command = [program, "--model", model]
        self.port = 0
        self.process = None

    def start(self):
        """Starts it, on the port that it had before if it had one."""
        self.process = subprocess.Popen(
            self.command + ["--port", str(self.port)], stdout=subprocess.PIPE, stderr=sys.stderr, text=True,
            env=os.environ | {"HEARTSENSE_LOG_LEVEL": "warning"})
        line = self.process.stdout.readline()
        found = re.match(r"http://127\.0\.0\.1:(\d+)/$", line.strip())
        if not found:
            raise RuntimeError(f"the server did not start; it said {line!r}")
        self.port = int(found[1])

    def stop(self):
        self.process.terminate()
        self.process.wait(timeout=40)
        self.process.stdout.close()

    @property
    def address(self):
        return f"http://127.0.0.1:{self.port}/"

    def predict(self, paths, query=""):
        """What programs get: one result per file.

        Raises urllib.error.HTTPError for a refused request.
        """
        boundary = uuid.uuid4().hex
        body = b""
        for path in paths:
            with open(path, "rb") as file:
                name = os.path.basename(path)
                body += (f'--{boundary}\r\nContent-Disposition: form-data; name="files"; filename="{name}"\r\n\r\n'
                         .encode() + file.read() + b"\r\n")
        body += f"--{boundary}--\r\n".encode()
        request = urllib.request.Request(
            self.address + "predict" + query, data=body,
            headers={"Content-Type": f"multipart/form-data; boundary={boundary}"})
        with urllib.request.urlopen(request, timeout=60) as response:
            answer = json.load(response)
        return answer.get("results", [answer])

    def wait_until_gone(self):
        for _ in range(100):
            try:
                urllib.request.urlopen(self.address + "v2/health/live", timeout=1).close()
            except OSError:
                return
            time.sleep(0.1)
        raise RuntimeError("the server is still there")
