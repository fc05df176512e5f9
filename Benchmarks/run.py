#!/usr/bin/env python3
"""Measures HeartSense and its peers alternately on the same cores.

    make bench                              everything
    make bench ONLY=network                 one part; keeps the other entries
    BENCH_WEIGHTS=FILE.h5 make bench        a trained network instead of seeded random weights

Each contender is a process that prepares once and measures one round per request. The contenders alternate (ours,
peer, peer, ours, …), so that changes in the machine's speed affect all of them. The results are written to
Benchmarks/results.json and, as tables, to Benchmarks/RESULTS.md.
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
import digitization  # noqa: E402
import distributed  # noqa: E402
import network  # noqa: E402
import pretrain  # noqa: E402
import serving  # noqa: E402
import signals  # noqa: E402
from contenders import revision  # noqa: E402
from results import Results  # noqa: E402

PARTS = {"network": network.measure, "classifiers": classifiers.measure, "pretrain": pretrain.measure,
         "serving": serving.measure, "signals": signals.measure, "digitization": digitization.measure, "distributed": distributed.measure}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", choices=PARTS, help="measure one part and keep the other entries")
    parser.add_argument("--rounds", type=int, default=7, help="rounds per contender (odd, default 7)")
    parser.add_argument("--quick", action="store_true", help="small sizes and three rounds, to test the benchmark")
    arguments = parser.parse_args()
    results = Results(ROOT / "Benchmarks", revision())
    for name, part in PARTS.items():
        if arguments.only in (None, name):
            part(results, rounds=3 if arguments.quick else arguments.rounds, quick=arguments.quick)
            if not arguments.quick:
                results.write()
    print(results.table())
    if arguments.quick:
        print("No results were written, because --quick measures too little.")


if __name__ == "__main__":
    main()
