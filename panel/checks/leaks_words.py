"""What the check of leaks says."""

from __future__ import annotations

from typing import Any

from ..data.statistics import short
from .base import Study, none_of


def sentence(
    study: Study,
    guarded: list[dict[str, Any]],
    followers: list[dict[str, Any]],
    identifiers: list[dict[str, Any]],
    same: list[dict[str, Any]],
    missing: str,
) -> str:
    """Return what was found, see `leaks` for the facts; `missing` where nothing could be told."""
    parts = []
    for f in followers[:1]:
        more = f", and {len(followers) - 1} more do" if len(followers) > 1 else ""
        parts.append(
            f"{f['parameter']} counts as a parameter but follows {f['metric']} with rank correlation "
            f"{_signed(f['correlation'])} over {f['n']:,} configs, as no setting does{more}"
        )
    for f in identifiers[:1]:
        parts.append(
            f"{f['parameter']} is an identifier, yet its order predicts {study.runs.label} (rank "
            f"correlation {_signed(f['correlation'])}, {f['n']:,} configs)"
        )
    if guarded:
        names = ", ".join(g["parameter"] for g in guarded[:3]) + ("…" if len(guarded) > 3 else "")
        parts.append(
            f"{len(guarded)} column{'s' if len(guarded) > 1 else ''} among the parameters ({names}) "
            f"{'are outcomes' if len(guarded) > 1 else 'is an outcome'} and left out of every model"
        )
    if not parts:
        parts = [
            missing
            or none_of(
                len(study.tuned),
                "parameter",
                f"that vary gives {study.runs.label} away",
                f"that varies does not give {study.runs.label} away",
            )
        ]
    if same:
        names = ", ".join(s["metric"] for s in same[:3]) + ("…" if len(same) > 3 else "")
        parts.append(
            f"{names} order{'s' if len(same) == 1 else ''} the runs exactly as {study.runs.label} does, which matters "
            "for trade-offs only"
        )
    return "; ".join(parts) + "."


def _signed(r: float) -> str:
    return ("+" if r > 0 else "") + short(r, 3)


def advice(guarded: list[dict[str, Any]], followers: list[dict[str, Any]], identifiers: list[dict[str, Any]]) -> str:
    """Return what to do."""
    said = []
    if followers:
        names = ", ".join(f["parameter"] for f in followers[:5])
        said.append(f"If it is known only after a run, make {names} a metric, or give it the role ignored.")
    if identifiers:
        said.append(
            "Find out what changed with it while the search ran (code, data, machine), and repeat the best config now."
        )
    if guarded:
        said.append(
            f"Make {', '.join(g['parameter'] for g in guarded[:5])} a metric; if it is a setting after all, give it a "
            "role."
        )
    return " ".join(said)
