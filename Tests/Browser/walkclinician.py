"""The clinician's part of the workflow: the results to review, and a correction."""


class ClinicianSteps:
    def become_clinician(self, doctor):
        self.expected_errors = ("status of 403",)
        self.visitor.open("/review")
        self.assertIn("not_a_clinician", self.visitor.text)
        self.examine("review-forbidden")
        self.expected_errors = ()
        said = self.command("heartsense-server", "grant-clinician", doctor.email, "--database", self.database)
        self.assertEqual(said, f"{doctor.email} is now a clinician.\n")
        self.visitor.open("/review")
        # No account has given permission yet.
        self.assertEqual(self.browser.all(".review"), [])
        self.assertIn("There is nothing to review", self.visitor.text)
        self.examine("review-empty")

    def correct(self, doctor):
        self.visitor.log_in(doctor.email, doctor.password)
        self.visitor.open("/account")
        self.assertIn("clinician", self.visitor.text)
        self.visitor.follow("Results to review")
        entries = self.browser.all(".review")
        self.assertEqual(len(entries), min(10, len(self.results)))
        self.assertNotIn("quill", self.browser.driver.page_source, "no file names in the queue")
        self.examine("review")
        entry = entries[0]
        self.corrected = next(one for one in self.results if one["id"] in entry.get_attribute("outerHTML"))
        self.original = self.corrected["decision"]
        self.right = next(one["code"] for one in self.corrected["labels"] if one["code"] not in self.original)
        entry.find_element("css selector", f"[name=label-{self.right}]").click()
        entry.find_element("name", "note").send_keys("Broad complex, no P wave")
        self.visitor.press(f"#{entry.get_attribute('id')} .primary")
        self.assertIn("Saved. Thank you.", self.visitor.text)
        self.assertNotIn(self.corrected["id"], self.browser.driver.page_source, "a reviewed result is removed")
