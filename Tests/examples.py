#!/usr/bin/env python3
"""Runs the examples of README.md, docs/ and `--help` on small synthetic data in a temporary folder.

    python3 Tests/examples.py --programs .build/release
    python3 Tests/examples.py --programs .build/release docs/serving.md
    python3 Tests/examples.py --programs .build/release --server .build-tests/release help

The line before each ```sh block determines how the block is run:

    <!-- example: run -->
    <!-- example: run with KEY=VALUE … -->     appends overrides to `heartsense train` and `pretrain`, to save time
    <!-- example: not run (REASON) -->

The blocks of a page run in order in one bash session with `set -e`. The programs are on PATH. The working
folder has the checkout's folders experiments, weights and datasets, the data sets DIR/train and DIR/test, the pictures
picture.png, one.png and two.jpg, the record ecg of twelve leads, its page.pdf, and a model.h5 of the experiment
`demo`. Servers listen on free ports and are stopped at the end.

The examples of `--help` run one by one, except those in HELP_NOT_RUN.

Exit status: 0 all examples succeed, 1 an example failed or the line before a block is missing.
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
# The time limit of one page. A loaded machine takes many times the usual minute.
SECONDS = 3600


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
                sys.exit(f"{self.name} line {line}: expected “<!-- example: run -->” or "
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


# Commands whose examples need something that is not available, with the reason.
HELP_NOT_RUN = {
    "heartsense dataset feedback": "needs a server's database; docs/accounts-and-mail.md runs it",
    "heartsense replay": "needs a server's database; docs/accounts-and-mail.md runs it",
    "heartsense gate": "needs a baseline of the same data; docs/experiments.md runs it",
    "heartsense weights fetch": "downloads",
    "heartsense weights verify": "contains digests of other files; heartsenseTests run it",
    "heartsense digitize": "needs pages; heartsenseTests run it",
    "heartsense analyze page.pdf": "needs a page; heartsenseTests run it",
    "heartsense dataset import": "needs PTB-XL; heartsenseTests run it",
    "heartsense predict twelve-lead.h5": "needs recordings and pages; heartsenseTests run it",
    "heartsense predict beats.h5": "needs recordings and a model of beats",
    "heartsense-server": "starts a server; docs/serving.md runs it",
}
QUICK = "schedule.epochs=1 schedule.epoch_images=32 preprocessing.size=32 network.alpha=0.05"


def help_examples(programs):
    """Yields the examples of all commands in the order of their help."""
    def text(*words):
        return subprocess.run([programs / words[0], *words[1:], "--help"], stdout=subprocess.PIPE, text=True,
                              env=dict(os.environ, COLUMNS="200"), check=True).stdout

    def commands(*words):
        yield words
        listed = re.search(r"^SUBCOMMANDS:\n(.*?)(?:\n\n|\Z)", text(*words), re.M | re.S)
        for name in re.findall(r"^  ([a-z][a-z-]*)", listed[1], re.M) if listed else []:
            yield from commands(*words, name)

    for program in ("heartsense", "heartsense-server"):
        for words in commands(program):
            listed = re.search(r"^ *Examples?:\n((?:  .*\n)+)", text(*words), re.M)
            lines = [line.strip() for line in listed[1].splitlines()] if listed else []
            if not lines and not re.search("^SUBCOMMANDS", text(*words), re.M):
                sys.exit(f"{' '.join(words)} --help has no example.")
            yield from lines


# Four records with beats N V N N at 250 Hz, 0.8 s apart, a record of 100 s, records of twelve leads, pages, and the
# folders that the examples name.
HELP_MATERIAL = """
mkdir -p mitdb data runs/demo results
python3 - <<'PYTHON'
import struct
samples = [1000 - 50 * (i % 200) if i % 200 < 20 else i // 200 + i % 7 for i in range(1200)]
for name in ("r1", "r2", "r3", "r4"):
    open(f"mitdb/{name}.hea", "w").write(f"{name} 1 250 1200\\n{name}.dat 16 1000(0)/mV 16 0 1000\\n")
    open(f"mitdb/{name}.dat", "wb").write(struct.pack("<1200h", *samples))
    open(f"mitdb/{name}.atr", "wb").write(struct.pack("<5H", 1 << 10, 5 << 10 | 200, 1 << 10 | 200, 1 << 10 | 200, 0))
# A QRS complex of 80 ms and a T wave of 160 ms.
beat = [0] * 60 + [100 * min(i, 20 - i) for i in range(20)] + [0] * 30 + [15 * min(i, 40 - i) for i in range(40)] + [0] * 50
beat = [value + i % 7 for i, value in enumerate(beat)]
checksum = (125 * sum(beat) + 32768) % 65536 - 32768
open("data/100.hea", "w").write(f"100 1 250 25000\\n100.dat 16 1000(0)/mV 16 0 0 {checksum} 0 MLII\\n")
open("data/100.dat", "wb").write(struct.pack("<25000h", *beat * 125))
PYTHON
mkdir ludb scans
cp twelve-leads/*.hea twelve-leads/*.dat ludb
heartsense convert ecg --output data/00017
heartsense draw ecg --output scans/one.png --dpi 200
cp -r DIR/train runs/demo-data
cp -r DIR/train DIR/synthetic
cp weights/mobilenetv2-ecg.h5 FILE.h5
mkdir RUN && cp FILE.h5 RUN/weights.h5
for name in a b c; do heartsense evaluate model.h5 DIR/test --output results/$name; done
cp -r results/a runs/demo/one
cp -r results/b runs/demo/other
"""


def run_help(programs, folder, environment):
    """Runs the examples of --help; returns those that failed."""
    failed, run, skipped = [], 0, 0
    with open(folder / "output.log", "w") as log:
        if bash(PROLOG + HELP_MATERIAL, folder, environment, log) != 0:
            return [f"the files for the examples of --help: {(folder / 'output.log').read_text()[-2000:]}"]
    for example in help_examples(programs):
        plain = re.sub(r"^(?:[A-Z_]+=\S+ )+", "", example)
        if any((plain + " ").startswith(command + " ") for command in HELP_NOT_RUN) or plain.startswith(("curl ", "mpirun ")):
            skipped += 1
            continue
        output = re.search(r"--output (\S+)", example)
        if output and "--resume" not in example and (folder / output[1]).is_dir():
            shutil.rmtree(folder / output[1])
        with open(folder / "output.log", "w") as log:
            script = quick(example, QUICK) if plain.startswith("heartsense pretrain ") else example
            status = bash(PROLOG + script, folder, environment, log)
        run += 1
        if status != 0:
            failed.append(f"{example}\n{(folder / 'output.log').read_text(errors='replace')[-1500:]}")
    print(f"--help: {run - len(failed)} of {run} examples succeeded, {skipped} not run")
    return failed


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def bash(script, folder, environment, log):
    """Runs a script in a new session, ends the servers that it started, and returns its exit status."""
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


# Jobs have numbers (`kill %2`) but no separate process groups.
PROLOG = "set -euo pipefail\ntrap 'echo \"failed: $BASH_COMMAND\"' ERR\n"


def prepare(folder, environment):
    """Creates the files that the examples use."""
    shutil.copytree(ROOT / "experiments", folder / "experiments")
    shutil.copytree(ROOT / "datasets", folder / "datasets")
    (folder / "weights").mkdir()
    shutil.copy(ROOT / "weights/mobilenetv2-ecg.h5", folder / "weights")
    with open(folder / "prepare.log", "w") as log:
        status = bash(
            PROLOG + """
            heartsense dataset synthesize --output DIR/train --per-class 40 --seed 1
            heartsense dataset synthesize --output DIR/test --per-class 4 --seed 2
            heartsense train experiments/demo.yaml dataset.path=DIR/train --output model
            mv model/model.h5 model.h5
            cp "$(ls DIR/test/V/*.png | head -n 1)" picture.png
            cp picture.png one.png
            heartsense dataset synthesize --output twelve-leads --as pages --per-class 1
            heartsense convert "$(ls twelve-leads/*.hea | head -n 1)" --output ecg
            heartsense draw ecg --output page.pdf
            """, folder, environment, log)
    # The only JPEG of a beat in the checkout.
    shutil.copy(ROOT / "Tests/ImagingTests/Fixtures/beat-quality-30.jpg", folder / "two.jpg")
    if status != 0:
        sys.exit(f"the files for the examples could not be created:\n{(folder / 'prepare.log').read_text()}")


def main():
    sys.stdout.reconfigure(line_buffering=True)
    parser = argparse.ArgumentParser(
        description=__doc__.splitlines()[0], epilog="Example: python3 Tests/examples.py --programs .build/release")
    parser.add_argument("--programs", type=Path, required=True, help="folder with heartsense and heartsense-server")
    parser.add_argument("--server", type=Path, help="folder with heartsense-server, by default that of --programs")
    parser.add_argument("pages", type=Path, nargs="*", help="pages to run, help for --help; all if none is given")
    arguments = parser.parse_args()
    asked = arguments.pages or [*(path for pattern in PAGES for path in sorted(ROOT.glob(pattern))), Path("help")]
    paths = [path.resolve() for path in asked if path != Path("help")]
    pages = [Page(path) for path in paths]
    built = {"heartsense": arguments.programs.resolve(), "heartsense-server": (arguments.server or arguments.programs).resolve()}
    for name, folder in built.items():
        if not (folder / name).is_file():
            sys.exit(f"{folder}/{name} does not exist. Build it: swift build -c release --product {name}")
    failed = []
    with tempfile.TemporaryDirectory(prefix="heartsense-examples-") as temporary:
        material, programs = Path(temporary) / "material", Path(temporary) / "programs"
        material.mkdir()
        programs.mkdir()
        for name, folder in built.items():
            (programs / name).symlink_to(folder / name)
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
        if Path("help") in asked:
            folder = Path(temporary) / "help"
            shutil.copytree(material, folder, symlinks=True)
            for example in run_help(programs, folder, environment):
                failed.append("--help")
                print(f"--help: FAILED: {example}")
    if failed:
        sys.exit(f"Failed: {', '.join(failed)}")


if __name__ == "__main__":
    main()
