"""The last part of the workflow: the account is deleted, and no file contains its data."""

import os
import sqlite3

import traces


class ErasureSteps:
    def everything_of(self, patient):
        """Returns the data to search for, after checking that the search finds them now."""
        wanted = traces.of_text("address", patient.email) | traces.of_text("name", "Quill")
        wanted |= traces.of_text("file name", "quill-ward") | traces.of_text("message", "ward of sandpipers")
        wanted |= traces.of_text("note", "Broad complex")
        for result in self.results:
            wanted |= traces.of_text(f"result {result['id']}", result["id"])
        kept = self.kept_pictures()
        self.assertEqual(len(kept), len(self.results))
        for number, content in enumerate(kept):
            wanted |= traces.of_file(f"kept picture {number}", content)
        for path in self.pictures:
            with open(path, "rb") as file:
                wanted |= traces.of_file(os.path.basename(path), file.read())
        found = {name for name, _ in traces.found(wanted, self.path("server"))}
        for name in ("address", "name", "file name", "message", "note", f"result {self.corrected['id']}",
                     "kept picture 0, part 0"):
            self.assertIn(name, found, "the search itself does not work")
        return wanted

    def kept_pictures(self):
        connection = sqlite3.connect(f"file:{self.database}?mode=ro", uri=True)
        try:
            return [png for png, in connection.execute("SELECT png FROM images ORDER BY result")]
        finally:
            connection.close()

    def delete(self, patient):
        self.visitor.open("/account/delete")
        self.examine("delete")
        self.expected_errors = ("status of 401",)
        self.visitor.fill(password="not this one at all")
        self.assertIn("wrong_credentials", self.visitor.text)
        self.inspect(self.browser)
        self.expected_errors = ()
        self.visitor.fill(password=patient.password)
        self.assertEqual(self.visitor.heading(), "Your account is deleted")
        self.examine("deleted")

    def search(self, wanted, patient):
        wanted = wanted | traces.of_text("password", patient.password)
        # In quotes, as in descriptions of values, because the product's name ends with the same letters.
        wanted |= traces.of_text("mail server's password", f'"{self.mail.password}')
        with open(self.path("server/dump"), "wb") as file:
            file.write(traces.dump(self.database))
        searched = [os.path.basename(path) for path in traces.files_under(self.path("server"))]
        self.assertLessEqual({"accounts.sqlite", "accounts.sqlite-wal", "accounts.sqlite-delivery", "log", "dump"},
                             set(searched))
        self.assertEqual(traces.found(wanted, self.path("server")), set())
        # Nor do the corrections of the next export.
        self.feedback("later")
        self.assertEqual(self.manifest("later"), [])
