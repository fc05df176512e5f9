"""Reads the metrics of a server with the parser of prometheus_client, and checks the conventions of Prometheus.

    read_metrics.py FILE

Prints the name of each family, one per line. With findings, prints these instead and exits with status 1.
https://prometheus.io/docs/practices/naming/
"""

import math
import re
import sys

from prometheus_client.parser import text_string_to_metric_families

UNITS = {"milliseconds", "ms", "minutes", "hours", "days", "kilobytes", "kb", "megabytes", "mb", "percent"}
# Parts of the names of samples, which a family may not end with.
RESERVED = ("_total", "_count", "_sum", "_bucket", "_created")


def main():
    text = open(sys.argv[1], encoding="utf-8").read()
    found = []
    # The parser removes _total from the names of counters.
    declared = dict(re.findall(r"^# TYPE (\S+) (\S+)$", text, re.M))
    families = list(text_string_to_metric_families(text))
    names = [family.name for family in families]
    found += [f"{name}: declared twice" for name in set(names) if names.count(name) > 1]
    for name, kind in declared.items():
        if kind == "counter" and not name.endswith("_total"):
            found.append(f"{name}: the name of a counter ends with _total")
        if kind != "counter" and name.endswith(RESERVED):
            found.append(f"{name}: the name of a {kind} does not end with {RESERVED}")
        if not re.fullmatch(r"(heartsense|process)(_[a-z0-9]+)+", name):
            found.append(f"{name}: expected a prefix, lower case and underscores")
        if UNITS & set(name.split("_")):
            found.append(f"{name}: expected base units, such as seconds and bytes")
    for family in families:
        if family.type == "unknown":
            found.append(f"{family.name}: no type")
        if not family.documentation:
            found.append(f"{family.name}: no help")
        series = [(sample.name, tuple(sorted(sample.labels.items()))) for sample in family.samples]
        found += [f"{one}: twice" for one in set(series) if series.count(one) > 1]
        for sample in family.samples:
            if family.type in ("counter", "histogram") and not sample.value >= 0 or math.isnan(sample.value):
                found.append(f"{sample.name}: {sample.value}")
            if "le" in sample.labels and family.type != "histogram":
                found.append(f"{sample.name}: le is a label of histograms")
        if family.type == "histogram":
            found += histogram(family)
    print("\n".join(found or sorted(declared)))
    sys.exit(1 if found else 0)


def histogram(family):
    """Yields what is wrong with the buckets: their order, their sums, their count."""
    series = {}
    for sample in family.samples:
        labels = tuple(sorted((name, value) for name, value in sample.labels.items() if name != "le"))
        series.setdefault(labels, []).append(sample)
    for labels, samples in series.items():
        buckets = [(float(one.labels["le"]), one.value) for one in samples if one.name.endswith("_bucket")]
        count = [one.value for one in samples if one.name.endswith("_count")]
        if buckets != sorted(buckets) or [value for _, value in buckets] != sorted(value for _, value in buckets):
            yield f"{family.name}{labels}: buckets are not in order"
        if not buckets or buckets[-1][0] != math.inf or count != [buckets[-1][1]]:
            yield f"{family.name}{labels}: the last bucket is not the count"


if __name__ == "__main__":
    main()
