"""The protocol with run.py: prepare once, then measure one round for each line `round` on standard input."""
import json
import resource
import sys


def serve(startup: float, measure, **facts) -> None:
    """Answers each `round` with the result of `measure()`, and `quit` with the peak memory in MiB."""
    print(json.dumps({"ready": True, "startup_s": startup, **facts}), flush=True)
    for line in sys.stdin:
        if line.strip() == "quit":
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            print(json.dumps({"peak_mib": peak}), flush=True)
            return
        print(json.dumps(measure()), flush=True)
