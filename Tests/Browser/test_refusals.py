"""What people and programs get that do something wrong with accounts, in a real browser; mail goes to a folder.

    python Tests/Browser/test_refusals.py --server PROGRAM --model MODEL --pictures FOLDER [--artefacts FOLDER]
"""

import glob
import json
import os
import re
import sqlite3
import tempfile
import time

import options
options.require("What accounts refuse")

from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys

import traces
from browser import Browser
from elsewhere import Elsewhere
from mailfolder import MailFolder
from pagecase import PageCase
from program import Program
from server import Server
from visitor import Visitor

PASSWORD = "lichen ferry quartz"
CONTACT_SECONDS = 3


class RefusalTest(PageCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = folder.name
        cls.database = os.path.join(cls.folder, "accounts.sqlite")
        cls.mail = MailFolder(cls.database + ".mail")
        cls.server = Server(options.values.server, options.values.model, {
            "DATABASE": cls.database, "ACCOUNTS_SECURE_COOKIES": "false", "ACCOUNTS_PASSWORD_COST": 6,
            "CONTACT_SECONDS": CONTACT_SECONDS, "CONTACT_PER_ADDRESS": 100, "ACCOUNTS_ATTEMPTS_PER_ADDRESS": 1000},
            os.path.join(cls.folder, "log"))
        cls.server.start()
        cls.addClassCleanup(lambda: cls.server.stop())
        cls.browser = Browser()
        cls.addClassCleanup(cls.browser.quit)
        cls.visitor = Visitor(cls.browser, cls.server.address)
        cls.pictures = sorted(glob.glob(os.path.join(options.values.pictures, "*", "*.png")))[::40]

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

    # Log-in

    def test_a_wrong_password_and_an_unknown_address_look_alike(self):
        self.expect(401)
        self.enter("known@patients.example")
        self.visitor.forget()
        pages = []
        for email in ("known@patients.example", "nobody@patients.example"):
            self.visitor.log_in(email, "another password here")
            pages.append(self.shown())
            self.assertIn("wrong_credentials", self.visitor.text)
            self.assertEqual(self.browser.one("#email").get_attribute("value"), "")
        self.assertEqual(*pages)
        self.examine("login-refused")

    def test_a_registered_address_is_told_nothing_that_others_are_not(self):
        self.enter("twice@patients.example")
        self.visitor.forget()
        self.visitor.register("twice@patients.example", "another lichen ferry")
        second = self.shown()
        self.assertIn("has one already", self.mail.wait("twice@patients.example", 2).text)
        self.visitor.register("once@patients.example", "another lichen ferry")
        self.assertEqual(second, self.shown())
        self.expect(401)
        self.visitor.log_in("twice@patients.example", "another lichen ferry")
        self.assertIn("wrong_credentials", self.visitor.text, "the first password stays")

    def test_log_in_by_keyboard_alone(self):
        self.enter("keys@patients.example")
        self.visitor.forget()
        self.visitor.open("/login")
        active = lambda: self.browser.driver.switch_to.active_element
        keys = lambda *what: ActionChains(self.browser.driver).send_keys(*what).perform()
        for _ in range(12):
            keys(Keys.TAB)
            if active().get_attribute("name") == "email":
                break
        self.assertEqual(active().get_attribute("name"), "email")
        keys("keys@patients.example", Keys.TAB)
        self.assertEqual(active().get_attribute("name"), "password")
        keys(PASSWORD, Keys.TAB)
        self.assertEqual(active().text, "Log in")
        self.assertNotEqual(self.browser.driver.execute_script(
            "return getComputedStyle(document.activeElement).outlineStyle"), "none", "one sees where one is")
        keys(Keys.ENTER)
        self.browser.wait(lambda: self.visitor.path == "/history")

    def test_pages_of_accounts_lead_strangers_to_the_log_in(self):
        for path in ("/history", "/account", "/password", "/account/delete", "/review", "/results/0123",
                     "/send-report?result=0123"):
            self.visitor.open(path)
            self.assertEqual(self.visitor.path, "/login", path)

    def test_another_password_logs_other_browsers_out(self):
        self.enter("moving@patients.example")
        other = Browser()
        self.addCleanup(other.quit)
        elsewhere = Visitor(other, self.server.address)
        elsewhere.log_in("moving@patients.example", PASSWORD)
        self.assertEqual(elsewhere.path, "/history")
        self.visitor.open("/password")
        self.examine("password")
        self.visitor.fill(current_password=PASSWORD, new_password="heron velvet compass")
        self.assertEqual(self.visitor.heading(), "Your password is changed")
        self.examine("password-changed")
        self.visitor.open("/history")
        self.assertEqual(self.visitor.path, "/history", "this browser stays in")
        elsewhere.open("/history")
        self.assertEqual(elsewhere.path, "/login")
        elsewhere.log_in("moving@patients.example", "heron velvet compass")
        self.assertEqual(elsewhere.path, "/history")
        self.inspect(other)

    # Registration

    def test_passwords_that_are_too_long_or_guessed_first(self):
        self.expect(400)
        self.visitor.open("/register")
        for password, code, words in (
                ("0123456789" * 7 + "abc", "password_too_long", "73 bytes"),
                ("ä" * 37, "password_too_long", "74 bytes"),
                ("password1234", "weak_password", "guessed first"),
                ("short", "weak_password", "fewer than 10")):
            self.visitor.fill(email="choosing@patients.example", password=password)
            self.assertIn(code, self.visitor.text)
            self.assertIn(words, self.visitor.text)
        self.examine("register-refused")
        self.assertEqual(self.rows("SELECT 1 FROM users WHERE email = 'choosing@patients.example'"), [])
        self.visitor.fill(email="choosing@patients.example", password="lichen " + "ferryboat" * 7 + "!?")
        self.assertEqual(self.visitor.heading(), "Look into your mail", "72 bytes are not too many")

    def test_links_that_are_forged_used_or_expired(self):
        self.expect(400)
        verify = self.server.address + "verify"
        self.visitor.register("links@patients.example", PASSWORD)
        good = self.mail.wait("links@patients.example").link
        for address in (verify, verify + "?token=" + "A" * 43, verify + "?token=%3Cb%3E", good[:-1]):
            self.browser.driver.get(address)
            if self.browser.all("main form .primary") and "invalid_token" not in self.visitor.text:
                self.visitor.press("main form .primary")
            self.assertIn("invalid_token", self.visitor.text, address)
        self.examine("verify-refused")
        for words in ("Your address is confirmed", "invalid_token"):
            self.browser.driver.get(good)
            self.visitor.press("main form .primary")
            self.assertIn(words, self.browser.one("main").text)
        self.visitor.register("late@patients.example", PASSWORD)
        late = self.mail.wait("late@patients.example").link
        connection = sqlite3.connect(self.database, timeout=10)
        with connection:
            connection.execute("UPDATE tokens SET expires = ? WHERE user = (SELECT id FROM users WHERE email = ?)",
                               (int(time.time()) - 1, "late@patients.example"))
        connection.close()
        self.browser.driver.get(late)
        self.visitor.press("main form .primary")
        self.assertIn("invalid_token", self.visitor.text)

    # Forms of others

    def test_forms_without_a_token_or_with_anothers(self):
        self.expect(403)
        self.enter("forms@patients.example")
        other = Program(self.server.address)
        foreign = other.token("/login")
        for token in ("", "0" * 64, foreign):
            self.visitor.open("/account")
            self.browser.driver.execute_script(
                "document.querySelector('form[action=\"/account/training\"] [name=csrf]').value = arguments[0]", token)
            self.visitor.press("form[action='/account/training'] button")
            self.assertIn("forged_request", self.visitor.text)
        self.examine("forged")
        session = self.browser.driver.get_cookie("heartsense-session")
        self.assertTrue(session["httpOnly"] and session["sameSite"] == "Lax", session)
        thief = Program(self.server.address, {"heartsense-session": session["value"]})
        for fields in ({"allowed": "true"}, {"allowed": "true", "csrf": foreign}):
            self.assertEqual(thief.form("/account/training", fields), (403, "forged_request"))
        self.assertEqual(self.rows("SELECT training FROM users WHERE email = 'forms@patients.example'"), [(0,)])

    def test_another_sites_page_can_do_nothing(self):
        self.enter("visited@patients.example")
        target = self.server.address + "account/training"
        with Elsewhere(target) as site:
            # For a browser another port of the same host is the same site: it sends the cookies there.
            for host in ("127.0.0.1", "localhost"):
                self.browser.driver.get(site.page(host, "form"))
                self.browser.wait(lambda: self.browser.driver.current_url == target)
                self.assertRegex(self.visitor.text, "forged_request|not_logged_in")
                for name in ("fetch", "json"):
                    self.browser.driver.get(site.page(host, name))
                    self.browser.wait(lambda: "done" in self.browser.driver.title)
            # The browser says that it was refused, and by whom.
            self.browser.errors()
            self.assertIn(target, self.browser.requested())
        self.assertEqual(self.rows("SELECT training FROM users WHERE email = 'visited@patients.example'"), [(0,)])
        self.visitor.open("/account")
        self.assertIn("not used for training", self.visitor.text.replace("\n", " "))

    # The contact form

    def test_contact_form_and_its_trap(self):
        self.visitor.open("/contact")
        trap = self.browser.one("[name=website]")
        around = trap.find_element("xpath", "ancestor::p").size
        self.assertLessEqual(max(around.values()), 1, "people do not see it")
        self.assertEqual(trap.get_attribute("tabindex"), "-1")
        self.expect(429)
        # Typed, as slowly as on a busy machine, it might be slow enough.
        self.browser.driver.execute_script(
            "for (const name of ['name', 'message']) document.getElementById(name).value = 'Robin';"
            "document.getElementById('email').value = 'robin@patients.example';")
        self.visitor.press("main form .primary")
        self.assertIn("quicker than people write", self.visitor.text)
        self.examine("contact-refused")
        time.sleep(CONTACT_SECONDS + 0.1)
        self.visitor.fill(name="Robin Reed", email="robin@patients.example", message="Is the clinic open?\nOn Monday?")
        self.assertEqual(self.visitor.heading(), "Thank you")
        self.visitor.open("/contact")
        self.browser.driver.execute_script("document.querySelector('[name=website]').value = 'http://spam.example'")
        time.sleep(CONTACT_SECONDS + 0.1)
        self.visitor.fill(name="Robot", email="robot@patients.example", message="Cheap watches")
        self.assertEqual(self.visitor.heading(), "Thank you", "a robot learns nothing")
        self.expect(400)
        for name, message in (("Robin", "<script>alert(1)</script>"), ("Robin <b>", "Hello")):
            self.visitor.open("/contact")
            time.sleep(CONTACT_SECONDS + 0.1)
            self.visitor.fill(name=name, email="robin@patients.example", message=message)
            self.assertIn("invalid_field", self.visitor.text)
        self.assertEqual(self.rows("SELECT name, message FROM contact"),
                         [("Robin Reed", "Is the clinic open?\nOn Monday?")])

    # An account's own data

    def test_export_and_erasure_with_mail_in_a_folder(self):
        email = "leaving@patients.example"
        self.enter(email)
        self.visitor.upload(self.pictures[:1])
        self.assertIn("account for 365 days", self.visitor.text.replace("\n", " "), "the page says what is kept")
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
        self.browser.wait(lambda: os.path.exists(path))
        with open(path, encoding="utf-8") as file:
            export = json.load(file)
        self.assertEqual(export["account"]["email"], email)
        self.assertEqual([one["answer"]["id"] for one in export["results"]], [result])
        self.assertEqual([one["result"] for one in export["reports"]], [result])
        self.assertEqual(len(export["mail"]), 2)
        self.assertNotIn("$2b$", json.dumps(export), "no hashes of passwords")
        self.visitor.open("/account/delete")
        self.visitor.fill(password=PASSWORD)
        self.assertEqual(self.visitor.heading(), "Your account is deleted")
        wanted = traces.of_text("address", email) | traces.of_text("result", result)
        places = [self.database + suffix for suffix in ("", "-wal", "-shm", "-delivery", ".mail")]
        self.assertEqual(traces.found(wanted, *places, self.server.log), set())
        self.visitor.open("/history")
        self.assertEqual(self.visitor.path, "/login", "the session is gone too")


if __name__ == "__main__":
    options.run()
