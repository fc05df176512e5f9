"""Checks of every page after every test."""

import unittest

import options
from browser import DESKTOP, NARROW


class PageCase(unittest.TestCase):
    """Subclasses set `server` and `browser`. A test lists console errors that it causes in `expected_errors`."""

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
        self.assertEqual(others, [], "requests to other hosts")
        self.assertLessEqual(browser.overhang(), 0, "the page scrolls sideways")

    def screenshot(self, name, browser=None):
        (browser or self.browser).screenshot(options.values.artefacts, name)

    def examine(self, name):
        """Checks the page for accessibility, on a narrow screen and in dark mode."""
        self.assertEqual(self.browser.violations(), [], name)
        self.inspect(self.browser)
        self.screenshot(f"{name}-desktop")
        self.browser.resize(NARROW)
        self.prefer("dark")
        self.assertLessEqual(self.browser.overhang(), 0, f"{name} scrolls horizontally on a narrow screen")
        self.assertEqual(self.browser.violations(), [], f"{name} in dark mode")
        self.screenshot(f"{name}-dark-phone")
        self.browser.resize(DESKTOP)
        self.prefer("light")
