#!/usr/bin/env python3
"""Runs the notebooks: every ```sh block in order, and updates the ```output block after it.

    python3 notebooks-md/refresh.py --heartsense .build/release/heartsense notebooks-md/*.md

Blocks run in bash from the checkout's root with the given program first on PATH and standard error shown but not
kept, so that the kept output is the same on every machine. A block whose command fails ends the run with exit
status 1. When all have run and an output block or a figure in notebooks-md/figures differs from what was committed,
the file is rewritten, the difference is shown, and the exit status is 3.
"""
import argparse
import difflib
import hashlib
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

BLOCK = re.compile(r"^```sh\n(?P<code>.*?)^```\n(?:\n```output\n(?P<output>.*?)^```\n)?", re.M | re.S)


def digests(folder: Path) -> dict[str, str]:
    """The SHA-256 of every figure, by name."""
    return {f.name: hashlib.sha256(f.read_bytes()).hexdigest() for f in sorted(folder.glob("*")) if f.is_file()}


def run(code: str, environment: dict[str, str], root: Path) -> str:
    """The standard output of one block; a failure ends the program."""
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", code], cwd=root, env=environment, stdout=subprocess.PIPE, text=True)
    if done.returncode != 0:
        sys.stdout.write(done.stdout)
        sys.exit(f"this block ended with exit status {done.returncode}:\n{code}")
    return done.stdout


def refresh(notebook: Path, environment: dict[str, str], root: Path) -> bool:
    """Runs one notebook; true if its text changed."""
    before = notebook.read_text()

    def replace(match: re.Match) -> str:
        print(f"{notebook}: {match['code'].strip().splitlines()[0]} …", file=sys.stderr)
        output = run(match["code"], environment, root)
        block = f"```sh\n{match['code']}```\n"
        if output:
            block += f"\n```output\n{output if output.endswith(chr(10)) else output + chr(10)}```\n"
        return block

    after = BLOCK.sub(replace, before)
    if after == before:
        return False
    sys.stdout.writelines(
        difflib.unified_diff(before.splitlines(True), after.splitlines(True), "committed", str(notebook)))
    notebook.write_text(after)
    return True


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--heartsense", type=Path, required=True, help="the program that the notebooks run")
    parser.add_argument("notebooks", type=Path, nargs="+")
    arguments = parser.parse_args()
    root = Path(__file__).resolve().parent.parent
    figures = root / "notebooks-md" / "figures"
    figures_before = digests(figures)
    changed = []
    with tempfile.TemporaryDirectory() as programs:
        os.symlink(arguments.heartsense.resolve(strict=True), Path(programs) / "heartsense")
        # One set of kernels everywhere: the last bits of a sum differ between processors, and with them a decimal.
        environment = dict(
            os.environ, PATH=f"{programs}:{os.environ['PATH']}", LC_ALL="C.UTF-8", COLUMNS="100",
            HEARTSENSE_INSTRUCTIONS="portable", OPENBLAS_CORETYPE="Haswell")
        for notebook in sorted(arguments.notebooks):
            if refresh(notebook, environment, root):
                changed.append(str(notebook))
    figures_after = digests(figures)
    changed += [f"figures/{name}" for name in sorted(set(figures_before) | set(figures_after))
                if figures_before.get(name) != figures_after.get(name)]
    if changed:
        print("Changed: " + ", ".join(changed) + ". Review the differences and commit them.")
        sys.exit(3)
    print("The output of the notebooks is unchanged.")


if __name__ == "__main__":
    main()
