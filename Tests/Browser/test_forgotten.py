"""A password reset in a real browser with a real mail server.

    python Tests/Browser/test_forgotten.py --server PROGRAM --model MODEL --pictures FOLDER [--artefacts FOLDER]
"""

import os
import tempfile
import urllib.parse

import options
options.require("Password reset", "aiosmtpd", "cryptography")

import traces
from browser import Browser
from mailserver import MailServer, link
from pagecase import PageCase
from server import Server
from visitor import Visitor

EMAIL, OLD, NEW = "oriel.finch@patients.example", "marmalade kestrel orbit", "heron velvet compass"


class ForgottenTest(PageCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.mail = MailServer(os.path.join(folder.name, "mail"))
        cls.addClassCleanup(cls.mail.stop)
        cls.folder = os.path.join(folder.name, "server")
        os.makedirs(cls.folder)
        cls.database = os.path.join(cls.folder, "accounts.sqlite")
        cls.server = Server(options.values.server, options.values.model, cls.mail.settings | {
            "DATABASE": cls.database, "ACCOUNTS_SECURE_COOKIES": "false", "ACCOUNTS_PASSWORD_COST": 6},
            os.path.join(cls.folder, "log"))
        cls.server.start()
        cls.addClassCleanup(lambda: cls.server.stop())
        cls.browser, cls.other = Browser(), Browser()
        cls.addClassCleanup(cls.browser.quit)
        cls.addClassCleanup(cls.other.quit)
        cls.visitor = Visitor(cls.browser, cls.server.address)
        cls.elsewhere = Visitor(cls.other, cls.server.address)

    def test_walk(self):
        self.register()
        address = self.ask_for_a_link()
        self.choose_a_password(address)
        self.come_back_in()
        self.use_the_link_again(address)
        self.search(address)

    def register(self):
        """Creates an account and logs in on another device."""
        self.elsewhere.register(EMAIL, OLD)
        self.other.driver.get(link(self.mail.wait(EMAIL)))
        self.elsewhere.press("main form .primary")
        self.elsewhere.log_in(EMAIL, OLD)
        self.assertEqual(self.elsewhere.path, "/history")

    def ask_for_a_link(self):
        visitor = self.visitor
        visitor.open("/login")
        visitor.follow("Forgot password?")
        self.examine("forgotten")
        said = []
        for email in ("nobody@patients.example", EMAIL):
            visitor.open("/password/forgotten")
            visitor.fill(email=email)
            self.assertEqual(visitor.heading(), "Check your e-mail")
            said.append(visitor.text)
        self.assertEqual(*said)
        self.examine("forgotten-asked")
        message = self.mail.wait(EMAIL, 2)
        self.assertEqual(message["Subject"], "Reset your HeartSense password")
        self.assertEqual(self.mail.messages("nobody@patients.example"), [])
        address = link(message)
        self.assertTrue(address.startswith(self.server.address + "password/reset#token="), address)
        return address

    def choose_a_password(self, address):
        visitor = self.visitor
        self.inspect(self.browser)
        self.browser.driver.get(address)
        visitor.fill(new_password="password1234")
        self.expected_errors = ("status of 400",)
        self.assertIn("weak_password", visitor.text)
        # The form still contains the token.
        visitor.fill(new_password=NEW)
        self.assertEqual(visitor.heading(), "Your password has been changed")
        self.keeps_to_itself(address, self.browser.requests())
        self.inspect(self.browser)
        self.expected_errors = ()
        self.examine("forgotten-changed")
        told = self.mail.wait(EMAIL, 3)
        self.assertEqual(told["Subject"], "Your HeartSense password has been changed")
        self.assertNotIn(NEW, told.get_content())

    def keeps_to_itself(self, address, requests):
        """Checks that no address of a request and no referrer has the token."""
        place, token = address.split("#token=")
        self.assertEqual(len(token), 43)
        addresses = [url for one in requests for url in one["urls"]]
        referers = {one["headers"]["referer"] for one in requests if "referer" in one["headers"]}
        self.assertIn(place, [url.split("#")[0] for url in addresses])
        self.assertEqual({url for url in addresses if token in url.split("#")[0]}, set())
        self.assertEqual(referers, {place})

    def come_back_in(self):
        visitor = self.visitor
        visitor.follow("Log in")
        self.expected_errors = ("status of 401",)
        visitor.fill(email=EMAIL, password=OLD)
        self.assertIn("wrong_credentials", visitor.text)
        self.inspect(self.browser)
        self.expected_errors = ()
        visitor.fill(email=EMAIL, password=NEW)
        self.assertEqual(visitor.path, "/history")
        self.elsewhere.open("/history")
        self.assertEqual(self.elsewhere.path, "/login", "other sessions have ended")
        self.inspect(self.other)

    def use_the_link_again(self, address):
        self.expected_errors = ("status of 400",)
        self.browser.driver.get("about:blank")
        self.browser.driver.get(address)
        self.visitor.fill(new_password=NEW)
        self.assertIn("invalid_token", self.visitor.text)
        self.inspect(self.browser)
        self.expected_errors = ()
        self.examine("forgotten-void")
        self.visitor.fill(email=EMAIL)
        self.assertEqual(self.visitor.heading(), "Check your e-mail", "the form for another link")
        self.browser.driver.get(link(self.mail.wait(EMAIL, 4)))
        self.examine("forgotten-reset")

    def search(self, address):
        """Checks that the log contains no secrets, and the database no used link."""
        token = urllib.parse.parse_qs(urllib.parse.urlsplit(address).fragment)["token"][0]
        with open(os.path.join(self.folder, "dump"), "wb") as file:
            file.write(traces.dump(self.database))
        wanted = traces.of_text("token", token) | traces.of_text("password", NEW) | traces.of_text("address", EMAIL)
        found = traces.found(wanted, os.path.join(self.folder, "dump"), self.server.log)
        self.assertEqual(found, {("address", "dump")})


if __name__ == "__main__":
    options.run()
