"""Prints what the wfdb package reads in all WFDB records and annotation files below a folder, a JSON object a line.

    python read_wfdb.py FOLDER EXTENSION...

Samples are given as the SHA-256 digest of all leads in mV, one after the other, as little-endian 32-bit numbers;
annotations as that of their lines `sample symbol subtype channel number text`. EXTENSION are those of annotation files.
"""

import hashlib
import json
import pathlib
import sys

import numpy as np
import wfdb

MILLIVOLTS = {"mv": 1, "uv": 1e-3, "v": 1e3}


def record(path):
    read = wfdb.rdrecord(path)
    digest, names = hashlib.sha256(), []
    for name, unit, samples in zip(read.sig_name, read.units, read.p_signal.T):
        if unit.lower() in MILLIVOLTS:
            digest.update((samples * MILLIVOLTS[unit.lower()]).astype("<f4").tobytes())
            names.append(name)
    start = f"{read.base_date or ''} {read.base_time or ''}"
    return {"rate": read.fs, "count": read.sig_len, "names": names, "comments": read.comments, "start": start,
            "digest": digest.hexdigest()}


def annotations(path, extension):
    read = wfdb.rdann(path, extension)
    text = "".join(
        f"{s} {y} {t} {c} {n} {x.split(chr(0))[0]}\n"
        for s, y, t, c, n, x in zip(read.sample, read.symbol, read.subtype, read.chan, read.num, read.aux_note))
    return {"rate": read.fs, "count": read.ann_len, "digest": hashlib.sha256(text.encode("latin-1")).hexdigest()}


folder, extensions = pathlib.Path(sys.argv[1]), sys.argv[2:]
for file in sorted(folder.rglob("*")):
    path, extension = str(file.with_suffix("")), file.suffix[1:]
    if extension != "hea" and extension not in extensions:
        continue
    found = record(path) if extension == "hea" else annotations(path, extension)
    print(json.dumps({"file": str(file.relative_to(folder))} | found))
