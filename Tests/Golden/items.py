"""The items of one build: small files, apart by what they hold.

- `numbers/…`: what programs read: figures, statuses, codes, names, the structure of files and pages.
- `sentences/…`: what people read: messages, help, explanations, the words of pages and mails.
"""

import html.parser
import json
import os

import masks

# Members of JSON answers, files and descriptions that hold text for people.
SENTENCES = {"explanation", "message", "notice", "text", "description", "summary", "title", "subject", "html",
             "warnings", "stands_for", "caution"}
# A text of so many words is a sentence, whatever its member is called.
SENTENCE_WORDS = 5
# Attributes of HTML elements that hold text for people.
WORDS = {"alt", "aria-label", "title", "placeholder", "content"}


class Items:
    def __init__(self, folder):
        self.folder = folder

    def numbers(self, name, content):
        self._write("numbers", name, content)

    def sentences(self, name, content):
        """An item without any text is left out."""
        if content.strip():
            self._write("sentences", name, content)

    def json(self, name, text, before=""):
        """Writes JSON as two items.

        - before: lines that go before the numbers.
        """
        numbers, sentences = split_json(text)
        self.numbers(name, before + numbers)
        self.sentences(name, sentences)

    def html(self, name, text, before=""):
        """Writes a page as two items: its elements, and its words."""
        numbers, sentences = split_html(text)
        self.numbers(name, before + numbers)
        self.sentences(name, sentences)

    def _write(self, kind, name, content):
        path = os.path.join(self.folder, kind, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        data = content if isinstance(content, bytes) else content.encode()
        with open(path, "xb") as file:
            file.write(data)


def split_json(text):
    """Returns JSON without its sentences, and the sentences with their places.

    Figures stay as they are written. Texts of the first part are masked, and so are Unix times.
    """
    found = []

    def walk(value, place):
        if isinstance(value, dict):
            return {key: sentence(child, f"{place}.{key}") if key in SENTENCES else walk(child, f"{place}.{key}")
                    for key, child in value.items()}
        if isinstance(value, list):
            return [walk(child, f"{place}[{index}]") for index, child in enumerate(value)]
        if isinstance(value, str):
            return sentence(value, place) if len(value.split()) >= SENTENCE_WORDS else masks.mask(value)
        # Unix seconds since 2020: no other whole number is as large.
        if isinstance(value, int) and 1_577_836_800 <= value < 10_000_000_000:
            return "<time>"
        return value

    def sentence(value, place):
        if isinstance(value, str):
            found.append(f"{place}: {masks.mask(value)}")
            return "<sentence>"
        if isinstance(value, list) and all(isinstance(child, str) for child in value):
            return [sentence(child, f"{place}[{index}]") for index, child in enumerate(value)]
        # An object that has such a name, for example a property of a schema.
        return walk(value, place)

    tree = walk(json.loads(text, parse_float=str), "")
    return json.dumps(tree, indent=1, ensure_ascii=False) + "\n", "".join(line + "\n" for line in found)


def split_html(text, without=()):
    """Returns the elements of a page without its words, and the words.

    - without: elements that are left out with all that they hold.
    """
    elements, words = [], []

    class Reader(html.parser.HTMLParser):
        depth = 0

        def handle_starttag(self, tag, attributes):
            if tag in without:
                self.depth += 1
            if self.depth:
                return
            shown = [f"<{tag}"]
            for name, value in attributes:
                if name in WORDS:
                    words.append(masks.mask(value or ""))
                    value = "<words>"
                shown.append(name if value is None else f'{name}="{masks.mask(value)}"')
            elements.append(" ".join(shown) + ">")

        def handle_endtag(self, tag):
            if not self.depth:
                elements.append(f"</{tag}>")
            elif tag in without:
                self.depth -= 1

        def handle_data(self, data):
            line = " ".join(masks.mask(data).split())
            if line and not self.depth:
                words.append(line)

    reader = Reader()
    reader.feed(text)
    reader.close()
    return "\n".join(elements) + "\n", "\n".join(words) + "\n"
