#!/usr/bin/env python3
"""Reads many damaged copies of recordings or pages: each must give a record, or the reason why not in a sentence.

    python3 Tests/Fuzz/damage.py --program .build/release/heartsense --count 1000 ecg.dcm ecg.scp ecg.edf ecg.xml ecg.csv
    python3 Tests/Fuzz/damage.py --program .build/release/heartsense --count 1000 --as pages page.pdf scan.pdf page.tif

Recordings are converted, pages are digitized. `heartsense draw` makes pages; `vips copy page.png page.webp` and
`img2pdf` or `vips` make them in other formats. Copies are cut off, or have bits flipped, bytes replaced or blocks
repeated; half of the damage is in the first 2 kB. The same seed gives the same damage. Exit status: 0 all copies passed,
1 a copy crashed the program, hung, or left a part of a record or temporary files; these copies are kept in the folder
`damaged`.
"""
import argparse
import json
import os
import pathlib
import random
import shutil
import subprocess
import tempfile
import time


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


REASONS = {"no_page_found", "no_grid", "unknown_layout", "traces_merge", "strokes_missing", "leads_inconsistent",
           "too_small", "blurred", "cut_off", "unreadable", "password_protected", "too_many_pages", "timeout", "memory_limit"}


def is_fine_recording(status, output, errors, made):
    """True for a converted record, or a sentence and no files."""
    return status == 0 and made == ["out.dat", "out.hea"] or \
        status == 1 and errors.startswith("Error: ") and errors[-1] in ".)" and not made


def is_fine_page(status, output, errors, made):
    """True for a line of JSON per page, with a record or with known reasons, and no other files than these."""
    try:
        pages = [json.loads(line) for line in output.splitlines()]
    except ValueError:
        return False
    records = [page["record"] for page in pages if page["record"]]
    files = {"out.json"} | {f"{pathlib.Path(record).name}{end}" for record in records for end in (".hea", ".dat")}
    return status == (0 if all(page["quality"]["usable"] for page in pages) else 1) and len(pages) > 0 and \
        all(bool(page["record"]) == page["quality"]["usable"] and set(page["reasons"]) <= REASONS and
            (page["record"] or page["reasons"]) for page in pages) and set(made) == files


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", required=True, help="path of heartsense")
    parser.add_argument("--count", type=int, default=100, help="copies of each file")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--as", dest="kind", choices=["recordings", "pages"], default="recordings")
    parser.add_argument("files", nargs="+", type=pathlib.Path)
    arguments = parser.parse_args()
    program = str(pathlib.Path(arguments.program).resolve())
    failures = 0
    is_fine = is_fine_page if arguments.kind == "pages" else is_fine_recording
    for path in arguments.files:
        source = random.Random(f"{arguments.seed} {path.name}")
        data = path.read_bytes()
        read = 0
        slowest = 0.0
        with tempfile.TemporaryDirectory(prefix="damage-") as folder:
            folder = pathlib.Path(folder)
            copy = folder / ("out" if arguments.kind == "pages" else "copy")
            copy = copy.with_suffix(path.suffix)
            results = folder / "results" if arguments.kind == "pages" else folder
            scratch = folder / "scratch"
            scratch.mkdir()
            command = [program, "digitize", copy.name, "--output", "results", "--json", "--threads", "1"] \
                if arguments.kind == "pages" else [program, "convert", copy.name, "--output", "out"]
            for number in range(arguments.count):
                copy.write_bytes(damaged(data, source))
                start = time.monotonic()
                try:
                    outcome = subprocess.run(command, cwd=folder, env={**os.environ, "TMPDIR": str(scratch)},
                                             capture_output=True, text=True, errors="replace", timeout=150)
                    status, output, errors = outcome.returncode, outcome.stdout, outcome.stderr.strip()
                except subprocess.TimeoutExpired:
                    status, output, errors = "no end", "", ""
                slowest = max(slowest, time.monotonic() - start)
                made = sorted(entry.name for entry in results.iterdir() if entry not in (copy, scratch)) \
                    if results.exists() else []
                left = [entry.name for entry in scratch.iterdir()]
                read += status == 0
                if left or not is_fine(status, output, errors, made):
                    failures += 1
                    kept = pathlib.Path("damaged")
                    kept.mkdir(exist_ok=True)
                    shutil.copy(copy, kept / f"{number}-{path.name}")
                    print(f"{path.name} copy {number}: status {status}, files {made + left}: {errors[-300:]}", flush=True)
                for entry in [results / name for name in made] + [scratch / name for name in left]:
                    shutil.rmtree(entry) if entry.is_dir() else entry.unlink()
        print(f"{path.name}: {arguments.count} copies, {read} read, the others refused with a sentence; the slowest took "
              f"{slowest:.1f} s", flush=True)
    raise SystemExit(1 if failures else 0)


if __name__ == "__main__":
    main()
