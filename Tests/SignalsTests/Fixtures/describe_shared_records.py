"""Writes what the wfdb package reads in the records of ../shared/data, for WFDBRecordSharedTests.

    venv/bin/python describe_shared_records.py ../../../../shared/data shared_records.json
"""

import collections
import json
import pathlib
import sys

import numpy as np
import wfdb


def describe(path):
    record = wfdb.rdrecord(path)
    n = np.arange(1, record.sig_len + 1)
    found = {"rate": record.fs, "length": record.sig_len, "names": record.sig_name,
             "sum": [float(np.nansum(s)) for s in record.p_signal.T],
             "weighted": [float(np.nansum(s * n) / record.sig_len) for s in record.p_signal.T]}
    if pathlib.Path(path + ".atr").exists():
        marks = wfdb.rdann(path, "atr")
        found["symbols"] = collections.Counter(marks.symbol)
        found["places"] = int(sum((i + 1) * int(s) for i, s in enumerate(marks.sample)) % 2**31)
        found["texts"] = len([t for t in marks.aux_note if t])
    return found


data = pathlib.Path(sys.argv[1])
paths = sorted(data.glob("mitdb-ds1/*.hea")) + sorted(data.glob("ptbxl-100hz/**/*.hea"))[::100]
paths = [str(p)[:-4] for p in paths]
result = {str(pathlib.Path(p).relative_to(data)): describe(p) for p in paths}
pathlib.Path(sys.argv[2]).write_text(
    "{\n" + ",\n".join(f"{json.dumps(k)}: {json.dumps(v, sort_keys=True)}" for k, v in result.items()) + "\n}\n")
