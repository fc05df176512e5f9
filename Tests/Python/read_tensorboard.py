"""Prints the scalars that TensorBoard finds in a folder, as JSON: read_tensorboard.py FOLDER"""

import json
import sys

from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

events = EventAccumulator(sys.argv[1], size_guidance={"scalars": 0})
events.Reload()
scalars = {tag: [[e.step, e.value, e.wall_time] for e in events.Scalars(tag)] for tag in events.Tags()["scalars"]}
json.dump({"version": events.file_version, "scalars": scalars}, sys.stdout)
