"""A program that sends forms without a browser."""

import http.cookiejar
import json
import re
import urllib.error
import urllib.parse
import urllib.request


class Program:
    def __init__(self, address, cookies=None):
        """- cookies: cookies in addition to those that the server sets."""
        self.address = address
        self.cookies = "; ".join(f"{name}={value}" for name, value in (cookies or {}).items())
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))

    def open(self, path, data=None, accept="application/json"):
        headers = {"Accept": accept} | ({"Cookie": self.cookies} if self.cookies else {})
        return self.opener.open(
            urllib.request.Request(self.address + path.lstrip("/"), data=data, headers=headers), timeout=60)

    def token(self, path):
        """Returns the token in the form of a page."""
        with self.open(path, accept="text/html") as response:
            return re.search(r'name="csrf" value="([0-9a-f]+)"', response.read().decode())[1]

    def form(self, path, fields):
        """- Returns: the status, and the code of an error."""
        try:
            with self.open(path, urllib.parse.urlencode(fields).encode()) as response:
                return response.status, None
        except urllib.error.HTTPError as error:
            with error:
                return error.code, json.load(error)["error"]["code"]
