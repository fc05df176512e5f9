"""The mail folder of a server without SMTP: one .eml file per message."""

import email
import email.policy
import glob
import os
import time

from mailserver import link


class Message:
    def __init__(self, parsed):
        self.text = parsed.get_body(("plain",)).get_content()
        self.link = link(parsed) if parsed.get_content_type() == "text/plain" else None


class MailFolder:
    def __init__(self, path):
        self.path = path

    def messages(self, recipient):
        """Returns the messages in the order of writing."""
        found = []
        for path in sorted(glob.glob(os.path.join(self.path, "*.eml")), key=os.path.getmtime):
            with open(path, "rb") as file:
                parsed = email.message_from_binary_file(file, policy=email.policy.default)
            if recipient in parsed["To"]:
                found.append(Message(parsed))
        return found

    def wait(self, recipient, count=1, seconds=60):
        """Waits for `count` messages and returns the last."""
        end = time.monotonic() + seconds
        while len(self.messages(recipient)) < count:
            if time.monotonic() > end:
                raise AssertionError(f"{recipient} has {len(self.messages(recipient))} messages, not {count}")
            time.sleep(0.1)
        return self.messages(recipient)[count - 1]
