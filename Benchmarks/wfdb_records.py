"""WFDB records of format 16, and the signal-to-noise ratio of digitized leads."""
from pathlib import Path

import numpy

MISSING = -32768


def read(path: Path) -> tuple[float, dict[str, numpy.ndarray]]:
    """Returns the sampling rate in Hz and mV of each lead by its name in capitals; NaN where samples are missing."""
    lines = [line for line in Path(f"{path}.hea").read_text().splitlines() if line and not line.startswith("#")]
    count, rate = int(lines[0].split()[1]), float(lines[0].split()[2].split("/")[0])
    rows = [line.split() for line in lines[1:count + 1]]
    if any(row[1] != "16" for row in rows):
        raise ValueError(f"{path}: found the formats {sorted({row[1] for row in rows})}, expected 16")
    stored = numpy.fromfile(path.parent / rows[0][0], "<i2").reshape(-1, count).T
    leads = {}
    for row, samples in zip(rows, stored):
        gain, _, rest = row[2].split("/")[0].partition("(")
        zero = float(rest.rstrip(")") or row[4])
        leads[row[8].upper()] = numpy.where(samples == MISSING, numpy.nan, (samples - zero) / (float(gain) or 200))
    return rate, leads


def write(path: Path, rate: float, leads: dict[str, numpy.ndarray]) -> None:
    """Writes mV in steps of 1 µV."""
    stored = numpy.array([numpy.where(numpy.isnan(samples), MISSING, numpy.clip(samples * 1000, -32767, 32767))
                          for samples in leads.values()]).round().astype("<i2")
    stored.T.tofile(f"{path}.dat")
    rows = [f"{path.name}.dat 16 1000(0)/mV 16 0 {row[0]} {int(row.sum(dtype=numpy.int64)) & 0xFFFF} 0 {name}"
            for name, row in zip(leads, stored)]
    Path(f"{path}.hea").write_text("\n".join([f"{path.name} {len(leads)} {rate:g} {stored.shape[1]}", *rows]) + "\n")


def resampled(samples: numpy.ndarray, rate: float, target: float) -> numpy.ndarray:
    """Interpolates linearly, as a page connects the samples that it shows."""
    if rate == target:
        return samples
    count = round(len(samples) * target / rate)
    return numpy.interp(numpy.arange(count) / target, numpy.arange(len(samples)) / rate, samples)


def snr(reference: numpy.ndarray, estimate: numpy.ndarray | None, rate: float) -> float:
    """Returns the SNR of a lead in dB.

    10·log10(Σ ref² / Σ (ref − est)²) over the samples of the reference that are not NaN, times the share of them that
    the estimate has. The estimate is shifted by at most 0.5 s and offset by at most 1 mV. A missing lead has −5 dB.
    """
    if estimate is None or not numpy.isfinite(estimate).any():
        return -5.0
    drawn = numpy.flatnonzero(numpy.isfinite(reference))
    reach = int(0.5 * rate)
    padded = numpy.full(len(reference) + 2 * reach, numpy.nan)
    length = min(len(reference), len(estimate))
    padded[reach:reach + length] = estimate[:length]
    moved = numpy.lib.stride_tricks.sliding_window_view(padded, len(reference))[:, drawn]
    difference = reference[drawn] - moved
    known = numpy.isfinite(difference)
    count = known.sum(axis=1)
    difference[~known] = 0
    power = (known * reference[drawn] ** 2).sum(axis=1)
    offset = numpy.clip(difference.sum(axis=1) / numpy.maximum(count, 1), -1, 1)
    noise = ((difference - offset[:, None]) ** 2 * known).sum(axis=1)
    ratio = 10 * numpy.log10(numpy.maximum(power, 1e-12) / numpy.maximum(noise, 1e-12))
    # Shifts that keep less than a tenth of what the best one keeps say nothing about the lead.
    allowed = count >= max(1, count.max() // 10)
    return float((ratio * count / len(drawn))[allowed].max())
