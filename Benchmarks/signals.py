"""Compares R peaks, their speed and the analysis of ten seconds with sleepecg, gqrs of wfdb and NeuroKit."""
import os
import statistics
import sys
from pathlib import Path

from contenders import MEASURE, ROOT, Contender, environment, paired_ratio, take_turns

DETECTORS = ["sleepecg", "gqrs", "neurokit"]
PEER = ROOT / "Benchmarks" / "peers" / "signal_peer.py"


def measure(results, rounds: int, quick: bool) -> None:
    data = Path(os.environ.get("BENCH_RECORDS", ROOT.parent / "shared" / "data"))
    records = sorted(path.with_suffix("") for path in (data / "mitdb-ds1").glob("*.hea"))
    page = data / "ludb" / "data" / "1"
    if not records or not page.with_suffix(".hea").exists():
        sys.exit(f"{data}: expected the folders mitdb-ds1 and ludb; set BENCH_RECORDS to the folder that has them")
    python = environment("signals")
    core = sorted(os.sched_getaffinity(0))[-1:]
    r_peaks(results, python, records[:2] if quick else records, core, rounds)
    two_leads(results, records[0], core, rounds)
    analysis(results, python, page, core, rounds)


def r_peaks(results, python: Path, records: list[Path], core: list[int], rounds: int) -> None:
    """The first lead of all records for the scores, of the first record for the time."""
    contenders = [Contender("heartsense", [MEASURE, "r-peaks", *records], core)] + [
        Contender(name, [python, PEER, "r-peaks", "--detector", name, *records], core, OMP_NUM_THREADS="1")
        for name in DETECTORS]
    totals = {contender.name: scores(records, contender.facts["beats"]) for contender in contenders}
    for position, name in enumerate(["sensitivity", "predictivity"]):
        values = {contender: total[position] for contender, total in totals.items()}
        ours = values.pop("heartsense")
        results.add(f"signals/r-peaks/{name}", ours, values, ours / max(values.values()), "%", records=len(records),
                    note="mitdb-ds1, first lead, without ventricular flutter, as in EC57" if position == 0 else "")
    take_turns(contenders, rounds)
    times(results, "signals/r-peaks/1-lead-30min/1-thread", contenders, rounds)


def two_leads(results, record: Path, core: list[int], rounds: int) -> None:
    contenders = [Contender("heartsense", [MEASURE, "r-peaks", "--leads", "2", record], core),
                  Contender("heartsense, 1 lead", [MEASURE, "r-peaks", record], core)]
    take_turns(contenders, rounds)
    times(results, "signals/r-peaks/2-leads-30min/1-thread", contenders, rounds, note="the peers use one lead")


def analysis(results, python: Path, record: Path, core: list[int], rounds: int) -> None:
    contenders = [Contender("heartsense", [MEASURE, "analysis", record], core),
                  Contender("neurokit", [python, PEER, "analysis", record], core, OMP_NUM_THREADS="1")]
    take_turns(contenders, rounds)
    times(results, "analysis/12-lead-10s/1-thread", contenders, rounds,
          note="NeuroKit processes and delineates one lead at a time; the time is that of twelve")


def times(results, name: str, contenders: list[Contender], rounds: int, **facts) -> None:
    """Adds an entry in ms; the ratio is the time of the fastest peer over ours."""
    values = [[1000 * answer["seconds"] / answer["items"] for answer in contender.seconds] for contender in contenders]
    medians = {contender.name: statistics.median(value) for contender, value in zip(contenders, values)}
    ours = medians.pop("heartsense")
    fastest = min(range(1, len(contenders)), key=lambda place: medians[contenders[place].name])
    startup = {contender.name: contender.facts["startup_s"] for contender in contenders}
    peak = {contender.name: contender.quit() for contender in contenders}
    results.add(name, ours, medians, paired_ratio(values[fastest], values[0]), "ms", rounds=rounds,
                startup_s=startup, peak_mib=peak, **facts)


def scores(records: list[Path], beats: list[list[int]]) -> tuple[float, float]:
    """Returns sensitivity and positive predictivity in % over all records."""
    pairs = truth = found = 0
    for record, samples in zip(records, beats):
        rate, marks = annotations(record)
        flutter, start = [], None
        for sample, code in marks:
            if code == 32:
                start = sample
            elif code == 33 and start is not None:
                flutter.append((start, sample))
                start = None
        outside = [[sample for sample in values if not any(a <= sample <= b for a, b in flutter)]
                   for values in ([sample for sample, code in marks if code in BEATS], samples)]
        pairs += matches(*outside, int(0.15 * rate))
        truth += len(outside[0])
        found += len(outside[1])
    return 100 * pairs / truth, 100 * pairs / found


# Annotation codes of beats: https://www.physionet.org/physiotools/wag/annot-5.htm
BEATS = {*range(1, 14), 25, 30, 34, 35, 38, 41}


def annotations(record: Path) -> tuple[float, list[tuple[int, int]]]:
    """Returns the sampling rate and the (sample, code) pairs of an annotation file in MIT format."""
    rate = float(record.with_suffix(".hea").read_text().split()[2].split("/")[0])
    data = record.with_suffix(".atr").read_bytes()
    words = [data[place] | data[place + 1] << 8 for place in range(0, len(data) - 1, 2)]
    marks, sample, place = [], 0, 0
    while place < len(words):
        code, value = words[place] >> 10, words[place] & 1023
        place += 1
        if code == 0 and value == 0:
            break
        if code == 59:
            skip = words[place] << 16 | words[place + 1]
            sample += skip - (1 << 32 if skip >> 31 else 0)
            place += 2
        elif code == 63:
            place += (value + 1) // 2
        elif code < 60:
            sample += value
            marks.append((sample, code))
    return rate, marks


def matches(reference: list[int], found: list[int], tolerance: int) -> int:
    """Returns how many beats pair one to one; of two that could take the same partner, the nearer one takes it."""
    left = right = pairs = 0
    while left < len(reference) and right < len(found):
        distance = abs(reference[left] - found[right])
        if distance > tolerance:
            left, right = (left + 1, right) if reference[left] < found[right] else (left, right + 1)
            continue
        if right + 1 < len(found) and found[right] < reference[left]:
            following = abs(reference[left] - found[right + 1])
            other = abs(reference[left + 1] - found[right + 1]) if left + 1 < len(reference) else following
            if following < distance and following <= other:
                right += 1
                continue
        elif left + 1 < len(reference) and reference[left] < found[right]:
            following = abs(reference[left + 1] - found[right])
            other = abs(reference[left + 1] - found[right + 1]) if right + 1 < len(found) else following
            if following < distance and following <= other:
                left += 1
                continue
        left, right, pairs = left + 1, right + 1, pairs + 1
    return pairs
