"""Writes files of a run as items.

    files.py --items FOLDER GROUP FILE…

A file's kind follows from its name. A folder stands for the names of everything in it.
"""

import argparse
import os
import re

import hdf5
import masks
import png
from items import Items, split_html

# Lines of YAML for people: comments, and what label spaces explain.
SENTENCE = re.compile("#| *(explanation|stands_for):")


def add(items, group, path):
    name = f"{group}/{os.path.basename(path)}"
    if os.path.isdir(path):
        found = sorted(os.path.relpath(os.path.join(folder, file), path) for folder, _, files in os.walk(path)
                       for file in files)
        # TensorBoard puts time and host into a name.
        items.numbers(f"{name}-files", "".join(f"{masks.mask(file)}\n" for file in found if "tfevents" not in file))
        pictures = [file for file in found if file.endswith(".png")]
        if pictures:
            digests = [f"{png.digest(open(os.path.join(path, file), 'rb').read())} {file}\n" for file in pictures]
            items.numbers(f"{name}-pictures", "".join(digests))
        return
    if path.endswith((".h5", ".hdf5")):
        figures, sentences = hdf5.describe(path)
        items.numbers(name, "\n".join(figures) + "\n")
        items.sentences(name, masks.mask("\n".join(sentences)) + "\n")
        return
    with open(path, "rb") as file:
        content = file.read()
    if path.endswith(".json"):
        items.json(name, content.decode())
    elif path.endswith(".csv"):
        items.numbers(name, content)
    elif path.endswith(".yaml"):
        lines = content.decode().splitlines(keepends=True)
        items.numbers(name, "".join(line for line in lines if not SENTENCE.match(line)))
        items.sentences(name, "".join(line for line in lines if SENTENCE.match(line)))
    elif path.endswith(".svg"):
        # By Golden/bin/gnuplot.
        lines = re.findall("<(?:title|desc|text)>(.*)</", content.decode())
        items.numbers(name, "".join(f"{line}\n" for line in lines if line.startswith("data ")))
        items.sentences(name, "".join(f"{line}\n" for line in lines if not line.startswith("data ")))
    elif path.endswith(".html"):
        items.sentences(name, split_html(content.decode(), without=("svg", "script", "style"))[1])
    else:
        items.sentences(name, masks.mask(content.decode()))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--items", required=True)
    parser.add_argument("group")
    parser.add_argument("files", nargs="+")
    options = parser.parse_args()
    for path in options.files:
        add(Items(options.items), options.group, path)


if __name__ == "__main__":
    main()
