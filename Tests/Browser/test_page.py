"""Pictures of beats on the home page in a real browser with the real server.

    python Tests/Browser/test_page.py --server PROGRAM --model MODEL --pictures FOLDER [--artefacts FOLDER]

MODEL can classify the pictures in FOLDER (`make browser` uses those of the gate's experiment). Screenshots are saved in
the artefacts folder. Without Chromium or selenium the tests are skipped with a message.
"""

import glob
import json
import os
import struct
import tempfile
import urllib.error
import zlib

import options
options.require("The page")

from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from browser import PHONE, Browser
from pagecase import PageCase
from server import Server


def png(width, height, gray):
    """Returns a PNG of one gray level."""
    def chunk(kind, content):
        body = kind + content
        return struct.pack(">I", len(content)) + body + struct.pack(">I", zlib.crc32(body))
    rows = b"".join(b"\0" + bytes([gray]) * width for _ in range(height))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
            + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


class PageTest(PageCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server(options.values.server, options.values.model)
        cls.server.start()
        cls.addClassCleanup(lambda: cls.server.stop())
        cls.browser = Browser()
        cls.addClassCleanup(cls.browser.quit)
        cls.folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.folder.cleanup)
        # Evenly spread over the classes, which are in separate folders.
        pictures = sorted(glob.glob(os.path.join(options.values.pictures, "**", "*.png"), recursive=True))
        cls.pictures = [os.path.abspath(path) for path in pictures[::max(1, len(pictures) // 48)]]
        answers = [answer for first in range(0, len(cls.pictures), 12)
                   for answer in cls.server.predict(cls.pictures[first:first + 12])]
        pairs = list(zip(cls.pictures, answers))
        cls.answered = [path for path, answer in pairs if "error" not in answer]
        cls.certain = [(path, answer) for path, answer in pairs if answer.get("uncertain") is False]
        cls.uncertain = [(path, answer) for path, answer in pairs if answer.get("uncertain")]
        if not cls.certain or not cls.uncertain or len(cls.answered) < 13:
            raise RuntimeError(f"of {len(pairs)} pictures {len(cls.certain)} have a certain and {len(cls.uncertain)} an "
                               "uncertain result: the tests need both kinds, and 13 in total")

    def setUp(self):
        super().setUp()
        self.browser.driver.get(self.server.address)

    def file(self, name, content):
        path = os.path.join(self.folder.name, name)
        with open(path, "wb") as file:
            file.write(content)
        return path

    def send(self, paths, browser=None):
        """Uploads pictures and waits for the results."""
        browser = browser or self.browser
        browser.choose(paths)
        browser.one("#upload .primary").click()
        browser.wait(lambda: browser.all("#results"), 60)
        return browser.all(".answer")

    def wait_for_explanations(self):
        self.browser.wait(lambda: not self.browser.all(".saliency[aria-busy=true]"), 120)

    def test_one_picture(self):
        self.screenshot("home-desktop")
        path, expected = self.certain[0]
        answer, = self.send([path])
        self.assertEqual(self.browser.driver.switch_to.active_element.get_attribute("id"), "results-heading")
        self.assertEqual(answer.find_element(By.CSS_SELECTOR, ".file").text, os.path.basename(path))
        self.assertEqual([code.text for code in answer.find_elements(By.CSS_SELECTOR, ".verdict .code")],
                         expected["decision"])
        rows = answer.find_elements(By.CSS_SELECTOR, ".scores tbody tr")
        self.assertEqual(len(rows), len(expected["labels"]))
        highest = max(expected["labels"], key=lambda label: label["score"])
        self.assertTrue(rows[0].text.startswith(highest["condition"]), rows[0].text)
        self.assertAlmostEqual(
            float(rows[0].find_element(By.CSS_SELECTOR, ".value").get_attribute("width").rstrip("%")),
            100 * highest["score"], delta=0.5)
        decided = [label for label in expected["labels"] if label["decided"]]
        links = answer.find_elements(By.CSS_SELECTOR, ".decided a")
        self.assertEqual([link.get_attribute("href") for link in links], [label["link"] for label in decided])
        self.assertIn(decided[0]["explanation"], answer.text)
        votes = answer.find_element(By.CSS_SELECTOR, ".votes")
        votes.find_element(By.TAG_NAME, "summary").click()
        self.assertEqual(len(votes.find_elements(By.CSS_SELECTOR, "thead th")), 1 + len(highest["votes"]))
        self.assertIn("Not a medical device", self.browser.one("main").text)
        self.wait_for_explanations()
        for slot in self.browser.all(".saliency"):
            self.assertTrue(slot.find_elements(By.TAG_NAME, "figcaption"), "no explanation")
        self.assertEqual(self.browser.violations(), [])
        self.screenshot("result-desktop")

    def test_several_pictures(self):
        self.browser.choose(self.answered[:4])
        self.assertEqual(len(self.browser.all("#chosen li")), 4)
        self.screenshot("chosen-desktop")
        self.browser.one("#upload .primary").click()
        self.browser.wait(lambda: self.browser.all("#results"), 60)
        self.assertEqual(self.browser.one("#results-heading").text, "Results for 4 of 4 pictures")
        self.assertEqual(len(self.browser.all(".answer:not(.refused)")), 4)
        self.wait_for_explanations()
        self.screenshot("four-desktop")

    def test_bad_files(self):
        for name, content in (("letter.png", b"Dear doctor"), ("blank.png", png(432, 288, 255)),
                              ("damaged.png", png(432, 288, 90)[:60])):
            with self.subTest(name):
                self.browser.driver.get(self.server.address)
                self.browser.choose([self.file(name, content)])
                self.browser.one("#upload .primary").click()
                self.browser.wait(lambda: self.browser.one("#messages").text, 60)
                self.assertIn(name, self.browser.one("#messages").text)
                self.assertTrue(self.browser.one("#chosen .refused .out").text)
        self.assertEqual(self.browser.all("#results"), [])

    def test_names_are_text(self):
        name = "<img src=x onerror=alert(1)>\"'&\u0301.png"
        with open(self.answered[0], "rb") as file:
            answer, = self.send([self.file(name, file.read())])
        self.assertEqual(self.browser.all("img[src=x]"), [])
        # Browsers encode a quote in a file name.
        self.assertEqual(answer.find_element(By.CSS_SELECTOR, ".file").text, name.replace('"', "%22"))

    def test_uncertain(self):
        path, expected = self.uncertain[0]
        answer, = self.send([path])
        self.assertIn("Uncertain", answer.find_element(By.CSS_SELECTOR, ".badge").text)
        self.assertEqual(len(answer.find_elements(By.CSS_SELECTOR, ".reasons li")), len(expected["reasons"]))
        self.assertEqual(answer.find_elements(By.CSS_SELECTOR, ".condition"), [], "no condition is named")
        for label in expected["labels"]:
            self.assertNotIn(label["condition"], answer.text, "the scores are closed")
        self.assertEqual(self.browser.violations(), [])
        self.screenshot("uncertain-desktop")

    def test_too_many_pictures(self):
        self.browser.choose(self.answered[:12])
        self.browser.choose(self.answered[12:13])
        self.assertEqual(len(self.browser.all("#chosen li")), 12)
        self.assertIn("up to 12 at a time", self.browser.one("#messages").text)
        self.browser.all("#chosen button")[0].click()
        self.assertEqual(len(self.browser.all("#chosen li")), 11)

    def test_too_large_a_picture(self):
        large = self.file("large.png", b"\x89PNG" + bytes(21 << 20))
        self.browser.choose([large, self.answered[0]])
        self.assertIn("large.png is too large: 21 MB. The limit is 20 MB.", self.browser.one("#messages").text)
        self.assertEqual([item.text.split("\n")[0] for item in self.browser.all("#chosen li")],
                         [os.path.basename(self.answered[0])])
        self.screenshot("too-large-desktop")

    def test_dropped_pictures(self):
        with open(self.answered[0], "rb") as file:
            content = list(file.read())
        self.browser.driver.execute_script("""
            const transfer = new DataTransfer();
            transfer.items.add(new File([new Uint8Array(arguments[0])], "dropped.png", {type: "image/png"}));
            const drop = document.querySelector(".drop");
            for (const kind of ["dragenter", "dragover", "drop"]) {
              drop.dispatchEvent(new DragEvent(kind, {dataTransfer: transfer, bubbles: true, cancelable: true}));
            }""", content)
        self.assertEqual([item.text.split("\n")[0] for item in self.browser.all("#chosen li")], ["dropped.png"])
        self.assertNotIn("is-over", self.browser.one(".drop").get_attribute("class"))
        self.browser.one("#upload .primary").click()
        self.browser.wait(lambda: self.browser.all(".answer"), 60)

    def test_the_page_and_programs_are_told_the_same(self):
        path, expected = self.certain[0]
        explained, = self.server.predict([path], "?saliency=true")
        self.send([path])
        self.wait_for_explanations()
        for label in explained["labels"]:
            saliency = label.pop("saliency", None)
            self.assertEqual(saliency is not None, label["decided"])
            if saliency is None:
                continue
            slot = self.browser.one(f".saliency[data-code={label['code']}]")
            self.assertIn(saliency["text"], slot.text)
            shown = slot.find_elements(By.TAG_NAME, "img")
            self.assertEqual(bool(shown), saliency["status"] == "shown")
            if shown:
                self.assertEqual(shown[0].get_attribute("src"), "data:image/png;base64," + saliency["png"])
        self.assertEqual(explained, expected, "saliency changes nothing else")
        with self.assertRaises(urllib.error.HTTPError) as refused:
            self.server.predict([path], "?saliency=maybe")
        self.assertEqual(refused.exception.code, 400)
        self.assertEqual(json.load(refused.exception)["error"]["code"], "malformed_query")

    def test_nothing_chosen(self):
        self.browser.one("#upload .primary").click()
        self.assertIn("at least one file", self.browser.one("#messages").text)

    def test_server_gone_in_between(self):
        self.expected_errors = ("ERR_CONNECTION_REFUSED",)
        self.browser.choose(self.answered[:1])
        self.server.stop()
        self.server.wait_until_gone()
        try:
            self.browser.one("#upload .primary").click()
            self.browser.wait(lambda: "cannot be reached" in self.browser.one("#messages").text)
            self.screenshot("server-gone-desktop")
        finally:
            self.server.start()
        self.browser.wait(lambda: self.browser.one("#upload .primary").is_enabled())
        self.browser.one("#upload .primary").click()
        self.browser.wait(lambda: self.browser.all(".answer"), 60)
        self.assertEqual(self.browser.one("#messages").text, "")

    def test_keyboard(self):
        active = lambda: self.browser.driver.switch_to.active_element
        body = self.browser.one("body")
        body.send_keys(Keys.TAB)
        self.assertEqual(active().get_attribute("class"), "skip")
        active().send_keys(Keys.ENTER)
        active().send_keys(Keys.TAB)
        self.assertEqual(active().get_attribute("id"), "files")
        self.browser.choose(self.answered[:2])
        # Keys that are sent to the field itself would be file names.
        ActionChains(self.browser.driver).send_keys(Keys.TAB).perform()
        self.assertEqual(active().text, "Remove")
        active().send_keys(Keys.ENTER)
        self.assertEqual(len(self.browser.all("#chosen li")), 1)
        self.assertEqual(active().text, "Remove", "the focus moves to the next button")
        active().send_keys(Keys.TAB)
        self.assertEqual(active().tag_name, "summary")
        active().send_keys(Keys.TAB)
        self.assertEqual(active().text, "Read ECG")
        active().send_keys(Keys.ENTER)
        self.browser.wait(lambda: self.browser.all(".answer"), 60)

    def test_phone(self):
        self.browser.resize(PHONE)
        self.browser.driver.get(self.server.address)
        self.assertLessEqual(self.browser.overhang(), 0)
        self.screenshot("home-phone")
        name = "a-very-long-name-without-any-place-to-break-it-" * 3 + ".png"
        with open(self.answered[0], "rb") as file:
            long = self.file(name, file.read())
        self.send([self.certain[0][0], self.uncertain[0][0], long])
        self.wait_for_explanations()
        for summary in self.browser.all("details:not([open]) summary"):
            summary.click()
        self.assertLessEqual(self.browser.overhang(), 0)
        self.assertEqual(self.browser.violations(), [])
        self.screenshot("result-phone")

    def test_dark(self):
        self.prefer("dark")
        self.browser.driver.get(self.server.address)
        self.assertEqual(self.browser.violations(), [])
        self.send([self.certain[0][0], self.uncertain[0][0]])
        self.wait_for_explanations()
        self.assertEqual(self.browser.violations(), [])
        self.screenshot("result-dark")

    def test_without_scripts(self):
        browser = Browser(scripts=False)
        self.addCleanup(browser.quit)
        browser.prefer(prefers_reduced_motion="reduce")
        browser.driver.get(self.server.address)
        choose = lambda paths: browser.one("#beat-files").send_keys("\n".join(paths))
        choose([self.certain[0][0], self.file("letter.png", b"Dear doctor")])
        browser.one("#beats button").click()
        browser.wait(lambda: browser.all("#results"), 60)
        answers = browser.all(".answer")
        self.assertEqual(["refused" in answer.get_attribute("class") for answer in answers], [False, True])
        self.assertEqual(browser.one("#results-heading").text, "Results for 1 of 2 pictures")
        self.assertTrue(answers[0].find_elements(By.CSS_SELECTOR, ".saliency figcaption"), "the response has saliency")
        self.screenshot("result-without-scripts", browser)
        self.inspect(browser)
        browser.one(".again a").click()
        self.expected_errors = ("status of 400",)
        choose(self.answered[:13])
        browser.one("#beats button").click()
        browser.wait(lambda: browser.all("#results"))
        self.assertIn("up to 12 files", browser.one(".verdict").text)
        self.assertEqual(browser.all(".answer"), [])
        self.inspect(browser)


if __name__ == "__main__":
    options.run()
