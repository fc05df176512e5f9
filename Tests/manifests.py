#!/usr/bin/env python3
"""Checks the files of deploy/ for Kubernetes, KServe, compose and Slurm, as far as the packages for it are installed.

    python3 Tests/manifests.py

- Each manifest is compared with the types of the Python packages `kserve` and `kubernetes`: names of fields, and types of
  their values.
- Rules that no type expresses: times to stop, users, read-only roots, and that settings have names which the server knows.
- The script for Slurm runs with a substitute for `srun`.

Only PyYAML is needed; a check without its package is skipped with a message. Exit status: 0 passed or skipped, 1 failed.
"""
import importlib
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DEPLOY = ROOT / "deploy"
TYPES = {"Deployment": "V1Deployment", "StatefulSet": "V1StatefulSet", "Service": "V1Service",
         "PodDisruptionBudget": "V1PodDisruptionBudget", "InferenceService": "V1beta1InferenceService"}
found = []


def check(condition, sentence):
    if not condition:
        found.append(sentence)


def server_keys():
    """Returns the variables of all settings, from the table of the server."""
    text = (ROOT / "Sources/ConfigurationKeys/ServerKeys.swift").read_text()
    keys = re.findall(r'\bkey\(\s*"([\w.]+)", "(.*?)"', text)
    check(len(keys) > 40, f"ServerKeys.swift has {len(keys)} keys; the table has another form")
    return {"HEARTSENSE_" + key.upper().replace(".", "_"): default for key, default in keys}


def check_environment(name, environment, keys):
    for variable in environment:
        check(variable.removesuffix("_FILE") in keys, f"{name}: the server has no setting {variable}")


def check_pod(name, pod, keys):
    container, = pod["containers"]
    environment = {entry["name"]: entry["value"] for entry in container["env"]}
    check_environment(name, environment, keys)
    security = pod.get("securityContext", {}) | container["securityContext"]
    for key, expected in [("runAsNonRoot", True), ("readOnlyRootFilesystem", True), ("allowPrivilegeEscalation", False)]:
        check(security.get(key) is expected, f"{name}: {key} must be {str(expected).lower()}")
    stop = sum(float(environment.get(f"HEARTSENSE_SHUTDOWN_{key}", keys[f"HEARTSENSE_SHUTDOWN_{key}"]))
               for key in ["SECONDS", "DELAY_SECONDS"])
    grace = pod.get("terminationGracePeriodSeconds")
    check(grace is None or grace > stop, f"{name}: a stopping server takes up to {stop} s, and is killed after {grace} s")
    check(any(mount["mountPath"] == "/tmp" for mount in container["volumeMounts"]), f"{name}: /tmp cannot be written")


def unknown_fields(value, kind, modules, path=""):
    """Yields the places of a document that are no fields of a type, or have values of another type.

    - kind: the type as the packages write it, such as `V1Probe`, `list[V1Container]` or `dict(str, str)`.
    """
    inner = re.fullmatch(r"(list|dict)[\[(](?:str, )?(.*)[\])]", kind, re.I)
    if inner and inner[1].lower() == "list":
        if not isinstance(value, list):
            yield path
        else:
            for number, item in enumerate(value):
                yield from unknown_fields(item, inner[2], modules, f"{path}[{number}]")
    elif inner:
        for key, item in value.items():
            yield from unknown_fields(item, inner[2], modules, f"{path}.{key}")
    else:
        # The Go types of KServe keep their names for those of Kubernetes.
        names = [kind, "V1" + kind.removeprefix("Kubernetes")]
        type_ = next((getattr(module, name) for module in modules for name in names if hasattr(module, name)), None)
        if type_ is None:
            expected = {"int": int, "str": str, "bool": bool, "float": (int, float)}.get(kind, object)
            if not isinstance(value, expected):
                yield path
            return
        fields = {type_.attribute_map[name]: of for name, of in type_.openapi_types.items()}
        for key, item in value.items():
            if key not in fields:
                yield f"{path}.{key}"
            else:
                yield from unknown_fields(item, fields[key], modules, f"{path}.{key}")


def check_slurm():
    """Runs the script with a substitute for `srun` that prints its arguments and variables."""
    with tempfile.TemporaryDirectory() as folder:
        srun = Path(folder, "srun")
        srun.write_text('#!/bin/sh\necho "$HEARTSENSE_THREADS" "$@"\n')
        srun.chmod(0o755)

        def run(*words, **variables):
            environment = {"PATH": f"{folder}:{os.environ['PATH']}", "SLURM_JOB_ID": "7", "SLURM_CPUS_PER_TASK": "4"}
            return subprocess.run(["bash", DEPLOY / "pretrain.slurm", *words], cwd=folder, env=environment | variables,
                                  stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

        usual = "4 --mpi=pmix --kill-on-bad-exit=1 --cpus-per-task=4 heartsense pretrain a.yaml seed=2 --output runs/slurm-7"
        check(run("a.yaml", "seed=2").stdout.strip() == usual, f"pretrain.slurm: {run('a.yaml', 'seed=2')}")
        Path(folder, "runs/slurm-7").mkdir(parents=True)
        check(run("a.yaml", "seed=2").stdout.strip() == usual + " --resume", "pretrain.slurm does not resume")
        check("apptainer exec" in run("a.yaml", IMAGE="x.sif").stdout, "pretrain.slurm does not use IMAGE")
        check(run().returncode == 2, "pretrain.slurm accepts no configuration")


def main():
    check_slurm()
    try:
        import yaml
    except ImportError:
        print("The manifests are not checked: Python has no yaml.")
        return
    modules = []
    for name in ["kserve", "kubernetes.client"]:
        try:
            modules.append(importlib.import_module(name))
        except ImportError:
            print(f"Types are not checked: Python has no {name}.")
    keys = server_keys()
    for path in sorted(DEPLOY.glob("k*.yaml")):
        for document in yaml.safe_load_all(path.read_text()):
            kind = TYPES[document["kind"]]
            if any(hasattr(module, kind) for module in modules):
                for place in unknown_fields(document, kind, modules):
                    found.append(f"{path.name}: {document['kind']}{place} is not a field of {kind}, or has another type")
            if document["kind"] in ("Deployment", "StatefulSet"):
                check_pod(path.name, document["spec"]["template"]["spec"], keys)
            elif document["kind"] == "InferenceService":
                check_pod(path.name, document["spec"]["predictor"], keys)
    compose = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    for name, service in compose["services"].items():
        check(service["read_only"] and service["cap_drop"] == ["ALL"], f"compose.yaml: {name} needs no more rights")
    check_environment("compose.yaml", compose["services"]["server"]["environment"], keys)
    for line in found:
        print(line)
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
