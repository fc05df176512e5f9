#!/usr/bin/env python3
"""Tests all routes against GET /openapi.json with schemathesis: anonymous, and with an account that has a result.

    python3 Tests/Clients/test_openapi.py --server PROGRAM --model MODEL --pictures DATASET

Run by `make clients`. The settings are those of schemathesis.toml. Without schemathesis the test is skipped.
EXAMPLES sets the number of examples per route (default 2).
"""

import http.cookiejar
import json
import os
import subprocess
import sys
import tempfile
import unittest
import urllib.request

import options

options.require("The description of the API", modules=["schemathesis"])

from mailfolder import MailFolder
from server import Server

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../..")
RECORD = os.path.join(ROOT, "datasets/ptbxl-sample/records/00003_lr")
# These end the session of the run.
ENDING = ["logout", "password", "deleteAccount", "deleteByForm", "endSession"]
# These need a session or a result.
PERSONAL = "^/(account|history|results|review|feedback|send-report|uploads)"


class Description(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.database = os.path.join(self.folder, "heartsense.sqlite")
        self.server = Server(options.values.server, options.values.model, {
            "DATABASE": self.database, "ACCOUNTS_PASSWORD_COST": 4, "ACCOUNTS_SECURE_COOKIES": "false",
            "ACCOUNTS_ATTEMPTS_PER_ADDRESS": 1000000, "CONTACT_PER_ADDRESS": 1000000, "CONTACT_SECONDS": 0})
        self.server.start()
        self.addCleanup(self.server.stop)

    def check(self, *arguments, parameters=""):
        settings = os.path.join(self.folder, "schemathesis.toml")
        with open(os.path.join(ROOT, "schemathesis.toml"), encoding="utf-8") as original, \
                open(settings, "w", encoding="utf-8") as file:
            file.write(original.read() + parameters)
        done = subprocess.run(
            [os.path.join(os.path.dirname(sys.executable), "st"), "--no-color", "--config-file", settings, "run",
             self.server.address + "openapi.json", "--generation-deterministic", "--continue-on-failure",
             "--max-examples", os.environ.get("EXAMPLES", "2"), *arguments],
            capture_output=True, text=True, cwd=self.folder)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        print(done.stdout[done.stdout.index("API Operations"):])

    def enter(self):
        """Creates an account with a result.

        - Returns: the session cookie and the id of the result.
        """
        jar = http.cookiejar.CookieJar()
        opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))

        def post(path, kind, body):
            request = urllib.request.Request(self.server.address + path, body, {"Content-Type": kind})
            with opener.open(request, timeout=60) as response:
                return json.load(response)

        credentials = json.dumps({"email": "jane@example.org", "password": "lichen ferry quartz"}).encode()
        post("register", "application/json", credentials)
        token = MailFolder(self.database + ".mail").wait("jane@example.org").link.split("token=")[1]
        post("verify", "application/json", json.dumps({"token": token}).encode())
        post("login", "application/json", credentials)
        body = b""
        for end in (".hea", ".dat"):
            with open(RECORD + end, "rb") as file:
                name = os.path.basename(RECORD) + end
                body += (f'--b\r\nContent-Disposition: form-data; name="files"; filename="{name}"\r\n\r\n'.encode()
                         + file.read() + b"\r\n")
        result = post("upload", "multipart/form-data; boundary=b", body + b"--b--\r\n")["id"]
        return "; ".join(f"{cookie.name}={cookie.value}" for cookie in jar), result

    def test_anonymous(self):
        self.check()

    def test_account(self):
        cookie, result = self.enter()
        ending = [word for name in ENDING for word in ("--exclude-operation-id", name)]
        self.check(
            "--header", f"Cookie: {cookie}", "--include-path-regex", PERSONAL, *ending,
            parameters=f'\n[parameters]\n"path.id" = "{result}"\n')


if __name__ == "__main__":
    options.run()
