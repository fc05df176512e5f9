#!/usr/bin/env python3
"""Runs the examples of README.md and docs/ on small synthetic data in a temporary folder.

    python3 Tests/examples.py --programs .build/release
    python3 Tests/examples.py --programs .build/release docs/serving.md

Each ```sh block follows a line that says what to do with it:

    <!-- example: run -->
    <!-- example: run with KEY=VALUE … -->     appends overrides to `heartsense train` and `pretrain`, to be fast
    <!-- example: not run (REASON) -->

The blocks of a page run in order in one bash session with `set -e`. A page finds the programs on PATH, the folders
experiments, weights and datasets of the checkout, the data sets DIR/train and DIR/test, the pictures picture.png,
one.png and two.jpg, and a model.h5 of the experiment `demo`. Servers listen on free ports, and are stopped at the end.

Exit status: 0 all examples succeed, 1 an example failed or a block has no such line.
"""
import argparse
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGES = ["README.md", "docs/*.md"]
BLOCK = re.compile(r"(?:^<!-- example: (?P<mark>[^\n]*) -->\n)?^ *```sh\n(?P<code>.*?)^ *```$", re.M | re.S)
SECONDS = 900


class Page:
    def __init__(self, path):
        self.name = str(path.relative_to(ROOT))
        self.code, self.run, self.skipped = [], 0, 0
        for match in BLOCK.finditer(path.read_text()):
            mark, code = match["mark"], match["code"]
            if mark and re.fullmatch(r"not run \(.+\)", mark):
                self.skipped += 1
            elif mark == "run":
                self.add(code)
            elif mark and mark.startswith("run with "):
                self.add(quick(code, mark.removeprefix("run with ")))
            else:
                line = path.read_text()[:match.start("code")].count("\n")
                sys.exit(f"{self.name} line {line}: no line “<!-- example: run -->” or "
                         "“<!-- example: not run (REASON) -->” before this block.")

    def add(self, code):
        self.run += 1
        self.code.append(code)


def quick(code, overrides):
    """Appends overrides to the commands that read them, and makes synthetic data small."""
    lines = code.replace("\\\n", " ").splitlines()
    keys = {"pretrain": overrides,
            "train": " ".join(word for word in overrides.split() if word.startswith("preprocessing."))}
    for number, line in enumerate(lines):
        command = re.match(r"heartsense (\w+) ", line)
        if command and command[1] in keys:
            lines[number] = f"{line} {keys[command[1]]}"
    return "\n".join(lines).replace("--per-class 1500", "--per-class 8") + "\n"


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def bash(script, folder, environment, log):
    """Runs a script in a session of its own, ends the servers that it started, and returns its exit status."""
    process = subprocess.Popen(
        ["bash", "-c", script], cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=log,
        stderr=subprocess.STDOUT, start_new_session=True)
    try:
        return process.wait(timeout=SECONDS)
    except subprocess.TimeoutExpired:
        return f"none after {SECONDS} s"
    finally:
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass


# Jobs get numbers (`kill %2`), but no process groups of their own.
PROLOG = "set -euo pipefail\ntrap 'echo \"failed: $BASH_COMMAND\"' ERR\n"


def prepare(folder, environment):
    """Writes the material that the examples use."""
    for name in ("experiments", "weights", "datasets"):
        (folder / name).symlink_to(ROOT / name)
    with open(folder / "prepare.log", "w") as log:
        status = bash(
            PROLOG + """
            heartsense dataset synthesize --output DIR/train --per-class 40 --seed 1
            heartsense dataset synthesize --output DIR/test --per-class 4 --seed 2
            heartsense train experiments/demo.yaml dataset.path=DIR/train --output model
            mv model/model.h5 model.h5
            cp "$(ls DIR/test/V/*.png | head -n 1)" picture.png
            cp picture.png one.png
            """, folder, environment, log)
    # The one JPEG of the checkout is a real beat.
    shutil.copy(ROOT / "Tests/ImagingTests/Fixtures/beat-quality-30.jpg", folder / "two.jpg")
    if status != 0:
        sys.exit(f"the material could not be made:\n{(folder / 'prepare.log').read_text()}")


def main():
    parser = argparse.ArgumentParser(
        description=__doc__.splitlines()[0], epilog="Example: python3 Tests/examples.py --programs .build/release")
    parser.add_argument("--programs", type=Path, required=True, help="folder with heartsense and heartsense-server")
    parser.add_argument("pages", type=Path, nargs="*", help="pages to run; all if none is given")
    arguments = parser.parse_args()
    paths = [path.resolve() for path in arguments.pages] or sorted(
        path for pattern in PAGES for path in ROOT.glob(pattern))
    pages = [Page(path) for path in paths]
    programs = arguments.programs.resolve()
    for name in ("heartsense", "heartsense-server"):
        if not (programs / name).is_file():
            sys.exit(f"{programs}/{name} does not exist. Build it: swift build -c release --product {name}")
    failed = []
    with tempfile.TemporaryDirectory(prefix="heartsense-examples-") as temporary:
        material = Path(temporary) / "material"
        material.mkdir()
        environment = {key: value for key, value in os.environ.items() if not key.startswith("HEARTSENSE_")}
        environment.update(PATH=f"{programs}:{os.environ['PATH']}", LC_ALL="C.UTF-8", COLUMNS="100")
        prepare(material, environment)
        for page in pages:
            if not page.code:
                print(f"{page.name}: no block to run, {page.skipped} marked as not run")
                continue
            folder = Path(temporary) / page.name.replace("/", "-")
            shutil.copytree(material, folder, symlinks=True)
            code = PROLOG + "".join(page.code)
            for port in ("8080", "8081"):
                code = code.replace(f":{port}", f":{(free := str(free_port()))}").replace(f"--port {port}", f"--port {free}")
            with open(folder / "output.log", "w") as log:
                status = bash(code, folder, environment, log)
            if status == 0:
                print(f"{page.name}: {page.run} blocks succeeded, {page.skipped} marked as not run")
            else:
                failed.append(page.name)
                output = (folder / "output.log").read_text(errors="replace").replace("\r", "\n")
                print(f"{page.name}: FAILED with exit status {status}\n{output[-4000:]}")
    if failed:
        sys.exit(f"Failed: {', '.join(failed)}")


if __name__ == "__main__":
    main()
