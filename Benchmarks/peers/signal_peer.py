"""Finds R peaks with sleepecg, gqrs of wfdb or NeuroKit, and analyzes ten seconds with NeuroKit."""
import argparse
import time
import warnings
from pathlib import Path

import rounds

warnings.filterwarnings("ignore")


def detector(name: str):
    """Returns a function from a lead in mV and its sampling rate to the samples of its R peaks."""
    if name == "sleepecg":
        import sleepecg
        return lambda lead, rate: sleepecg.detect_heartbeats(lead, rate)
    if name == "gqrs":
        import wfdb.processing
        return lambda lead, rate: wfdb.processing.gqrs_detect(sig=lead, fs=rate)
    import neurokit2

    def peaks(lead, rate):
        cleaned = neurokit2.ecg_clean(lead, sampling_rate=rate)
        return neurokit2.ecg_peaks(cleaned, sampling_rate=rate)[1]["ECG_R_Peaks"]
    return peaks


def leads(record: Path):
    """Returns the leads in mV and the sampling rate."""
    import wfdb
    found = wfdb.rdrecord(str(record))
    return found.p_signal.T.copy(), found.fs


def r_peaks(name: str, records: list[Path]) -> None:
    start = time.perf_counter()
    find = detector(name)
    startup = time.perf_counter() - start
    signals = [(lead[0], rate) for lead, rate in map(leads, records)]
    beats = [[int(sample) for sample in find(*signal)] for signal in signals]

    def measure():
        start = time.process_time()
        find(*signals[0])
        return {"seconds": time.process_time() - start, "items": 1}

    rounds.serve(startup, measure, beats=beats)


def analysis(record: Path) -> None:
    start = time.perf_counter()
    import neurokit2
    startup = time.perf_counter() - start
    signals, rate = leads(record)

    def measure():
        start = time.process_time()
        for lead in signals:
            neurokit2.ecg_process(lead, sampling_rate=rate)
        return {"seconds": time.process_time() - start, "items": 1}

    rounds.serve(startup, measure)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("task", choices=["r-peaks", "analysis"])
    parser.add_argument("records", type=Path, nargs="+")
    parser.add_argument("--detector", choices=["sleepecg", "gqrs", "neurokit"])
    arguments = parser.parse_args()
    if arguments.task == "r-peaks":
        r_peaks(arguments.detector, arguments.records)
    else:
        analysis(arguments.records[0])


if __name__ == "__main__":
    main()
