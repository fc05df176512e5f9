"""A mailed report, compared with its result."""

import hashlib
import html
import io
import re
import struct
import zlib


class ReportMail:
    def __init__(self, message):
        self.message = message
        self.text = message.get_body(("plain",)).get_content()
        self.html = message.get_body(("html",)).get_content()
        self.figure, = [part for part in message.walk() if part.get_content_maintype() == "image"]

    def check(self, test, result, picture):
        """- result: the result as JSON.
        - picture: the content of the picture file."""
        types = [part.get_content_type() for part in self.message.walk()]
        test.assertEqual(types, ["multipart/alternative", "text/plain", "multipart/related", "text/html", "image/png"])
        for part in self.message.walk():
            test.assertEqual(part.defects, [])
        test.assertRegex(self.message["Subject"], r"^Your ECG result of \d{4}-\d\d-\d\d$")
        words = {"text": self.text, "HTML": self.visible()}
        for form, words in words.items():
            with test.subTest(form):
                self.check_words(test, re.sub(r"\s+", " ", words), result, picture)
        test.assertEqual(self.links(), [one["link"] for one in result["labels"] if one["decided"]]
                         if not result["uncertain"] else [])
        identifier = self.figure["Content-ID"].strip("<>")
        test.assertEqual(re.findall(r'src="([^"]*)"', self.html), [f"cid:{identifier}"])
        test.assertNotIn("<script", self.html)
        test.assertGreater(pixels(self.figure.get_content()), 10_000)

    def check_words(self, test, words, result, picture):
        test.assertIn("Not a medical device", words)
        test.assertIn("Do not act on this result without a clinician", words)
        for fingerprint in (result["model"]["sha256"], hashlib.sha256(picture).hexdigest(), result["id"],
                            result["model"]["label_space"], result["model"]["preprocessing"]):
            test.assertIn(fingerprint, words)
        test.assertNotIn(result["file"], words, "a file name may contain a patient's name")
        decided = [one for one in result["labels"] if one["decided"]]
        verdict = words.split("Scores of all conditions")[0]
        if result["uncertain"]:
            test.assertIn("Uncertain: no condition is named", verdict)
            test.assertIn("The ECG may or may not be normal", verdict)
            for label in result["labels"]:
                test.assertNotIn(label["explanation"], words)
        else:
            test.assertIn("The result can be wrong.", verdict)
            for label in decided:
                test.assertIn(label["condition"], verdict)
                test.assertIn(label["explanation"], verdict)
        for label in result["labels"]:
            test.assertIn(f"{label['condition']} ({label['code']})", words)

    def visible(self):
        return html.unescape(re.sub(r"<[^>]*>", " ", self.html.split("<body")[1]))

    def links(self):
        """Returns the links of the HTML if the text has the same; else None."""
        links = [html.unescape(address) for address in re.findall(r'href="([^"]*)"', self.html)]
        return links if all(address in self.text for address in links) else None

    def save(self, path):
        """Saves the mail as a page with its figure."""
        name = path + ".png"
        with open(name, "wb") as file:
            file.write(self.figure.get_content())
        identifier = self.figure["Content-ID"].strip("<>")
        with open(path, "w", encoding="utf-8") as file:
            file.write(self.html.replace(f"cid:{identifier}", "file://" + name))
        return path


def pixels(png):
    """Returns the number of pixels of a PNG, after checking its checksums and the length of its rows."""
    file = io.BytesIO(png)
    if file.read(8) != b"\x89PNG\r\n\x1a\n":
        raise AssertionError("not a PNG")
    header, content = None, b""
    while True:
        length, kind = struct.unpack(">I4s", file.read(8))
        body = file.read(length)
        if zlib.crc32(kind + body) != struct.unpack(">I", file.read(4))[0]:
            raise AssertionError(f"{kind} of the PNG is damaged")
        if kind == b"IHDR":
            header = struct.unpack(">IIBBBBB", body)
        elif kind == b"IDAT":
            content += body
        elif kind == b"IEND":
            break
    width, height, depth, color = header[:4]
    channels = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[color]
    if len(zlib.decompress(content)) != height * (1 + (width * depth * channels + 7) // 8):
        raise AssertionError("rows of the PNG are missing")
    return width * height
