#!/usr/bin/env python3
"""Measures the figures of README.md and docs/ and rewrites their tables.

    make figures                         # the demo, which needs no data
    make figures DATA=DIR                # also everything measured on the data sets in DIR
    make figures DATA=DIR ONLY=beats     # one measurement
    python3 docs/figures.py --check      # compares the tables with docs/figures.json; runs nothing

Each measurement is a list of commands that run in the checkout and leave JSON files in runs/figures/. The values go
to docs/figures.json, together with the revision and the digest of the commands and of everything that they read from
the checkout (experiment files, weights, and the defaults of all keys). The tables between the lines
`<!-- figures: NAME -->` and `<!-- end -->` are written from docs/figures.json alone.

DIR has the folders dev-train and dev-test (beat pictures by class), mitdb-ds1 (WFDB records) and ptbxl-100hz (records of
PTB-XL with their tables). The tar files of
`ecg-image-data/` are unpacked if the folders are missing. IMAGENET=FILE.h5 gives the Keras MobileNetV2 of ImageNet,
by default weights/mobilenet_v2_imagenet.h5.

Exit status: 0 all tables are up to date, 3 a table changed or is out of date, 1 a command failed.
"""
import argparse
import csv
import difflib
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
STORE = ROOT / "docs" / "figures.json"
RUNS = Path("runs/figures")
PAGES = ["README.md", "docs/*.md", "weights/*.md", "datasets/README.md", "experiments/README.md"]
BLOCK = re.compile(r"<!-- figures: (?P<name>[a-z0-9-]+) -->\n(?P<body>.*?)<!-- end -->\n", re.S)

# One set of kernels on every machine: the last bits of a sum differ between processors, and with them a decimal.
FIXED = {"HEARTSENSE_INSTRUCTIONS": "portable", "OPENBLAS_CORETYPE": "Haswell", "LC_ALL": "C.UTF-8"}


class Measurement:
    """Commands with the values that they give.

    `needs` lists what DIR must have: beats, imagenet, records. `reads` lists the files of the checkout that decide the
    values. Commands may use {data}, {imagenet} and {runs}.
    """

    def __init__(self, commands, values, reads=(), needs=()):
        self.commands, self.values, self.reads, self.needs = commands, values, list(reads), list(needs)


def read(path):
    return json.loads((ROOT / RUNS / path).read_text())


def scores(folder):
    """Top-1 macro F1, accuracy and ROC AUC with their 95 % intervals, and the table per label."""
    found = read(f"{folder}/metrics.json")
    keys = ["top1_f1_macro", "top1_accuracy", "roc_auc_macro"]
    return {
        "n": found["n"],
        "metrics": {key: round(found["metrics"][key], 4) for key in keys},
        "intervals": {key: [round(end, 4) for end in found["intervals"][key]] for key in keys if key in found["intervals"]},
        "per_label": {
            code: {key: value if key == "support" else round(value, 4) for key, value in row.items() if value is not None}
            for code in found["labels"] for row in [found["per_label"][code]]},
        "ec57": {
            code: {"se": row["se"], "ppv": row["ppv"], "beats": row["beats"]}
            for gross in [found.get("ec57", {}).get("gross", {})] for code in found["labels"] if code in gross
            for row in [gross[code]]},
    }


def beats(folder):
    """Scores of the test pictures, and the top-1 macro F1 of each perturbation."""
    robustness = read(f"{folder}/robustness.json")
    values = scores(folder)
    values["perturbed"] = {
        entry["name"]: round(entry["metrics"]["top1_f1_macro"], 4) for entry in robustness["disturbances"]}
    return values


def diagnosis(name):
    """Results of recordings: each system's ROC AUC and F1, and ROC AUC and coverage of each label."""
    found = read(f"{name}/metrics.json")
    keys = ["roc_auc_macro", "f1_macro"]
    coverage = found["coverage"]["labels"]
    return {
        "n": found["n"],
        "metrics": {key: round(found["metrics"][key], 4) for key in keys},
        "intervals": {key: [round(end, 4) for end in found["intervals"][key]] for key in keys},
        "members": {member: round(row["roc_auc_macro"], 4) for member, row in found["members"].items()},
        "baseline": round(found["baseline"]["roc_auc_macro"], 4),
        "uncertain": round(found["metrics"]["uncertain_fraction"], 4),
        "per_label": {
            code: {"support": row["support"], "roc_auc": round(row["roc_auc"], 4), "coverage": [
                round(found, 4) for found in (
                    coverage[code]["yes"]["coverage"], coverage[code]["no"]["coverage"], coverage[code]["answered"])]}
            for code in found["labels"] for row in [found["per_label"][code]]},
    }


