"""Masks for what differs between two runs of the same program: times, ids, tokens, ports."""

import base64
import re

import png

RULES = [
    # Ids of messages to accounts.
    (re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"), "<uuid>"),
    # Secret tokens: 43 characters of base64url.
    (re.compile(r"(?<![A-Za-z0-9_-])[A-Za-z0-9_-]{43}(?![A-Za-z0-9_-])"), "<token>"),
    # The mark of a guarded form: Unix seconds and a signature.
    (re.compile(r"(?<![0-9.])[0-9]{10}\.[0-9a-f]{64}"), "<mark>"),
    # SHA-256, the ids made from it, and request ids. Decimals of a number follow a point.
    (re.compile(r"(?<![0-9A-Za-z.])[0-9a-f]{16,64}(?![0-9A-Za-z])"), "<hex>"),
    # Where the next page of a history starts: Unix seconds and a row.
    (re.compile(r"(?<![0-9.])[0-9]{10}-[0-9]+(?![0-9])"), "<place>"),
    (re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9]{2}:[0-9]{2}(:[0-9.]+)?( ?(UTC|Z|[+-][0-9]{4}))?)?"), "<time>"),
    (re.compile(r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun), [0-9]{2} [A-Z][a-z]{2} [0-9]{4} [0-9:]{8} (GMT|[+-][0-9]{4})"),
     "<time>"),
    (re.compile(r"(?<![0-9A-Za-z])(127\.0\.0\.1|localhost):[0-9]+"), r"\1:<port>"),
    (re.compile(r"Try again in (a minute|[0-9]+ (minutes|seconds))"), "Try again in <minutes>"),
    # How long a pretraining took, and how fast.
    (re.compile(r"time \| .*<time>.*\|"), "time | <time> |"),
    (re.compile(r", [0-9.]+ images/s$", re.MULTILINE), ", <images/s>"),
    # The digest of all assets of pages in their addresses.
    (re.compile(r"/assets/[0-9a-f]{12}/"), "/assets/<hex>/"),
    # The places of shipped models, which depend on the program's folder.
    (re.compile(r"(no shipped model of this name in weights), .*\. Set"), r"\1, <folders>. Set"),
]

# A PNG in base64, which its compressor may change.
PICTURE = re.compile(r"iVBORw0KGgo[A-Za-z0-9+/]+=*")

# A progress line at the end of its work. Those before it appear or not, depending on the time it takes.
PROGRESS_END = re.compile(r"^(.*: [0-9]+ of [0-9]+), .*\bin ([0-9]+ h )?([0-9]+ min )?[0-9]+ s$")
PROGRESS = re.compile(r"^[^:]*: [0-9]+ of [0-9]+(, .*)?$")


def mask(text):
    """Returns the text with times, ids, tokens and ports replaced by names, and PNGs by digests of their pixels."""
    # The letter keeps the digest from being taken for an id.
    text = PICTURE.sub(lambda found: f"<png x{png.digest(base64.b64decode(found[0]))}>", text)
    for pattern, name in RULES:
        text = pattern.sub(name, text)
    return text


def mask_terminal(text, folders=()):
    """Returns what a command wrote, masked, without the progress lines that depend on time.

    - folders: absolute paths that differ between two runs; each becomes `<folder>`.
    """
    for folder in folders:
        text = text.replace(folder, "<folder>")
    lines = []
    for line in text.split("\n"):
        end = PROGRESS_END.match(line)
        if end:
            lines.append(end[1])
        elif not PROGRESS.match(line):
            lines.append(line)
    return mask("\n".join(lines))
