"""A real mail server with STARTTLS and login (aiosmtpd, `Tests/Python/smtp_server.py`), and its messages."""

import email
import email.policy
import json
import os
import re
import subprocess
import sys
import time

PROGRAM = os.path.join(os.path.dirname(__file__), "..", "Python", "smtp_server.py")


class MailServer:
    # The server under test must not reveal it.
    password = "sense"

    def __init__(self, folder):
        """Starts the server. It creates a new certificate authority in the folder."""
        self.folder = folder
        os.makedirs(folder, exist_ok=True)
        self.process = subprocess.Popen(
            [sys.executable, PROGRAM, folder], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.port = int(self.process.stdout.readline())

    def stop(self):
        self.process.stdin.close()
        self.process.wait(timeout=20)
        self.process.stdout.close()

    @property
    def settings(self):
        """The settings of a server that sends mail here."""
        return {"MAIL_SERVER": f"smtp://localhost:{self.port}", "MAIL_USER": "heart", "MAIL_PASSWORD": self.password,
                "MAIL_AUTHORITIES": os.path.join(self.folder, "authority.pem"),
                "MAIL_SENDER": "heartsense@clinic.example"}

    def messages(self, recipient):
        """Returns the parsed messages to an address, in order."""
        path = os.path.join(self.folder, "accepted")
        if not os.path.exists(path):
            return []
        with open(path, encoding="utf-8") as file:
            accepted = [json.loads(line) for line in file if line.endswith("\n")]
        return [email.message_from_string(one["message"], policy=email.policy.default) for one in accepted
                if one["recipient"] == recipient]

    def wait(self, recipient, count=1, seconds=60):
        """Waits for `count` messages and returns the last."""
        end = time.monotonic() + seconds
        while len(self.messages(recipient)) < count:
            if time.monotonic() > end:
                raise AssertionError(f"{recipient} has {len(self.messages(recipient))} messages, not {count}")
            time.sleep(0.1)
        return self.messages(recipient)[count - 1]


def link(message):
    """Returns the only address in a plain text message."""
    found, = re.findall(r"https?://\S+", message.get_content())
    return found
