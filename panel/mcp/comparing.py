"""Two values of a parameter, all of them, or two configs: what each is worth, and which to take."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..answers.base import get
from ..answers.designs import get_study
from ..answers.printing import say_target
from ..answers.projects import get_project
from ..answers.runs import RECORDS
from ..checks import say_caveats
from ..data.project import Project
from ..data.records import Json
from ..errors import QuestionError
from ..runs import adopt, isolation
from ..runs.isolation_words import OF_FIGURE
from .desk import Question
from .links import write_address, write_link
from .told import Told
from .words import count, get_overview, keep_said, list_names, say_project, write_between, write_number

VIEW = "values"
"""The page's name for the view."""


def compare_sides(question: Question, parameter: str, a: str, b: str, runs: tuple[str, str]) -> Told:
    """
    Tell what values or configs are worth, and which to take.

    Parameters
    ----------
    question
        The question.
    parameter
        The parameter whose values are compared; all of them if neither `a` nor `b` is given.
    a, b
        Two of its values; b is the baseline.
    runs
        Ids, or names that only one run has, of a run of each of two configs, in place of values.

    Raises
    ------
    QuestionError
        If a parameter, a value or a run is not there; or if both values and runs are given, or none.
    """
    given = any(runs)
    if given and (parameter or a or b):
        raise QuestionError("Give run_a and run_b, or a parameter with its values a and b: not both.")
    if not given and not parameter:
        raise QuestionError("Give a parameter, maybe with two of its values as a and b; or run_a and run_b.")
    project = get_project(question.selection, question.folder)
    run_a, run_b = (_find_id(project, run) for run in runs)
    every = not given and not (a or b)
    asked = {"parameter": parameter, "a": a, "b": b, "run_a": run_a, "run_b": run_b}
    asked = {name: value for name, value in asked.items() if value}
    name = isolation.NAME if every else adopt.NAME
    record = get(RECORDS[name].make_request(question.selection, **asked), question.folder)
    overview = get_overview(question)
    caveats = say_caveats(get_study(question.selection, question.folder))
    options = asked if every else {**asked, "two": True, **({"kind": "configs"} if given else {})}
    address = write_address(question.selection, overview["project"], tab=VIEW, options=options)
    said = _say_nothing(record) if "empty" in record else _say_all(record) if every else _say_two(record)
    return Told(
        head=(say_project(question, overview), f"Target: {say_target(overview['target'])}.", *said[0]),
        rows=said[1],
        notes=keep_said([*said[2], *caveats]),
        end=said[3],
        link=write_link(question, address),
        names=[*list_names(overview), *_list_sides(record)],
        record=record,
    )


Said = tuple[Sequence[str], Sequence[str], Sequence[Any], Sequence[str]]
"""What stands in the head, the rows, the notes and the end."""


def _find_id(project: Project, run: str) -> str:
    """Return the id of a run that is given by it, or by a name that no other run has."""
    named = project.runs.index[project.runs["name"].astype(str) == run]
    return str(named[0]) if run not in project.runs.index and len(named) == 1 else run


def _list_sides(record: Json) -> list[str]:
    """Return the values or configs that are compared, as they are called."""
    sides = [*record.get("buckets", ()), *record.get("groups", ())]
    called = [side[name] for side in sides for name in ("words", "label")]
    best = [side["best"]["name"] for side in sides if side["best"]]
    return [*called, *best, *(record[name] for name in ("a", "b", "baseline") if record.get(name))]


def _say_nothing(record: Json) -> Said:
    return [record["empty"]], [], [], []


def _say_all(record: Json) -> Said:
    m, rows = record["m"], [_say_standing(side) for side in record["buckets"]]
    counts = f"Rests on {count(record['runs'], 'run')} in {count(record['configs'], 'config')}"
    how = f"; each value is measured by the expected best of {m} of its configs" if m else ""
    made_of = isolation.IsolationRecord.from_json(record).notes
    notes = [*(note for note in made_of if note.code not in OF_FIGURE), *record["sentences"], record["adaptive"]]
    return keep_said([record["lead"]]), rows, notes, [f"{counts}{how}. {_say_level(record)}"]


def _say_two(record: Json) -> Said:
    difference = record["difference"]
    size = (
        []
        if difference is None
        else [
            f"{_begin(record['a'])} is {write_number(abs(difference))} {'worse' if difference < 0 else 'better'} than "
            f"{record['b']}{write_between(record['low'], record['high'], '; positive is better')}"
            + (f"; p is {record['p']:.2g}." if record["p"] is not None else ".")
        ]
    )
    counts = " and ".join(
        f"{count(side['configs'], 'config')} ({count(side['runs'], 'run')})" for side in record["groups"]
    )
    m = record["m"]
    how = f"; each is measured by the expected best of {m} configs" if m else ""
    notes = [
        *record["notes"],
        *record["complexity"],
        _say_variance("Trial", record["trial"]),
        _say_variance("Study", record["study"]),
    ]
    return (
        [record["sentence"]],
        [*size, *map(_say_standing, record["groups"])],
        notes,
        [f"Rests on {counts}{how}. {_say_level(record)}"],
    )


def _say_level(record: Json) -> str:
    return f"Intervals are at {record['level']:.0%}."


def _say_variance(which: str, variance: Json) -> str:
    """Say how large a part of the uncertainty is, and what it is, in a sentence; the page has it in a table."""
    what = variance["words"][:1].lower() + variance["words"][1:]
    if variance["sd"] is None:
        return f"{which} variance is {what}"
    return f"{which} variance has a standard deviation of {write_number(variance['sd'])}; it is of {what}"


def _say_standing(side: Json) -> str:
    """Say how a value or a config stands: what is expected of it, and of how many configs and runs it is known."""
    best = side["best"]
    were = "was" if side["infeasible"] == 1 else "were"
    size = f"{count(side['configs'], 'config')}, {count(side['infeasible'], 'run')} of which {were} infeasible"
    size += f", and its best run is {best['name']} with {write_number(best['target'])}" if best else ""
    if side["why"]:
        return f"{_begin(side['words'])} is not compared ({side['why']}): it has {size}."
    expected = f"{write_number(side['expected'])}{write_between(side['low'], side['high'])}"
    return f"{_begin(side['words'])} is expected at {expected}; it has {size}."


def _begin(words: str) -> str:
    """Begin a sentence with the name of a value, which stays, or with words of ours."""
    return f"T{words[1:]}" if words.startswith("the config of ") else words
