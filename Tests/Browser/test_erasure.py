"""Export and deletion of an account in a real browser.

    python Tests/Browser/test_erasure.py --server PROGRAM --model MODEL --pictures FOLDER [--artefacts FOLDER]
"""

import glob
import json
import os
import tempfile

import options
options.require("Export and erasure")

import traces
from accountcase import PASSWORD, AccountCase


class ErasureTest(AccountCase):
    def test_export_and_erasure_with_mail_in_a_folder(self):
        email = "leaving@patients.example"
        self.enter(email)
        picture = sorted(glob.glob(os.path.join(options.values.pictures, "*", "*.png")))[0]
        self.visitor.upload([picture])
        self.assertIn("account for 365 days", self.visitor.text.replace("\n", " "), "the page has the retention")
        self.visitor.open("/history")
        result = self.browser.one(".history a").get_attribute("href").rsplit("/", 1)[1]
        self.visitor.open(f"/results/{result}")
        self.visitor.follow("e-mail")
        self.assertIn(email, self.visitor.text)
        self.examine("send-report-not-kept")
        self.visitor.press("#report .primary")
        self.mail.wait(email, 2)
        self.visitor.open("/account")
        downloads = tempfile.mkdtemp(dir=self.folder)
        self.browser.download_to(downloads)
        self.browser.one("a[href='/account/export']").click()
        path = os.path.join(downloads, "heartsense-account.json")
        # Chromium creates an empty file before it moves the complete download there.
        self.browser.wait(lambda: os.path.exists(path) and os.path.getsize(path) > 0)
        with open(path, encoding="utf-8") as file:
            export = json.load(file)
        self.assertEqual(export["account"]["email"], email)
        self.assertEqual([one["answer"]["id"] for one in export["results"]], [result])
        self.assertEqual([one["result"] for one in export["reports"]], [result])
        self.assertEqual(len(export["mail"]), 2)
        self.assertNotIn("$2b$", json.dumps(export), "no password hashes")
        self.visitor.open("/account/delete")
        self.visitor.fill(password=PASSWORD)
        self.assertEqual(self.visitor.heading(), "Account deleted")
        wanted = traces.of_text("address", email) | traces.of_text("result", result)
        places = [self.database + suffix for suffix in ("", "-wal", "-shm", "-delivery", ".mail")]
        self.assertEqual(traces.found(wanted, *places, self.server.log), set())
        self.visitor.open("/history")
        self.assertEqual(self.visitor.path, "/login", "the session has ended")


if __name__ == "__main__":
    options.run()
