#!/usr/bin/env python3
"""Tests all routes against GET /openapi.json with schemathesis, with and without accounts.

    python3 Tests/Clients/test_openapi.py --server PROGRAM --model MODEL --pictures DATASET

Run by `make clients`. The settings are those of schemathesis.toml. Without schemathesis the test is skipped.
"""

import os
import subprocess
import sys
import tempfile
import unittest

import options

options.require("The description of the API", modules=["schemathesis"])

from server import Server

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../..")


class Description(unittest.TestCase):
    def check(self, settings, *arguments):
        server = Server(options.values.server, options.values.model, settings)
        server.start()
        try:
            done = subprocess.run(
                [sys.executable, "-m", "schemathesis.cli", "--config-file", os.path.join(ROOT, "schemathesis.toml"),
                 "run", server.address + "openapi.json", "--seed", "1", "--generation-deterministic",
                 "--max-examples", os.environ.get("HEARTSENSE_EXAMPLES", "4"), "--no-color", *arguments],
                capture_output=True, text=True, cwd=tempfile.gettempdir())
        finally:
            server.stop()
        self.assertEqual(done.returncode, 0, done.stdout[-20000:] + done.stderr[-2000:])

    def test_without_accounts(self):
        self.check({})

    def test_with_accounts(self):
        with tempfile.TemporaryDirectory() as folder:
            self.check({
                "DATABASE": os.path.join(folder, "heartsense.sqlite"), "ACCOUNTS_PASSWORD_COST": 4,
                "ACCOUNTS_SECURE_COOKIES": "false", "ACCOUNTS_ATTEMPTS_PER_ADDRESS": 1000000,
                "CONTACT_PER_ADDRESS": 1000000, "CONTACT_SECONDS": 0})


if __name__ == "__main__":
    options.run()
