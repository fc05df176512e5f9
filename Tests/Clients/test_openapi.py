#!/usr/bin/env python3
"""Tests all routes against GET /openapi.json with schemathesis.

    python3 Tests/Clients/test_openapi.py --server PROGRAM --model MODEL --pictures DATASET

Run by `make clients`. The settings are those of schemathesis.toml. Without schemathesis the test is skipped.
HEARTSENSE_EXAMPLES sets the number of examples per route (default 2).
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
    def test_all_routes(self):
        with tempfile.TemporaryDirectory() as folder:
            server = Server(options.values.server, options.values.model, {
                "DATABASE": os.path.join(folder, "heartsense.sqlite"), "ACCOUNTS_PASSWORD_COST": 4,
                "ACCOUNTS_SECURE_COOKIES": "false", "ACCOUNTS_ATTEMPTS_PER_ADDRESS": 1000000,
                "CONTACT_PER_ADDRESS": 1000000, "CONTACT_SECONDS": 0})
            server.start()
            try:
                done = subprocess.run(
                    [os.path.join(os.path.dirname(sys.executable), "st"), "--no-color",
                     "--config-file", os.path.join(ROOT, "schemathesis.toml"), "run", server.address + "openapi.json",
                     "--generation-deterministic", "--continue-on-failure",
                     "--max-examples", os.environ.get("HEARTSENSE_EXAMPLES", "2")],
                    capture_output=True, text=True, cwd=folder)
            finally:
                server.stop()
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        print(done.stdout[done.stdout.index("API Operations"):])


if __name__ == "__main__":
    options.run()
