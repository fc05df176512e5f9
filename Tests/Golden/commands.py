"""Runs fixed command lines and writes exit status, stdout and stderr of each as items.

    commands.py --heartsense PROGRAM --server PROGRAM --model FILE --small FILE --items FOLDER

Runs in a folder with `experiments`, `datasets` and `weights` of the checkout, and with what `golden.sh` made in `runs`.
"""

import argparse
import json
import os
import re
import shutil
import subprocess

from files import add
from items import Items
from masks import mask_terminal

HELP = ["", "train", "search", "pretrain", "evaluate", "predict", "compare", "gate", "replay", "features", "weights",
        "weights show", "weights verify", "weights fetch", "dataset", "dataset show", "dataset audit",
        "dataset synthesize", "dataset render", "dataset import", "dataset select", "dataset feedback", "analyze",
        "convert", "digitize", "draw"]
SERVER_HELP = ["", "backup", "deliver", "grant-clinician"]

CI = "experiments/ci.yaml"


def lines(model, small, picture):
    """Returns the command lines: name, kind of stdout, program and arguments.

    Kinds: `words` for people; `json` and `figures` for programs; `keys` for commented YAML.
    """
    def heartsense(name, line, kind="words"):
        return name, kind, "heartsense", line if isinstance(line, list) else line.split()

    def server(name, line, kind="words"):
        return name, kind, "heartsense-server", line.split()

    for command in HELP:
        yield heartsense("-".join(["help", *command.split()]), f"{command} --help")
    for command in SERVER_HELP:
        yield server("-".join(["server-help", *command.split()]), f"{command} --help")
    yield heartsense("version", "--version", "figures")
    yield server("server-version", "--version", "figures")
    yield heartsense("train-help-config", "train --help-config", "keys")
    yield heartsense("pretrain-help-config", "pretrain --help-config", "keys")
    yield server("server-help-config", "--help-config", "keys")

    # Usage errors.
    yield heartsense("none", "")
    yield heartsense("unknown-command", "diagnose")
    yield heartsense("unknown-option", f"train {CI} --fast")
    yield heartsense("missing-argument", "predict")
    yield heartsense("missing-option", "gate runs/ci")
    yield heartsense("train-without-file", "train")
    yield heartsense("threads-0", f"predict {small} {picture} --threads 0")
    yield heartsense("seed-no-number", "dataset synthesize --output runs/new --seed one")
    yield heartsense("synthesize-none", "dataset synthesize --output runs/new --per-class 0")
    yield heartsense("features-size", "features runs/small-data --weights random --output runs/new.h5 --size 100")
    yield heartsense("features-ink", "features runs/small-data --weights random --output runs/new.h5 --ink red")
    yield heartsense("evaluate-bootstrap", f"evaluate {small} runs/small-data --output runs/new --bootstrap -1")
    yield heartsense("predict-json-and-csv", f"predict {small} {picture} --json --csv")
    yield heartsense("compare-one", "compare runs/ci")
    yield heartsense("gate-update-junit", "gate runs/ci --baseline broken/new.json --update --junit broken/new.xml")
    yield heartsense("select-neither", "dataset select runs/small-data --output runs/new")
    yield server("server-port", f"--model {small} --port 70000")

    # Files that are missing, damaged or of another kind; values that are wrong.
    yield heartsense("train-no-file", "train nowhere.yaml")
    yield heartsense("train-no-data", f"train {CI} dataset.path=nowhere")
    yield heartsense("train-no-yaml", "train broken/no-yaml.yaml")
    yield heartsense("train-unknown-key", f"train {CI} classifiers.ml-svm.gama=1")
    yield heartsense("train-unknown-key-in-file", "train broken/unknown-key.yaml")
    yield heartsense("train-bad-value", f"train {CI} classifiers.mlaram.vigilance=2")
    yield heartsense("train-bad-word", f"train {CI} ensemble.vote=loud")
    yield heartsense("train-no-weights", f"train {CI} extractor.weights=nowhere.h5")
    yield heartsense("train-folder-not-empty", f"train {CI} --output runs/ci")
    yield heartsense("search-nothing", f"search {CI}")
    yield heartsense("search-bad-goal", f"search {CI} search.goal=beauty ensemble.vote=soft,hard")
    yield heartsense("pretrain-bad-value", "pretrain experiments/pretrain-ecg.yaml schedule.epochs=0")
    yield heartsense("pretrain-unknown-layer", "pretrain experiments/pretrain-ecg.yaml dataset.path=runs/small-data "
                     "network.frozen=Conv9")
    yield heartsense("predict-no-model", f"predict nowhere.h5 {picture}")
    yield heartsense("predict-model-cut-off", f"predict broken/cut-off.h5 {picture}")
    yield heartsense("predict-model-damaged", f"predict broken/damaged.h5 {picture}")
    yield heartsense("predict-model-is-text", f"predict broken/text.h5 {picture}")
    yield heartsense("predict-model-is-weights", f"predict weights/mobilenetv2-ecg.h5 {picture}")
    yield heartsense("predict-one-unreadable", f"predict {small} {picture} broken/text.png nowhere.png --csv",
                     "figures")
    yield heartsense("evaluate-no-data", f"evaluate {small} nowhere --output runs/new")
    yield heartsense("gate-no-baseline", "gate runs/ci --baseline nowhere.json")
    yield heartsense("gate-no-json", "gate runs/ci --baseline broken/no-yaml.yaml")
    yield heartsense("gate-no-run", "gate runs/nowhere --baseline experiments/baselines/ci.json")
    yield heartsense("compare-others", "compare runs/ci runs/small-evaluation")
    yield heartsense("show-no-data", "dataset show nowhere")
    yield heartsense("synthesize-not-empty", "dataset synthesize --output runs/small-data --per-class 1")
    yield heartsense("select-no-fold", "dataset select runs/small-data --fold 9 --output runs/new")
    yield heartsense("render-nothing", "dataset render nowhere --output runs/new")
    yield heartsense("feedback-no-database", "dataset feedback --database nowhere.sqlite --output runs/new")
    yield heartsense("replay-no-database", f"replay 0 --database nowhere.sqlite --model {small}")
    yield heartsense("weights-no-weights", "weights show broken/text.h5")
    yield heartsense("weights-other-digest", ["weights", "verify", "weights/mobilenetv2-ecg.h5", "--sha256", "0" * 64])
    yield heartsense("weights-unknown-name", "weights fetch resnet --dry-run")
    yield server("server-no-model", "--model nowhere.h5 --port 0")
    yield server("server-bad-config", f"--model {small} --config broken/server.yaml")
    yield server("server-unknown-key", f"--model {small} --config broken/server-unknown.yaml")
    yield server("server-backup-no-database", "backup --database nowhere.sqlite --to broken/backup.sqlite")
    yield server("server-grant-no-database", "grant-clinician doctor@example.org --database nowhere.sqlite")
    yield server("server-deliver-no-database", "deliver")

    # Gates and audits that fail end with 3.
    yield heartsense("gate-fails", "gate runs/ci --baseline broken/baseline.json")
    yield heartsense("audit-fails", "dataset audit runs/leaking-data --output broken/audit.json "
                     "--plot broken/audit.svg")
    yield heartsense("train-refuses", f"train {CI} dataset.path=runs/leaking-data preprocessing.ink=as-drawn")

    # Commands that succeed.
    yield heartsense("gate-passes", "gate runs/ci --baseline experiments/baselines/ci.json --junit broken/gate.xml")
    yield heartsense("train-dry-run", f"train {CI} --dry-run")
    yield heartsense("train-sweep-dry-run", f"train {CI} ensemble.vote=soft,hard seed=1,2 --dry-run")
    yield heartsense("search-dry-run", f"search {CI} ensemble.vote=soft,hard classifiers.ml-svm.C=0.1..10/3 --dry-run")
    yield heartsense("pretrain-dry-run", "pretrain experiments/pretrain-ecg.yaml dataset.path=runs/small-data "
                     "--dry-run")
    yield heartsense("show", "dataset show runs/ci-data")
    yield heartsense("predict-text", f"predict {small} {picture}")
    yield heartsense("predict-csv", f"predict {model} {picture} --csv", "figures")
    yield heartsense("predict-json", f"predict {model} {picture} --json", "json")
    yield heartsense("predict-saliency", f"predict {small} {picture} --saliency broken/saliency --json", "json")
    yield heartsense("compare", "compare runs/ci runs/ci-evaluation --json --bootstrap 100", "json")
    yield heartsense("compare-table", "compare runs/ci runs/ci-evaluation --bootstrap 100 --plot broken/compare.svg")
    yield heartsense("weights-show", "weights show weights/mobilenetv2-ecg.h5 --layers")
    yield heartsense("weights-verify", "weights verify weights/mobilenetv2-ecg.h5")
    yield heartsense("weights-fetch-dry-run", "weights fetch imagenet --dry-run")


