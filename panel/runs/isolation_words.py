"""What the isolation plot says in words."""

from __future__ import annotations

import math
from typing import Any

SHORT = 16
"""Letters of a baseline that every sentence names."""


def said(value: float | None, like: float | None = None) -> str:
    """Return a number with as many digits as its interval allows; `like` is about half the interval's length."""
    if value is None:
        return "?"
    if like and math.isfinite(like) and like > 1e-9 * abs(value) and 1e-4 <= max(abs(value), like) < 1e6:
        decimals = min(8, max(0, 1 - math.floor(math.log10(abs(like)))))
        return f"{value:.{decimals}f}".replace("-", "−")
    return f"{value:.4g}".replace("-", "−")


def estimate(entry: dict[str, Any], key: str = "expected") -> str:
    """Return an estimate with its interval: ``0.31 (0.28 to 0.35)``."""
    low, high = (entry[name] for name in (("low", "high") if key == "expected" else (f"{key}_low", f"{key}_high")))
    if low is None or high is None:
        return said(entry[key])
    half = (high - low) / 2 or None
    return f"{said(entry[key], half)} ({said(low, half)} to {said(high, half)})"


def sentence(found: dict[str, Any], entry: dict[str, Any]) -> str:
    """Say what is expected of a value, and how it compares with the baseline."""
    start = f"With {entry['words']} the best of {found['m']} configs is expected at {estimate(entry)}"
    if entry["label"] == found["baseline"]:
        return f"{start}: the baseline."
    if entry["difference"] is None:
        return f"{start}."
    return f"{start}, {_difference(found, entry)}{_verdict(entry)}"


def _difference(found: dict[str, Any], entry: dict[str, Any]) -> str:
    base = f"{found['baseline']} (the baseline)" if len(found["baseline"]) <= SHORT else "the baseline"
    if found["log"]:
        return f"{estimate(entry, 'difference')} times that with {base}"
    d, low, high = (entry[key] for key in ("difference", "difference_low", "difference_high"))
    if low is None or high is None:
        return f"{said(d)} away from {base}"
    half = (high - low) / 2 or None
    way, other = ("below", "above") if d < 0 else ("above", "below")
    near, far = (-high, -low) if d < 0 else (low, high)
    if near < 0:
        return f"{said(abs(d), half)} {way} {base} ({said(-near, half)} {other} to {said(far, half)} {way})"
    return f"{said(abs(d), half)} ({said(near, half)} to {said(far, half)}) {way} {base}"


def _verdict(entry: dict[str, Any]) -> str:
    return {
        "better": ": better beyond chance.",
        "worse": ": worse beyond chance.",
        "same": ": cannot be told apart.",
    }.get(entry["verdict"], ".")


def lead(found: dict[str, Any]) -> str:
    """Say in one sentence what the comparison gave."""
    buckets, name = found["buckets"], found["parameter"]
    compared = [b for b in buckets if b["difference"] is not None]
    if len(buckets) == 1:
        return f"All runs have the same {name}, {buckets[0]['label']}: there is nothing to compare."
    if not found["m"] or sum(b["expected"] is not None for b in buckets) < 2:
        return (
            f"The values of {name} cannot be compared: that takes two of them with {found['enough']} configs or more."
        )
    if not compared:
        return f"{found['baseline']} has too few configs to be the baseline: choose another one."
    base, many = f"{name} {found['baseline']} (the baseline)", len(compared)
    if found["adaptive"]:
        near = min(compared, key=lambda b: b["rank"])
        way = "better" if near["rank_difference"] < 0 else "no better"
        return f"{near['label']} did {way} than {base} among the runs that this search chose."
    better, worse = (sum(b["verdict"] == way for b in compared) for way in ("better", "worse"))
    if not better and not worse:
        which = "The other value" if many == 1 else f"None of the {many} other values"
        return f"{which} {'cannot be told apart from' if many == 1 else 'can be told apart from'} {base}."
    parts = [f"{n} {'is' if n == 1 else 'are'} {way}" for n, way in ((better, "better"), (worse, "worse")) if n]
    rest = many - better - worse
    if many == 1:
        return f"{compared[0]['label']} is {'better' if better else 'worse'} than {base} beyond chance."
    return f"Of the {many} other values {' and '.join(parts)} than {base} beyond chance" + (
        f"; {rest} cannot be told apart from it." if rest else "."
    )
