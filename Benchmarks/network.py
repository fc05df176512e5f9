"""Compares MobileNetV2 pictures per second with ONNX Runtime, OpenVINO and LiteRT."""
import os
import statistics
import subprocess
import sys
from pathlib import Path

from contenders import MEASURE, ROOT, WORK, Contender, environment, paired_ratio, rate, take_turns

ENGINES = ["onnxruntime", "openvino", "litert"]
# Floating-point operations of one picture: two per multiply-add, with the three equal input channels folded.
OPERATIONS = 2 * 292.27e6
PEERS = ROOT / "Benchmarks" / "peers"


def measure(results, rounds: int, quick: bool) -> None:
    python = environment("network")
    WORK.mkdir(parents=True, exist_ok=True)
    weights = os.environ.get("BENCH_WEIGHTS", "random")
    images = pictures(python)
    models = peer_models(python, weights)
    cores = sorted(os.sched_getaffinity(0))
    for batch, threads in [(32, 1), (1, 1), (32, len(cores))]:
        dense_against_peers(results, python, weights, images, models, batch, threads, cores, rounds)
    avx2_against_openvino(results, python, weights, images, models, cores, rounds)
    paper(results, weights, images, cores, rounds)
    split(results, python, weights, images, cores, rounds)
    loading(results, weights, cores, rounds)
    folder(results, python, weights, images, models, cores, 3 if quick else min(rounds, 5))


def pictures(python: Path) -> Path:
    """Writes 64 neutral 224 × 224 pictures as bytes, from the folder BENCH_IMAGES or from synthetic beats."""
    listing = file_list()
    target = WORK / "pictures.u8"
    script = ("import sys, numpy as np; sys.path.insert(0, sys.argv[1]); from folder_peer import picture;"
              "files = open(sys.argv[2]).read().split();"
              "chosen = files[::max(1, len(files) // 64)][:64];"
              "np.rint((np.stack([picture(f) for f in chosen]) + 1) * 127.5).astype('u1').tofile(sys.argv[3])")
    subprocess.run([python, "-c", script, PEERS, listing, target], check=True)
    return target