def break_files(model):
    """Makes the folder `broken`: files that are wrong in one way each."""
    os.makedirs("broken")

    def write(name, content):
        with open(f"broken/{name}", "wb") as file:
            file.write(content if isinstance(content, bytes) else content.encode())

    with open(model, "rb") as file:
        data = file.read()
    write("cut-off.h5", data[:len(data) // 2])
    write("damaged.h5", data[:-1000] + bytes([data[-1000] ^ 1]) + data[-999:])
    write("text.h5", "no model\n")
    write("text.png", "no picture\n")
    write("no-yaml.yaml", "name: [\n")
    write("unknown-key.yaml", "name: golden\nsede: 7\ndataset:\n  path: runs/small-data\n")
    write("server.yaml", "limits:\n  files: many\n")
    write("server-unknown.yaml", "limits:\n  fils: 4\n")
    with open("experiments/baselines/ci.json") as file:
        baseline = json.load(file)
    baseline["metrics"]["f1_macro"]["value"] = 0.99
    write("baseline.json", json.dumps(baseline))


def main():
    parser = argparse.ArgumentParser()
    for name in ("heartsense", "server", "model", "small", "items"):
        parser.add_argument(f"--{name}", required=True)
    options = parser.parse_args()
    items = Items(options.items)
    break_files(options.small)
    picture = sorted(os.path.join(folder, name) for folder, _, names in os.walk("runs/small-data") for name in names
                     if name.endswith(".png"))[0]

    for name, kind, program, arguments in lines(options.model, options.small, picture):
        path = options.server if program == "heartsense-server" else options.heartsense
        run = subprocess.run([path, *arguments], stdin=subprocess.DEVNULL, capture_output=True, timeout=600)
        folders = (os.path.realpath(os.path.dirname(path)), os.path.dirname(path), os.getcwd())
        out, err = (mask_terminal(part.decode(), folders) for part in (run.stdout, run.stderr))
        items.numbers(f"commands/{name}", f"exit {run.returncode}\n")
        if kind == "figures":
            items.numbers(f"commands/{name}-stdout", run.stdout)
        elif kind == "json":
            items.json(f"commands/{name}-stdout", out)
        elif kind == "keys":
            keys = (re.sub(" *#.*", "", line) for line in out.splitlines())
            items.numbers(f"commands/{name}-stdout", "".join(f"{key}\n" for key in keys if key))
            items.sentences(f"commands/{name}-stdout", out)
        else:
            items.sentences(f"commands/{name}-stdout", out)
        items.sentences(f"commands/{name}-stderr", err)
    # A command that fails leaves nothing behind.
    for path in ("runs/new", "runs/new.h5"):
        if os.path.exists(path):
            items.numbers(f"commands/left-behind-{os.path.basename(path)}", "exists\n")
    for name in ("audit.json", "audit.svg", "compare.svg", "gate.xml"):
        add(items, "commands", f"broken/{name}")
    shutil.rmtree("broken")


main()
