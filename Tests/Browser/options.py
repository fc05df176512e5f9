"""The options of the browser tests, and the check of their requirements.

A test module calls `require` before importing what needs selenium, and `run` at the end.
"""

import argparse
import importlib.util
import os
import shutil
import sys
import unittest

parser = argparse.ArgumentParser()
parser.add_argument("--server", required=True, type=os.path.abspath, help="program, in the same folder as heartsense")
parser.add_argument("--model", required=True, type=os.path.abspath)
parser.add_argument("--pictures", required=True, type=os.path.abspath, help="data set that the model can classify")
parser.add_argument("--artefacts", default=".build/browser", type=os.path.abspath, help="folder for screenshots")
values, rest = parser.parse_known_args()


def require(what, *modules):
    """Ends the program with a message if the browser or a Python module is missing.

    - what: the subject of the tests, for the message.
    """
    programs = [f"{name} is not installed" for name in ("chromium", "chromedriver") if not shutil.which(name)]
    absent = [f"Python has no {name}" for name in ("selenium", "axe_core_python", *modules)
              if not importlib.util.find_spec(name)]
    if programs or absent:
        print(f"{what} is not tested in a browser: {(programs + absent)[0]}.")
        sys.exit(0)


def run():
    """Runs the tests of the main module. Unknown options are passed to unittest."""
    unittest.main(argv=[sys.argv[0]] + rest, verbosity=2)
