"""Uploads of real ECGs in a real browser with the real server: every kind of file, the result, and corrections.

    python Tests/Browser/test_upload.py --server PROGRAM --model MODEL --pictures FOLDER [--artefacts FOLDER]

MODEL can classify the pictures in FOLDER. Pages are drawn from the records in datasets/ptbxl-sample. Pages of other
sources are tested if the shared data is present.
"""

import base64
import copy
import glob
import json
import math
import os
import tempfile

import options
options.require("The upload of ECGs")

from selenium.common.exceptions import WebDriverException
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select

import samples
from browser import NARROW, PHONE, Browser
from pagecase import PageCase
from server import Server

RECORD = "00091_lr"
TWELVE_LEADS = os.path.join(os.path.dirname(__file__), "../../weights/twelve-lead.h5")


class UploadTest(PageCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = folder.name
        cls.program = samples.Program(options.values.server)
        cls.server = Server(options.values.server, [])  # the models of weights/
        cls.server.start()
        cls.addClassCleanup(lambda: cls.server.stop())
        cls.browser = Browser()
        cls.addClassCleanup(cls.browser.quit)
        cls.path = samples.Record(RECORD).write(cls.folder, "record")
        cls.truth = cls.program.analyze(cls.path)
        cls.page = cls.program.draw(cls.path, os.path.join(cls.folder, "page.pdf"))

    def setUp(self):
        super().setUp()
        self.browser.driver.get(self.server.address)

    def file(self, name, content):
        path = os.path.join(self.folder, name)
        with open(path, "wb") as file:
            file.write(content)
        return path

    def send(self, paths, leads=()):
        """Uploads files on the home page. Returns the JSON of the result; None if they were refused.

        - leads: the names of leads by the index of the file, to choose in the preview.
        """
        browser = self.browser
        browser.driver.get(self.server.address)
        browser.choose(paths)
        if leads:
            browser.one("#scale summary").click()
            browser.wait(lambda: browser.all("#chosen select"))
        for index, lead in dict(leads).items():
            Select(browser.all("#chosen select")[index]).select_by_visible_text(lead)
        browser.one("#upload .primary").click()
        browser.wait(lambda: self.shows(browser, "#paper.is-loaded, #result .answer, #messages p"), 300)
        place = browser.driver.current_url.removeprefix(self.server.address + "results/")
        return self.server.result(place) if place != browser.driver.current_url else None

    @staticmethod
    def shows(browser, selector):
        try:
            return browser.driver.execute_script("return document.querySelector(arguments[0]) !== null", selector)
        except WebDriverException:
            # For a moment there is no page.
            return False

    def script(self, text, *arguments):
        return self.browser.driver.execute_script(text, *arguments)

    def number(self, key):
        """Returns the number in a row of the measurements as the page shows it."""
        return self.browser.one(f".measurements [data-key={key}] .figure").text

    def check_numbers(self, result):
        """Every number on the page is that of the JSON."""
        analysis = result["analysis"]
        values = {key: value for key, value in analysis["measurements"].items() if not isinstance(value, dict)}
        for row in self.browser.all(".measurements [data-key]"):
            key = row.get_attribute("data-key")
            value = (values | {"heart_rate_bpm": analysis["heart_rate_bpm"]})[key]
            self.assertEqual(self.number(key), "–" if value is None else f"{value:g}".replace("-", "−"), key)
        text = self.browser.one("#findings").text
        for finding in analysis["rhythm"] + analysis["origin"]:
            self.assertIn(finding["name"], text)
            for evidence in finding["evidence"]:
                self.assertIn(evidence, text)
            self.assertIn(finding["source"], text)
        bars = self.browser.all(".prediction .value")
        scores = [label["score"] for one in result["predictions"]
                  for label in sorted(one["labels"], key=lambda label: -label["score"])]
        for bar, score in zip(bars, scores, strict=True):
            self.assertAlmostEqual(float(bar.get_attribute("width").rstrip("%")), 100 * score, delta=0.5)

    def check_waves(self, result):
        """Every wave is drawn where the JSON says, in each lead that shows its time."""
        drawn = self.script("""
            return [...document.querySelectorAll("g.lead")].map((lead) => ({...lead.dataset,
              waves: [...lead.querySelectorAll("path[data-from-s]")].map((path) => {
                const box = path.getBBox();
                return [path.classList[0], box.x, box.x + box.width];
              }),
              beats: [...lead.querySelectorAll("line.beat")].map((line) => line.x1.baseVal.value)}));""")
        self.assertTrue(drawn)
        for lead in drawn:
            first, last, left, scale = (float(lead[name]) for name in ("fromS", "toS", "x", "mmPerS"))
            place = lambda seconds: left + (min(max(seconds, first), last) - first) * scale
            shown = lambda seconds: first <= seconds < last
            waves = sorted((name, place(times[0]), place(times[-1])) for beat in result["analysis"]["beats"]
                           for name, times in (("p", beat["p_s"]), ("qrs", beat["qrs_s"]), ("t", beat["t_s"]))
                           if times and (shown(times[0]) or shown(times[-1])))
            self.assertEqual([name for name, _, _ in waves], [wave[0] for wave in sorted(lead["waves"])])
            for expected, wave in zip(waves, sorted(lead["waves"])):
                self.assertAlmostEqual(expected[1], wave[1], delta=0.05)
                self.assertAlmostEqual(expected[2], wave[2], delta=0.05)
            beats = [place(beat["time_s"]) for beat in result["analysis"]["beats"] if shown(beat["time_s"])]
            self.assertEqual(len(beats), len(lead["beats"]))
            for expected, beat in zip(beats, lead["beats"]):
                self.assertAlmostEqual(expected, beat, delta=0.05)

    # Kinds of files

    def test_page(self):
        self.examine("upload-home")
        result = self.send([self.page])
        self.assertEqual([one["kind"] for one in result["files"]], ["page"])
        self.assertAlmostEqual(result["heart_rate_bpm"], self.truth["heart_rate_bpm"], delta=1)
        self.assertEqual(result["rhythm_classification"], self.truth["rhythm"][0]["name"])
        self.assertIn(self.truth["rhythm"][0]["name"], self.browser.one("#rhythm-line").text)
        self.check_numbers(result)
        self.check_waves(result)
        self.examine("upload-page")
        self.browser.one("#show-page").click()
        self.assertTrue(self.script("return document.querySelector('.page-picture').naturalWidth > 0"))
        self.assertFalse(self.browser.one("#paper").is_displayed())
        self.examine("upload-overlay")
        self.browser.resize(PHONE)
        self.browser.driver.refresh()
        self.browser.wait(lambda: self.shows(self.browser, "#paper.is-loaded"))
        self.screenshot("upload-page-phone")

    def test_recording(self):
        result = self.send([self.path + ".hea", self.path + ".dat"])
        self.assertEqual({one["kind"] for one in result["files"]}, {"recording"})
        expected = dict(self.truth, file=result["analysis"]["file"])
        self.assertEqual(result["analysis"], expected, "the analysis is that of the command line")
        said = json.loads(self.program.run("predict", os.path.abspath(TWELVE_LEADS), self.path, "--json"))
        self.assertEqual([label["score"] for label in result["predictions"][0]["labels"]],
                         [label["score"] for label in said["labels"]])
        self.check_numbers(result)
        self.check_waves(result)
        self.screenshot("upload-recording")

    def test_twelve_lead_pictures(self):
        truth = os.path.join(self.folder, "twelve.json")
        page = self.program.draw(self.path, os.path.join(self.folder, "twelve.png"), "--truth", truth, "--dpi", "150")
        with open(page, "rb") as file:
            picture = base64.b64encode(file.read()).decode()
        with open(truth, encoding="utf-8") as file:
            leads = [lead for lead in json.load(file)["leads"] if not lead["is_strip"]]
        boxes = [[*lead["box_px"][0], lead["box_px"][2][0] - lead["box_px"][0][0],
                  lead["box_px"][2][1] - lead["box_px"][0][1]] for lead in leads]
        crops = self.browser.driver.execute_async_script(samples.CROP, picture, boxes)
        # Half of the leads are named by their files, the others are chosen in the preview.
        names = [lead["name"] for lead in leads]
        paths = [self.file(f"{name if index < 6 else f'crop-{index}'}.png", base64.b64decode(crop))
                 for index, (name, crop) in enumerate(zip(names, crops))]
        result = self.send(paths, {index: names[index] for index in range(6, 12)})
        self.assertEqual([one["kind"] for one in result["files"]], ["lead_picture"] * 12)
        self.assertEqual(sorted(one["name"].upper() for one in result["analysis"]["leads"]), sorted(names))
        self.assertAlmostEqual(result["heart_rate_bpm"], self.truth["heart_rate_bpm"], delta=8)
        self.screenshot("upload-twelve-pictures")

    def test_beat_picture(self):
        path = sorted(glob.glob(os.path.join(options.values.pictures, "*", "*.png")))[0]
        self.assertIsNone(self.send([path]))
        self.assertEqual(len(self.browser.all("#result .answer .scores tbody tr")), 6)
        self.screenshot("upload-beat-picture")

    def test_other_sources(self):
        """A scan, a photo, a page of another machine, a screenshot and a PDF, as far as they are present."""
        for names, leads in ((("ptbxl-pdf", "01175_hr.pdf"), 12), (("khan-pages", "normal", "01.jpg"), 12),
                             (("paper-scans", "ecg00001.png"), 1), (("paper-scans", "ecg00005.jpg"), 1),
                             (("lightwave-screens", "image_1.png"), 2)):
            path = samples.shared(*names)
            if path is None:
                print(f"{'/'.join(names)} is not tested: the shared data is absent.")
                continue
            with self.subTest("/".join(names)):
                result = self.send([path])
                self.screenshot("upload-" + "-".join(names).replace(".", "-"))
                if result is None:
                    # A page that cannot be used is refused with what to do.
                    self.assertRegex(self.browser.one("#chosen .refused .out").text, r"\w+\. \w+")
                    continue
                self.assertGreaterEqual(len(result["analysis"]["leads"]), leads)
                self.check_numbers(result)
                self.check_waves(result)

    def test_files_that_are_no_ecg(self):
        cat = self.script(samples.CAT)
        for name, content in (("cat.jpg", base64.b64decode(cat)), ("empty.pdf", samples.empty_pdf()),
                              ("nothing.pdf", b""), ("letter.png", b"Dear doctor")):
            with self.subTest(name):
                self.assertIsNone(self.send([self.file(name, content)]))
                message = self.browser.one("#chosen .refused .out").text
                self.assertGreater(len(message.split()), 4, message)
                self.assertIn(message, self.browser.one("#messages").text)
                self.assertTrue(self.browser.one("#upload .primary").is_enabled())
        self.examine("upload-refused")

    # The drawn ECG

    @property
    def scale(self):
        """Pixels per millimeter."""
        return self.script("""const svg = document.querySelector("#paper svg");
            return svg.clientWidth / svg.viewBox.baseVal.width;""")

    @property
    def corner(self):
        return self.script("const box = document.querySelector('#paper svg').viewBox.baseVal; return [box.x, box.y]")

    def test_zoom_and_pan(self):
        self.send([self.page])
        paper = self.browser.one("#paper")
        paper.send_keys("0")
        whole = self.scale
        paper.send_keys("+")
        self.assertAlmostEqual(self.scale / whole, 1.25, delta=0.01)
        left = self.corner[0]
        paper.send_keys(Keys.ARROW_RIGHT)
        self.assertGreater(self.corner[0], left)
        ActionChains(self.browser.driver).drag_and_drop_by_offset(paper, 50, 0).perform()
        self.assertAlmostEqual(self.corner[0], left, delta=0.5)
        self.script("document.getElementById('paper').dispatchEvent(new WheelEvent('wheel', {deltaY: -60, cancelable: true}))")
        self.assertGreater(self.scale / whole, 1.6)
        Select(self.browser.one("#go-to")).select_by_visible_text("V2")
        self.assertGreater(self.scale / whole, 2)
        self.pinch(paper)
        self.browser.one("#toggle-waves").click()
        self.assertFalse(self.browser.one(".lead .qrs").is_displayed())
        self.browser.one("#toggle-beats").click()
        self.assertFalse(self.browser.one(".lead .beat").is_displayed())
        paper.send_keys("0")
        self.assertAlmostEqual(self.scale, whole, delta=0.01)

    def pinch(self, paper):
        """Two fingers that part double the scale."""
        before = self.scale
        box = paper.rect
        top = self.script("return document.getElementById('paper').getBoundingClientRect().top")
        x, y = box["x"] + box["width"] / 2, top + box["height"] / 2
        touch = lambda kind, distance: self.browser.driver.execute_cdp_cmd("Input.dispatchTouchEvent", {
            "type": kind, "touchPoints": [] if distance is None else [
                {"x": x - distance, "y": y, "id": 0}, {"x": x + distance, "y": y, "id": 1}]})
        touch("touchStart", 40)
        for distance in (50, 60, 70, 80):
            touch("touchMove", distance)
        touch("touchEnd", None)
        self.assertAlmostEqual(self.scale / before, 2, delta=0.3)

    def test_calipers(self):
        result = self.send([self.page])
        self.browser.one("#toggle-calipers").click()
        readout = self.browser.one("#calipers")
        handles = self.browser.all(".calipers .handle")
        beats = [beat["time_s"] for beat in result["analysis"]["beats"]]
        self.assertIn(f"{1000 * (beats[1] - beats[0]):.0f} ms", readout.text, "it starts with two beats of lead II")
        before = int(readout.text.split()[3])
        handles[1].send_keys(Keys.ARROW_RIGHT)
        self.assertEqual(int(readout.text.split()[3]), before + 2)
        handles[1].send_keys(Keys.PAGE_DOWN)
        self.assertIn(f"{beats[1]:.3f} s", handles[1].get_attribute("aria-valuetext"), "a mark of the waves")
        qrs = result["analysis"]["beats"][1]["qrs_s"]
        handles[1].send_keys(Keys.PAGE_UP)
        self.assertIn(f"{qrs[1]:.3f} s", handles[1].get_attribute("aria-valuetext"))
        ActionChains(self.browser.driver).drag_and_drop_by_offset(handles[0], 60, 0).perform()
        self.assertLess(int(readout.text.split()[3]), before - 200)
        self.assertRegex(readout.text, r"A to B: \d+ ms · \d+ bpm · −?\d\.\d\d mV \(lead II\)")
        self.examine("upload-calipers")

    # Corrections

    def count(self, count):
        """Waits until the server has analyzed a number of corrections."""
        text = "No corrections." if count == 0 else f"{count} correction"
        self.browser.wait(lambda: self.browser.one("#correction-status").text.startswith(text), 120)

    def test_corrections(self):
        """A page with two exchanged leads and one broken trace, corrected, has the measurements and findings of the truth."""
        record = samples.Record("00219_lr")
        page = self.program.draw(record.write(self.folder, "true"), os.path.join(self.folder, "true.pdf"))
        truth = self.server.upload([page])
        start, end = 7.6, 9.9
        broken = copy.deepcopy(record)
        broken.swap("I", "II")
        for sample in range(round(start * record.rate), round(end * record.rate)):
            broken.signals["V5"][sample] = 0.2 * math.sin(sample / 10)
        first = self.send([self.program.draw(
            broken.write(self.folder, "broken"), os.path.join(self.folder, "broken.pdf"))])
        axis = lambda one: one["analysis"]["measurements"]["axis_deg"]
        amplitude = lambda one: one["analysis"]["measurements"]["leads"]["V5"]["r_mv"]
        codes = lambda one: [finding["code"] for finding in one["analysis"]["rhythm"]]
        self.assertGreater(abs(axis(first) - axis(truth)), 20)
        self.assertGreater(abs(amplitude(first) - amplitude(truth)), 0.2)
        self.browser.one("#toggle-correction").click()
        self.browser.wait(lambda: self.browser.all("#proposals button"))
        self.assertIn("Leads I and II are exchanged", self.browser.one("#proposals").text)
        self.browser.wait(lambda: len(self.browser.all(".underlay image")) == 13)
        self.examine("upload-correction")
        self.browser.one("#show-behind").click()
        self.assertEqual(self.browser.all(".underlay"), [])
        self.browser.one("#proposals button").click()
        self.count(1)
        self.assertEqual(self.browser.all("#proposals button"), [])
        self.assertLessEqual(abs(axis(self.server.result(first["id"])) - axis(truth)), 5)
        self.redraw(record, "V5", start, end)
        self.count(2)
        repaired = self.server.result(first["id"])
        self.assertTrue(repaired["corrected"])
        self.assertEqual([one["change"] for one in repaired["corrections"]], ["swap", "points"])
        self.assertEqual(codes(repaired), codes(truth))
        self.assertAlmostEqual(amplitude(repaired), amplitude(truth), delta=0.1)
        for key in ("pr_ms", "qrs_ms", "qt_ms"):
            values = [one["analysis"]["measurements"][key] for one in (repaired, truth)]
            self.assertAlmostEqual(*values, delta=12, msg=key)
        self.check_numbers(repaired)
        self.check_waves(repaired)
        self.assertIn("Corrected by hand", self.browser.one("#verdict").text)
        self.screenshot("upload-corrected")
        print(f"A correction takes {self.browser.one('#correction').get_attribute('data-milliseconds')} ms until the new "
              "numbers are shown.")

    def redraw(self, record, name, start, end):
        """Draws the true trace by clicks along it."""
        Select(self.browser.one("#go-to")).select_by_visible_text(name)
        Select(self.browser.one("#lead")).select_by_visible_text(name)
        self.browser.one("[name=tool][value=line]").click()
        self.script("document.getElementById('paper').scrollIntoView()")
        paper = self.browser.one("#paper")
        places = self.script("""
            const [name, points] = arguments;
            const {x, y, fromS, mmPerS, mmPerMv} = document.querySelector(`g.lead[data-lead="${name}"]`).dataset;
            const view = document.querySelector("#paper svg").viewBox.baseVal;
            const paper = document.getElementById("paper");
            const pixels = paper.clientWidth / view.width;
            return points.map(([s, mV]) => [(Number(x) + (s - fromS) * mmPerS - view.x) * pixels - paper.clientWidth / 2,
              (y - mV * mmPerMv - view.y) * pixels - paper.clientHeight / 2]);""", name,
            [[time, record.value(name, time)] for time in self.corners(record, name, start, end)])
        clicks = ActionChains(self.browser.driver, duration=0)
        for x, y in places:
            clicks.move_to_element_with_offset(paper, round(x), round(y)).click()
        clicks.perform()
        self.browser.one("#use-line").click()

    @staticmethod
    def corners(record, name, start, end):
        """Returns the times at which straight lines through the trace stay within 0.05 mV of it."""
        signal = record.signals[name]
        first, last = round(start * record.rate) - 1, round(end * record.rate)
        kept, parts = {first, last}, [(first, last)]
        while parts:
            low, high = parts.pop()
            off = lambda index: abs(signal[low] + (signal[high] - signal[low]) * (index - low) / (high - low)
                                    - signal[index])
            worst = max(range(low + 1, high), key=off, default=None)
            if worst is not None and off(worst) > 0.05:
                kept.add(worst)
                parts += [(low, worst), (worst, high)]
        return [index / record.rate for index in sorted(kept)]

    def test_changes_of_leads(self):
        result = self.send([self.page])
        self.browser.one("#toggle-correction").click()
        self.browser.wait(lambda: self.browser.one("#correction-status").text == "No corrections.")
        Select(self.browser.one("#lead")).select_by_visible_text("aVF")
        self.browser.one("#flip").click()
        self.count(1)
        Select(self.browser.one("#new-gain")).select_by_visible_text("5")
        self.browser.one("#set-gain").click()
        self.count(2)
        sokolow = lambda one: one["analysis"]["measurements"]["sokolow_lyon_mv"]
        self.assertAlmostEqual(sokolow(self.server.result(result["id"])) / sokolow(result), 2, delta=0.02)
        ActionChains(self.browser.driver).key_down(Keys.CONTROL).send_keys("z").key_up(Keys.CONTROL).perform()
        self.count(1)
        self.assertAlmostEqual(sokolow(self.server.result(result["id"])), sokolow(result), delta=0.01)
        ActionChains(self.browser.driver).key_down(Keys.CONTROL).key_down(Keys.SHIFT).send_keys("z").key_up(
            Keys.SHIFT).key_up(Keys.CONTROL).perform()
        self.count(2)
        self.browser.one("#start-over").click()
        self.count(0)
        self.assertEqual(self.server.result(result["id"])["analysis"], result["analysis"])
        self.assertNotIn("Corrected by hand", self.browser.one("#verdict").text)

    def test_points_by_mouse_and_keyboard(self):
        result = self.send([self.page])
        self.browser.one("#toggle-correction").click()
        self.browser.wait(lambda: self.browser.one("#correction-status").text == "No corrections.")
        Select(self.browser.one("#lead")).select_by_visible_text("V2")
        Select(self.browser.one("#go-to")).select_by_visible_text("V2")
        handle = self.browser.one(".points .handle")
        handle.send_keys(Keys.HOME)
        handle.send_keys(Keys.ARROW_RIGHT, Keys.ARROW_RIGHT)
        self.assertIn("point 3 of", handle.get_attribute("aria-valuetext"))
        handle.send_keys(Keys.PAGE_UP)
        self.count(1)
        change, = self.server.result(result["id"])["corrections"]
        self.assertEqual((change["change"], change["lead"]), ("points", "V2"))
        self.assertEqual(self.browser.driver.switch_to.active_element, handle, "the focus stays")
        dots = self.browser.all(".dots circle")
        ActionChains(self.browser.driver).drag_and_drop_by_offset(dots[len(dots) // 2], 0, -40).perform()
        self.count(2)
        handle.send_keys(Keys.DELETE)
        self.count(3)
        self.browser.one("[name=tool][value=part]").click()
        for id, value in (("part-from", "5.2"), ("part-to", "5.6")):
            self.browser.one("#" + id).clear()
            self.browser.one("#" + id).send_keys(value)
        self.browser.one("#remove-part").click()
        self.count(4)
        self.browser.one("[name=tool][value=box]").click()
        self.browser.one("#shift-value").clear()
        self.browser.one("#shift-value").send_keys("0.2")
        self.browser.one("#shift").click()
        self.count(5)
        changes = self.server.result(result["id"])["corrections"]
        self.assertEqual([one["change"] for one in changes], ["points"] * 3 + ["remove", "shift"])
        self.screenshot("upload-points")

    # Other ways to use the page

    def test_print(self):
        self.send([self.page])
        pdf = base64.b64decode(self.browser.driver.execute_cdp_cmd(
            "Page.printToPDF", {"preferCSSPageSize": True, "printBackground": True})["data"])
        with open(os.path.join(options.values.artefacts, "upload-print.pdf"), "wb") as file:
            file.write(pdf)
        self.assertEqual(pdf.count(b"/Type /Page\n"), 1, "one page")

    def test_camera(self):
        self.browser.resize(PHONE)
        touch = lambda isOn: self.browser.driver.execute_cdp_cmd("Emulation.setTouchEmulationEnabled", {"enabled": isOn})
        touch(True)
        self.addCleanup(touch, False)
        self.browser.driver.get(self.server.address)
        self.assertTrue(self.browser.one("label[for=camera]").is_displayed())
        self.assertEqual(self.browser.one("#camera").get_attribute("capture"), "environment")
        self.assertEqual(self.browser.violations(), [])
        self.screenshot("upload-home-phone")

    def test_without_scripts(self):
        browser = Browser(NARROW, scripts=False)
        self.addCleanup(browser.quit)
        browser.driver.get(self.server.address)
        browser.choose([self.page])
        browser.one("#upload .primary").click()
        browser.wait(lambda: browser.all("#results"), 60)
        name = self.truth["rhythm"][0]["name"]
        browser.wait(lambda: name in browser.one("#rhythm-line").text, 10)
        self.assertTrue(browser.driver.execute_script(
            "return [...document.querySelectorAll('#paper img, .page-picture')].every((one) => one.naturalWidth > 0)"))
        self.assertFalse(browser.one("#toggle-correction").is_displayed())
        self.assertEqual(len(browser.all(".measurements tbody tr")), 15)
        self.inspect(browser)
        self.screenshot("upload-without-scripts", browser)


if __name__ == "__main__":
    options.run()
