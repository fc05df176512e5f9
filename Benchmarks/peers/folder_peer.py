"""Computes features of PNG files in typical Python: Pillow decodes, numpy finds the ink, OpenVINO infers."""
import argparse
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from PIL import Image

import rounds
from network_peer import openvino


def picture(path: str) -> np.ndarray:
    """Returns neutral ink on a plain page (pixels closer to ink than to paper), area-resized to 224 × 224."""
    page = np.asarray(Image.open(path).convert("RGB"), dtype=np.int16)
    distance = np.abs(page - page[0, 0]).max(axis=2)
    mask = np.where(2 * distance >= distance.max(), 0, 255).astype(np.uint8)
    small = np.asarray(Image.fromarray(mask).resize((224, 224), Image.BOX), dtype=np.float32)
    return small / np.float32(127.5) - 1


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--list", type=Path, required=True)
    parser.add_argument("--threads", type=int, required=True)
    parser.add_argument("--batch", type=int, default=32)
    arguments = parser.parse_args()
    start = time.perf_counter()
    run = openvino(arguments.model, arguments.threads)
    startup = time.perf_counter() - start
    files = arguments.list.read_text().split("\n")
    files = [file for file in files if file]
    whole = len(files) // arguments.batch * arguments.batch

    def measure():
        start = time.perf_counter()
        with ThreadPoolExecutor(arguments.threads) as pool:
            pictures = pool.map(picture, files[:whole], chunksize=8)
            part = []
            for image in pictures:
                part.append(image)
                if len(part) == arguments.batch:
                    run(np.stack(part))
                    part = []
        return {"seconds": time.perf_counter() - start, "items": whole}

    rounds.serve(startup, measure)


if __name__ == "__main__":
    main()
