#!/usr/bin/env python3
"""Digitizes pages and scores them against the recordings that were drawn.

    python3 Benchmarks/page_scores.py printed      60 PDF pages of PTB-XL, as vectors and as pictures
    python3 Benchmarks/page_scores.py ludb         10 pictures of LUDB records
    python3 Benchmarks/page_scores.py generated    4 pictures of the CinC 2024 challenge, with lead boxes
    python3 Benchmarks/page_scores.py degraded     300 pages of random layout, style and degradation (--count, --seed)

Needs numpy, poppler-utils, libvips-tools and the shared data (BENCH_RECORDS, default ../shared/data). A page's SNR is the
mean over its leads in dB. A page is accepted if it gives a record. Rate and rhythm compare `heartsense analyze` of the
digitized record with that of the true one: the share of accepted pages within 2 beats per minute, and with the same
first finding. "As drawn" compares with the parts of the true record that the page shows.
"""
import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

import numpy

import wfdb_records

ROOT = Path(__file__).resolve().parent.parent
DATA = Path(os.environ.get("BENCH_RECORDS", ROOT.parent / "shared" / "data"))
RATE = 500
COLUMNS = [["I", "II", "III"], ["AVR", "AVL", "AVF"], ["V1", "V2", "V3"], ["V4", "V5", "V6"]]


@dataclass
class Page:
    """A picture or PDF with the record that is drawn on it."""
    file: Path
    record: Path
    # mV at 500 Hz of each lead, NaN where the page does not show it.
    drawn: dict[str, numpy.ndarray]
    # Groups of the table that the page belongs to.
    groups: list[str] = field(default_factory=list)
    # The line of `digitize --json`, and the SNR of an accepted page.
    line: dict = field(default_factory=dict)
    snr: float | None = None
    truth: dict | None = None
    as_drawn: dict | None = None
    found: dict | None = None


class Digitizer:
    """Runs a program on pages."""

    def __init__(self, program: Path, folder: Path, threads: int):
        self.program, self.folder, self.threads = program, folder, threads

    def _run(self, *arguments) -> list[dict]:
        outcome = subprocess.run([self.program, *map(str, arguments)], capture_output=True, text=True)
        if outcome.returncode not in (0, 1):
            raise RuntimeError(f"{self.program} {arguments[0]}: status {outcome.returncode}: {outcome.stderr[-500:]}")
        return [json.loads(line) for line in outcome.stdout.splitlines() if line.startswith("{")]

    def render(self, source: Path, output: Path, seed: int) -> None:
        self._run("dataset", "render", source, "--output", output, "--as", "pages", "--layout", "random", "--degrade",
                  "random", "--seed", seed)

    def score(self, pages: list[Page], name: str) -> list[Page]:
        """Fills in the results of all pages."""
        output = self.folder / f"read-{name}"
        lines = self._run("digitize", *[page.file for page in pages], "--output", output, "--json", "--threads",
                          self.threads)
        first = {}
        for line in lines:
            first.setdefault(line["file"], line)
        for page in pages:
            page.line = first[str(page.file)]
            if not page.line["record"]:
                continue
            rate, leads = wfdb_records.read(Path(page.line["record"]))
            assert rate == RATE
            page.snr = statistics.mean(wfdb_records.snr(reference, leads.get(lead), RATE)
                                       for lead, reference in page.drawn.items())
        self._analyze([page for page in pages if page.snr is not None], name)
        return pages

    def _analyze(self, accepted: list[Page], name: str) -> None:
        folder = self.folder / f"drawn-{name}"
        folder.mkdir()
        for number, page in enumerate(accepted):
            wfdb_records.write(folder / str(number), RATE, page.drawn)
        lists = {"truth": [page.record for page in accepted], "found": [page.line["record"] for page in accepted],
                 "as_drawn": [folder / str(number) for number in range(len(accepted))]}
        for kind, records in lists.items():
            results = {line["file"]: line for line in self._run("analyze", "--json", *records)} if records else {}
            for page, record in zip(accepted, records):
                setattr(page, kind, results.get(str(record)))


def printed_leads(record: Path) -> dict[str, numpy.ndarray]:
    """Four columns of 2.5 s with three leads each, and lead II over 10 s."""
    rate, leads = wfdb_records.read(record)
    leads = {name: wfdb_records.resampled(samples, rate, RATE) for name, samples in leads.items()}
    for column, names in enumerate(COLUMNS):
        for name in names:
            if name != "II":
                width = len(leads[name]) // 4
                leads[name] = leads[name].copy()
                leads[name][:column * width] = numpy.nan
                leads[name][(column + 1) * width:] = numpy.nan
    return leads


