"""The patient's part of the workflow: from registration to results, reports and a message."""

import os

from browser import DESKTOP, NARROW
from mailserver import link
from reportmail import ReportMail


class PatientSteps:
    def register(self, person, looks=False):
        visitor = self.visitor
        visitor.open("/register")
        if looks:
            self.examine("register")
        visitor.fill(email=person.email, password=person.password)
        self.assertEqual(visitor.heading(), "Check your e-mail")
        if looks:
            self.examine("registered")
        message = self.mail.wait(person.email)
        self.assertEqual(message["Subject"], "Confirm your e-mail address for HeartSense")
        address = link(message)
        self.assertTrue(address.startswith(self.server.address + "verify#token="), address)
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
        self.assertEqual(len(self.mail.messages(person.email)), 1, "only one link")

    def upload(self):
        """Uploads one picture, then all of them."""
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
        self.assertIn("not sure enough to name a condition", visitor.text.replace("\n", " "))
        self.examine("result-kept-uncertain")

    def result(self, address):
        """Returns the JSON of a page's address."""
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
            # The first message is the registration link.
            report = ReportMail(self.mail.wait(patient.email, 2 + number))
            report.check(self, result, self.picture(result))
            self.look_at(report, result)

    def picture(self, result):
        path = next(path for path in self.pictures if os.path.basename(path) == result["file"])
        with open(path, "rb") as file:
            return file.read()

    def look_at(self, report, result):
        """Checks the mail as a mail program shows it: on wide and narrow screens, and for accessibility."""
        self.inspect(self.browser)
        name = "mail-uncertain" if result["uncertain"] else "mail"
        self.browser.driver.get("file://" + report.save(self.path(name + ".html")))
        self.assertTrue(self.browser.driver.execute_script("return document.images[0].naturalWidth > 0"))
        # Mail has no landmarks.
        self.assertEqual(self.browser.violations(("wcag2a", "wcag2aa", "wcag21a", "wcag21aa")), [])
        self.screenshot(f"{name}-desktop")
        self.browser.resize(NARROW)
        self.assertLessEqual(self.browser.overhang(), 0, "the mail scrolls horizontally on a narrow screen")
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

    def allow_training(self, patient):
        self.visitor.log_in(patient.email, patient.password)
        self.visitor.open("/account")
        self.examine("account")
        self.visitor.press("form[action='/account/training'] button")
        self.assertIn("You allow", self.visitor.text)
