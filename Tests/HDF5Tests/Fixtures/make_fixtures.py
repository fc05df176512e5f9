"""Writes the small HDF5 files of HDF5Tests with h5py.

    python -m venv venv && venv/bin/pip install h5py && venv/bin/python make_fixtures.py .

`plain.h5` has only structures that are read without libhdf5, `rich.h5` has others. `latest.h5` is plain.h5 in the
newest format. `links.h5` has links and values outside the file.
"""

import pathlib
import sys

import h5py
import numpy as np


def numbers(file):
    values = [0.0, 1.0, -2.5, 65504.0, 6.103515625e-05, 5.960464477539063e-08]
    for name in ["float16", "float32", "float64"]:
        file[name] = np.array(values, name)
    file["infinite16"] = np.array([np.inf, -np.inf, np.nan], "float16")
    for name in ["int8", "int16", "int32", "int64"]:
        limits = np.iinfo(name)
        file[name] = np.array([limits.min, -1, 0, limits.max], name)
    for name in ["uint8", "uint16", "uint32"]:
        file[name] = np.array([0, 1, np.iinfo(name).max], name)
    file["uint64"] = np.array([1, 2], "uint64")
    file["cube"] = np.arange(24, dtype="float32").reshape(2, 3, 4)
    file["scalar"] = np.float32(2.5)
    file["none"] = np.zeros((0, 3), "float32")


def texts(file):
    file["fixed"] = np.array([b"one", b"three", b""])
    file.create_dataset("variable", data=["one", "zw\u00f6lf", ""], dtype=h5py.string_dtype())
    attributes = file.create_group("texts").attrs
    attributes["scalar"] = "h\u00e9art"
    attributes["list"] = np.array(["a", "", "long " * 20], dtype=h5py.string_dtype())
    attributes["bytes"] = np.array([b"ab", b"c"])
    attributes["nothing"] = np.zeros(0)
    attributes["number"] = 7
    attributes["halves"] = np.array([0.5, 1.5], "float32")
    padded = h5py.h5t.C_S1.copy()
    padded.set_size(6)
    padded.set_strpad(h5py.h5t.STR_SPACEPAD)
    space = h5py.h5s.create_simple((2,))
    h5py.h5d.create(file.id, b"spaces", padded, space).write(h5py.h5s.ALL, h5py.h5s.ALL, np.array([b"ab    ", b"c     "]), padded)


def groups(file):
    for number in range(40):  # more than fit one node of a group index
        file[f"many/item{number}"] = np.array([number], "int32")
    file["a/b/c/d"] = np.array([1.0], "float32")


def main(folder):
    folder = pathlib.Path(folder)
    for name, version in [("plain.h5", "earliest"), ("latest.h5", "latest")]:
        with h5py.File(folder / name, "w", libver=version) as file:
            numbers(file)
            texts(file)
            groups(file)
    with h5py.File(folder / "block.h5", "w", userblock_size=1024) as file:
        file["float32"] = np.array([1, 2, 3], "float32")
        file["variable"] = "text"
    with h5py.File(folder / "rich.h5", "w") as file:
        data = np.arange(3000, dtype="float32").reshape(60, 50)
        file.create_dataset("chunked", data=data, chunks=(7, 50))
        file.create_dataset("deflated", data=data, chunks=(16, 50), compression="gzip", shuffle=True, fletcher32=True)
        file.create_dataset("lzf", data=data, compression="lzf")
        file["big"] = np.array([1.5, -2], ">f4")
        file["unwritten"] = h5py.Empty("float32")
        file["truth"] = np.array([True, False])
    with h5py.File(folder / "links.h5", "w") as file:
        file["real"] = np.array([1.0], "float32")
        file["soft"] = h5py.SoftLink("/real")
        file["external"] = h5py.ExternalLink("plain.h5", "/float32")
        file["group/up"] = file["/"]
        layout = h5py.VirtualLayout(shape=(6,), dtype="float32")
        layout[:] = h5py.VirtualSource("plain.h5", "float32", shape=(6,))
        file.create_virtual_dataset("virtual", layout)
        file.create_dataset("outside", shape=(2,), dtype="float32", external=[("plain.h5", 0, 8)])
        # 4 TiB without values.
        file.create_dataset("huge", shape=(1 << 40,), dtype="float32", chunks=(1 << 10,))
        file.create_dataset("huge_chunk", shape=(1 << 29,), dtype="float32", chunks=(1 << 29,))
    print("h5py", h5py.__version__, "hdf5", h5py.version.hdf5_version, "numpy", np.__version__)


if __name__ == "__main__":
    main(sys.argv[1])
