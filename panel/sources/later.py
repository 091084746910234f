"""Trackers whose files are recognised but not read yet: refused with a line that says what it needs instead."""

from __future__ import annotations

from pathlib import Path


def _sqlite(path: Path) -> bool:
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return file.read(16) == b"SQLite format 3\x00"


def _any(path: Path, *patterns: str) -> bool:
    return path.is_dir() and any(next(path.glob(pattern), None) is not None for pattern in patterns)


FORMATS = (
    (
        "a SQLite database, as MLflow and Optuna write it",
        _sqlite,
        "study.trials_dataframe().to_csv(…) or a CSV of the runs",
    ),
    (
        "a Weights & Biases folder",
        lambda p: _any(
            p,
            "run-*/files",
            "offline-run-*",
            "*/run-*/files",
            "*/offline-run-*",
            "files/wandb-metadata.json",
            "*.wandb",
        ),
        "the runs table of the project's page, exported as CSV",
    ),
    ("an MLflow folder", lambda p: _any(p, "*/meta.yaml"), "mlflow.search_runs().to_csv(…)"),
    (
        "a Ray Tune folder",
        lambda p: _any(p, "*/params.json", "experiment_state-*.json"),
        "results.get_dataframe().to_csv(…)",
    ),
    ("a SMAC folder", lambda p: _any(p, "runhistory.json", "*/runhistory.json"), "a CSV of its runs"),
    (
        "a TensorBoard log folder",
        lambda p: _any(p, "events.out.tfevents*", "*/events.out.tfevents*"),
        "a CSV of its runs",
    ),
)
"""What it is, how it is told, and what can be given instead for now."""


def refusal(path: Path) -> str:
    """Return the line that refuses a known tracker's files, or the empty text if they are of no known tracker."""
    for words, recognised, instead in FORMATS:
        if recognised(path):
            return f"{path} is {words}; reading it needs a later version of SweepLens. Give {instead}."
    return ""
