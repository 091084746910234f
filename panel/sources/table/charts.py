"""
Exports of Weights & Biases that hold no settings: a chart's lines, and a runs table in which none was in sight.

A chart's file has a column of steps, and columns ``RUN - METRIC``, often with ``__MIN`` and ``__MAX`` of each.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ...data.messages import Message, say

AXES = re.compile(r"(?i)(global_|trainer/global_)?_?step|relative time.*|wall time|_?runtime|_?timestamp|epoch")
"""What the first column of a chart's export is called."""

RIGHT = (
    "Export the runs table instead: in the project's table of runs, with the settings among its columns, choose "
    "Export, CSV. Or give the project itself: wandb://ENTITY/PROJECT."
)


def is_line_plot(names: Sequence[str]) -> bool:
    """
    Say whether these are the columns of a chart's export.

    Examples
    --------
    >>> is_line_plot(["Step", "a - loss", "a - loss__MIN", "a - loss__MAX"]), is_line_plot(["Step", "loss"])
    (True, False)
    """
    present = set(names)
    if any(n.endswith("__MIN") and " - " in n and {n[:-5], f"{n[:-5]}__MAX"} <= present for n in names):
        return True
    metrics = {name.rpartition(" - ")[2] for name in names[1:]}
    lines = len(names) > 1 and all(" - " in name for name in names[1:])
    return lines and len(metrics) == 1 and bool(AXES.fullmatch(names[0]))


def is_runs_table(names: Sequence[str]) -> bool:
    """Say whether column names are those of Weights & Biases' runs table."""
    return names[:1] == ["Name"] and bool({"State", "Created", "Runtime", "Sweep", "Tags", "ID"} & set(names[1:9]))


def say_line_plot(what: str) -> str:
    """Say that a file, or what a folder holds, is a chart's export, and what would be right."""
    return (
        f"{what} is a Weights & Biases line-plot export: the curves of one chart, step by step, without the runs' "
        f"settings. {RIGHT}"
    )


def say_no_setting() -> Message:
    """Say that a runs table has no setting among its columns, and what would be right."""
    return say(
        "table.wandb_no_setting",
        "This export of Weights & Biases' runs table has no settings: it holds only the columns that were in sight. "
        "Show the settings in the project's table of runs and export it again; or give the project itself: "
        "wandb://ENTITY/PROJECT.",
    )