def file_list() -> Path:
    """Writes a list of 1,000 PNG files and returns its path."""
    folder = os.environ.get("BENCH_IMAGES")
    if folder is None:
        folder = WORK / "beats"
        if not folder.exists():
            subprocess.run(
                [ROOT / ".build/release/heartsense", "dataset", "synthesize", "--output", folder, "--per-class", "170",
                 "--seed", "1"], check=True, stdout=subprocess.DEVNULL)
    files = sorted(Path(folder).rglob("*.png"))
    if len(files) < 64:
        sys.exit(f"{folder}: expected at least 64 PNG files, found {len(files)}")
    step = max(1, len(files) // 1000)
    listing = WORK / "files.txt"
    listing.write_text("\n".join(str(file) for file in files[::step][:1000]) + "\n")
    return listing


def peer_models(python: Path, weights: str) -> dict:
    """Writes the same folded network as ONNX and TensorFlow Lite files for each batch size."""
    folder = WORK / "network"
    folder.mkdir(exist_ok=True)
    subprocess.run([MEASURE, "export-weights", "--weights", weights, "--output", folder], check=True)
    models = {}
    for batch in (1, 32):
        for kind in ("onnx", "tflite"):
            models[batch, kind] = folder / f"batch{batch}.{kind}"
            subprocess.run(
                [python, PEERS / "network_models.py", folder, models[batch, kind], str(batch)], check=True,
                stderr=subprocess.DEVNULL)
    return models


def ours(name: str, weights: str, images: Path, batch: int, threads: int, cores: list, *flags: str, **variables: str):
    return Contender(
        name, [MEASURE, "network", "--weights", weights, "--images", images, "--batch", batch, "--threads", threads,
               "--features", WORK / f"{name}.f32", *flags], cores[-threads:], **variables)


def peer(engine: str, python: Path, images: Path, models: dict, batch: int, threads: int, cores: list, **variables: str):
    model = models[batch, "tflite" if engine == "litert" else "onnx"]
    return Contender(
        engine, [python, PEERS / "network_peer.py", "--engine", engine, "--model", model, "--images", images, "--batch",
                 batch, "--threads", threads, "--features", WORK / f"{engine}.f32"], cores[-threads:], **variables)


def largest_difference(python: Path, one: str, other: str) -> float:
    """Returns the largest difference between the features of two contenders for the same pictures."""
    script = ("import sys, numpy as np; a, b = (np.fromfile(f, '<f4') for f in sys.argv[1:3]);"
              "n = min(len(a), len(b)); assert n >= 1280; print(np.abs(a[:n] - b[:n]).max())")
    done = subprocess.run([python, "-c", script, WORK / f"{one}.f32", WORK / f"{other}.f32"], check=True,
                          capture_output=True, text=True)
    return float(done.stdout)


def check_agreement(python: Path, contenders: list, tolerance: float = 2e-3) -> dict:
    """Returns the largest difference of each peer's features from ours. A peer with another network ends the run."""
    differences = {}
    for contender in contenders[1:]:
        difference = largest_difference(python, contenders[0].name, contender.name)
        if difference > tolerance and contender.name != "openvino-bf16":
            sys.exit(f"{contender.name} computes another network: its features differ by up to {difference}")
        differences[contender.name] = difference
    return differences


def dense_against_peers(results, python, weights, images, models, batch, threads, cores, rounds) -> None:
    contenders = [ours("heartsense", weights, images, batch, threads, cores, "--dense")]
    contenders += [peer(engine, python, images, models, batch, threads, cores) for engine in ENGINES]
    whole = batch == 32 and threads == 1
    if whole:
        contenders.append(peer("openvino-bf16", python, images, models, batch, threads, cores))
        contenders.append(Contender("limit", [MEASURE, "limit"], cores[-1:]))
    compared = [contender for contender in contenders if contender.name != "limit"]
    differences = check_agreement(python, compared)
    take_turns(contenders, rounds)
    rates = {c.name: [rate(answer) for answer in c.seconds] for c in compared}
    medians = {name: statistics.median(values) for name, values in rates.items()}
    ratio = min(paired_ratio(rates["heartsense"], rates[engine]) for engine in ENGINES)
    facts = {"rounds": rounds, "features_differ_by": differences, "threads": threads, **costs(compared)}
    if whole:
        bf16 = medians.pop("openvino-bf16")
        facts["openvino_bf16"] = bf16
        facts["note"] = (f"OpenVINO in bf16 computes {bf16:.0f} images/s, but its features differ by up to "
                         f"{differences['openvino-bf16']:.2g}, so it is not counted as a peer")
        limit = [answer["gflops"] * 1e9 for answer in contenders[-1].seconds]
        contenders[-1].quit()
        share = statistics.median(r * OPERATIONS / l for r, l in zip(rates["heartsense"], limit))
        results.add("network/float32/limit-share", share, {"measured FMA limit, GFLOP/s": statistics.median(limit) / 1e9},
                    share, "share", rounds=rounds)
    label = "1-thread" if threads == 1 else "all-threads"
    results.add(f"network/float32/batch{batch}/{label}", medians.pop("heartsense"), medians, ratio, "images/s", **facts)


def costs(contenders: list) -> dict:
    """Returns start-up seconds and peak memory of the contenders, and ends them."""
    return {"startup_s": {c.name: c.facts["startup_s"] for c in contenders},
            "peak_mib": {c.name: c.quit() for c in contenders}}


def loading(results, weights, cores, rounds) -> None:
    """Measures the loading of a network from a file in the page cache."""
    contender = Contender("heartsense", [MEASURE, "load", "--weights", weights], cores[-1:])
    take_turns([contender], max(rounds, 21))
    seconds = statistics.median(answer["seconds"] for answer in contender.seconds)
    contender.quit()
    results.add("network/load-and-pack/1-thread", seconds * 1000, {}, None, "ms", rounds=max(rounds, 21),
                note="includes reading (from the page cache), checks, one SHA-256 of all values, folding, packing, and "
                     "the maps of a blank picture"
                     + (". Random weights are created instead of read" if weights == "random" else ""))


def avx2_against_openvino(results, python, weights, images, models, cores, rounds) -> None:
    contenders = [
        ours("heartsense", weights, images, 32, 1, cores, "--dense", HEARTSENSE_INSTRUCTIONS="avx2"),
        peer("openvino", python, images, models, 32, 1, cores, ONEDNN_MAX_CPU_ISA="AVX2")]
    check_agreement(python, contenders)
    take_turns(contenders, rounds)
    rates = [[rate(answer) for answer in contender.seconds] for contender in contenders]
    results.add("network/avx2/batch32/1-thread", statistics.median(rates[0]),
                {"openvino (AVX2)": statistics.median(rates[1])}, paired_ratio(*rates), "images/s", rounds=rounds,
                **costs(contenders))


def paper(results, weights, images, cores, rounds) -> None:
    """Compares our network with and without skipping blank paper. The features must be identical."""
    contenders = [ours("heartsense", weights, images, 32, 1, cores),
                  ours("heartsense-dense", weights, images, 32, 1, cores, "--dense")]
    if (WORK / "heartsense.f32").read_bytes() != (WORK / "heartsense-dense.f32").read_bytes():
        sys.exit("skipping blank paper changed the features")
    take_turns(contenders, rounds)
    rates = [[rate(answer) for answer in contender.seconds] for contender in contenders]
    results.add("network/blank-paper/1-thread", statistics.median(rates[0]),
                {"heartsense, dense": statistics.median(rates[1])}, paired_ratio(*rates), "images/s", rounds=rounds,
                **costs(contenders))


def split(results, python, weights, images, cores, rounds) -> None:
    """Compares split precision with float32, both dense, if the machine has AMX."""
    name = "network/split/1-thread"
    flags = Path("/proc/cpuinfo").read_text().split()
    if not {"amx_tile", "amx_bf16", "avx512f"} <= set(flags):
        results.add(name, None, {"heartsense, float32": None}, None, "images/s",
                    note="not measured: this processor has no AMX tiles")
        return
    contenders = [ours("heartsense-split", weights, images, 32, 1, cores, "--dense", "--precision", "split"),
                  ours("heartsense-dense", weights, images, 32, 1, cores, "--dense")]
    differences = check_agreement(python, contenders)
    take_turns(contenders, rounds)
    rates = [[rate(answer) for answer in contender.seconds] for contender in contenders]
    results.add(name, statistics.median(rates[0]), {"heartsense, float32": statistics.median(rates[1])},
                paired_ratio(*rates), "images/s", rounds=rounds, features_differ_by=differences, **costs(contenders))


def folder(results, python, weights, images, models, cores, rounds) -> None:
    """Measures features of 1,000 files, and our network alone on pictures of the same files."""
    listing = file_list()
    threads = len(cores)
    contenders = [
        Contender("heartsense", [MEASURE, "folder", "--weights", weights, "--list", listing, "--threads", threads]),
        Contender("pillow + openvino", [python, PEERS / "folder_peer.py", "--model", models[32, "onnx"], "--list",
                                        listing, "--threads", threads]),
        ours("heartsense, network alone", weights, images, 32, threads, cores)]
    take_turns(contenders, rounds)
    rates = [[rate(answer) for answer in contender.seconds] for contender in contenders]
    results.add("folder/1000-png/all-threads", statistics.median(rates[0]),
                {"pillow + openvino": statistics.median(rates[1])}, paired_ratio(rates[0], rates[1]), "images/s",
                rounds=rounds, threads=threads, share_of_the_network_alone=(share := paired_ratio(rates[0], rates[2])),
                note=f"{share:.2f} of the rate of the network alone on pictures of the same files", **costs(contenders))
