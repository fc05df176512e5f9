"""What holds for every page, checked after every test."""

import unittest

import options
from browser import DESKTOP, NARROW


class PageCase(unittest.TestCase):
    """A class sets `server` and `browser`; a test that provokes console errors says which in `expected_errors`."""

    def setUp(self):
        self.browser.resize(DESKTOP)
        self.prefer("light")
        self.expected_errors = ()

    def tearDown(self):
        self.inspect(self.browser)

    def prefer(self, scheme):
        self.browser.prefer(prefers_color_scheme=scheme, prefers_reduced_motion="reduce")

    def inspect(self, browser):
        errors = [error for error in browser.errors() if not any(word in error for word in self.expected_errors)]
        self.assertEqual(errors, [])
        others = [address for address in browser.requested() if not address.startswith(self.server.address)]
        self.assertEqual(others, [], "another host was asked")
        self.assertLessEqual(browser.overhang(), 0, "the page scrolls sideways")

    def screenshot(self, name, browser=None):
        (browser or self.browser).screenshot(options.values.artefacts, name)

    def examine(self, name):
        """A page as it stands: for who cannot see it, on a small screen, and in the dark."""
        self.assertEqual(self.browser.violations(), [], name)
        self.inspect(self.browser)
        self.screenshot(f"{name}-desktop")
        self.browser.resize(NARROW)
        self.prefer("dark")
        self.assertLessEqual(self.browser.overhang(), 0, f"{name} scrolls sideways on a narrow screen")
        self.assertEqual(self.browser.violations(), [], f"{name}, in the dark")
        self.screenshot(f"{name}-dark-phone")
        self.browser.resize(DESKTOP)
        self.prefer("light")
