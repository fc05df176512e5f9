"""Writes the WFDB files that WFDBRecordTests and WFDBAnnotationsTests read, and what the wfdb package reads in them.

    python -m venv venv && venv/bin/pip install wfdb==4.3.1
    venv/bin/python make_wfdb_fixtures.py wfdb

Formats that the package does not write are packed here; it reads all of them back.
"""

import json
import os
import pathlib
import sys

import numpy as np
import wfdb

ROOM = {"80": 8, "16": 16, "61": 16, "160": 16, "24": 24, "32": 32, "212": 12, "310": 10, "311": 10}
# Signals and samples, so that groups of two and three are left unfinished.
SHAPES = {"212": (3, 17), "310": (2, 25), "311": (1, 25)}


def pack(fmt, values):
    """The samples of all signals in the order of the file, as bytes."""
    values = [int(v) for v in values]
    if fmt == "61":
        return np.array(values, ">i2").tobytes()
    if fmt == "160":
        return (np.array(values) + 32768).astype("<u2").tobytes()
    ten = [v & 0x3FF for v in values]
    ten += [0] * (-len(ten) % 3)
    out = b""
    for a, b, c in zip(ten[::3], ten[1::3], ten[2::3]):
        if fmt == "310":
            words = (a << 1 | (c & 0x1F) << 11, b << 1 | (c >> 5) << 11)
            out += words[0].to_bytes(2, "little") + words[1].to_bytes(2, "little")
        else:
            out += (a | b << 10 | c << 20).to_bytes(4, "little")
    left = len(values) % 3
    return out[: len(out) - 4 + {1: 2, 2: 4 if fmt == "310" else 3}[left]] if left else out


def write_record(fmt, random):
    signals, length = SHAPES.get(fmt, (2, 20))
    half = 2 ** (ROOM[fmt] - 1)
    values = random.integers(-half + 1, half, (length, signals))
    values[0, 0], values[1, 0], values[3, -1] = half - 1, -half + 1, -half  # the last is "nothing recorded"
    gains, baselines = [200.0, 100.5, 1000.0][:signals], [0, -7, 300 % half][:signals]
    units, names = ["mV", "uV", "V"][:signals], ["MLII", "a lead", "V1"][:signals]
    name = f"format{fmt}"
    if fmt in ("16", "24", "32", "80", "212"):
        wfdb.wrsamp(name, fs=250, units=units, sig_name=names, d_signal=values, fmt=[fmt] * signals,
                    adc_gain=gains, baseline=baselines, comments=["made for a test"])
    else:
        pathlib.Path(name + ".dat").write_bytes(pack(fmt, values.ravel()))
        lines = [f"{name} {signals} 250 {length}"]
        for s in range(signals):
            checksum = int(np.int64(values[:, s].sum()).astype(np.int16))
            lines.append(f"{name}.dat {fmt} {gains[s]}({baselines[s]})/{units[s]} 0 0 {values[0, s]} "
                         f"{checksum} 0 {names[s]}")
        pathlib.Path(name + ".hea").write_text("\n".join(lines) + "\n# made for a test\n")
    read = wfdb.rdrecord(name)
    scale = {"mV": 1, "uV": 1e-3, "V": 1e3}
    return {"names": read.sig_name, "rate": read.fs, "samples": [
        [None if np.isnan(v) else float(v) * scale[read.units[s]] for v in read.p_signal[:, s]]
        for s in range(signals)]}


def write_annotations():
    """Marks with everything that the format has; one is so late that its time needs a skip."""
    samples = np.array([5, 40, 900, 1000, 5000, 300000, 300001])
    wfdb.wrann(
        "marks", "atr", samples, symbol=["+", "N", "V", "/", "f", '"', "r"],
        subtype=np.array([0, 1, 2, 0, 0, 0, 3]), chan=np.array([0, 0, 1, 1, 0, 0, 2]),
        num=np.array([0, 0, 4, 4, 1, 0, 0]), aux_note=["(AFIB", "", "", "", "odd", "a note", ""])
    wfdb.wrann("finer", "atr", samples, symbol=["N"] * len(samples), fs=500)
    read = wfdb.rdann("marks", "atr")
    return [
        {"sample": int(read.sample[i]), "symbol": read.symbol[i], "subtype": int(read.subtype[i]),
         "channel": int(read.chan[i]), "number": int(read.num[i]), "text": read.aux_note[i].rstrip("\0")}
        for i in range(read.ann_len)]


def main(folder):
    os.makedirs(folder, exist_ok=True)
    os.chdir(folder)
    random = np.random.default_rng(6)
    expected = {"records": {f"format{fmt}": write_record(fmt, random) for fmt in ROOM}, "marks": write_annotations()}
    pathlib.Path("expected.json").write_text(json.dumps(expected, sort_keys=True) + "\n")
    print("wfdb", wfdb.__version__, "numpy", np.__version__)


if __name__ == "__main__":
    main(sys.argv[1])
