"""The server under test, as a process on a loopback port."""

import contextlib
import json
import os
import re
import subprocess
import sys
import time
import urllib.request
import uuid


class Server:
    def __init__(self, program, model, settings=None, log=None):
        """Creates a server without starting it.

        - model: the file of a model or its name in weights/, or a list of them.
        - settings: by the names of their variables, without the prefix.
        - log: the file for the log from level `trace`; without one, warnings go to stderr.
        """
        models = [model] if isinstance(model, str) else model
        self.command = [program] + [word for one in models for word in ("--model", one)]
        self.environment = os.environ | {"HEARTSENSE_LOG_LEVEL": "trace" if log else "warning"} | {
            f"HEARTSENSE_{name}": str(value) for name, value in (settings or {}).items()}
        self.log = log
        # At the first start it selects a free port.
        self.port = 0
        self.process = None

    def start(self):
        """Starts the server, on the same port as before."""
        with contextlib.ExitStack() as stack:
            log = stack.enter_context(open(self.log, "a")) if self.log else sys.stderr
            self.process = subprocess.Popen(
                self.command + ["--port", str(self.port)], stdout=subprocess.PIPE, stderr=log, text=True,
                env=self.environment)
        line = self.process.stdout.readline()
        said = re.fullmatch(r"http://127\.0\.0\.1:(\d+)/\n", line)
        if not said or self.port not in (0, int(said[1])):
            raise RuntimeError(f"the server did not start; its output was {line!r}")
        self.port = int(said[1])

    def stop(self):
        self.process.terminate()
        self.process.wait(timeout=40)
        self.process.stdout.close()

    @property
    def address(self):
        return f"http://127.0.0.1:{self.port}/"

    def predict(self, paths, query=""):
        """Returns the results of files as JSON.

        Raises urllib.error.HTTPError for a rejected request.
        """
        answer = self.post("predict" + query, paths)
        return answer.get("results", [answer])

    def upload(self, paths):
        """Returns the analysis of the files of one patient as JSON."""
        return self.post("upload", paths)

    def result(self, id):
        """Returns the stored result of an upload as JSON."""
        request = urllib.request.Request(self.address + "results/" + id, headers={"Accept": "application/json"})
        with urllib.request.urlopen(request, timeout=60) as response:
            return json.load(response)

    def post(self, route, paths):
        """Returns the response to files as JSON."""
        boundary = uuid.uuid4().hex
        body = b""
        for path in paths:
            with open(path, "rb") as file:
                name = os.path.basename(path)
                body += (f'--{boundary}\r\nContent-Disposition: form-data; name="files"; filename="{name}"\r\n\r\n'
                         .encode() + file.read() + b"\r\n")
        body += f"--{boundary}--\r\n".encode()
        request = urllib.request.Request(
            self.address + route, data=body,
            headers={"Content-Type": f"multipart/form-data; boundary={boundary}"})
        with urllib.request.urlopen(request, timeout=120) as response:
            return json.load(response)

    def wait_until_gone(self):
        for _ in range(100):
            try:
                urllib.request.urlopen(self.address + "v2/health/live", timeout=1).close()
            except OSError:
                return
            time.sleep(0.1)
        raise RuntimeError("the server has not stopped")
