"""Writes the WFDB files that the tests of Signals/WFDB read, and what the wfdb package reads in them.

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
MORE = {"8": 8, "508": 8, "516": 16, "524": 24}
# Signals and samples, so that groups of two and three are left unfinished.
SHAPES = {"212": (3, 17), "310": (2, 25), "311": (1, 25)}
SCALE = {"mV": 1, "uV": 1e-3, "V": 1e3}


def pack(fmt, values):
    """The samples of all signals in the order of the file, as bytes."""
    values = [int(v) for v in values]
    if fmt == "61":
        return np.array(values, ">i2").tobytes()
    if fmt == "160":
        return (np.array(values) + 32768).astype("<u2").tobytes()
    if fmt == "16":
        return np.array(values, "<i2").tobytes()
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


def checksum(values):
    return int(np.int64(np.sum(values)).astype(np.int16))


def millivolts(name):
    """Leads in mV as the package reads them; with several samples per frame, those of the highest rate."""
    read = wfdb.rdrecord(name, smooth_frames=False)
    units = getattr(read, "units", None) or ["mV"] * read.n_sig  # parts of a record may have others
    leads = [(n, u, s) for n, u, s in zip(read.sig_name, units, read.e_p_signal) if u in SCALE]
    length = max(len(s) for _, _, s in leads)
    rate = length // read.sig_len
    samples = []
    for _, unit, signal in leads:
        own = len(signal) // read.sig_len
        signal = signal.reshape(-1, own)[:, [j * own // rate for j in range(rate)]].reshape(-1)
        samples.append([None if np.isnan(v) else float(v) * SCALE[unit] for v in signal])
    return {"names": [n for n, _, _ in leads], "rate": read.fs * rate, "samples": samples}


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
            lines.append(f"{name}.dat {fmt} {gains[s]}({baselines[s]})/{units[s]} 0 0 {values[0, s]} "
                         f"{checksum(values[:, s])} 0 {names[s]}")
        pathlib.Path(name + ".hea").write_text("\n".join(lines) + "\n# made for a test\n")
    return millivolts(name)


def write_more(fmt, random):
    """Formats of which a sample's place is not known without those before."""
    name, signals, length, half = f"format{fmt}", 2, 30, 2 ** (MORE[fmt] - 1)
    if fmt == "8":
        steps = random.integers(-half, half, (length, signals))
        start = [100, -2000]
        values = np.cumsum(steps, axis=0) + start
        pathlib.Path(name + ".dat").write_bytes(steps.astype("i1").tobytes())
        lines = [f"{name} {signals} 250 {length}"] + [
            f"{name}.dat 8 200(0)/mV 12 0 {start[s]} {checksum(values[:, s])} 0 {'I' * (s + 1)}" for s in range(2)]
        pathlib.Path(name + ".hea").write_text("\n".join(lines) + "\n# made for a test\n")
    else:
        values = random.integers(-half + 1, half, (length, signals))
        values[4, 1] = -half
        wfdb.wrsamp(name, fs=250, units=["mV", "uV"], sig_name=["MLII", "a lead"], d_signal=values,
                    fmt=[fmt] * signals, adc_gain=[200.0, 100.5], baseline=[0, -7], comments=["made for a test"])
    return millivolts(name)


def write_frames(name, random, fmt="16", skews=(0, 0, 0), frames=12):
    """Signals of 4, 2 and 1 samples per frame; the last is no voltage."""
    rates, units, names = [4, 2, 1], ["mV", "uV", "mmHg"], ["II", "V1", "ABP"]
    values = [random.integers(-500, 500, (frames, r)) for r in rates]
    pathlib.Path(name + ".dat").write_bytes(pack(fmt, np.concatenate(values, axis=1).ravel()))
    lines = [f"{name} 3 62.5 {frames}"] + [
        f"{name}.dat {fmt}x{r}{f':{k}' if k else ''} 100(5)/{u} 12 0 {v[0, 0]} {checksum(v)} 0 {n}"
        for r, k, u, v, n in zip(rates, skews, units, values, names)]
    pathlib.Path(name + ".hea").write_text("\n".join(lines) + "\n")
    return millivolts(name)


def write_skewed(name, random):
    """One sample per frame, the second signal three frames late."""
    values = random.integers(-500, 500, (15, 2))
    pathlib.Path(name + ".dat").write_bytes(pack("16", values.ravel()))
    lines = [f"{name} 2 250 15"] + [
        f"{name}.dat 16{s} 100/mV 12 0 {values[0, i]} {checksum(values[:, i])} 0 {n}"
        for i, (s, n) in enumerate([("", "I"), (":3", "II")])]
    pathlib.Path(name + ".hea").write_text("\n".join(lines) + "\n")
    return millivolts(name)


