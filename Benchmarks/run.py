#!/usr/bin/env python3
"""Measures HeartSense and its peers in turn, in one run on the same cores.

    make bench                              everything
    make bench ONLY=network                 one part; the other entries are kept
    BENCH_WEIGHTS=FILE.h5 make bench        another network than seeded random weights

Each contender is a process that prepares once and measures one round at a time; they take turns (ours, peer, peer,
ours, …), so that a machine whose speed drifts is the same for all. Results: Benchmarks/RESULTS.md for people and
Benchmarks/results.json for programs.
"""
import argparse
import datetime
import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "Benchmarks"))

import classifiers  # noqa: E402
import network  # noqa: E402
import pretrain  # noqa: E402
import serving  # noqa: E402
from contenders import revision  # noqa: E402
from results import Results  # noqa: E402

PARTS = {"network": network.measure, "classifiers": classifiers.measure, "pretrain": pretrain.measure,
         "serving": serving.measure}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", choices=PARTS, help="measure this part and keep the other entries")
    parser.add_argument("--rounds", type=int, default=7, help="rounds of every contender (odd; 7 unless said)")
    parser.add_argument("--quick", action="store_true", help="small sizes and three rounds: to try the benchmark out")
    arguments = parser.parse_args()
    results = Results(ROOT / "Benchmarks", revision())
    for name, part in PARTS.items():
        if arguments.only in (None, name):
            part(results, rounds=3 if arguments.quick else arguments.rounds, quick=arguments.quick)
            if not arguments.quick:
                results.write()
    print(results.table())
    if arguments.quick:
        print("Nothing was written: --quick measures too little to be kept.")


if __name__ == "__main__":
    main()
