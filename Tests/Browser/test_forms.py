"""Forged and automatic forms in a real browser.

    python Tests/Browser/test_forms.py --server PROGRAM --model MODEL --pictures FOLDER [--artefacts FOLDER]
"""

import time

import options
options.require("Forms of accounts")

from accountcase import AccountCase
from elsewhere import Elsewhere
from program import Program

CONTACT_SECONDS = 3


class FormTest(AccountCase):
    settings = {"CONTACT_SECONDS": CONTACT_SECONDS, "CONTACT_PER_ADDRESS": 100}

    # Forged forms

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
            # Browsers treat another port of the same host as the same site and send its cookies.
            for host in ("127.0.0.1", "localhost"):
                self.browser.driver.get(site.page(host, "form"))
                self.browser.wait(lambda: self.browser.driver.current_url == target)
                self.assertRegex(self.visitor.text, "forged_request|not_logged_in")
                for name in ("fetch", "json"):
                    self.browser.driver.get(site.page(host, name))
                    self.browser.wait(lambda: "done" in self.browser.driver.title)
            # The browser reports the rejection.
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
        self.assertLessEqual(max(around.values()), 1, "the field is invisible")
        self.assertEqual(trap.get_attribute("tabindex"), "-1")
        self.expect(429)
        # Set by a script, because typing on a busy machine might be slow enough.
        self.browser.driver.execute_script(
            "for (const name of ['name', 'message']) document.getElementById(name).value = 'Robin';"
            "document.getElementById('email').value = 'robin@patients.example';")
        self.visitor.press("main form .primary")
        self.assertIn("sent too quickly", self.visitor.text)
        self.examine("contact-refused")
        time.sleep(CONTACT_SECONDS + 0.1)
        self.visitor.fill(name="Robin Reed", email="robin@patients.example", message="Is the clinic open?\nOn Monday?")
        self.assertEqual(self.visitor.heading(), "Thank you")
        self.visitor.open("/contact")
        self.browser.driver.execute_script("document.querySelector('[name=website]').value = 'http://spam.example'")
        time.sleep(CONTACT_SECONDS + 0.1)
        self.visitor.fill(name="Robot", email="robot@patients.example", message="Cheap watches")
        self.assertEqual(self.visitor.heading(), "Thank you", "the response does not reveal the trap")
        self.expect(400)
        for name, message in (("Robin", "<script>alert(1)</script>"), ("Robin <b>", "Hello")):
            self.visitor.open("/contact")
            time.sleep(CONTACT_SECONDS + 0.1)
            self.visitor.fill(name=name, email="robin@patients.example", message=message)
            self.assertIn("invalid_field", self.visitor.text)
        self.assertEqual(self.rows("SELECT name, message FROM contact"),
                         [("Robin Reed", "Is the clinic open?\nOn Monday?")])


if __name__ == "__main__":
    options.run()
