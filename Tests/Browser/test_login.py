"""Errors of login and registration in a real browser.

    python Tests/Browser/test_login.py --server PROGRAM --model MODEL --pictures FOLDER [--artefacts FOLDER]
"""

import json
import sqlite3
import time
import urllib.request

import options
options.require("Login and registration")

from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys

from accountcase import PASSWORD, AccountCase
from browser import Browser
from visitor import Visitor


class LoginTest(AccountCase):
    # Login

    def test_a_wrong_password_and_an_unknown_address_look_alike(self):
        self.expect(401)
        self.enter("known@patients.example")
        self.visitor.forget()
        pages = []
        for email in ("known@patients.example", "nobody@patients.example"):
            self.visitor.log_in(email, "another password here")
            pages.append(self.shown())
            self.assertIn("wrong_credentials", self.visitor.text)
            self.assertEqual(self.browser.one("#email").get_attribute("value"), email, "the form keeps the address")
            self.assertEqual(self.browser.one("#password").get_attribute("value"), "")
        self.assertEqual(*pages)
        self.examine("login-refused")

    def test_a_registered_address_is_told_nothing_that_others_are_not(self):
        self.enter("twice@patients.example")
        self.visitor.forget()
        self.visitor.register("twice@patients.example", "another lichen ferry")
        second = self.shown()
        self.assertIn("already have one", self.mail.wait("twice@patients.example", 2).text)
        self.visitor.register("once@patients.example", "another lichen ferry")
        self.assertEqual(second, self.shown())
        self.expect(401)
        self.visitor.log_in("twice@patients.example", "another lichen ferry")
        self.assertIn("wrong_credentials", self.visitor.text, "the first password is unchanged")

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
            "return getComputedStyle(document.activeElement).outlineStyle"), "none", "the focus is visible")
        keys(Keys.ENTER)
        self.browser.wait(lambda: self.visitor.path == "/history")

    def test_pages_of_accounts_lead_strangers_to_the_log_in(self):
        for path in ("/history", "/account", "/password", "/account/delete", "/account/sessions", "/review",
                     "/results/0123", "/send-report?result=0123"):
            self.visitor.open(path)
            self.assertEqual(self.visitor.path, "/login", path)

    def test_another_password_logs_other_browsers_out(self):
        self.enter("moving@patients.example")
        other = Browser()
        self.addCleanup(other.quit)
        elsewhere = Visitor(other, self.server.address)
        elsewhere.log_in("moving@patients.example", PASSWORD)
        self.assertEqual(elsewhere.path, "/history")
        self.visitor.open("/account/sessions")
        self.assertEqual(self.visitor.text.count("(this device)"), 1)
        self.examine("sessions")
        self.visitor.open("/password")
        self.examine("password")
        self.visitor.fill(current_password=PASSWORD, new_password="heron velvet compass")
        self.assertEqual(self.visitor.heading(), "Your password has been changed")
        self.examine("password-changed")
        self.visitor.open("/history")
        self.assertEqual(self.visitor.path, "/history", "this browser stays logged in")
        elsewhere.open("/history")
        self.assertEqual(elsewhere.path, "/login")
        elsewhere.log_in("moving@patients.example", "heron velvet compass")
        self.assertEqual(elsewhere.path, "/history")
        self.inspect(other)

    def test_the_navigation_shows_the_log_in_and_the_log_out(self):
        def links():
            return [link.text for link in self.browser.all("nav a, nav button")]
        self.visitor.open("/model")
        self.assertEqual(links(), ["Log in", "Create account", "Contact"])
        self.enter("steering@patients.example")
        for path in ("/", "/model", "/history", "/contact"):
            self.visitor.open(path)
            self.assertEqual(links(), ["Results", "Account", "Contact", "Log out"], path)
            self.examine("navigation" + path.replace("/", "-"))
        self.visitor.press("nav button")
        self.assertEqual(self.visitor.path, "/")
        self.assertEqual(links()[0], "Log in")

    def test_all_pages_are_accessible(self):
        with urllib.request.urlopen(self.server.address + "openapi.json") as response:
            paths = json.load(response)["paths"]
        pages = [path for path, methods in paths.items() if "{" not in path and "text/html" in json.dumps(
            methods.get("get", {}).get("responses", {}).get("200", {}))]
        self.assertLessEqual({"/", "/model", "/login", "/history", "/account/sessions", "/review"}, set(pages))
        # Links without a token, and pages of a role that the account does not have.
        self.expect(400, 403)
        for state in ("visitor", "account"):
            if state == "account":
                self.enter("tour@patients.example")
            for path in pages:
                with self.subTest(f"{path} as {state}"):
                    self.visitor.open(path)
                    for scheme in ("light", "dark"):
                        self.prefer(scheme)
                        self.assertEqual(self.browser.violations(), [])
                    self.inspect(self.browser)
        self.prefer("light")

    def test_an_unknown_address_is_a_page(self):
        self.expect(404)
        self.visitor.open("/nowhere")
        self.assertEqual(self.visitor.heading(), "Page not found")
        self.assertIn("Error code: not_found", self.visitor.text)
        self.examine("not-found")
        self.visitor.follow("Start page")
        self.assertEqual(self.visitor.path, "/")

    # Registration

    def test_passwords_that_are_too_long_or_guessed_first(self):
        self.expect(400)
        self.visitor.open("/register")
        for password, code, words in (
                ("\u5fc3" * 171, "password_too_long", "513 bytes"),
                ("password1234", "weak_password", "too easy to guess"),
                ("short", "weak_password", "at least 10")):
            self.visitor.fill(email="choosing@patients.example", password=password)
            self.assertIn(code, self.visitor.text)
            self.assertIn(words, self.visitor.text)
        self.examine("register-refused")
        self.assertEqual(self.rows("SELECT 1 FROM users WHERE email = 'choosing@patients.example'"), [])
        self.visitor.fill(email="choosing@patients.example", password="lichen " + "ferryboat" * 7 + "!?")
        self.assertEqual(self.visitor.heading(), "Check your e-mail", "72 bytes are accepted")

    def test_links_that_are_forged_used_or_expired(self):
        self.expect(400)
        verify = self.server.address + "verify"
        self.visitor.register("links@patients.example", PASSWORD)
        good = self.mail.wait("links@patients.example").link
        for address in (verify + "#token=" + "A" * 43, verify + "#token=%3Cb%3E", verify + "?token=%3Cb%3E", good[:-1]):
            # A change of the fragment alone would not load the page.
            self.browser.driver.get("about:blank")
            self.browser.driver.get(address)
            if self.browser.all("main form .primary") and "invalid_token" not in self.visitor.text:
                self.visitor.press("main form .primary")
            self.assertIn("invalid_token", self.visitor.text, address)
        self.examine("verify-refused")
        for words in ("Your address is confirmed", "invalid_token"):
            self.browser.driver.get("about:blank")
            self.browser.driver.get(good)
            self.assertEqual(self.browser.driver.current_url, verify, "the address bar does not keep the token")
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


if __name__ == "__main__":
    options.run()
