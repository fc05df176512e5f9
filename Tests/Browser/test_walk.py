"""A patient and a clinician in a real browser with a real mail server, from registration to deletion.

    python Tests/Browser/test_walk.py --server PROGRAM --model MODEL --pictures FOLDER [--artefacts FOLDER]

Without Chromium, selenium or aiosmtpd the tests are skipped with a message.
"""

import glob
import os
import tarfile
import tempfile

import options
options.require("The workflow of a patient and a clinician", "aiosmtpd", "cryptography")

from browser import Browser
from mailserver import MailServer
from pagecase import PageCase
from server import Server
from visitor import Visitor
from walkclinician import ClinicianSteps
from walkerasure import ErasureSteps
from walkoperator import OperatorSteps
from walkpatient import PatientSteps

SHARED = os.path.join(os.path.dirname(__file__), "../../../shared/data/ecg-image-data/dev-test.tar")


class Person:
    def __init__(self, email, password):
        self.email = email
        self.password = password


class WalkTest(PatientSteps, ClinicianSteps, OperatorSteps, ErasureSteps, PageCase):
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
        """Copies two pictures per class of the gate's data and, if available, a real one, under unique names."""
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

if __name__ == "__main__":
    options.run()