def printed(digitizer: Digitizer, arguments) -> None:
    files = sorted((DATA / "ptbxl-pdf").glob("*.pdf"))[:arguments.count]
    names = [arguments.condition] if arguments.condition else CONDITIONS
    if arguments.json:
        print(json.dumps({name: [page.snr for page in printed_pages(digitizer, name, files)] for name in names}))
        return
    header("condition")
    for name in names:
        row(name, printed_pages(digitizer, name, files))


def printed_pages(digitizer: Digitizer, condition: str, files: list[Path]) -> list[Page]:
    """Digitizes PDF pages of PTB-XL under one of CONDITIONS."""
    folder = digitizer.folder / condition
    convert = CONDITIONS[condition] or (lambda file, folder: file)
    pages = [Page(convert(file, folder), file.with_suffix(""), printed_leads(file.with_suffix(""))) for file in files]
    digitizer.score(pages, condition)
    shutil.rmtree(folder, ignore_errors=True)
    return pages


def raster(dpi: int, extension: str = "png", *steps: list[str]):
    """Returns a function that makes a picture of a PDF page with `vips` commands; they read `in` and write `out`."""
    def convert(file: Path, folder: Path) -> Path:
        folder.mkdir(exist_ok=True)
        picture = folder / f"{file.stem}.png"
        subprocess.run(["pdftocairo", "-png", "-singlefile", "-r", str(dpi), file, picture.with_suffix("")], check=True)
        for step in steps:
            result = folder / f"next-{file.stem}.{extension}"
            words = {"in": str(picture), "out": str(result)}
            subprocess.run(["vips", *[words.get(word, word) for word in step]], check=True)
            picture = result.replace(folder / f"{file.stem}.{extension}")
        return picture
    return convert


CONDITIONS = {
    "vectors": None, "200 dpi": raster(200), "150 dpi": raster(150), "100 dpi": raster(100), "300 dpi": raster(300),
    "200 dpi, JPEG quality 50": raster(200, "jpg", ["jpegsave", "in", "out", "--Q", "50"]),
    "200 dpi, blur 1.2 px": raster(200, "png", ["gaussblur", "in", "out", "1.2"]),
    "200 dpi, black and white": raster(200, "png", ["colourspace", "in", "out", "b-w"],
                                       ["relational_const", "in", "out", "more", "170"]),
}


def ludb(digitizer: Digitizer, arguments) -> None:
    header("set")
    pages = []
    for file in sorted((DATA / "ludb-pages").glob("*.png"))[:arguments.count]:
        record = DATA / "ludb" / "data" / str(int(file.stem))
        pages.append(Page(file, record, printed_leads(record)))
    row("LUDB pages", digitizer.score(pages, "ludb"))


def generated(digitizer: Digitizer, arguments) -> None:
    header("set")
    pages = []
    for file in sorted((DATA / "cinc2024-pages").glob("*.png"))[:arguments.count]:
        record = file.with_name(file.stem.rpartition("-")[0])
        pages.append(Page(file, record, printed_leads(record)))
    row("CinC 2024 pages", digitizer.score(pages, "generated"))
    print("\n| page | leads | lowest IoU of a lead box |\n|---|---|---|")
    for page in pages:
        truth = []
        for lead in json.loads(page.file.with_suffix(".json").read_text())["leads"]:
            places = numpy.array(lead["plotted_pixels"])[:, ::-1]  # stored as row and column of each sample
            is_strip = lead["end_sample"] - lead["start_sample"] > 4 * RATE
            truth.append((lead["lead_name"].upper(), is_strip, [*places.min(axis=0), *places.max(axis=0)]))
        found = {(lead["name"].upper(), lead["rhythm_strip"]): lead["box"] for lead in page.line["page"]["leads"]}
        values = {f"{name}{' strip' if strip else ''}": overlap(box, found.get((name, strip)))
                  for name, strip, box in truth}
        lowest = min(values, key=values.get)
        print(f"| {page.file.stem} | {sum(value > 0 for value in values.values())} of {len(values)} | "
              f"{values[lowest]:.2f} ({lowest}) |")


def overlap(one: list[float], other: list[float] | None) -> float:
    """Returns intersection over union of boxes of left, top, right and bottom."""
    if other is None:
        return 0
    width = min(one[2], other[2]) - max(one[0], other[0])
    height = min(one[3], other[3]) - max(one[1], other[1])
    shared = max(width, 0) * max(height, 0)
    area = sum((box[2] - box[0]) * (box[3] - box[1]) for box in (one, other))
    return shared / (area - shared)


