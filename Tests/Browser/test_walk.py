"""A patient and a clinician in a real browser, with a real mail server: from the registration to the erasure.

    python Tests/Browser/test_walk.py --server PROGRAM --model MODEL --pictures FOLDER [--artefacts FOLDER]

Where there is no Chromium, selenium or aiosmtpd nothing is tested, and a line says so.
"""

import csv
import glob
import io
import json
import os
import re
import sqlite3
import subprocess
import tarfile
import tempfile

import options
options.require("The walk of a patient and a clinician", "aiosmtpd", "cryptography")

import traces
from browser import DESKTOP, NARROW, Browser
from mailserver import MailServer, link
from pagecase import PageCase
from reportmail import ReportMail
from server import Server
from visitor import Visitor

SHARED = os.path.join(os.path.dirname(__file__), "../../../shared/data/ecg-image-data/dev-test.tar")


class Person:
    def __init__(self, email, password):
        self.email = email
        self.password = password


class WalkTest(PageCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = folder.name
        cls.mail = MailServer(cls.path("mail"))
        cls.addClassCleanup(cls.mail.stop)
        cls.database = cls.path("server/accounts.sqlite")
        cls.log = cls.path("server/log")
        os.makedirs(cls.path("server"))
        cls.server = Server(options.values.server, options.values.model, cls.mail.settings | {
            "DATABASE": cls.database, "ACCOUNTS_SECURE_COOKIES": "false", "ACCOUNTS_PASSWORD_COST": 6,
            "RETENTION_ACCOUNT_PICTURE_DAYS": 30, "RETENTION_FOLDER": cls.path("server/retained"),
            "CONTACT_RECIPIENT": "desk@clinic.example", "CONTACT_SECONDS": 0}, cls.log)
        cls.server.start()
        cls.addClassCleanup(lambda: cls.server.stop())
        cls.browser = Browser()
        cls.addClassCleanup(cls.browser.quit)
        cls.visitor = Visitor(cls.browser, cls.server.address)
        cls.pictures = cls.named_pictures()

    @classmethod
    def path(cls, name):
        return os.path.join(cls.folder, name)

    @classmethod
    def named_pictures(cls):
        """Two of each class of the gate's data and, where it is at hand, one that a person's heart drew: all under
        names that are found nowhere else."""
        contents = []
        for label in sorted(os.listdir(options.values.pictures)):
            for path in sorted(glob.glob(os.path.join(options.values.pictures, label, "*.png")))[:2]:
                with open(path, "rb") as file:
                    contents.append(file.read())
        contents = contents[:11]
        if os.path.exists(SHARED):
            with tarfile.open(SHARED) as archive:
                member = next(member for member in archive if member.name.endswith(".png"))
                contents.append(archive.extractfile(member).read())
        os.makedirs(cls.path("pictures"))
        paths = [cls.path(f"pictures/quill-ward-{number}.png") for number in range(len(contents))]
        for path, content in zip(paths, contents):
            with open(path, "wb") as file:
                file.write(content)
        return paths

    def test_walk(self):
        patient = Person("ada.quill@patients.example", "marmalade kestrel orbit")
        doctor = Person("dr.wren@clinic.example", "plinth saffron gondola")
        self.addCleanup(self.visitor.forget)
        self.register(patient, looks=True)
        self.upload()
        self.read_results()
        self.send_reports(patient)
        self.write_to_the_desk(patient)
        self.visitor.log_out()
        self.assertEqual(self.visitor.path, "/")
        self.register(doctor)
        self.become_clinician(doctor)
        self.visitor.log_out()
        self.allow_training(patient)
        self.visitor.log_out()
        self.correct(doctor)
        self.export()
        self.visitor.log_out()
        self.think_again(patient)
        wanted = self.everything_of(patient)
        self.delete(patient)
        self.search(wanted, patient)

    # The patient

    def register(self, person, looks=False):
        visitor = self.visitor
        visitor.open("/register")
        if looks:
            self.examine("register")
        visitor.fill(email=person.email, password=person.password)
        self.assertEqual(visitor.heading(), "Look into your mail")
        if looks:
            self.examine("registered")
        message = self.mail.wait(person.email)
        self.assertEqual(message["Subject"], "Confirm your address for HeartSense")
        address = link(message)
        self.assertTrue(address.startswith(self.server.address + "verify?token="), address)
        self.browser.driver.get(address)
        if looks:
            self.examine("verify")
        visitor.press("main form .primary")
        self.assertEqual(visitor.heading(), "Your address is confirmed")
        if looks:
            self.examine("verified")
        visitor.follow("Log in")
        if looks:
            self.examine("login")
        visitor.fill(email=person.email, password=person.password)
        self.assertEqual(visitor.path, "/history")
        self.assertEqual(len(self.mail.messages(person.email)), 1, "one link, and nothing else")

    def upload(self):
        """One picture, looked at well, then all of them."""
        self.examine("history-empty")
        self.visitor.upload(self.pictures[:1])
        self.assertIn("Not a medical device", self.visitor.text)
        self.examine("result-logged-in")
        self.visitor.open("/")
        self.browser.choose(self.pictures)
        self.browser.one("#upload .primary").click()
        self.browser.wait(lambda: len(self.browser.all("#results .answer")) == len(self.pictures), 120)

    def read_results(self):
        visitor = self.visitor
        visitor.open("/history")
        self.examine("history")
        self.assertIn("Uncertain", self.visitor.text)
        rows = self.browser.all(".history tbody tr")
        self.results = [self.result(row.find_element("tag name", "a").get_attribute("href")) for row in rows]
        self.assertTrue({one["file"] for one in self.results} <= {os.path.basename(path) for path in self.pictures})
        self.certain = next(
            one for one in self.results if not one["uncertain"] and any(label["decided"] for label in one["labels"]))
        self.uncertain = next(one for one in self.results if one["uncertain"])
        condition = next(one for one in self.certain["labels"] if one["decided"])["condition"]
        self.assertIn(condition, next(row.text for row in rows if self.certain["file"] in row.text))
        visitor.open(f"/results/{self.certain['id']}")
        self.assertIn(condition, visitor.text)
        self.examine("result-kept")
        visitor.open(f"/results/{self.uncertain['id']}")
        self.assertIn("No condition is named", visitor.text)
        self.examine("result-kept-uncertain")

    def result(self, address):
        """What a program is told by the address of a page."""
        return self.browser.driver.execute_async_script(
            "const done = arguments[1];"
            "fetch(arguments[0], {headers: {Accept: 'application/json'}}).then((it) => it.json()).then(done)", address)

    # Reports

    def send_reports(self, patient):
        for number, result in enumerate((self.certain, self.uncertain)):
            self.visitor.open(f"/results/{result['id']}")
            self.visitor.follow("e-mail")
            if number == 0:
                self.examine("send-report")
            self.visitor.press("#report .primary")
            self.assertEqual(self.visitor.heading(), "Your report is on its way")
            if number == 0:
                self.examine("report-sent")
            # The link of the registration came before.
            report = ReportMail(self.mail.wait(patient.email, 2 + number))
            report.check(self, result, self.picture(result))
            self.look_at(report, result)

    def picture(self, result):
        path = next(path for path in self.pictures if os.path.basename(path) == result["file"])
        with open(path, "rb") as file:
            return file.read()

    def look_at(self, report, result):
        """The mail as a mail program shows it: wide, narrow, and complete for who cannot see it."""
        self.inspect(self.browser)
        name = "mail-uncertain" if result["uncertain"] else "mail"
        self.browser.driver.get("file://" + report.save(self.path(name + ".html")))
        self.assertTrue(self.browser.driver.execute_script("return document.images[0].naturalWidth > 0"))
        # A page's landmarks are nothing for mail.
        self.assertEqual(self.browser.violations(("wcag2a", "wcag2aa", "wcag21a", "wcag21aa")), [])
        self.screenshot(f"{name}-desktop")
        self.browser.resize(NARROW)
        self.assertLessEqual(self.browser.overhang(), 0, "the mail scrolls sideways on a narrow screen")
        self.screenshot(f"{name}-phone")
        self.browser.resize(DESKTOP)
        self.assertEqual([address for address in self.browser.requested() if not address.startswith("file:")], [])

    def write_to_the_desk(self, patient):
        self.visitor.open("/contact")
        self.examine("contact")
        self.visitor.fill(name="Ada Quill", email=patient.email, message="Where is the ward of sandpipers?")
        self.assertEqual(self.visitor.heading(), "Thank you")
        self.examine("contact-sent")
        message = self.mail.wait("desk@clinic.example")
        self.assertIn("ward of sandpipers", message.get_content())

    # The clinician

    def become_clinician(self, doctor):
        self.expected_errors = ("status of 403",)
        self.visitor.open("/review")
        self.assertIn("not_a_clinician", self.visitor.text)
        self.examine("review-forbidden")
        self.expected_errors = ()
        said = self.command("heartsense-server", "grant-clinician", doctor.email, "--database", self.database)
        self.assertEqual(said, f"{doctor.email} is a clinician now.\n")
        self.visitor.open("/review")
        # Nobody has allowed anything yet.
        self.assertEqual(self.browser.all(".review"), [])
        self.assertIn("There is nothing to review", self.visitor.text)
        self.examine("review-empty")

    def allow_training(self, patient):
        self.visitor.log_in(patient.email, patient.password)
        self.visitor.open("/account")
        self.examine("account")
        self.visitor.press("form[action='/account/training'] button")
        self.assertIn("You allow", self.visitor.text)

    def correct(self, doctor):
        self.visitor.log_in(doctor.email, doctor.password)
        self.visitor.open("/account")
        self.assertIn("clinician", self.visitor.text)
        self.visitor.follow("worth a look")
        entries = self.browser.all(".review")
        self.assertEqual(len(entries), min(10, len(self.results)))
        self.assertNotIn("quill", self.browser.driver.page_source, "no names in the queue")
        self.examine("review")
        entry = entries[0]
        self.corrected = next(one for one in self.results if one["id"] in entry.get_attribute("outerHTML"))
        self.original = self.corrected["decision"]
        self.right = next(one["code"] for one in self.corrected["labels"] if one["code"] not in self.original)
        entry.find_element("css selector", f"[name=label-{self.right}]").click()
        entry.find_element("name", "note").send_keys("Broad complex, no P wave")
        self.visitor.press(f"#{entry.get_attribute('id')} .primary")
        self.assertIn("Saved. Thank you.", self.visitor.text)
        self.assertNotIn(self.corrected["id"], self.browser.driver.page_source, "what was reviewed is done")

    # The operator

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
        """What an account no longer allows is not exported."""
        self.visitor.log_in(patient.email, patient.password)
        for words, count in (("not used for training", 0), ("You allow", 1)):
            self.visitor.open("/account")
            self.visitor.press("form[action='/account/training'] button")
            self.assertIn(words, re.sub(r"\s+", " ", self.visitor.text))
            self.feedback(f"allowed-{count}")
            self.assertEqual(len(self.manifest(f"allowed-{count}")), count)

    # Erasure

    def everything_of(self, patient):
        """What is to be searched for. What can be found now shows that the search finds it."""
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
        # Quoted, as descriptions of values are; the product's own name ends with the same letters.
        wanted |= traces.of_text("mail server's password", f'"{self.mail.password}')
        with open(self.path("server/dump"), "wb") as file:
            file.write(traces.dump(self.database))
        searched = [os.path.basename(path) for path in traces.files_under(self.path("server"))]
        self.assertLessEqual({"accounts.sqlite", "accounts.sqlite-wal", "accounts.sqlite-delivery", "log", "dump"},
                             set(searched))
        self.assertEqual(traces.found(wanted, self.path("server")), set())
        # Nor is it in the corrections of the next export.
        self.feedback("later")
        self.assertEqual(self.manifest("later"), [])


if __name__ == "__main__":
    options.run()
