"""Headless Chromium, with checks for every page: no errors, no other hosts, no horizontal scrolling."""

import base64
import json
import os
import shutil

from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

DESKTOP = (1280, 900)
PHONE = (390, 844)
# The narrowest screen of WCAG 2.2 (reflow).
NARROW = (320, 740)


class Browser:
    def __init__(self, size=DESKTOP, scripts=True):
        options = Options()
        options.binary_location = shutil.which("chromium")
        for argument in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--hide-scrollbars",
                         "--force-color-profile=srgb"):
            options.add_argument(argument)
        if not scripts:
            options.add_experimental_option("prefs", {"profile.managed_default_content_settings.javascript": 2})
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        self.driver = webdriver.Chrome(options=options, service=Service(shutil.which("chromedriver")))
        self.resize(size)

    def resize(self, size):
        self.driver.execute_cdp_cmd(
            "Emulation.setDeviceMetricsOverride",
            {"width": size[0], "height": size[1], "deviceScaleFactor": 1, "mobile": size in (PHONE, NARROW)})

    def prefer(self, **features):
        """Sets media features, such as prefers_color_scheme="dark"."""
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {
            "features": [{"name": name.replace("_", "-"), "value": value} for name, value in features.items()]})

    def quit(self):
        self.driver.quit()

    def one(self, selector):
        return self.driver.find_element(By.CSS_SELECTOR, selector)

    def all(self, selector):
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def wait(self, condition, seconds=30):
        return WebDriverWait(self.driver, seconds, poll_frequency=0.05).until(lambda _: condition())

    def choose(self, paths):
        # Chromium refuses paths with "..".
        self.one("#files").send_keys("\n".join(os.path.realpath(path) for path in paths))

    def download_to(self, folder):
        self.driver.execute_cdp_cmd("Browser.setDownloadBehavior", {"behavior": "allow", "downloadPath": folder})

    def errors(self):
        """Returns console errors since the last call."""
        return [entry["message"] for entry in self.driver.get_log("browser") if entry["level"] == "SEVERE"]

    def requests(self):
        """Returns the requests since the last call: addresses and headers, by lower-case name, as far as Chromium reports."""
        found = {}
        for entry in self.driver.get_log("performance"):
            message = json.loads(entry["message"])["message"]
            if message["method"] in ("Network.requestWillBeSent", "Network.requestWillBeSentExtraInfo"):
                params = message["params"]
                # The headers that are sent are reported separately from the request, before or after it.
                one = found.setdefault(params["requestId"], {"urls": [], "headers": {}})
                one["urls"] += [params["request"]["url"]] if "request" in params else []
                headers = params.get("request", params)["headers"]
                one["headers"] |= {name.lower(): value for name, value in headers.items()}
        return list(found.values())

    def requested(self):
        """Returns requested addresses since the last call, except those inside the page."""
        addresses = [address for one in self.requests() for address in one["urls"]]
        return [address for address in addresses if not address.startswith(("data:", "blob:", "about:", "chrome:"))]

    def overhang(self):
        """Returns by how many pixels the page is wider than the window."""
        return self.driver.execute_script(
            "return document.documentElement.scrollWidth - document.documentElement.clientWidth")

    def screenshot(self, folder, name):
        """Saves a picture of the whole page."""
        size = self.driver.execute_cdp_cmd("Page.getLayoutMetrics", {})["cssContentSize"]
        picture = self.driver.execute_cdp_cmd("Page.captureScreenshot", {
            "captureBeyondViewport": True,
            "clip": {"x": 0, "y": 0, "width": size["width"], "height": size["height"], "scale": 1}})
        os.makedirs(folder, exist_ok=True)
        with open(os.path.join(folder, name + ".png"), "wb") as file:
            file.write(base64.b64decode(picture["data"]))

    def violations(self, tags=("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")):
        """Returns violations of WCAG 2.2 A and AA, including contrast, and of best practices, found by axe."""
        import axe_core_python
        path = os.path.join(os.path.dirname(axe_core_python.__file__), "axe.min.js")
        with open(path, encoding="utf-8") as file:
            self.driver.execute_script(file.read())
        found = self.driver.execute_async_script(
            "const done = arguments[arguments.length - 1];"
            "axe.run(document, {resultTypes: ['violations'], runOnly: arguments[0]}).then(done)", list(tags))
        return [f"{one['id']}: {node['html']}" for one in found["violations"] for node in one["nodes"]]
