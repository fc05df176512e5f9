#!/usr/bin/env python3
"""Checks the language of doc comments, README.md and docs/.

    python3 Tests/language.py

Refuses
- lines of doc comments that start with Of, What, How, So or As instead of a verb or a noun;
- words and phrases that are hard to understand (PHRASES), in doc comments, README.md and docs/;
- sentences of more than 35 words in README.md and docs/;
- a README.md of more than 130 lines.

Exit status: 0 nothing was found, 1 something was.
"""
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LIMIT = 35
README_LINES = 130
TITLE = re.compile(r"^(Of|What|How|So|As)\b")
# Each phrase with an alternative.
PHRASES = {
    r"whoever|whosoever": "the caller, the user",
    r"nobody": "no user, no caller",
    r"somebody": "a user, someone",
    r"learnt": "learned, trained on",
    r"convicts?": "detects, is evidence of",
    r"cures?|cured": "fix, remedy",
    r"letter ?box": "mailbox, folder",
    r"is told|are told|is told of": "receives, gets",
    r"beheld|lest|hence|whence|thereof|wherein": "rewrite the sentence",
    r"has to show|is to be known": "rewrite the sentence",
    r"drawn anew|made anew|written anew": "redrawn, created again",
    r"in time that nothing else wants": "at low priority",
    r"is no (?:number|base64|picture|JSON|HTTP|YAML)": "is not a valid …",
}
WORDS = re.compile("|".join(rf"\b(?:{phrase})\b" for phrase in PHRASES), re.I)


def advice(word):
    return next(plain for phrase, plain in PHRASES.items() if re.fullmatch(phrase, word, re.I))


def doc_comments(path):
    """Yields the first line number and the lines of each doc comment."""
    start, lines = 0, []
    for number, line in enumerate(path.read_text().splitlines() + [""], 1):
        match = re.match(r"\s*///(?: (.*))?$", line)
        if match:
            if not lines:
                start = number
            lines.append(match[1] or "")
        elif lines:
            yield start, lines
            lines = []


def prose(text):
    """Yields line number and paragraph of the prose of a Markdown page: no code, tables, headings or comments."""
    text = re.sub(r"^ *```.*?^ *```", lambda match: "\n" * match[0].count("\n"), text, flags=re.M | re.S)
    text = re.sub(r"<!--.*?-->", lambda match: "\n" * match[0].count("\n"), text, flags=re.S)
    start, lines = 0, []
    for number, line in enumerate(text.splitlines() + [""], 1):
        starts_item = re.match(r"\s*(?:[-*]|\d+\.) ", line)
        is_prose = line.strip() and not line.lstrip().startswith(("|", "#", "!["))
        if lines and (starts_item or not is_prose):
            yield start, " ".join(lines)
            lines = []
        if is_prose:
            if not lines:
                start = number
            lines.append(re.sub(r"^\s*(?:[-*]|\d+\.) ", "", line).strip())


def sentences(paragraph):
    paragraph = re.sub(r"\]\([^)]*\)", "]", paragraph)
    return re.split(r"(?<=[.!?:])[)*_`”\"]*\s+(?=[A-Z`*(\[])", paragraph)


def main():
    found = []
    for path in sorted((ROOT / "Sources").rglob("*.swift")):
        name = path.relative_to(ROOT)
        for number, lines in doc_comments(path):
            for offset, line in enumerate(lines):
                # Every line, so that `grep -rnE '/// (Of|What|How|So|As) ' Sources` finds nothing.
                if TITLE.match(line):
                    found.append(
                        f"{name}:{number + offset}: starts with “{line.split()[0]}”. Start with a verb or a noun.")
                for match in WORDS.finditer(line):
                    found.append(f"{name}:{number + offset}: “{match[0]}”. Write: {advice(match[0])}.")
    for path in [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]:
        name = path.relative_to(ROOT)
        for number, paragraph in prose(path.read_text()):
            for match in WORDS.finditer(paragraph):
                found.append(f"{name}:{number}: “{match[0]}”. Write: {advice(match[0])}.")
            for sentence in sentences(paragraph):
                count = len(re.findall(r"[\w’'…/.=_-]*\w[\w’'…/.=_-]*", re.sub(r"`[^`]*`", "code", sentence)))
                if count > LIMIT:
                    found.append(f"{name}:{number}: a sentence of {count} words, at most {LIMIT}: {sentence[:60]}…")
    lines = (ROOT / "README.md").read_text().count("\n")
    if lines > README_LINES:
        found.append(f"README.md: {lines} lines, at most {README_LINES}. Move details to docs/.")
    for line in found:
        print(line)
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