def degraded(digitizer: Digitizer, arguments) -> None:
    if arguments.pages:
        folder = Path(arguments.pages)
    else:
        folder = digitizer.folder / "degraded"
        source = digitizer.folder / "records"
        source.mkdir()
        records = sorted((DATA / "ptbxl-100hz" / "records100" / "01000").rglob("*.hea"))
        for number in range(min(arguments.count, len(records))):
            header_file = records[number * len(records) // min(arguments.count, len(records))]
            for file in (header_file, header_file.with_suffix(".dat")):
                (source / file.name).symlink_to(file)
        digitizer.render(source, folder, arguments.seed)
    pages = []
    rows = [line.split(",") for line in (folder / "manifest.csv").read_text().splitlines()]
    for values in [dict(zip(rows[0], values)) for values in rows[1:]]:
        truth = json.loads((folder / values["truth"]).read_text())
        rate, leads = wfdb_records.read(folder / values["record"])
        drawn = {}
        for lead in truth["leads"]:
            name = lead["name"].upper()
            samples = wfdb_records.resampled(leads[name], rate, RATE)
            shown = drawn.setdefault(name, numpy.full(len(samples), numpy.nan))
            part = slice(round(lead["from_s"] * RATE), round(lead["to_s"] * RATE))
            shown[part] = samples[part]
        groups = ["all", *values["degradations"].split("|"), "layout " + values["layout"]]
        pages.append(Page(folder / values["path"], folder / values["record"], drawn, groups))
    degradations = [[group for group in page.groups[1:-1]] for page in pages]
    print(f"{len(pages)} pages, at least {min(map(len, degradations))} degradations each\n")
    header("degradation")
    digitizer.score(pages, "degraded")
    names = sorted({group for page in pages for group in page.groups}, key=lambda name: (name != "all", "layout" in name,
                                                                                      name))
    for name in names:
        row(name, [page for page in pages if name in page.groups])
    reasons = [reason for page in pages if page.snr is None for reason in page.line["reasons"]]
    print("\nReasons: " + ", ".join(f"{reasons.count(reason)} {reason}" for reason in sorted(set(reasons))))
    for page in pages:
        if page.snr is not None and page.snr < 3:
            print(f"Accepted with {page.snr:.1f} dB: {page.file.name}, {', '.join(page.groups[1:])}")


def header(first: str) -> None:
    names = [first, "accepted", "mean SNR, dB", "refusals as 0", "lowest", "below 3 dB", "rate within 2/min",
             "same rhythm", "rate, as drawn", "rhythm, as drawn"]
    print("| " + " | ".join(names) + " |\n" + "|---" * len(names) + "|", flush=True)


def row(name: str, pages: list[Page]) -> None:
    values = [page.snr for page in pages if page.snr is not None]
    read = [page for page in pages if page.snr is not None]

    def share(reference: str, agree) -> str:
        pairs = [(getattr(page, reference), page.found) for page in read]
        pairs = [pair for pair in pairs if pair[0]]
        return f"{sum(bool(found) and agree(truth, found) for truth, found in pairs)} of {len(pairs)}"

    def rate(truth, found) -> bool:
        rates = truth["heart_rate_bpm"], found["heart_rate_bpm"]
        return rates[0] is rates[1] if None in rates else abs(rates[0] - rates[1]) <= 2

    def rhythm(truth, found) -> bool:
        return [line["rhythm"][0]["code"] if line["rhythm"] else None for line in (truth, found)].count(
            truth["rhythm"][0]["code"] if truth["rhythm"] else None) == 2

    cells = [name, f"{len(values)} of {len(pages)}", f"{statistics.mean(values):.2f}" if values else "–",
             f"{sum(values) / len(pages):.2f}", f"{min(values):.1f}" if values else "–",
             str(sum(value < 3 for value in values)), share("truth", rate), share("truth", rhythm),
             share("as_drawn", rate), share("as_drawn", rhythm)]
    print("| " + " | ".join(cells) + " |", flush=True)


PARTS = {"printed": printed, "ludb": ludb, "generated": generated, "degraded": degraded}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("part", choices=PARTS)
    parser.add_argument("--program", type=Path, default=ROOT / ".build" / "release" / "heartsense")
    parser.add_argument("--count", type=int, help="number of pages (default: all, or 300 degraded ones)")
    parser.add_argument("--seed", type=int, default=15, help="seed of the degraded pages (default 15)")
    parser.add_argument("--pages", help="a folder of `heartsense dataset render --as pages`, instead of new pages")
    parser.add_argument("--condition", choices=CONDITIONS, help="one condition of the printed pages")
    parser.add_argument("--json", action="store_true", help="the SNR of each printed page, null for refused ones")
    parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)))
    arguments = parser.parse_args()
    if arguments.count is None and arguments.part == "degraded":
        arguments.count = 300
    if not DATA.is_dir():
        sys.exit(f"{DATA}: expected the folder of the shared data; set BENCH_RECORDS")
    with tempfile.TemporaryDirectory(prefix="page-scores-") as folder:
        PARTS[arguments.part](Digitizer(arguments.program.resolve(), Path(folder), arguments.threads), arguments)


if __name__ == "__main__":
    main()
