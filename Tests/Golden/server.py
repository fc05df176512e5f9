"""A running server, and what it answers as items."""

import http.client
import json
import os
import re
import signal
import socket
import subprocess

import masks

# Differs in every answer, or follows from the length of masked words.
DROPPED_HEADERS = {"date", "content-length"}
BOUNDARY = "golden-boundary"


class Server:
    def __init__(self, program, model, settings, log, items, group):
        """Starts the program on a free port.

        - settings: by the names of their variables, without the prefix.
        - log: the file for its log.
        - group: goes before the names of all items.
        """
        self.items, self.group = items, group
        self.cookies = {}
        environment = os.environ | {f"HEARTSENSE_{name}": str(value) for name, value in settings.items()}
        with open(log, "w") as file:
            self.process = subprocess.Popen(
                [program, "--model", model, "--port", "0"], stdout=subprocess.PIPE, stderr=file, text=True,
                env=environment)
        line = self.process.stdout.readline()
        found = re.fullmatch(r"http://127\.0\.0\.1:([0-9]+)/\n", line)
        if not found:
            self.process.kill()
            with open(log) as file:
                raise SystemExit(f"{program} --model {model}: the server did not start: {line!r}\n{file.read()}")
        self.port = int(found[1])

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        try:
            status = self.process.wait(timeout=60)
        except subprocess.TimeoutExpired:
            self.process.kill()
            status = -signal.SIGKILL
        self.process.stdout.close()
        self.items.numbers(f"{self.group}/exit-after-SIGTERM", f"{status}\n")

    def ask(self, name, method, path, body=b"", headers=None, page=False, length=None):
        """Sends a request, writes its answer as items and returns its body.

        - name: of the items; None writes none.
        - page: asks for HTML.
        - length: the Content-Length to declare instead of the body's.
        """
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        try:
            connection.putrequest(method, path, skip_accept_encoding=True)
            sent = {"Accept": "text/html" if page else "application/json"} | (headers or {})
            if self.cookies:
                sent["Cookie"] = "; ".join(f"{key}={value}" for key, value in self.cookies.items())
            if body or length is not None:
                sent["Content-Length"] = str(len(body) if length is None else length)
            for key, value in sent.items():
                connection.putheader(key, value)
            connection.endheaders(body or None)
            answer = connection.getresponse()
            content = answer.read()
        finally:
            connection.close()
        for key, value in answer.getheaders():
            if key.lower() == "set-cookie":
                self._keep(value)
        if name:
            self._write(name, answer.status, answer.getheaders(), content)
        return content

    def raw(self, name, data, finish=True):
        """Sends bytes as they are, and writes the answer as items."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=120) as connection:
            connection.sendall(data)
            if finish:
                connection.shutdown(socket.SHUT_WR)
            answer = http.client.HTTPResponse(connection)
            answer.begin()
            content = answer.read()
        self._write(name, answer.status, answer.getheaders(), content)

    def _keep(self, text):
        name, value = text.split(";")[0].split("=", 1)
        if value:
            self.cookies[name] = value
        else:
            self.cookies.pop(name, None)

    def _write(self, name, status, headers, content):
        lines = [str(status)]
        for key, value in sorted((key.lower(), value) for key, value in headers):
            if key == "retry-after":
                value = "<seconds>"
            if key not in DROPPED_HEADERS:
                lines.append(f"{key}: {masks.mask(value)}")
        head = "\n".join(lines) + "\n\n"
        name = f"{self.group}/{name}"
        kind = dict((key.lower(), value) for key, value in headers).get("content-type", "").split(";")[0]
        if not content:
            self.items.numbers(name, head)
        elif kind == "application/json":
            self.items.json(name, content.decode(), head)
        elif kind == "text/html":
            self.items.html(name, content.decode(), head)
        elif kind == "text/javascript":
            # Its sentences cannot be told from its code.
            self.items.numbers(name, head)
            self.items.sentences(name, content.decode())
        else:
            self.items.numbers(name, head.encode() + content)


def multipart(files, fields=()):
    """Returns the body of a form and its headers.

    - files: names and contents, for the field `files`.
    - fields: other fields and their texts.
    """
    body = b""
    for key, value in fields:
        body += f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'.encode()
    for name, content in files:
        body += (f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="files"; filename="{name}"\r\n\r\n'.encode()
                 + content + b"\r\n")
    return body + f"--{BOUNDARY}--\r\n".encode(), {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}


def as_json(**fields):
    """Returns fields as a body of JSON and its headers."""
    return json.dumps(fields).encode(), {"Content-Type": "application/json"}
