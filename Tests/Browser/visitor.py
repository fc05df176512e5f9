"""A user of the browser. Each method is one task of a user."""

from selenium.common.exceptions import WebDriverException
from selenium.webdriver.common.by import By


class Visitor:
    def __init__(self, browser, address):
        self.browser = browser
        self.address = address

    def open(self, path):
        self.browser.driver.get(self.address + path.lstrip("/"))

    @property
    def path(self):
        """The path of the current page."""
        return "/" + self.browser.driver.current_url.removeprefix(self.address)

    @property
    def text(self):
        return self.browser.one("main").text

    def heading(self):
        return self.browser.one("h1").text

    def fill(self, **fields):
        """Fills in a form by field names and sends it."""
        for name, value in fields.items():
            field = self.browser.one(f"main [name={name}]")
            field.clear()
            field.send_keys(value)
        self.press("main form .primary")

    def press(self, selector):
        """Presses a button and waits for the next page."""
        page = self.browser.one("html")
        self.browser.one(selector).click()
        self.browser.wait(lambda: self.has_left(page))

    def has_left(self, page):
        try:
            return self.browser.one("html") != page and self.browser.driver.execute_script(
                "return document.readyState") == "complete"
        except WebDriverException:
            # For a moment there is no page.
            return False

    def follow(self, words):
        page = self.browser.one("html")
        self.browser.driver.find_element(By.PARTIAL_LINK_TEXT, words).click()
        self.browser.wait(lambda: self.has_left(page))

    def register(self, email, password):
        self.open("/register")
        self.fill(email=email, password=password)

    def log_in(self, email, password):
        self.open("/login")
        self.fill(email=email, password=password)

    def log_out(self):
        self.open("/account")
        self.press("form[action='/logout'] button")

    def upload(self, paths):
        """Uploads pictures on the home page, and waits for the results and explanations."""
        self.open("/")
        self.browser.choose(paths)
        self.browser.one("#upload .primary").click()
        self.browser.wait(lambda: self.browser.all("#results"), 60)
        self.browser.wait(lambda: not self.browser.all(".saliency[aria-busy=true]"), 120)
        return self.browser.all(".answer")

    def forget(self):
        """Deletes all cookies."""
        self.browser.driver.delete_all_cookies()
