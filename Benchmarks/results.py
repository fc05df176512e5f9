"""The results of a benchmark run: results.json, and RESULTS.md with the same figures as tables."""
import json
import platform
import subprocess
from pathlib import Path


def processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.processor()


class Results:
    """Entries by name: {"ours", "peers", "ratio", "unit", "revision"} and any other facts."""

    def __init__(self, folder: Path, revision: str):
        self.path = folder / "results.json"
        self.page = folder / "RESULTS.md"
        self.revision = revision
        self.entries = json.loads(self.path.read_text()) if self.path.exists() else {}

    def add(self, name: str, ours: float, peers: dict, ratio: float | None, unit: str, **facts) -> None:
        self.entries[name] = {
            "ours": ours, "peers": peers, "ratio": ratio, "unit": unit, "revision": self.revision,
            "processor": processor(), **facts}
        shown = ", ".join(f"{peer} {figure(value)}" for peer, value in peers.items())
        print(f"{name}: {figure(ours)} {unit}; {shown}; ratio {figure(ratio)}", flush=True)

    def write(self) -> None:
        self.path.write_text(json.dumps(dict(sorted(self.entries.items())), indent=1) + "\n")
        self.page.write_text(
            "# Benchmark results\n\nWritten by `make bench`; `README.md` describes the method. A ratio above 1 means that "
            "HeartSense is better than the best peer.\n\n" + self.table() + self.costs() + self.notes())

    def table(self) -> str:
        lines = ["| benchmark | HeartSense | peers | ratio to the best peer | unit | processor, revision |",
                 "|---|---|---|---|---|---|"]
        for name, entry in sorted(self.entries.items()):
            peers = ", ".join(f"{peer} {figure(value)}" for peer, value in entry["peers"].items()) or "–"
            lines.append(f"| {name} | {figure(entry['ours'])} | {peers} | {figure(entry['ratio'])} | {entry['unit']} | "
                         f"{entry['processor']}, {entry['revision']} |")
        return "\n".join(lines) + "\n"

    def costs(self) -> str:
        """Returns a table of the start-up times and peak memory of the contenders."""
        lines = []
        for name, entry in sorted(self.entries.items()):
            startup, peak = entry.get("startup_s", {}), entry.get("peak_mib", {})
            if not isinstance(peak, dict) or not isinstance(startup, dict):
                continue
            for contender in [*peak, *(other for other in startup if other not in peak)]:
                lines.append(f"| {name} | {contender} | {figure(startup.get(contender))} | "
                             f"{figure(peak.get(contender))} |")
        if not lines:
            return ""
        return "\n".join(["\n## Start-up and memory\n", "| benchmark | contender | start-up, s | peak memory, MiB |",
                          "|---|---|---|---|", *lines]) + "\n"

    def notes(self) -> str:
        """Returns the notes of the entries."""
        lines = [f"- `{name}`: {entry['note']}" for name, entry in sorted(self.entries.items()) if entry.get("note")]
        return "\n".join(["\n## Notes\n", *lines]) + "\n" if lines else ""


def figure(value: float | None) -> str:
    return "–" if value is None else f"{value:.3g}" if abs(value) < 1000 else f"{value:.0f}"
