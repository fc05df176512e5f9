#!/usr/bin/env python3
"""Converts many damaged copies of recordings with `heartsense convert`: each must give a record or an error in a sentence.

    python3 Tests/Fuzz/damage.py --program .build/release/heartsense --count 1000 ecg.dcm ecg.scp ecg.edf ecg.xml ecg.csv

Copies are cut off, or have bits flipped, bytes replaced or blocks repeated; half of the damage is in the first 2 kB. The
same seed gives the same damage. Exit status: 0 all copies passed, 1 a copy crashed the program, hung or left a part of a
record; these copies are kept in the folder `damaged`.
"""
import argparse
import pathlib
import random
import shutil
import subprocess
import tempfile


def damaged(data, source):
    """Returns a damaged copy of the bytes."""
    data = bytearray(data)
    place = lambda: source.randrange(min(len(data), 2048) if source.random() < 0.5 else len(data))
    kind = source.randrange(5)
    if kind == 0:
        return bytes(data[:place()])
    for _ in range(source.choice((1, 1, 2, 5, 20))):
        where = place()
        if kind == 1:
            data[where] ^= 1 << source.randrange(8)
        elif kind == 2:
            data[where] = source.choice((0, 1, 32, 45, 48, 57, 127, 128, 255))
        elif kind == 3:
            data[where:where + 4] = source.randbytes(4)
        else:
            length = source.randrange(1, 200)
            data[where:where] = data[where:where + length]
    return bytes(data)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", required=True, help="path of heartsense")
    parser.add_argument("--count", type=int, default=100, help="copies of each file")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("files", nargs="+", type=pathlib.Path)
    arguments = parser.parse_args()
    program = str(pathlib.Path(arguments.program).resolve())
    failures = 0
    for path in arguments.files:
        source = random.Random(f"{arguments.seed} {path.name}")
        data = path.read_bytes()
        read = 0
        with tempfile.TemporaryDirectory(prefix="damage-") as folder:
            folder = pathlib.Path(folder)
            copy = folder / ("copy" + path.suffix)
            for number in range(arguments.count):
                copy.write_bytes(damaged(data, source))
                try:
                    outcome = subprocess.run([program, "convert", copy.name, "--output", "out"], cwd=folder,
                                             capture_output=True, text=True, errors="replace", timeout=150)
                    status, errors = outcome.returncode, outcome.stderr.strip()
                except subprocess.TimeoutExpired:
                    status, errors = "no end", ""
                made = sorted(entry.name for entry in folder.iterdir() if entry != copy)
                is_fine = status == 0 and made == ["out.dat", "out.hea"] or \
                    status == 1 and errors.startswith("Error: ") and errors[-1] in ".)" and not made
                read += status == 0
                if not is_fine:
                    failures += 1
                    kept = pathlib.Path("damaged")
                    kept.mkdir(exist_ok=True)
                    shutil.copy(copy, kept / f"{number}-{path.name}")
                    print(f"{path.name} copy {number}: status {status}, files {made}: {errors[-300:]}")
                for name in made:
                    (folder / name).unlink()
        print(f"{path.name}: {arguments.count} copies, {read} read, the others refused with a sentence", flush=True)
    raise SystemExit(1 if failures else 0)


if __name__ == "__main__":
    main()
