"""The operator's part of the workflow: commands while the server runs, and the data set of corrections."""

import csv
import io
import os
import re
import subprocess

import options


class OperatorSteps:
    def command(self, program, *arguments, status=0):
        program = os.path.join(os.path.dirname(options.values.server), program)
        done = subprocess.run([program, *arguments], capture_output=True, text=True, timeout=120)
        self.assertEqual(done.returncode, status, done.stderr)
        return done.stdout + done.stderr

    def feedback(self, name, status=0):
        return self.command(
            "heartsense", "dataset", "feedback", "--database", self.database, "--output", self.path(name),
            "--labels", os.path.join(options.values.pictures, "labels.yaml"), status=status)

    def manifest(self, name):
        with open(os.path.join(self.path(name), "manifest.csv"), encoding="utf-8") as file:
            return list(csv.DictReader(io.StringIO(file.read())))

    def export(self):
        self.feedback("corrections")
        row, = self.manifest("corrections")
        self.assertEqual(row["labels"], self.right)
        self.assertEqual(row["original"], "|".join(self.original))
        self.assertEqual(row["result"], self.corrected["id"])
        self.assertEqual(row["model"], self.corrected["model"]["sha256"])
        with open(os.path.join(self.path("corrections"), row["path"]), "rb") as file:
            self.assertEqual(file.read(8), b"\x89PNG\r\n\x1a\n")
        self.command("heartsense", "dataset", "show", self.path("corrections"))

    def think_again(self, patient):
        """Checks that results without permission are not exported."""
        self.visitor.log_in(patient.email, patient.password)
        for words, count in (("not used for training", 0), ("You allow", 1)):
            self.visitor.open("/account")
            self.visitor.press("form[action='/account/training'] button")
            self.assertIn(words, re.sub(r"\s+", " ", self.visitor.text))
            self.feedback(f"allowed-{count}")
            self.assertEqual(len(self.manifest(f"allowed-{count}")), count)
