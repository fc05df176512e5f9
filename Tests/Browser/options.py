"""What the tests of pages are called with, and whether there can be any.

A test module calls `require` before it imports what needs selenium, and `run` in the end.
"""

import argparse
import importlib.util
import os
import shutil
import sys
import unittest

parser = argparse.ArgumentParser()
parser.add_argument("--server", required=True, type=os.path.abspath, help="with heartsense beside it")
parser.add_argument("--model", required=True, type=os.path.abspath)
parser.add_argument("--pictures", required=True, type=os.path.abspath, help="a data set that the model answers for")
parser.add_argument("--artefacts", default=".build/browser", type=os.path.abspath, help="where screenshots go")
values, rest = parser.parse_known_args()


def require(what, *modules):
    """Ends the program, and says why, where there is no browser or a Python module is missing.

    - what: is tested, for the line that says so.
    """
    programs = [f"{name} is not installed" for name in ("chromium", "chromedriver") if not shutil.which(name)]
    absent = [f"Python has no {name}" for name in ("selenium", "axe_core_python", *modules)
              if not importlib.util.find_spec(name)]
    if programs or absent:
        print(f"{what} is not tested in a browser: {(programs + absent)[0]}.")
        sys.exit(0)


def run():
    """Runs the tests of the module that is the program; what this one does not know goes to unittest."""
    unittest.main(argv=[sys.argv[0]] + rest, verbosity=2)
