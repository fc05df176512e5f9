"""The options of the tests with public clients, and the check of their requirements."""

import argparse
import importlib.util
import os
import shutil
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../Browser"))

parser = argparse.ArgumentParser()
parser.add_argument("--server", required=True, type=os.path.abspath, help="program")
parser.add_argument("--model", required=True, type=os.path.abspath, help="model of pictures")
parser.add_argument("--pictures", required=True, type=os.path.abspath, help="data set that the model can classify")
values, rest = parser.parse_known_args()


def has(module):
    return importlib.util.find_spec(module) is not None


def require(what, modules=(), programs=()):
    """Ends the program with a message if a Python module or a program is missing.

    - what: the subject of the tests, for the message.
    """
    absent = [f"Python has no {module}" for module in modules if not has(module)]
    absent += [f"{program} is not installed" for program in programs if not shutil.which(program)]
    if absent:
        print(f"{what} is not tested: {absent[0]}.")
        sys.exit(0)


def pictures(count):
    """Returns the paths of some pictures of the data set."""
    paths = sorted(os.path.join(folder, name) for folder, _, names in os.walk(values.pictures)
                   for name in names if name.endswith(".png"))
    return paths[:: max(1, len(paths) // count)][:count]


def run():
    """Runs the tests of the main module. Unknown options are passed to unittest."""
    unittest.main(argv=[sys.argv[0]] + rest, verbosity=2)
