"""Writes the picture files of this folder and expected.json with the pixels that Pillow decodes.

    python3 make_fixtures.py

Written with Pillow 13.0.0 (libjpeg-turbo 3.2.0) and numpy 2.4.6; the YCCK file by TurboJPEG 2.1.5
(libturbojpeg.so.0), three more by its cjpeg, the resized ones by OpenCV 5.0.0.
The pictures are drawn here and belong to this project. `pages` holds, per file, the size and the SHA-256 of width and
height (8 bytes each, little-endian) and the RGB bytes after EXIF orientation; `grey` the SHA-256 of Pillow's mode L.
"""
import ctypes
import hashlib
import io
import json
import pathlib
import struct
import subprocess

import cv2
import numpy
from PIL import Image, ImageDraw, ImageOps

HERE = pathlib.Path(__file__).parent


def drawing(width, height, ink, paper):
    """A slanted grid of colors with a bent line, without symmetry, so that a wrong rotation is detected."""
    y, x = numpy.mgrid[0:height, 0:width]
    base = numpy.stack([paper[c] - (x * (3 + c) + y * (7 - c)) % 40 for c in range(3)], 2)
    page = Image.fromarray(base.clip(0, 255).astype(numpy.uint8), "RGB")
    ImageDraw.Draw(page).line(
        [(2, height - 4), (width // 3, height - 6), (width // 2, 2), (width - 3, height // 2)], fill=ink, width=2)
    return page


def beat():
    """A beat in dark blue on white with a smooth line two pixels wide."""
    page = Image.new("RGB", (864, 576), "white")
    points = [(40, 400), (280, 400), (320, 360), (360, 400), (410, 60), (460, 510), (490, 400), (620, 300), (720, 400)]
    ImageDraw.Draw(page).line([*points, (830, 400)], fill=(0, 0, 120), width=9, joint="curve")
    return page.reduce(4)


def exif(orientation, order):
    mark = b"II" if order == "<" else b"MM"
    entry = struct.pack(order + "HHIHH", 0x0112, 3, 1, orientation, 0)
    tiff = mark + struct.pack(order + "HI", 42, 8) + struct.pack(order + "H", 1) + entry + struct.pack(order + "I", 0)
    return b"Exif\0\0" + tiff


def without_adobe(data):
    """The JPEG without its APP14 marker."""
    at = data.index(b"\xff\xee")
    return data[:at] + data[at + 2 + int.from_bytes(data[at + 2:at + 4], "big"):]


def with_ink(page):
    """A CMYK JPEG without Adobe's marker that stores ink: 255 is full ink, where Adobe stores 0."""
    page = page.convert("CMYK")
    file = io.BytesIO()
    # Pillow inverts, as Adobe does.
    Image.frombytes("CMYK", page.size, bytes(255 - ink for ink in page.tobytes())).save(file, "JPEG", quality=88)
    return without_adobe(file.getvalue())


def ycck(page):
    turbo = ctypes.CDLL("libturbojpeg.so.0")
    turbo.tjInitCompress.restype = ctypes.c_void_p
    handle = ctypes.c_void_p(turbo.tjInitCompress())
    inks = numpy.ascontiguousarray(255 - numpy.asarray(page.convert("CMYK")))
    out, size = ctypes.c_void_p(), ctypes.c_ulong(0)
    done = turbo.tjCompress2(
        handle, inks.ctypes.data_as(ctypes.c_void_p), page.width, 0, page.height, 11, ctypes.byref(out),
        ctypes.byref(size), 0, 90, 0)
    assert done == 0
    return ctypes.string_at(out, size.value)


def main():
    page = drawing(37, 23, (200, 10, 60), (250, 240, 235))
    jpeg = dict(format="JPEG", quality=88)
    page.save(HERE / "colour-444.jpg", subsampling=0, **jpeg)
    page.save(HERE / "colour-420.jpg", subsampling=2, comment="a comment", dpi=(300, 300), **jpeg)
    page.save(HERE / "colour-422-progressive.jpg", subsampling=1, progressive=True, **jpeg)
    page.convert("L").save(HERE / "grey.jpg", **jpeg)
    page.convert("CMYK").save(HERE / "cmyk.jpg", **jpeg)
    (HERE / "ycck.jpg").write_bytes(ycck(page))
    (HERE / "cmyk-upright.jpg").write_bytes(without_adobe((HERE / "cmyk.jpg").read_bytes()))
    (HERE / "cmyk-ink.jpg").write_bytes(with_ink(page))
    for orientation in range(1, 9):
        page.save(HERE / f"orientation-{orientation}.jpg", exif=exif(orientation, "<>"[orientation % 2]), **jpeg)
    for name, options in (
            ("subsampled-4x2", ["-sample", "4x2,1x1,1x1"]), ("arithmetic", ["-arithmetic"]), ("rgb", ["-rgb"])):
        ppm = f"P6 {page.width} {page.height} 255\n".encode() + page.tobytes()
        made = subprocess.run(["cjpeg", "-quality", "88", *options], input=ppm, capture_output=True, check=True)
        (HERE / f"{name}.jpg").write_bytes(made.stdout)
    page.save(HERE / "page.png", optimize=True)
    page.quantize(13).save(HERE / "palette.png")
    grey = numpy.asarray(Image.open(HERE / "page.png").convert("L"))
    for name, method in (("area", cv2.INTER_AREA), ("bilinear", cv2.INTER_LINEAR)):
        Image.fromarray(cv2.resize(grey, (16, 9), interpolation=method)).save(HERE / f"page-{name}-16x9.png")

    beat().save(HERE / "beat.png", optimize=True)
    beat().save(HERE / "beat-quality-30.jpg", quality=30)
    paper = numpy.random.default_rng(1).normal(200, 12, (144, 216, 3)).clip(0, 255).astype(numpy.uint8)
    Image.fromarray(paper).save(HERE / "blank-quality-30.jpg", quality=30)

    expected = {"pages": {}, "grey": {}}
    for path in sorted([*HERE.glob("*.jpg"), *HERE.glob("*.png")]):
        picture = ImageOps.exif_transpose(Image.open(path))
        rgb = picture.convert("RGB")
        if path.name == "cmyk-upright.jpg":  # its samples are light although the marker is gone
            rgb = Image.open(HERE / "cmyk.jpg").convert("RGB")
        if path.name == "cmyk-ink.jpg":  # Pillow inverts without looking at the marker: undo it
            rgb = Image.eval(picture, lambda v: 255 - v).convert("RGB")
        content = struct.pack("<QQ", *rgb.size) + rgb.tobytes()
        expected["pages"][path.name] = [*rgb.size, hashlib.sha256(content).hexdigest()]
        expected["grey"][path.name] = hashlib.sha256(rgb.convert("L").tobytes()).hexdigest()
    (HERE / "expected.json").write_text(json.dumps(expected, indent=1, sort_keys=True) + "\n")


main()
