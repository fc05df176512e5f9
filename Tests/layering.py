#!/usr/bin/env python3
"""Checks that Package.swift, the sources and ARCHITECTURE.md agree on which target imports what.

    Tests/layering.py            run by `make layering` from the root of the repository

Fails, with one line per finding, when
- a target imports a module that its row in Package.swift does not declare, or declares one that it does not import;
- the server reaches training, run folders or plots, directly or through another target;
- the imports in the table of ARCHITECTURE.md differ from those in Package.swift.
"""
import json
import pathlib
import re
import subprocess
import sys

# Modules of the toolchain.
SYSTEM = {"Dispatch", "Foundation", "FoundationNetworking", "FoundationXML", "Glibc", "Synchronization", "Testing"}
# Imports that ARCHITECTURE.md omits.
IMPLIED = {"ArgumentParser", "Files", "LinearAlgebra", "Logging"}
# Targets that a server must not link, because they include search, tracking and gnuplot.
NOT_IN_SERVING = {"Training", "Runs", "Plots", "Evaluation", "Pretraining"}

SWIFT_IMPORT = re.compile(r"^(?:@\w+(?:\(\w+\))? )*(?:public |package |internal )?import (?:\w+ )?(\w+)(?:\.\w+)*$", re.M)
C_INCLUDE = re.compile(r'^#include "(\w+)\.h"', re.M)


def declared(target):
    for dependency in target["dependencies"]:
        kind, value = next(iter(dependency.items()))
        if kind in ("byName", "target", "product"):
            yield value[0]


def folder(target):
    default = "Tests" if target["type"] == "test" else "Sources"
    return pathlib.Path(target.get("path") or f"{default}/{target['name']}")


def imported(target):
    modules = set()
    for path in sorted(folder(target).rglob("*")):
        if path.suffix == ".swift":
            modules.update(SWIFT_IMPORT.findall(path.read_text()))
        elif path.suffix in (".c", ".cpp", ".h", ".hpp"):
            modules.update(name for name in C_INCLUDE.findall(path.read_text()) if name.startswith("C"))
    return modules - SYSTEM - {target["name"]}


def closure(name, targets):
    seen, open_ = set(), [name]
    while open_:
        for dependency in declared(targets[open_.pop()]):
            if dependency in targets and dependency not in seen:
                seen.add(dependency)
                open_.append(dependency)
    return seen


def table(path):
    """Returns the imports by target, from the rows of the table that starts with `| target |`."""
    rows, inside = {}, False
    for line in path.read_text().splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if cells[0] == "target":
            inside = True
        elif inside and not line.startswith("|"):
            inside = False
        elif inside and not cells[0].startswith(("-", "`C/")):
            names = re.findall(r"`(\w[\w-]*)[`/]", cells[0])
            rows.update({name: set(re.findall(r"\w+", cells[2])) for name in names})
    return rows


def findings():
    package = json.loads(subprocess.check_output(["swift", "package", "--scratch-path", ".build-layering", "dump-package"]))
    targets = {target["name"]: target for target in package["targets"]}
    code = {name: target for name, target in targets.items() if target["type"] != "system"}
    for name, target in code.items():
        wanted, found = set(declared(target)), imported(target)
        for module in sorted(found - wanted):
            yield f"{name} imports {module}, which its row in Package.swift does not declare."
        for module in sorted(wanted - found):
            # A test target may declare an executable that it runs but does not import.
            if not (target["type"] == "test" and targets.get(module, {}).get("type") == "executable"):
                yield f"{name} declares {module} in Package.swift and never imports it."
    for module in sorted(closure("Serving", targets) & NOT_IN_SERVING):
        yield f"Serving reaches {module}: a server must not link it."
    rows = table(pathlib.Path("ARCHITECTURE.md"))
    for name, target in code.items():
        if target["type"] == "test" or str(folder(target)).startswith(("Tests", "Benchmarks", "Sources/C/")):
            continue
        if name not in rows:
            yield f"ARCHITECTURE.md has no row for the target {name}."
            continue
        systems = {module for module in declared(target) if targets.get(module, {}).get("type") == "system"}
        expected = set(declared(target)) - IMPLIED - systems
        if target["type"] != "executable" and rows[name] != expected:
            yield (f"ARCHITECTURE.md lists {', '.join(sorted(rows[name])) or 'nothing'} as imports of {name}; "
                   f"Package.swift declares {', '.join(sorted(expected)) or 'nothing'}.")
    for name in sorted(set(rows) - set(targets)):
        yield f"ARCHITECTURE.md has a row for {name}, which is not a target of Package.swift."


if __name__ == "__main__":
    lines = list(findings())
    print("\n".join(lines))
    sys.exit(1 if lines else 0)
