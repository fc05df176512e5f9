"""Prints what MLflow finds in a file store, as JSON: read_mlflow.py STORE"""

import json
import os
import sys

os.environ["MLFLOW_ALLOW_FILE_STORE"] = "true"
from mlflow import MlflowClient

client = MlflowClient(sys.argv[1] if "://" in sys.argv[1] else "file://" + os.path.abspath(sys.argv[1]))
runs = []
for experiment in client.search_experiments():
    for run in client.search_runs([experiment.experiment_id]):
        runs.append(
            {
                "experiment": experiment.name,
                "id": run.info.run_id,
                "name": run.info.run_name,
                "status": run.info.status,
                "milliseconds": run.info.end_time - run.info.start_time,
                "metrics": run.data.metrics,
                "params": run.data.params,
                "tags": run.data.tags,
                "artifacts": sorted(a.path for a in client.list_artifacts(run.info.run_id)),
            }
        )
json.dump({"experiments": sorted(e.name for e in client.search_experiments()), "runs": runs}, sys.stdout)
