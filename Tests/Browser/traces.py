"""Searches for deleted or secret data in all bytes of files and databases."""

import base64
import os
import sqlite3

# The length of compared parts of a picture. A database may split it into pages.
WINDOW = 48


def of_text(name, text):
    return {name: text.encode()}


def of_file(name, content):
    """Returns parts of a file's content, also in base64 as in mail and pages."""
    windows = {}
    for number, start in enumerate(range(len(content) // 4, len(content) - WINDOW, max(WINDOW, len(content) // 8))):
        start -= start % 3
        window = content[start:start + WINDOW]
        windows[f"{name}, part {number}"] = window
        windows[f"{name}, part {number} in base64"] = base64.b64encode(window)
    return windows


def files_under(*places):
    for place in places:
        if os.path.isfile(place):
            yield place
        for folder, _, names in os.walk(place):
            yield from (os.path.join(folder, name) for name in names)


def dump(database):
    """Returns the SQL dump of a database, which may be in use."""
    connection = sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=10)
    try:
        return "\n".join(connection.iterdump()).encode()
    finally:
        connection.close()


def found(wanted, *places):
    """Returns pairs of a name and the file that contains its bytes in its content or name.

    - wanted: the bytes by name.
    - places: files and folders.
    """
    hits = set()
    for path in files_under(*places):
        with open(path, "rb") as file:
            content = file.read()
        for name, value in wanted.items():
            if value in content or value in os.fsencode(path):
                hits.add((name, os.path.basename(path)))
    return hits
