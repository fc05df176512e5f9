"""Looks for what must be gone, or must never have been anywhere, in every byte of files and databases."""

import base64
import os
import sqlite3

# Bytes that are compared of a picture, which a database may cut into pages.
WINDOW = 48


def of_text(name, text):
    return {name: text.encode()}


def of_file(name, content):
    """Windows spread over a file's content, and the same in base64, in which mail and pages carry it."""
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
    """What SQL sees of a database, which may be in use."""
    connection = sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=10)
    try:
        return "\n".join(connection.iterdump()).encode()
    finally:
        connection.close()


def found(wanted, *places):
    """Pairs of what was found and where, in files and in their names.

    - wanted: bytes by what they are called.
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
