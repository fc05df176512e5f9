"""Compares training of the whole MobileNetV2 in pictures per second with Keras."""
import os
import statistics
import subprocess
import sys

from contenders import MEASURE, WORK, Contender, environment, paired_ratio, rate, take_turns
from network import OPERATIONS, PEERS, file_list

BATCH = 32
LABELS = 6
# Pictures of an epoch of the public beat images' training part. A round is a part of it; all steps take equally long.
EPOCH = 11_892


def measure(results, rounds: int, quick: bool) -> None:
    python = environment("network")
    WORK.mkdir(parents=True, exist_ok=True)
    weights, head = WORK / "pretrain.weights.h5", WORK / "pretrain-head.f32"
    peer = PEERS / "pretrain_peer.py"
    subprocess.run(
        [python, peer, "--start", "--weights", weights, "--head", head], check=True, stderr=subprocess.DEVNULL)
    images, targets = batches(python)
    cores = sorted(os.sched_getaffinity(0))
    steps = 4 if quick else 20
    common = ["--weights", weights, "--head", head, "--images", images, "--targets", targets, "--batch", BATCH,
              "--threads", len(cores), "--steps", steps]
    contenders = [
        Contender("heartsense", [MEASURE, "pretrain", "--labels", LABELS, *common], cores),
        Contender("keras", [python, peer, *common], cores)]
    limit = Contender("limit", [MEASURE, "limit"], cores[-1:])
    check_agreement(*contenders)
    take_turns([*contenders, limit], min(rounds, 5))
    rates = [[rate(answer) for answer in contender.seconds] for contender in contenders]
    per_core = [[a["items"] / a["processor_s"] for a in contender.seconds] for contender in contenders]
    flops = [answer["gflops"] * 1e9 for answer in limit.seconds]
    ours = statistics.median(rates[0])
    # Backward costs twice as much as forward: the gradients of the maps and of the kernels.
    share = statistics.median(r * 3 * OPERATIONS / (l * len(cores)) for r, l in zip(rates[0], flops))
    core_share = statistics.median(r * 3 * OPERATIONS / l for r, l in zip(per_core[0], flops))
    results.add(
        "pretrain/epoch/all-threads", ours, {"keras": statistics.median(rates[1])}, paired_ratio(*rates), "images/s",
        rounds=min(rounds, 5), steps=steps, batch=BATCH, threads=len(cores),
        losses={c.name: c.facts["losses"] for c in contenders},
        epoch_s={c.name: EPOCH / statistics.median(r) for c, r in zip(contenders, rates)},
        images_per_processor_second={c.name: statistics.median(p) for c, p in zip(contenders, per_core)},
        limit_share=share, limit_share_of_processor_time=core_share,
        planned_mib=contenders[0].facts["planned_mib"], peak_mib={c.name: c.quit() for c in [*contenders, limit]})
    print(f"  share of the FMA limit: {share:.2f} of the wall clock, {core_share:.2f} of the processor time")


def batches(python):
    """Writes 160 pictures in an order that mixes the classes, and their targets."""
    listing = file_list()
    images, targets = WORK / "pretrain.u8", WORK / "pretrain.f32"
    script = ("import sys, numpy as np; sys.path.insert(0, sys.argv[1]); from folder_peer import picture;"
              "from pathlib import Path; files = open(sys.argv[2]).read().split();"
              "chosen = [files[i] for i in np.random.default_rng(1).choice(len(files), 160, replace=False)];"
              "classes = sorted({Path(f).parent.name for f in files})[:6];"
              "np.rint((np.stack([picture(f) for f in chosen]) + 1) * 127.5).astype('u1').tofile(sys.argv[3]);"
              "np.array([[Path(f).parent.name == c for c in (classes * 6)[:6]] for f in chosen], '<f4')"
              ".tofile(sys.argv[4])")
    subprocess.run([python, "-c", script, PEERS, listing, images, targets], check=True)
    return images, targets


def check_agreement(ours: Contender, keras: Contender) -> None:
    """Compares the loss of the first batch, and that of the second after one step of the optimizer.

    With Keras' random weights, maps are so small that ε dominates their normalization and float32 errors matter. For the
    same batch, the loss of Keras differs by about 10⁻³ from its loss in float64, ours by 10⁻⁸.
    """
    first, second = ([f"{loss:.6f}" for loss in contender.facts["losses"]] for contender in (ours, keras))
    print(f"  losses of the first two batches: heartsense {', '.join(first)}; keras {', '.join(second)}", flush=True)
    for number, (a, b) in enumerate(zip(ours.facts["losses"], keras.facts["losses"])):
        if abs(a - b) > (5e-3, 2e-2)[number] * max(1, abs(b)):
            sys.exit(f"Keras trains another network: its loss of batch {number + 1} is {b}, ours is {a}")
