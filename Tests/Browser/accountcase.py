"""The base of tests of accounts: a server with a database, whose mail is written to a folder."""

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
    """Tests with accounts. Subclasses may override server settings in `settings`."""

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
        """Expects console errors for responses with these statuses."""
        self.expected_errors += tuple(f"status of {status}" for status in statuses)

    def enter(self, email):
        """Creates an account and logs in."""
        self.visitor.register(email, PASSWORD)
        self.browser.driver.get(self.mail.wait(email).link)
        self.visitor.press("main form .primary")
        self.visitor.log_in(email, PASSWORD)
        self.assertEqual(self.visitor.path, "/history")

    def shown(self):
        """Returns the text of the page without request ids, which differ."""
        return re.sub(r"Request: [0-9a-f]+", "", self.visitor.text)