def roc_auc(scores, truth):
    """The share of pairs with and without the label whose scores have the right order; ties count half."""
    order = sorted(range(len(scores)), key=lambda row: scores[row])
    ranks = [0.0] * len(scores)
    start = 0
    while start < len(order):
        end = start
        while end < len(order) and scores[order[end]] == scores[order[start]]:
            end += 1
        for row in order[start:end]:
            ranks[row] = (start + end + 1) / 2
        start = end
    with_it = sum(truth)
    return (sum(rank for rank, has in zip(ranks, truth) if has) - with_it * (with_it + 1) / 2) / (
        with_it * (len(truth) - with_it))


def diagnosis_of_pages(name):
    """The macro ROC AUC of pages and of recordings, out of fold, from training on both."""
    labels = read(f"{name}-both/metrics.json")["labels"]
    with open(ROOT / RUNS / f"{name}-both/predictions.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    drawn = len((ROOT / RUNS / f"{name}-pages/manifest.csv").read_text().splitlines()) - 1
    values = {"drawn": drawn}
    for kind, chosen in (("pages", [row for row in rows if row["path"].endswith((".png", ".jpg"))]),
                         ("recordings", [row for row in rows if not row["path"].endswith((".png", ".jpg"))])):
        found = [roc_auc([float(row[code]) for row in chosen], [code in row["truth"].split("|") for row in chosen])
                 for code in labels]
        values[kind] = {"n": len(chosen), "roc_auc_macro": round(sum(found) / len(found), 4)}
    return values


def audit():
    found = read("audit.json")
    best = lambda labels: {row["label"]: [row["probes"][0], round(row["balanced_accuracy"], 3)] for row in labels}
    return {
        "n": found["n"], "as_drawn": best(found["as_drawn"]["labels"]), "neutral": best(found["neutral"]["labels"])}


def trained(name, options):
    """Trains on the beat pictures, scores the test pictures as they are and perturbed."""
    return [
        f"heartsense train experiments/ecg-image-data.yaml dataset.path={{data}}/dev-train {options}--output {{runs}}/{name}",
        f"heartsense evaluate {{runs}}/{name}/model.h5 {{data}}/dev-test --output {{runs}}/{name}-test --robustness",
    ]


BEATS = ["experiments/ecg-image-data.yaml", "weights/mobilenetv2-ecg.h5"]
FOLDS = [1, 2, 3, 4]
# Training on the features of a network. gamma is 0.3 / number of prepared values, as for measurements.
NETWORK_FEATURES = {
    "network": "features.measurements=off classifiers.ml-svm.gamma=0.000234",
    "network-and-measurements": "classifiers.ml-svm.gamma=0.00015"}

MEASUREMENTS = {
    "demo": Measurement(
        ["heartsense dataset synthesize --output {runs}/demo-data --as beats --per-class 200 --seed 1",
         "heartsense train experiments/demo.yaml dataset.path={runs}/demo-data --output {runs}/demo"],
        lambda: scores("demo"), reads=["experiments/demo.yaml", "weights/mobilenetv2-ecg.h5"]),
    "beats": Measurement(
        trained("neutral", ""), lambda: beats("neutral-test"), reads=BEATS, needs=["beats"]),
    "beats-imagenet": Measurement(
        trained("imagenet", "extractor.weights={imagenet} "), lambda: beats("imagenet-test"), reads=BEATS[:1],
        needs=["beats", "imagenet"]),
    "beats-as-drawn": Measurement(
        trained("as-drawn", "extractor.weights={imagenet} preprocessing.ink=as-drawn audit=accept "),
        lambda: beats("as-drawn-test"), reads=BEATS[:1], needs=["beats", "imagenet"]),
    "audit": Measurement(
        ["heartsense dataset audit {data}/dev-train --output {runs}/audit.json || [ $? = 3 ]"], audit,
        needs=["beats"]),
    "patients-imagenet": Measurement(
        ["heartsense dataset render {data}/mitdb-ds1 --output {runs}/patients --as beats --per-record 200",
         "heartsense train experiments/mitdb-patients.yaml dataset.path={runs}/patients extractor.weights={imagenet} "
         "--output {runs}/patients-imagenet"],
        lambda: scores("patients-imagenet"), reads=["experiments/mitdb-patients.yaml"], needs=["records", "imagenet"]),
    "patients": Measurement(
        ["heartsense dataset render {data}/mitdb-ds1 --output {runs}/patients --as beats --per-record 200",
         "heartsense dataset synthesize --output {runs}/pretrain-data --per-class 1500 --seed 11 --look public",
         *(command for fold in FOLDS for command in (
             f"heartsense dataset select {{runs}}/patients --without-fold {fold} --output {{runs}}/without-{fold}",
             f"heartsense pretrain experiments/pretrain-patients.yaml "
             f"dataset.path={{runs}}/pretrain-data,{{runs}}/without-{fold} --output {{runs}}/fold-{fold}",
             f"cp {{runs}}/fold-{fold}/weights.h5 {{runs}}/fold-{fold}.h5")),
         "heartsense train experiments/mitdb-patients.yaml dataset.path={runs}/patients "
         "'extractor.weights={runs}/fold-{{fold}}.h5' --output {runs}/patients-own"],
        lambda: scores("patients-own"), needs=["records"],
        reads=["experiments/mitdb-patients.yaml", "experiments/pretrain-patients.yaml"]),
    "diagnosis": Measurement(
        [command for name, labels in (("conditions", "conditions"), ("superclasses", "ptbxl-superclasses"))
         for command in (
             f"heartsense dataset import {{data}}/ptbxl-100hz --labels datasets/labels/{labels}.yaml --suffix _lr "
             f"--without-fold 10 --output {{runs}}/{name}-data",
             f"heartsense train experiments/ptbxl-{name}.yaml dataset.path={{runs}}/{name}-data --output {{runs}}/{name}")],
        lambda: {name: diagnosis(name) for name in ("conditions", "superclasses")}, needs=["ptbxl"],
        reads=["experiments/ptbxl-conditions.yaml", "experiments/ptbxl-superclasses.yaml",
               "datasets/labels/conditions.yaml", "datasets/labels/ptbxl-superclasses.yaml"]),
    "diagnosis-pages": Measurement(
        [command for name, labels in (("conditions", "conditions"), ("superclasses", "ptbxl-superclasses"))
         for command in (
             f"heartsense dataset import {{data}}/ptbxl-100hz --labels datasets/labels/{labels}.yaml --suffix _lr "
             f"--without-fold 10 --output {{runs}}/{name}-data",
             f"heartsense dataset render {{runs}}/{name}-data --as pages --layout 3x4+1 --degrade random --seed 5 "
             f"--output {{runs}}/{name}-pages",
             f"heartsense train experiments/ptbxl-{name}.yaml "
             f"dataset.path={{runs}}/{name}-data:{{runs}}/{name}-pages dataset.skip_unreadable=true "
             f"--output {{runs}}/{name}-both")],
        lambda: {name: diagnosis_of_pages(name) for name in ("conditions", "superclasses")}, needs=["ptbxl"],
        reads=["experiments/ptbxl-conditions.yaml", "experiments/ptbxl-superclasses.yaml",
               "datasets/labels/conditions.yaml", "datasets/labels/ptbxl-superclasses.yaml"]),
    "diagnosis-network": Measurement(
        [command for name, labels in (("conditions", "conditions"), ("superclasses", "ptbxl-superclasses"))
         for command in [
             f"heartsense dataset import {{data}}/ptbxl-100hz --labels datasets/labels/{labels}.yaml --suffix _lr "
             f"--without-fold 10 --output {{runs}}/{name}-data"] + [
             f"heartsense train experiments/ptbxl-{name}.yaml dataset.path={{runs}}/{name}-data features.network=on "
             f"extractor.weights=weights/mobilenetv2-ecg.h5 {overrides} --output {{runs}}/{name}-{kind}"
             for kind, overrides in NETWORK_FEATURES.items()]],
        lambda: {name: {kind: diagnosis(f"{name}-{kind}") for kind in NETWORK_FEATURES}
                 for name in ("conditions", "superclasses")}, needs=["ptbxl"],
        reads=["experiments/ptbxl-conditions.yaml", "experiments/ptbxl-superclasses.yaml", "weights/mobilenetv2-ecg.h5",
               "datasets/labels/conditions.yaml", "datasets/labels/ptbxl-superclasses.yaml"]),
}


# Tables. A cell is "–" where nothing was measured.

def number(value):
    return "–" if value is None else f"{value:.3f}"


def metric(entry, key, with_interval=False):
    value = number(entry["values"]["metrics"].get(key)) if entry else "–"
    interval = entry["values"]["intervals"].get(key) if entry and with_interval else None
    return value + (f" ({interval[0]:.3f} to {interval[1]:.3f})" if interval else "")


def table(header, rows):
    lines = [header, ["---"] * len(header)] + rows
    return "\n".join("| " + " | ".join(line) + " |" for line in lines) + "\n"


KINDS = [
    ("as drawn, ImageNet's network", "beats-as-drawn"), ("neutral ink, ImageNet's network", "beats-imagenet"),
    ("neutral ink, HeartSense's network (default)", "beats")]
# The names in robustness.json, which are part of the format, with their titles.
PERTURBATIONS = {
    "recoloured": "recolored", "thicker": "thicker", "thinner": "thinner", "grid": "grid", "jpeg": "JPEG",
    "noise": "noise", "blur": "blurred", "rotated": "rotated", "cropped": "cropped", "inverted": "inverted"}


def perturbed(entry, name):
    return number(entry["values"]["perturbed"].get(name)) if entry else "–"


def table_of_beats(store, with_interval=False):
    rows = []
    for title, name in KINDS:
        entry = store.get(name)
        rows.append([title, metric(entry, "top1_f1_macro", with_interval), metric(entry, "top1_accuracy", with_interval)]
                    + ([metric(entry, "roc_auc_macro", with_interval)] if with_interval else
                       [perturbed(entry, "recoloured"), perturbed(entry, "thicker")]))
    return table(["training", "top-1 macro F1", "accuracy"]
                 + (["macro ROC AUC"] if with_interval else ["F1, recolored", "F1, thicker lines"]), rows)


def table_of_perturbations(store):
    rows = [[title, metric(store.get(name), "top1_f1_macro")] + [perturbed(store.get(name), key) for key in PERTURBATIONS]
            for title, name in KINDS]
    return table(["training", "original"] + list(PERTURBATIONS.values()), rows)


def table_of_labels(entry):
    rows = [[code] + [number(row.get(key)) for key in ("precision", "recall", "f1")] + [f"{row['support']:,}"]
            for code, row in entry["values"]["per_label"].items() if row["support"]] if entry else []
    return table(["label", "precision", "recall", "F1", "pictures"], rows)


def table_of_patients(store):
    kinds = [("HeartSense's, one network per fold", "patients"), ("ImageNet's", "patients-imagenet")]
    return table(
        ["network", "top-1 macro F1", "accuracy"],
        [[title, metric(store.get(name), "top1_f1_macro", True), metric(store.get(name), "top1_accuracy", True)]
         for title, name in kinds])


def table_of_sensitivities(entry):
    percent = lambda value: "–" if value is None else f"{100 * value:.1f}"
    rows = [[code, percent(row["se"]), percent(row["ppv"]), f"{row['beats']:,}"]
            for code, row in entry["values"]["ec57"].items() if row["beats"]] if entry else []
    return table(["label", "sensitivity, %", "positive predictivity, %", "beats"], rows)


def table_of_demo(store):
    entry = store.get("demo")
    return table(["pictures", "top-1 macro F1", "accuracy", "macro ROC AUC"],
                 [[str(entry["values"]["n"])] + [metric(entry, key, True) for key in (
                     "top1_f1_macro", "top1_accuracy", "roc_auc_macro")]] if entry else [])


def table_of_audit(store):
    entry = store.get("audit")
    rows = []
    for code in entry["values"]["as_drawn"] if entry else []:
        cells = [code]
        for kind in ("as_drawn", "neutral"):
            probe, value = entry["values"][kind][code]
            cells.append(f"{probe}: {value:.3f}")
        rows.append(cells)
    return table(["label", "as drawn", "neutral ink"], rows)


def table_of_diagnosis(store):
    entry = store.get("diagnosis")
    sets = [("conditions", "six conditions"), ("superclasses", "five superclasses")]
    members = ["binary-relevance", "mlaram", "ml-svm"]
    rows = []
    for name, title in sets:
        values = entry and entry["values"][name]
        rows.append([title, str(values["n"]) if values else "–", metric(values and {"values": values}, "roc_auc_macro", True)]
                    + [number(values["members"][member]) if values else "–" for member in members]
                    + [number(values["baseline"]) if values else "–", metric(values and {"values": values}, "f1_macro", True)])
    return table(["labels", "recordings", "ROC AUC of the vote", *members, "baseline", "macro F1 of the vote"], rows)


def table_of_diagnosis_in_short(store):
    entry = store.get("diagnosis")
    rows = []
    for name, title in (("conditions", "six conditions"), ("superclasses", "five diagnostic superclasses")):
        values = entry and entry["values"][name]
        rows.append([title, str(values["n"]) if values else "–", metric(values and {"values": values}, "roc_auc_macro", True)])
    return table(["labels", "recordings", "ROC AUC"], rows)


def table_of_pages(store):
    entry = store.get("diagnosis-pages")
    rows = []
    for name, title in (("conditions", "six conditions"), ("superclasses", "five superclasses")):
        values = entry and entry["values"][name]
        rows.append([title] + ([
            f"{values['pages']['n']:,} of {values['drawn']:,}", number(values["pages"]["roc_auc_macro"]),
            f"{values['recordings']['n']:,}", number(values["recordings"]["roc_auc_macro"])] if values else ["–"] * 4))
    return table(["labels", "pages that were read", "ROC AUC of pages", "recordings", "ROC AUC of recordings"], rows)


def table_of_network_features(store):
    """The macro ROC AUC of the vote with measurements, with a network, and with both."""
    measured, network = store.get("diagnosis"), store.get("diagnosis-network")
    rows = []
    for title, entries in (
            ("measurements (default)", measured and measured["values"]),
            *((title, network and {name: values[kind] for name, values in network["values"].items()})
              for title, kind in (("network", "network"), ("both", "network-and-measurements")))):
        rows.append([title] + [metric(entries and {"values": entries[name]}, "roc_auc_macro", True)
                               for name in ("conditions", "superclasses")])
    return table(["features", "six conditions", "five superclasses"], rows)


def table_of_conditions(store):
    entry = store.get("diagnosis")
    rows = []
    for name in ("conditions", "superclasses"):
        for code, row in (entry["values"][name]["per_label"].items() if entry else ()):
            rows.append([code, str(row["support"]), number(row["roc_auc"]), *map(number, row["coverage"])])
    return table(["label", "recordings", "ROC AUC", "covered with it", "covered without", "one answer"], rows)


def origin(store, *names):
    """The commands of measurements with the revision that ran them."""
    lines = []
    for name in names:
        entry = store.get(name)
        lines += ["", f"`make figures{' DATA=DIR' if MEASUREMENTS[name].needs else ''} ONLY={name}`, "
                  + (f"measured with revision {entry['revision']}:" if entry and entry["revision"] else
                     "measured with an earlier revision, not yet repeated:" if entry else "not measured yet:"),
                  "", "<!-- example: not run (make figures runs it) -->", "```sh"]
        lines += [command.format(data="DIR", imagenet="weights/mobilenet_v2_imagenet.h5", runs=RUNS)
                  for command in MEASUREMENTS[name].commands]
        lines.append("```")
    return "\n".join(lines) + "\n"


BLOCKS = {
    "beats-short": lambda store: table_of_beats(store),
    "beats": lambda store: table_of_beats(store, True) + origin(store, "beats", "beats-imagenet", "beats-as-drawn"),
    "network": lambda store: table_of_beats(store, True),
    "perturbations": table_of_perturbations,
    "labels": lambda store: table_of_labels(store.get("beats")),
    "patients-short": table_of_patients,
    "patients": lambda store: table_of_patients(store) + origin(store, "patients", "patients-imagenet"),
    "patients-labels": lambda store: table_of_sensitivities(store.get("patients")),
    "demo": lambda store: table_of_demo(store) + origin(store, "demo"),
    "audit": lambda store: table_of_audit(store) + origin(store, "audit"),
    "audit-short": table_of_audit,
    "diagnosis": table_of_diagnosis,
    "diagnosis-pages": lambda store: table_of_pages(store) + origin(store, "diagnosis-pages"),
    "diagnosis-network": lambda store: table_of_network_features(store) + origin(store, "diagnosis-network"),
    "diagnosis-short": table_of_diagnosis_in_short,
    "diagnosis-labels": lambda store: table_of_conditions(store) + origin(store, "diagnosis"),
}


def rewrite(store, write):
    """Writes the tables of all pages; returns the pages that differ, with their differences on standard output."""
    changed = []
    for path in sorted(path for pattern in PAGES for path in ROOT.glob(pattern)):
        before = path.read_text()

        def replace(match):
            if match["name"] not in BLOCKS:
                sys.exit(f"{path.relative_to(ROOT)}: unknown table “{match['name']}”. Known: {', '.join(BLOCKS)}.")
            return f"<!-- figures: {match['name']} -->\n{BLOCKS[match['name']](store)}<!-- end -->\n"

        after = BLOCK.sub(replace, before)
        if len(re.findall("<!-- figures: ", before)) != len(BLOCK.findall(before)):
            sys.exit(f"{path.relative_to(ROOT)}: a table has no line “<!-- end -->”.")
        if after == before:
            continue
        name = str(path.relative_to(ROOT))
        sys.stdout.writelines(difflib.unified_diff(before.splitlines(True), after.splitlines(True), name, name))
        changed.append(name)
        if write:
            path.write_text(after)
    return changed


def digest(measurement, heartsense):
    """The SHA-256 of what decides the values: commands, files of the checkout, and the defaults of all keys."""
    sha = hashlib.sha256()
    for command in measurement.commands:
        sha.update(command.encode() + b"\n")
    for name in measurement.reads:
        content = (ROOT / name).read_bytes()
        # Comments do not count.
        sha.update(uncommented(content.decode()) if name.endswith(".yaml") else hashlib.sha256(content).digest())
    for command in ("train", "pretrain"):
        listing = subprocess.run([heartsense, command, "--help-config"], stdout=subprocess.PIPE, check=True, text=True)
        sha.update(uncommented(listing.stdout))
    return sha.hexdigest()


def uncommented(yaml):
    lines = [re.sub(r"(^|\s)#.*", "", line).rstrip() for line in yaml.splitlines()]
    return "\n".join(line for line in lines if line).encode() + b"\n"


def prepare(data, needs):
    """Unpacks the beat pictures where DIR has only their tar files; returns the folder to use."""
    if "beats" not in needs or (data / "dev-train").is_dir():
        return data
    folder = ROOT / RUNS / "data"
    for part in ("dev-train", "dev-test"):
        if not (folder / part).is_dir():
            with tarfile.open(data / "ecg-image-data" / f"{part}.tar") as tar:
                tar.extractall(folder / part, filter="data")
    for name in os.listdir(data):
        if not (folder / name).exists():
            (folder / name).symlink_to((data / name).resolve())
    return folder


def missing(measurement, data, imagenet):
    """What a measurement needs and does not have."""
    if measurement.needs and data is None:
        return "DATA=DIR"
    if "beats" in measurement.needs and not (
            (data / "dev-train").is_dir() or (data / "ecg-image-data" / "dev-train.tar").is_file()):
        return f"{data}/dev-train"
    if "records" in measurement.needs and not (data / "mitdb-ds1").is_dir():
        return f"{data}/mitdb-ds1"
    if "ptbxl" in measurement.needs and not (data / "ptbxl-100hz").is_dir():
        return f"{data}/ptbxl-100hz"
    if "imagenet" in measurement.needs and not imagenet.is_file():
        return f"{imagenet} (heartsense weights fetch imagenet, or IMAGENET=FILE.h5)"
    return None


def measure(name, arguments, heartsense):
    measurement = MEASUREMENTS[name]
    data = prepare(arguments.data, measurement.needs) if measurement.needs else Path(".")
    environment = dict(os.environ, **FIXED)
    if arguments.native:
        environment = dict(os.environ, LC_ALL="C.UTF-8")
    environment["PATH"] = f"{heartsense.parent}:{environment['PATH']}"
    for command in measurement.commands:
        command = command.format(data=data, imagenet=arguments.imagenet, runs=RUNS)
        output = re.search(r"--output (\S+)", command)
        if output and not output[1].endswith(".json") and (ROOT / output[1]).exists():
            if arguments.reuse or "dataset" in command.split()[:2]:
                print(f"{name}: {output[1]} exists, reused", file=sys.stderr)
                continue
            shutil.rmtree(ROOT / output[1])
        print(f"{name}: {command}", file=sys.stderr)
        done = subprocess.run(["bash", "-c", command], cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
        if done.returncode != 0:
            sys.exit(f"{name}: exit status {done.returncode}: {command}")
    return {"values": measurement.values(), "revision": revision(heartsense), "digest": digest(measurement, heartsense)}


def revision(heartsense):
    """The checkout's revision, with "-dirty" if the code has changes; None for a program of another checkout."""
    if not heartsense.is_relative_to(ROOT / ".build"):
        return None

    def git(*words):
        return subprocess.run(["git", *words], cwd=ROOT, stdout=subprocess.PIPE, text=True).stdout.strip()

    code = ["Sources", "Package.swift", "experiments", "weights/mobilenetv2-ecg.h5"]
    return git("describe", "--always") + ("-dirty" if git("status", "--porcelain", "--", *code) else "")


def main():
    parser = argparse.ArgumentParser(
        description=__doc__.splitlines()[0], epilog="Example: python3 docs/figures.py --data DIR --only beats")
    parser.add_argument("--heartsense", type=Path, default=ROOT / ".build/release/heartsense", help="the built program")
    parser.add_argument("--data", type=lambda path: Path(path).resolve(), help="folder of the data sets")
    parser.add_argument("--imagenet", type=lambda path: Path(path).resolve(),
                        default=ROOT / "weights/mobilenet_v2_imagenet.h5", help="ImageNet's MobileNetV2 (Keras HDF5)")
    parser.add_argument("--only", help="comma-separated measurements: " + ", ".join(MEASUREMENTS))
    parser.add_argument("--native", action="store_true", help="use this machine's fastest kernels; decimals may differ")
    parser.add_argument("--reuse", action="store_true", help="keep finished runs in runs/figures")
    parser.add_argument("--check", action="store_true", help="compare the tables with docs/figures.json, run nothing")
    arguments = parser.parse_args()
    store = json.loads(STORE.read_text()) if STORE.exists() else {}
    if arguments.check:
        changed = rewrite(store, write=False)
        if changed:
            print(f"These tables differ from docs/figures.json: {', '.join(changed)}. Run make figures.")
            sys.exit(3)
        return
    heartsense = arguments.heartsense.resolve()
    names = arguments.only.split(",") if arguments.only else list(MEASUREMENTS)
    unknown = [name for name in names if name not in MEASUREMENTS]
    if unknown:
        sys.exit(f"unknown measurement “{unknown[0]}”. Known: {', '.join(MEASUREMENTS)}.")
    kept = []
    for name in names:
        lacks = missing(MEASUREMENTS[name], arguments.data, arguments.imagenet)
        if lacks:
            kept.append((name, lacks))
            continue
        entry = json.loads(json.dumps(measure(name, arguments, heartsense)))
        before = store.get(name, {})
        # An unchanged result keeps the revision that measured it first, so that repeating it leaves no difference.
        if any(entry[key] != before.get(key) for key in ("values", "digest")) or not before["revision"]:
            store[name] = entry
        # Labels keep their order: the keys are not sorted.
        store = {key: store[key] for key in MEASUREMENTS if key in store}
        STORE.write_text(json.dumps(store, indent=1) + "\n")
    stale = []
    for name, lacks in kept:
        if name not in store:
            print(f"{name}: not measured, needs {lacks}")
        elif store[name]["digest"] != digest(MEASUREMENTS[name], heartsense):
            stale.append(name)
            print(f"{name}: out of date, because commands, experiment files, weights or defaults have changed; "
                  f"needs {lacks}")
        else:
            print(f"{name}: kept, measured with revision {store[name]['revision']}; needs {lacks}")
    changed = rewrite(store, write=True)
    if changed:
        print(f"Rewritten: {', '.join(changed)}. Review the differences and commit them.")
    if changed or stale:
        sys.exit(3)
    print("All figures are up to date.")


if __name__ == "__main__":
    main()
