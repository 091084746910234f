"""Nested runs of MLflow: children have the settings of their parents; a parent that only collects them is no run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from ...data.messages import Count, Form, say
from ..common.records import Reading, Run

PARENT = "parent"
"""The field with the id of a run's parent."""

DECLARATIONS = frozenset({"param_grid", "param_distributions", "search_spaces"})
"""What scikit-learn's searches, and those made like them, are given: by it a run is known as one."""

OF_A_SEARCH = DECLARATIONS | frozenset(
    "aggressive_elimination cv error_score factor fit_params max_resources min_resources n_candidates n_iter n_jobs"
    " n_points optimizer_kwargs pre_dispatch random_state refit resource return_train_score scoring verbose".split()
)
"""What else a search is given: settings of the search, not of the models that it fits."""

FOUND = "best_"
"""How the names of what a search found begin."""

SYSTEM = "system/"
"""How the names of what MLflow measures of the machine begin."""


def give_settings_of_parents(runs: Sequence[Run], reading: Reading) -> list[Run]:
    """
    Return runs with the settings that their parents have and they lack, without parents that only collect.

    Parameters
    ----------
    runs
        All runs of an experiment; ``parent`` among their fields is the id of another one.
    reading
        Is told how many parents were left out.
    """
    by_id = {run.id: run for run in runs}
    below: dict[str, list[Run]] = {}
    for run in runs:
        for above in _list_above(run, by_id):
            below.setdefault(above, []).append(run)
    if not below:
        return list(runs)
    collecting = {id for id, nested in below.items() if _only_collects(by_id[id], nested)}
    if collecting:
        reading.notes.append(
            say(
                "mlflow.collecting_runs",
                "{runs} only {collect} others and {are} left out; those below have {their} settings.",
                runs=Count(len(collecting), "run"),
                collect=Form(len(collecting), "collects", "collect"),
                are=Form(len(collecting), "is", "are"),
                their=Form(len(collecting), "its", "their"),
            )
        )
    given: dict[str, Mapping[str, Any]] = {}
    return [
        replace(run, config=_find_settings(run, by_id, given)) if run.fields.get(PARENT) in by_id else run
        for run in runs
        if run.id not in collecting
    ]


def _list_above(run: Run, by_id: Mapping[str, Run]) -> list[str]:
    """Return the ids of a run's parent, of that one's parent, and so on; in a damaged store they may lead back."""
    above: list[str] = []
    while (parent := str(run.fields.get(PARENT))) in by_id and parent not in above:
        above.append(parent)
        run = by_id[parent]
    return above


def _find_settings(run: Run, by_id: Mapping[str, Run], given: dict[str, Mapping[str, Any]]) -> Mapping[str, Any]:
    """Return the settings of a run after those of its parents, whose own are kept in `given`."""
    parent = by_id.get(str(run.fields.get(PARENT)))
    if parent is None:
        return run.config
    if parent.id not in given:
        given[parent.id] = {}  # also where a damaged store makes a run its own grandparent
        given[parent.id] = _list_passed_on(_find_settings(parent, by_id, given))
    return {**given[parent.id], **run.config}


def _list_passed_on(config: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings that hold for the children of a run too."""
    search = OF_A_SEARCH if DECLARATIONS & config.keys() else frozenset[str]()
    return {name: value for name, value in config.items() if name not in search and not name.startswith(FOUND)}


def _only_collects(parent: Run, children: Sequence[Run]) -> bool:
    """Say whether a run has no result of its own beside those of the runs below it, or repeats one of these."""
    own = {name: value for name, value in parent.summary.items() if not name.startswith(SYSTEM)}
    of_children = Counter(name for child in children for name in child.summary)
    if not of_children:
        return False
    if not own:
        return True
    if not any(count > 1 for count in of_children.values()):  # these are steps of one job, not runs of one kind
        return False
    shared = own.keys() & of_children.keys()
    return all(any(_is_same(own[name], child.summary.get(name)) for child in children) for name in shared)


def _is_same(one: Any, other: Any) -> bool:
    return one == other or (one != one and other is not None and other != other)  # NaN, too
