"""The question: which project, target, runs and roles. Frozen and hashable, so that caches can key on it."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal, TypeGuard, get_args

import numpy as np

from ..data.messages import Message, say
from ..data.project import Project
from ..data.terms import Failures, Goal, Place, Role, TargetScale, Value
from ..errors import QuestionError
from .conditions import Condition, find_column, matches

COUNTED_STATES = ("finished", "unknown")
"""The states whose runs count unless the user says otherwise."""

FAILED_STATES = ("failed", "crashed")
"""The states of runs that failed whatever they logged."""

STOPPED_STATES = ("killed", "pruned")
"""The states of runs that somebody stopped; what they logged until then is as good as that of any other run."""

REPLICATES = "replicates"
"""Groups runs whose settings are equal but for seeds."""


def is_step(value: Any) -> TypeGuard[float]:
    """Say whether a value is the number of a step."""
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def check_choice(value: Any, choices: Any, what: str) -> Any:
    """
    Return `value` if it is one of the choices of a ``Literal``.

    Raises
    ------
    QuestionError
        If it is not; the message lists the choices.
    """
    valid = get_args(choices)
    if value not in valid:
        raise QuestionError(f"{what} {value!r} is not known; use one of {', '.join(valid)}.")
    return value


@dataclass(frozen=True)
class Target:
    """
    The metric under study.

    Attributes
    ----------
    metric
        Name of the metric; empty until one is chosen.
    goal
        Whether small or large values are good; ``None`` lets the project or the metric's name decide.
    value
        Which value of the metric counts for a run: the last as in the source, or the best, smallest or largest of its
        history; or ``failing``: 1 if the run failed or its value is missing, NaN or infinite, else 0.
    scale
        Scale on which the target is modelled; ``auto`` lets a rule decide (see `target.choose_scale`).
    failures
        ``auto`` to take runs as failed whose value stands for a failure, such as 999 (see `failures`); ``keep`` to
        count them as results.
    step
        The step up to which a run's history counts, so that runs of unequal length can be compared; ``last`` for all
        that was logged; ``None`` lets a rule decide (see `stopping.find_stopping`).

    Examples
    --------
    >>> import panel as sl
    >>> sl.Target("val_loss", "minimize", value="best").goal
    'minimize'
    """

    metric: str = ""
    goal: Goal | None = None
    value: Value = "last"
    scale: TargetScale = "auto"
    failures: Failures = "auto"
    step: float | Literal["last"] | None = None

    def __post_init__(self) -> None:
        if not (self.step is None or self.step == "last" or is_step(self.step)):
            raise QuestionError(f"Step {self.step!r} is no step; use a number, 'last', or nothing for a rule.")
        if self.goal is not None:
            check_choice(self.goal, Goal, "Goal")
        check_choice(self.value, Value, "Value")
        check_choice(self.scale, TargetScale, "Target scale")
        check_choice(self.failures, Failures, "Failures")


@dataclass(frozen=True)
class Selection:
    """
    Everything that decides a result, apart from the method.

    Attributes
    ----------
    project
        The id of a loaded project (see `snapshot`).
    target
        The metric under study.
    states
        The states of the runs that count.
    filters
        Conditions that a run must pass, all of them.
    picked
        Ids of the runs to use, or the fingerprint of a set of them (see `picks`); ``None`` for all that pass the
        filters.
    group
        What makes one of several runs, their target the mean: ``replicates``, or a column as in `Condition`; empty for
        every run on its own.
    roles
        Roles that the user gave to parameters, as pairs of name and role, sorted by name.
    places
        Places that the user gave to columns of the source, as pairs of column and place, sorted by column.
    merged
        The settings in which values that only differ in their spelling are one (see `spellings`), sorted.
    seed
        Seed of every random draw.
    top
        Which share of the configurations counts as the best, where a method asks about these.
    """

    project: str
    target: Target = field(default_factory=Target)
    states: tuple[str, ...] = COUNTED_STATES
    filters: tuple[Condition, ...] = ()
    picked: tuple[str, ...] | str | None = None
    group: str = ""
    roles: tuple[tuple[str, Role], ...] = ()
    places: tuple[tuple[str, Place], ...] = ()
    merged: tuple[str, ...] = ()
    seed: int = 0
    top: float = 0.1

    def __post_init__(self) -> None:
        for name, role in self.roles:
            check_choice(role, Role, f"Role of parameter {name!r}:")
        for name, place in self.places:
            check_choice(place, Place, f"Place of column {name!r}:")
        if not 0 <= self.seed < 2**32:
            raise QuestionError(f"Seed {self.seed} is out of range; use a whole number from 0 to {2**32 - 1}.")
        if not 0 < self.top < 1:
            raise QuestionError(
                f"The best {self.top} of the runs is no share; use a number between 0 and 1, such as 0.1."
            )
        object.__setattr__(self, "states", tuple(sorted(set(self.states))))
        object.__setattr__(self, "roles", tuple(sorted(dict(self.roles).items())))
        object.__setattr__(self, "places", tuple(sorted(dict(self.places).items())))
        object.__setattr__(self, "merged", tuple(sorted(set(self.merged))))

    def with_target(self, **changes: Any) -> Selection:
        """Return the same question with other fields of its target."""
        return replace(self, target=replace(self.target, **changes))

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values from which `from_json` makes an equal selection."""
        return json.loads(json.dumps(asdict(self)))

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Selection:
        """
        Make a selection from what `to_json` returned, or from what a browser sent.

        Raises
        ------
        QuestionError
            If a field is unknown or has a value of the wrong kind; the message names it.
        """
        try:
            target = Target(**data.get("target", {}))
            filters = tuple(
                Condition(**{**c, "values": None if c.get("values") is None else tuple(map(str, c["values"]))})
                for c in data.get("filters", ())
            )
            picked = data.get("picked")
            return cls(
                project=str(data["project"]),
                target=target,
                states=tuple(map(str, data.get("states", COUNTED_STATES))),
                filters=filters,
                picked=picked if picked is None or isinstance(picked, str) else tuple(map(str, picked)),
                group=str(data.get("group", "")),
                roles=tuple((str(n), r) for n, r in data.get("roles", ())),
                places=tuple((str(n), p) for n, p in data.get("places", ())),
                merged=tuple(map(str, data.get("merged", ()))),
                seed=int(data.get("seed", 0)),
                top=float(data.get("top", 0.1)),
            )
        except (TypeError, ValueError, KeyError, AttributeError) as error:
            raise QuestionError(
                "This link or request holds a question that cannot be read: its filters, runs, roles or numbers "
                "have not the form that the page writes. Start over, or copy the link anew."
            ) from error

    def key(self, *parts: str) -> str:
        """Return a digest of the question and of `parts`: the same in every process and on every machine."""
        text = json.dumps([self.to_json(), *parts], sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()[:32]


def list_counted_states(selection: Selection) -> tuple[str, ...]:
    """
    Return the states whose runs count for a question: those chosen, and those that its target needs.

    Whether runs fail is asked of those that did; and at a step a run that was stopped later counts like any other,
    unless the user chose states of their own.
    """
    if selection.target.value == "failing":
        return (*selection.states, *FAILED_STATES)
    if is_step(selection.target.step) and selection.states == COUNTED_STATES:
        return (*selection.states, *STOPPED_STATES)
    return selection.states


_FILTERED = say("left_out.filtered", "filtered")


def filter_runs(project: Project, selection: Selection) -> tuple[np.ndarray, dict[Message, int]]:
    """
    Decide which runs a question is about, before its target is looked at.

    Parameters
    ----------
    project
        The loaded project.
    selection
        The question; the runs it picks are ids.

    Returns
    -------
    ndarray of bool, shape (n_runs,)
        The runs that count.
    dict
        How many were left out, by reason: their state (``left_out.state``), the filter (``left_out.filtered``), or
        that they were not picked (``left_out.not_picked``). Every run is counted once.

    Raises
    ------
    QuestionError
        If a condition names a column that the project does not have.
    """
    states = project.runs["state"]
    keep = states.isin(list_counted_states(selection)).to_numpy(bool, copy=True)
    others = states[~keep].to_numpy(object)
    left_out = {
        say("left_out.state", "{state}", state=str(state)): int((others == state).sum())
        for state in sorted(set(others))
    }
    for condition in selection.filters:
        find_column(condition.column, project.filterable(), "Filter")
        passed = matches(project.column(condition.column), condition)
        left_out[_FILTERED] = left_out.get(_FILTERED, 0) + int((keep & ~passed).sum())
        keep = keep & passed
    if selection.picked is not None:
        picked = project.runs.index.isin(list(selection.picked))
        left_out[say("left_out.not_picked", "not picked")] = int((keep & ~picked).sum())
        keep = keep & picked
    return keep, {reason: n for reason, n in left_out.items() if n}
