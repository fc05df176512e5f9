"""What an HDF5 file holds, as lines: attributes as they are, datasets by type, shape and SHA-256.

Reads with `h5dump` (Debian's hdf5-tools). h5diff does not do: it passes over texts that differ in length.
"""

import hashlib
import math
import os
import re
import subprocess
import tempfile

# Attributes of the root that hold sentences, or where a model comes from.
SENTENCES = ("label_space", "provenance")
SIZES = {"H5T_IEEE_F32LE": 4, "H5T_IEEE_F64LE": 8, "H5T_STD_I64LE": 8, "H5T_STD_U64LE": 8, "H5T_STD_I32LE": 4,
         "H5T_STD_U32LE": 4, "H5T_STD_I8LE": 1, "H5T_STD_U8LE": 1}


def dump(*arguments):
    return subprocess.run(["h5dump", *arguments], check=True, stdout=subprocess.PIPE, text=True).stdout


def describe(path):
    """Returns the lines of a file's figures and structure, and those of its sentences."""
    figures, sentences, skipping = [], [], False
    for line in dump("-A", "-m", "%.17g", path).splitlines()[1:]:
        named = re.match(r'   ATTRIBUTE "(.*)" \{$', line)
        skipping = skipping or bool(named and named[1] in SENTENCES)
        # The length of a text is part of the text.
        (sentences if skipping else figures).append(line)
        skipping = skipping and line != "   }"
    return figures + datasets(path), sentences


def datasets(path):
    """Returns a line for each dataset, and the texts of those that hold texts."""
    names = re.findall(r"^ dataset +(\S+)$", dump("-n", path), re.MULTILINE)
    if not names:
        return []
    lines, texts = [], []
    with tempfile.TemporaryDirectory() as folder:
        file = os.path.join(folder, "values")
        # All values, one dataset after the other. Texts are not written.
        shapes = dump("-y", "-b", "LE", "-o", file, *(part for name in names for part in ("-d", name)), path)
        with open(file, "rb") as values:
            for name, kind, shape in re.findall(
                    r'^DATASET "([^"]*)" \{\n   DATATYPE +(\S+)[^"]*?^   DATASPACE +(.*)$', shapes, re.MULTILINE):
                if kind == "H5T_STRING":
                    texts.append(name)
                    continue
                sizes = re.match(r"SIMPLE \{ \(([0-9, ]*)\)", shape)
                count = math.prod(int(size) for size in sizes[1].split(",")) if sizes else int(shape == "SCALAR")
                data = values.read(count * SIZES[kind])
                if len(data) != count * SIZES[kind]:
                    raise SystemExit(f"{path} {name}: h5dump wrote {len(data)} bytes of {count} values {kind}")
                lines.append(f"{name} {kind} {shape} {hashlib.sha256(data).hexdigest()}")
            if values.read(1):
                raise SystemExit(f"{path}: h5dump wrote more values than the datasets have")
    if len(lines) + len(texts) != len(names):
        raise SystemExit(f"{path}: {len(names)} datasets, {len(lines) + len(texts)} read")
    for name in texts:
        lines += dump("-y", "-w", "65535", "-d", name, path).splitlines()[1:]
    return lines
