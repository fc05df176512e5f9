"""Compares the items of a build with those of another, or with stored digests.

    compare.py folders OLD NEW
    compare.py digests FILE ITEMS LAST [--update] [--full]

Ends with 1 if an item differs, is missing or is new.
"""

import argparse
import difflib
import hashlib
import os
import shutil

HEADER = """\
# What the programs of this revision print, answer and write, by `Tests/golden.sh --digests`. `make golden-update`
# writes this file. Each line: kind, item, and its content if that is one short line, else half of its SHA-256.
# A change of `numbers` changes results, formats or routes. A change of `sentences` changes words for people.
"""
# The one thing that golden.sh cannot fix: the classifiers' kernels follow the processor.
KERNELS = "# Kernels of the classifiers: "
# Only there with --full.
FULL = "shared/"
SHOWN = 12


def kernels():
    """Returns the level of `classifier_kernels_best_level` in Sources/CKernels."""
    with open("/proc/cpuinfo") as file:
        flags = next((set(line.split()) for line in file if line.startswith("flags")), set())
    for level, needed in (("avx512", {"avx512f", "avx512bw", "avx512dq", "avx512vl"}), ("avx2", {"avx2", "fma"})):
        if needed <= flags:
            return level
    return "portable"


def items(folder):
    """Returns the items of a folder by kind and name."""
    found = {}
    for path, _, files in os.walk(folder):
        for file in files:
            whole = os.path.join(path, file)
            kind, name = os.path.relpath(whole, folder).split(os.sep, 1)
            with open(whole, "rb") as content:
                found[kind, name] = content.read()
    return found


def value(content):
    """Returns what stands for an item in the file of digests."""
    text = content.decode(errors="replace")
    if text.endswith("\n") and text.count("\n") == 1 and len(text) <= 60 and text.strip():
        return "= " + text.strip()
    return hashlib.sha256(content).hexdigest()[:32]


def differing_lines(old, new):
    """Returns the first lines of the difference of two contents."""
    one, other = (content.decode(errors="backslashreplace").splitlines() for content in (old, new))
    lines = list(difflib.unified_diff(one, other, "old", "new", n=0, lineterm=""))[2:]
    shown = [line[:200] for line in lines[:SHOWN]]
    return shown + ([f"… and {len(lines) - SHOWN} lines more"] if len(lines) > SHOWN else [])


def report(differences, count):
    """Prints the differences: item, what happened to it, lines. Returns the exit status."""
    for (kind, name), what, lines in sorted(differences):
        print(f"{kind} {name}: {what}")
        for line in lines:
            print(f"    {line}")
    kinds = [sum(kind == wanted for (kind, _), _, _ in differences) for wanted in ("numbers", "sentences")]
    if differences:
        print(f"{len(differences)} of {count} items differ: {kinds[0]} of numbers, {kinds[1]} of sentences.")
        return 1
    print(f"{count} items are the same.")
    return 0


def compare_folders(options):
    old, new = items(options.old), items(options.new)
    differences = []
    for key in old.keys() | new.keys():
        if key not in new:
            differences.append((key, "missing in the new build", []))
        elif key not in old:
            differences.append((key, "missing in the old build", []))
        elif old[key] != new[key]:
            differences.append((key, "differs", differing_lines(old[key], new[key])))
    return report(differences, len(old.keys() | new.keys()))


def read(path):
    """Returns the stored values by kind and name, and the kernels that they were written with."""
    stored, written_with = {}, None
    with open(path) as file:
        for number, line in enumerate(file, 1):
            if line.startswith(KERNELS):
                written_with = line[len(KERNELS):].strip()
            if line.startswith("#") or not line.strip():
                continue
            parts = line.rstrip("\n").split(" ", 2)
            if len(parts) != 3:
                raise SystemExit(f"{path} line {number}: expected kind, item and value, found {line!r}")
            stored[parts[0], parts[1]] = parts[2]
    return stored, written_with


def compare_digests(options):
    new = items(options.items)
    stored, written_with = read(options.file) if os.path.exists(options.file) else ({}, None)
    if not options.full:
        kept = {key: text for key, text in stored.items() if key[1].startswith(FULL)}
        stored = {key: text for key, text in stored.items() if key not in kept}
    else:
        kept = {}
    if options.update:
        lines = kept | {key: value(content) for key, content in new.items()}
        with open(options.file + ".tmp", "w") as file:
            file.write(HEADER + KERNELS + kernels() + "\n")
            file.writelines(f"{kind} {name} {lines[kind, name]}\n" for kind, name in sorted(lines))
        os.replace(options.file + ".tmp", options.file)
    last = items(options.last) if os.path.isdir(options.last) else {}
    differences = []
    for key in stored.keys() | new.keys():
        if key not in new:
            differences.append((key, "missing in this build", []))
        elif key not in stored:
            differences.append((key, f"not in {options.file}", []))
        elif value(new[key]) != stored[key]:
            if stored[key].startswith("= ") or key in last and value(last[key]) == stored[key]:
                old = last[key] if key in last else stored[key][2:].encode() + b"\n"
                lines = differing_lines(old, new[key])
            else:
                lines = new[key].decode(errors="backslashreplace").splitlines()[:SHOWN]
                lines = ["now (no run with the stored digest is at hand):", *(line[:200] for line in lines)]
            differences.append((key, "differs", lines))
    status = report(differences if stored else [], len(stored.keys() | new.keys()))
    if written_with not in (None, kernels()) and any(kind == "numbers" for (kind, _), _, _ in differences):
        print(f"{options.file} was written with kernels of the classifiers for {written_with}. This processor has "
              f"{kernels()}: scores may differ in the last bits because of that alone.")
    if options.update:
        print(f"{options.file} is written.")
        status = 0
    if status == 0:
        # What the next run shows differing lines against.
        shutil.rmtree(options.last, ignore_errors=True)
        shutil.copytree(options.items, options.last)
    return status


def main():
    parser = argparse.ArgumentParser()
    commands = parser.add_subparsers(required=True)
    folders = commands.add_parser("folders")
    folders.set_defaults(run=compare_folders)
    folders.add_argument("old")
    folders.add_argument("new")
    digests = commands.add_parser("digests")
    digests.set_defaults(run=compare_digests)
    digests.add_argument("file")
    digests.add_argument("items")
    digests.add_argument("last")
    digests.add_argument("--update", action="store_true")
    digests.add_argument("--full", action="store_true")
    options = parser.parse_args()
    raise SystemExit(options.run(options))


main()
