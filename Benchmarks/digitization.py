"""Measures the digitization of a page as vectors and as a picture, and the SNR of pictures of 60 pages."""
import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from contenders import MEASURE, ROOT, Contender, environment, take_turns

# No package registry has these peers, so they cannot be installed here. Their figures are those of section 10 of
# design/FINDINGS.md of the shared material: pictures of the same pages with 200 dpi, on another machine.
# paper-ecg was given the boxes and the scale of 8 pages.
PEER_SNR = {"paper-ecg": 14.0, "ecgtizer": -9.5, "ECGMiner": -0.5}
PEER_SECONDS = {"paper-ecg": 1.0, "ecgtizer": 0.6, "ECGMiner": 1.5}
NOTE = "the peers' figures are quoted from design/FINDINGS.md of the shared material, section 10"


def measure(results, rounds: int, quick: bool) -> None:
    data = Path(os.environ.get("BENCH_RECORDS", ROOT.parent / "shared" / "data"))
    pages = sorted((data / "ptbxl-pdf").glob("*.pdf"))
    if not pages:
        sys.exit(f"{data}: expected the folder ptbxl-pdf; set BENCH_RECORDS to the folder that has it")
    with tempfile.TemporaryDirectory(prefix="bench-pages-") as folder:
        picture = Path(folder) / "page"
        subprocess.run(["pdftocairo", "-png", "-singlefile", "-r", "200", pages[0], picture], check=True)
        time(results, "vector", pages[0], {}, "including poppler's programs", rounds)
        time(results, "raster200", picture.with_suffix(".png"), PEER_SECONDS,
             f"including tesseract; {NOTE}, so there is no ratio", rounds)
    scores = ROOT / "Benchmarks" / "page_scores.py"
    count = ["--count", "4"] if quick else []
    answer = subprocess.run(
        [environment("digitization"), scores, "printed", "--condition", "200 dpi", "--json", *count],
        env={**os.environ, "OMP_NUM_THREADS": "1"}, stdout=subprocess.PIPE, text=True, check=True).stdout
    values = json.loads(answer)["200 dpi"]
    accepted = [value for value in values if value is not None]
    snr = statistics.mean(accepted)
    results.add("digitization/raster200/snr", snr, PEER_SNR, snr / max(PEER_SNR.values()), "dB", pages=len(values),
                accepted=len(accepted), lowest=min(accepted), note=NOTE)


def time(results, name: str, page: Path, peers: dict, note: str, rounds: int) -> None:
    """Adds the elapsed seconds per page on one core."""
    contender = Contender("heartsense", [MEASURE, "digitization", page], sorted(os.sched_getaffinity(0))[-1:])
    take_turns([contender], rounds)
    seconds = statistics.median(answer["seconds"] / answer["items"] for answer in contender.seconds)
    results.add(f"digitization/{name}/page/1-thread", seconds, peers, None, "s", rounds=rounds,
                leads=contender.facts["leads"], startup_s={"heartsense": contender.facts["startup_s"]},
                peak_mib={"heartsense": contender.quit()}, note=note)
