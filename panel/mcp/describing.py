"""What was read from a source: its runs, settings and metrics, and what of it is a guess."""

from __future__ import annotations

from ..answers.printing import say_runs, say_target
from ..data.records import Json
from .desk import Question
from .links import write_address, write_link
from .told import Told
from .words import count, get_overview, keep_said, list_names, say_project

MOST_METRICS = 12
MOST_PARTS = 5


def describe_project(question: Question) -> Told:
    """Tell what a project holds."""
    overview = get_overview(question)
    runs, metrics, selection = overview["runs"], overview["metrics"], question.selection
    states = ", ".join(f"{n:,} {state}" for state, n in runs["states"].items())
    more = len(metrics) - MOST_METRICS
    return Told(
        head=(
            say_project(question, overview),
            f"{count(runs['loaded'], 'run')}: {states}. Used: {say_runs(runs)}; {count(runs['configs'], 'config')}.",
            overview["taken"]["words"],
            f"Target: {say_target(overview['target'])}.",
        ),
        rows=(
            f"Metrics: {', '.join(metrics[:MOST_METRICS]) or 'none'}{f' and {more} more' if more > 0 else ''}.",
            *map(_say_parameter, overview["parameters"]),
        ),
        notes=keep_said(
            [
                (overview["failures"] or {}).get("words", ""),
                (overview["adaptive"] or {}).get("words", ""),
                (overview["empty"] or {}).get("words", ""),
                *overview["notes"],
                _say_skipped(overview),
                _say_parts(overview["project"]),
            ]
        ),
        end=(),
        link=write_link(question, write_address(selection, overview["project"])),
        names=list_names(overview),
        record=overview,
    )


def _say_parameter(parameter: Json) -> str:
    """Return a parameter with its values, its role, and why it is not in the model if so."""
    role = "" if parameter["role"] == "none" else f", {parameter['role']}"
    why = f" ({parameter['words']})" if parameter["words"] else ""
    condition = parameter["condition"]
    where = f", where {condition[0]} is {' or '.join(condition[1])}" if condition else ""
    return f"{parameter['parameter']}: {parameter['value_range'] or 'no value'}{role}{where}{why}"


def _say_skipped(overview: Json) -> str:
    n = overview["skipped_count"]
    return f"{n:,} could not be read: {overview['skipped'][0]['words']}" if n else ""


def _say_parts(project: Json) -> str:
    parts = project["parts"]
    more = len(parts) - MOST_PARTS
    if len(parts) < 2:
        return ""
    return f"In this source: {', '.join(parts[:MOST_PARTS])}{f' and {more} more' if more > 0 else ''}."