def write_matlab(name, random):
    """As the challenges have it: a MATLAB 4 matrix `val`, read as format 16 from byte 24 on."""
    values = random.integers(-900, 900, (10, 2))
    head = np.array([30, 2, 10, 0, 4], "<i4").tobytes() + b"val\0"
    pathlib.Path(name + ".mat").write_bytes(head + pack("16", values.ravel()))
    lines = [f"{name} 2 500 10 12:05:07 01/02/2020"] + [
        f"{name}.mat 16+24 1000/mV 16 0 {values[0, i]} {checksum(values[:, i])} 0 {n}"
        for i, n in enumerate(["I", "II"])]
    text = "\n".join(lines) + "\n#Age: 56\n#Sex: Female\n#Dx: 426783006,59118001\n#Rx: Unknown\n"
    pathlib.Path(name + ".hea").write_text(text)
    return millivolts(name)


def write_fixed_layout(name, random):
    """Two segments in different formats and with different gains."""
    for part, fmt, gain, length in [(1, "16", 100, 7), (2, "310", 200, 5)]:
        values = random.integers(-500, 500, (length, 2))
        pathlib.Path(f"{name}_{part}.dat").write_bytes(pack(fmt, values.ravel()))
        lines = [f"{name}_{part} 2 250 {length}"] + [
            f"{name}_{part}.dat {fmt} {gain}/mV 12 0 {values[0, i]} {checksum(values[:, i])} 0 {n}"
            for i, n in enumerate(["I", "II"])]
        pathlib.Path(f"{name}_{part}.hea").write_text("\n".join(lines) + "\n")
    pathlib.Path(f"{name}.hea").write_text(f"{name}/2 2 250 12\n{name}_1 7\n{name}_2 5\n# Age: 40\n")
    return millivolts(name)


def write_variable_layout(name, random):
    """A layout of three signals; each segment has some of them in an order of its own."""
    pathlib.Path(f"{name}_layout.hea").write_text(
        f"{name}_layout 3 125 0\n" + "".join(f"~ 0 1/{u} 0 0 0 0 0 {n}\n" for u, n in
                                            [("mV", "II"), ("mV", "V"), ("mmHg", "ABP")]))
    parts = [(1, ["V", "ABP"], [("16", 100, "mV"), ("16", 1, "mmHg")], 6),
             (2, ["V", "II", "PLETH"], [("16", 50, "mV"), ("16", 200, "mV"), ("16", 7, "NU")], 4)]
    for part, names, kinds, length in parts:
        values = random.integers(-500, 500, (length, len(names)))
        pathlib.Path(f"{name}_{part}.dat").write_bytes(pack("16", values.ravel()))
        lines = [f"{name}_{part} {len(names)} 125 {length}"] + [
            f"{name}_{part}.dat {f} {g}/{u} 12 0 {values[0, i]} {checksum(values[:, i])} 0 {n}"
            for i, (n, (f, g, u)) in enumerate(zip(names, kinds))]
        pathlib.Path(f"{name}_{part}.hea").write_text("\n".join(lines) + "\n")
    pathlib.Path(f"{name}.hea").write_text(
        f"{name}/5 3 125 15\n{name}_layout 0\n{name}_1 6\n~ 3\n{name}_2 4\n~ 2\n")
    return millivolts(name)


def write_annotations():
    """Marks with everything that the format has; one is so late that its time needs a skip."""
    samples = np.array([5, 40, 900, 1000, 5000, 300000, 300001])
    wfdb.wrann(
        "marks", "atr", samples, symbol=["+", "N", "V", "/", "f", '"', "r"],
        subtype=np.array([0, 1, 2, 0, 0, 0, 3]), chan=np.array([0, 0, 1, 1, 0, 0, 2]),
        num=np.array([0, 0, 4, 4, 1, 0, 0]), aux_note=["(AFIB", "", "", "", "odd", "a note", ""])
    wfdb.wrann("finer", "atr", samples, symbol=["N"] * len(samples), fs=500)
    wfdb.wrann("own", "atr", np.array([0, 7, 9]), symbol=["N", "@", "="], fs=12.5,
               custom_labels=[(42, "@", "electrode off"), (43, "=", "moved")])
    read = wfdb.rdann("marks", "atr")
    return [
        {"sample": int(read.sample[i]), "symbol": read.symbol[i], "subtype": int(read.subtype[i]),
         "channel": int(read.chan[i]), "number": int(read.num[i]), "text": read.aux_note[i].rstrip("\0")}
        for i in range(read.ann_len)]


def main(folder):
    os.makedirs(folder, exist_ok=True)
    os.chdir(folder)
    random = np.random.default_rng(6)
    records = {f"format{fmt}": write_record(fmt, random) for fmt in ROOM}
    records |= {f"format{fmt}": write_more(fmt, random) for fmt in MORE}
    records |= {
        "frames": write_frames("frames", random), "skewed": write_skewed("skewed", random),
        "matlab": write_matlab("matlab", random), "fixed": write_fixed_layout("fixed", random),
        "variable": write_variable_layout("variable", random)}
    expected = {"records": records, "marks": write_annotations()}
    pathlib.Path("expected.json").write_text(json.dumps(expected, sort_keys=True) + "\n")
    print("wfdb", wfdb.__version__, "numpy", np.__version__)


if __name__ == "__main__":
    main(sys.argv[1])
