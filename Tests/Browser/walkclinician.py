"""The clinician's part of the workflow: the results to review, and a correction."""

from selenium.webdriver.common.action_chains import ActionChains


class ClinicianSteps:
    def become_clinician(self, doctor):
        self.expected_errors = ("status of 403",)
        self.visitor.open("/review")
        self.assertIn("not_a_clinician", self.visitor.text)
        self.examine("review-forbidden")
        self.expected_errors = ()
        said = self.command("heartsense-server", "grant-clinician", doctor.email, "--database", self.database)
        self.assertIn(f"{doctor.email} is now a clinician.\n", said)
        self.visitor.open("/review")
        # No account has given permission yet.
        self.assertEqual(self.browser.all(".review"), [])
        self.assertEqual(self.browser.one("#count").text, "0 results")
        self.assertIn("There is nothing to review", self.visitor.text)
        self.examine("review-empty")

    def correct(self, doctor):
        self.visitor.log_in(doctor.email, doctor.password)
        self.visitor.open("/account")
        self.assertIn("clinician", self.visitor.text)
        self.visitor.follow("Results to review")
        count = len(self.results)
        self.assertEqual(self.browser.one("#count").text, f"{count} results")
        self.assertNotIn("quill", self.browser.driver.page_source, "no file names in the queue")
        self.assertEqual(self.browser.all(".review .number"), [], "no scores before the choice")
        self.examine("review")
        self.corrected = self.shown_result()
        self.press_keys(count)
        self.assertEqual(self.shown_result()["id"], self.corrected["id"])
        self.original = self.corrected["decision"]
        self.right = next(one["code"] for one in self.corrected["labels"] if one["code"] not in self.original)
        self.browser.one(f"[name=label-{self.right}]").click()
        self.browser.one("#note").send_keys("Broad complex, no P wave")
        self.visitor.press("#save")
        saved = self.browser.one(".reviewed").text
        self.assertIn(f"({self.right})", saved.splitlines()[0])
        self.assertIn("The model's answer: ", saved)
        self.examine("review-saved")
        self.assertNotEqual(self.shown_result()["id"], self.corrected["id"], "a reviewed result is removed")

    def shown_result(self):
        """Returns the result on the page."""
        id = self.browser.one("#review [name=result]").get_attribute("value")
        return next(one for one in self.results if one["id"] == id)

    def press_keys(self, count):
        """Reviews with the keyboard: selects, skips, leaves a result undecided and undoes it."""
        first = self.shown_result()["id"]
        self.key("1")
        self.assertTrue(self.browser.one("#box-0").is_selected())
        self.key("1")
        self.assertFalse(self.browser.one("#box-0").is_selected())
        self.browser.one("#note").send_keys("scku1")
        self.assertEqual(self.browser.one("#note").get_attribute("value"), "scku1", "letters in a field are text")
        self.browser.one("h1").click()
        if count > 1:
            self.key("k", leaves=True)
            self.assertNotEqual(self.shown_result()["id"], first, "skipped")
            self.visitor.open("/review")
        self.key("c", leaves=True)
        self.assertIn("cannot judge", self.browser.one(".reviewed").text)
        self.assertEqual(self.browser.one("#count").text.split()[0], str(count - 1))
        self.key("u", leaves=True)
        self.assertEqual(self.browser.one("#count").text.split()[0], str(count))
        self.browser.one("#use-keys").click()
        self.key("1")
        self.assertFalse(self.browser.one("#box-0").is_selected(), "shortcuts can be turned off")
        self.browser.one("#use-keys").click()

    def key(self, key, leaves=False):
        page = self.browser.one("html")
        ActionChains(self.browser.driver).send_keys(key).perform()
        if leaves:
            self.browser.wait(lambda: self.visitor.has_left(page))
