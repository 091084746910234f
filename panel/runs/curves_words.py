"""What the record of curves says: which runs are drawn, and why there are none."""

from __future__ import annotations

from collections.abc import Sequence

from ..data.messages import Message, join, say


def say_weighs_most(label: str, drawn: str, of_all: bool) -> Message:
    """Say that what is drawn stands for a weighted target: it weighs most of all, or of those with a history."""
    if of_all:
        return say(
            "curves.weighs_most",
            "{metric} is a mean of ranks and has no history; this is {drawn}, which weighs most.",
            metric=label,
            drawn=drawn,
        )
    return say(
        "curves.weighs_most_with_history",
        "{metric} is a mean of ranks and has no history; this is {drawn}, which weighs most of those with a history.",
        metric=label,
        drawn=drawn,
    )


def say_best(drawn: int, total: int, label: str) -> Message:
    """Say how many of the best runs are drawn, or why none is."""
    if not drawn:
        return say(
            "curves.no_best",
            "No run that counts has both a value of {metric} and a history of these metrics. "
            "Choose all runs, or other metrics.",
            metric=label,
        )
    if drawn == 1:
        return say("curves.best_run", "the best of {runs} runs", runs=total)
    if drawn == total:
        return say("curves.all_best", "all best of {runs} runs", runs=total)
    return say("curves.best_runs", "the {drawn} best of {runs} runs", drawn=drawn, runs=total)


def say_none(which: str, selected: bool) -> Message:
    """Say why no run is drawn of all, or of the selected ones: `selected` tells whether there are any."""
    if which != "selected":
        return say("curves.no_runs", "No run has a history of these metrics here. Choose other runs or metrics.")
    if not selected:
        return say(
            "curves.none_selected",
            "No runs are selected. Select some in another tab, or choose the best or all runs.",
        )
    return say(
        "curves.no_selected_runs",
        "None of the selected runs has a history of these metrics here. Choose other runs or metrics.",
    )


def say_no_values(metrics: Sequence[str], x: str) -> Message:
    """Say that the runs that were chosen have no values of these metrics along `x`."""
    return say(
        "curves.no_values",
        "None of these runs has values of {metrics} along {x}.",
        metrics=join(metrics, ", "),
        x=x,
    )
