"""What holds for tests of accounts: a server of their own with a database, whose mail goes to a folder."""

import os
import re
import sqlite3
import tempfile

import options
from browser import Browser
from mailfolder import MailFolder
from pagecase import PageCase
from server import Server
from visitor import Visitor

PASSWORD = "lichen ferry quartz"


class AccountCase(PageCase):
    """A class may say in `settings` what its server is told beside the usual."""

    settings = {}

    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = folder.name
        cls.database = os.path.join(cls.folder, "accounts.sqlite")
        cls.mail = MailFolder(cls.database + ".mail")
        cls.server = Server(options.values.server, options.values.model, {
            "DATABASE": cls.database, "ACCOUNTS_SECURE_COOKIES": "false", "ACCOUNTS_PASSWORD_COST": 6,
            "ACCOUNTS_ATTEMPTS_PER_ADDRESS": 1000} | cls.settings, os.path.join(cls.folder, "log"))
        cls.server.start()
        cls.addClassCleanup(lambda: cls.server.stop())
        cls.browser = Browser()
        cls.addClassCleanup(cls.browser.quit)
        cls.visitor = Visitor(cls.browser, cls.server.address)

    def setUp(self):
        super().setUp()
        self.visitor.open("/")
        self.visitor.forget()

    def rows(self, sql, *arguments):
        connection = sqlite3.connect(f"file:{self.database}?mode=ro", uri=True, timeout=10)
        try:
            return connection.execute(sql, arguments).fetchall()
        finally:
            connection.close()

    def expect(self, *statuses):
        """Console errors of answers that the browser counts as failures."""
        self.expected_errors += tuple(f"status of {status}" for status in statuses)

    def enter(self, email):
        """A new account, logged in."""
        self.visitor.register(email, PASSWORD)
        self.browser.driver.get(self.mail.wait(email).link)
        self.visitor.press("main form .primary")
        self.visitor.log_in(email, PASSWORD)
        self.assertEqual(self.visitor.path, "/history")

    def shown(self):
        """The page's words without what is different in every answer."""
        return re.sub(r"request [0-9a-f]+", "", self.visitor.text)
