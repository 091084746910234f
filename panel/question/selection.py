"""The question: which project, target, runs and roles. Frozen and hashable, so that caches can key on it."""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any, Literal, get_args

import numpy as np
import pandas as pd

from ..data.messages import Message, say
from ..data.project import Project
from ..errors import QuestionError, nearest

Goal = Literal["minimize", "maximize"]
Value = Literal["last", "best", "min", "max", "failing"]
TargetScale = Literal["auto", "raw", "log", "rank"]
Role = Literal["scientific", "nuisance", "fixed", "seed", "ignored", "none"]
Place = Literal["run", "config", "metric", "ignored"]

COUNTED_STATES = ("finished", "unknown")
"""The states whose runs count unless the user says otherwise."""

FAILED_STATES = ("failed", "crashed")
"""The states of runs that failed whatever they logged."""

REPLICATES = "replicates"
"""Groups runs whose settings are equal but for seeds."""


def choice(value: Any, choices: Any, what: str) -> Any:
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
    """

    metric: str = ""
    goal: Goal | None = None
    value: Value = "last"
    scale: TargetScale = "auto"

    def __post_init__(self) -> None:
        if self.goal is not None:
            choice(self.goal, Goal, "Goal")
        choice(self.value, Value, "Value")
        choice(self.scale, TargetScale, "Target scale")


@dataclass(frozen=True)
class Condition:
    """
    One condition of the run filter. A run passes if its value is among `values` or lies within the limits.

    Attributes
    ----------
    column
        ``run.NAME``, ``config.NAME`` or ``summary.NAME``.
    values
        The accepted values as text (numbers compare as numbers; the empty text is a missing value); ``None`` for a
        range.
    low, high
        Limits, both included; ``None`` for no limit. Times are ISO 8601 text.
    negated
        Keep the runs that do *not* match.
    """

    column: str
    values: tuple[str, ...] | None = None
    low: float | str | None = None
    high: float | str | None = None
    negated: bool = False

    def words(self) -> str:
        """Say the condition as a person would write it, in the syntax that `parse_condition` reads."""
        name = self.column.removeprefix("config.").removeprefix("summary.").removeprefix("run.")
        if self.values is not None:
            shown = ",".join(value or "missing" for value in self.values)
            return f"{name} {'≠' if self.negated else '='} {shown}"
        if self.low is not None and self.high is not None:
            return f"{'not ' if self.negated else ''}{_short(self.low)} ≤ {name} ≤ {_short(self.high)}"
        limit = f"≥ {_short(self.low)}" if self.low is not None else f"≤ {_short(self.high)}"
        return f"{'not ' if self.negated else ''}{name} {limit}"


def _short(limit: float | str | None) -> str:
    return f"{limit:.6g}" if isinstance(limit, int | float) else str(limit)


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
    seed: int = 0
    top: float = 0.1

    def __post_init__(self) -> None:
        for name, role in self.roles:
            choice(role, Role, f"Role of parameter {name!r}:")
        for name, place in self.places:
            choice(place, Place, f"Place of column {name!r}:")
        if not 0 <= self.seed < 2**32:
            raise QuestionError(f"Seed {self.seed} is out of range; use a whole number from 0 to {2**32 - 1}.")
        if not 0 < self.top < 1:
            raise QuestionError(
                f"The best {self.top} of the runs is no share; use a number between 0 and 1, such as 0.1."
            )
        object.__setattr__(self, "states", tuple(sorted(set(self.states))))
        object.__setattr__(self, "roles", tuple(sorted(dict(self.roles).items())))
        object.__setattr__(self, "places", tuple(sorted(dict(self.places).items())))

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


_CONDITION = re.compile(r"\s*(?P<name>.+?)\s*(?P<op>>=|<=|!=|==|≥|≤|≠|=|>|<)\s*(?P<rest>.*?)\s*", re.DOTALL)


def parse_condition(text: str, columns: list[str]) -> Condition:
    """
    Read one condition such as ``optimizer.lr>=0.001``, ``state=finished,failed`` or ``val_loss<2``.

    Parameters
    ----------
    text
        A column, one of ``= != >= <= > <``, and a value; with ``=`` and ``!=`` a comma separates several values.
    columns
        All columns that can be filtered by, as ``run.NAME``, ``config.NAME`` and ``summary.NAME``. The prefix may be
        left out in `text`; where a name stands in several places, run comes before config, and config before summary.

    Returns
    -------
    Condition
        Limits are inclusive: ``>`` and ``<`` exclude the limit by moving it to the next number.

    Raises
    ------
    QuestionError
        If the text has no operator, the column does not exist, or a limit is no number and no date.
    """
    match = _CONDITION.fullmatch(text)
    if not match:
        raise QuestionError(
            f"Filter {text!r} has no comparison; write for example 'optimizer.lr>=0.001' or 'state=finished,failed'."
        )
    column = find_column(match["name"], columns, f"Filter {text!r}")
    op, rest = match["op"], match["rest"]
    if op in ("=", "==", "!=", "≠"):
        return Condition(column, values=split_values(rest), negated=op not in ("=", "=="))
    limit = parse_limit(rest, f"Filter {text!r}")
    if isinstance(limit, float) and op in (">", "<"):
        limit = math.nextafter(limit, math.inf if op == ">" else -math.inf)
    return Condition(column, low=limit) if op in (">", ">=", "≥") else Condition(column, high=limit)


def split_values(text: str) -> tuple[str, ...]:
    """Split values at commas, but not within the brackets of a list: ``a,[64, 32]`` is two values."""
    parts, depth = [""], 0
    for letter in text:
        depth += (letter == "[") - (letter == "]")
        if letter == "," and depth <= 0:
            parts.append("")
        else:
            parts[-1] += letter
    return tuple(part.strip() for part in parts)


def parse_limit(text: str, where: str) -> float | str:
    """Read a limit: a number, or an ISO 8601 date or time, which stays text; else raise `QuestionError`."""
    try:
        number = float(text)
    except ValueError:
        pass
    else:
        if number != number:
            raise QuestionError(f"{where}: a limit cannot be NaN; give a number or a date such as 2026-01-31.")
        return number
    try:
        datetime.fromisoformat(text)
    except ValueError:
        raise QuestionError(f"{where}: the limit {text!r} is neither a number nor a date such as 2026-01-31.") from None
    return text


def find_column(name: str, columns: list[str], where: str) -> str:
    """Return the full name of a filterable column; `QuestionError` with the nearest names if there is none."""
    for candidate in (name, f"run.{name}", f"config.{name}", f"summary.{name}"):
        if candidate in columns:
            return candidate
    raise QuestionError(f"{where}: there is no column {name!r}. {nearest(name, columns)}")


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
    states = project.runs["state"].to_numpy(object)
    failing = FAILED_STATES if selection.target.value == "failing" else ()
    keep = np.isin(states, [*selection.states, *failing])
    left_out = {
        say("left_out.state", "{state}", state=str(state)): int((states[~keep] == state).sum())
        for state in sorted(set(states[~keep]))
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


def matches(column: pd.Series, condition: Condition) -> np.ndarray:
    """
    Return where a column meets a condition. A missing value meets none, unless the condition asks for missing values.

    Parameters
    ----------
    column
        A column in plain form.
    condition
        The condition; its `column` is not looked at.

    Returns
    -------
    ndarray of bool
        One for every run.

    Raises
    ------
    QuestionError
        If a limit is a date and the column holds numbers, or the other way round, or the column holds neither.
    """
    if condition.values is not None:
        wanted = set(condition.values)
        found = column.map(value_text, na_action=None).isin({_canonical(v) for v in wanted}).to_numpy(bool)
        if column.name == "tags":
            tags = column.fillna("").astype("str").str.split(",")
            found = found | np.array([bool(wanted & {t.strip() for t in row}) for row in tags], bool)
        return found != condition.negated
    known: pd.Series = column
    low: Any = condition.low
    high: Any = condition.high
    if column.dtype.kind == "M":
        low, high = (None if limit is None else _moment(limit, condition) for limit in (low, high))
    else:
        known = pd.to_numeric(column.map(lambda v: v if isinstance(v, int | float) else None), errors="coerce")
        if isinstance(low, str) or isinstance(high, str) or (column.notna().any() and not known.notna().any()):
            limit = next(v for v in (low, high) if v is not None)
            wrong = "numbers" if known.notna().any() else "text"
            raise QuestionError(f"Filter: {condition.column} holds {wrong}, so it has no limit {limit!r}.")
    recorded = known.notna().to_numpy(bool)
    above = True if low is None else (known >= low).to_numpy(bool)
    below = True if high is None else (known <= high).to_numpy(bool)
    return ((above & below) != condition.negated) & recorded


def _moment(limit: float | str, condition: Condition) -> pd.Timestamp:
    """Return a limit as a time: ISO 8601 text, or a whole number as a year."""
    text = limit if isinstance(limit, str) else f"{limit:.0f}-01-01"
    try:
        if not re.match(r"\d{4}-", text):
            raise ValueError(text)
        return pd.to_datetime(text, utc=True)
    except ValueError:
        raise QuestionError(
            f"Filter: {condition.column} holds times, and {limit!r} is none; write for example 2026-01-31."
        ) from None


def value_text(value: Any) -> str:
    """Return a value as the text by which filters and the page name it; the empty text for a missing value."""
    if value is None or value is pd.NaT or value != value:
        return ""
    if isinstance(value, bool | np.bool_):
        return "true" if value else "false"
    if isinstance(value, int | float | np.number):
        number = float(value)
        return str(int(number)) if number.is_integer() and abs(number) < 1e15 else repr(number)
    return str(value)


def _canonical(text: str) -> str:
    """Bring what a person typed to the form of `value_text`: ``0.10`` finds 0.1, and ``True`` finds true."""
    if text.lower() in ("true", "false"):
        return text.lower()
    if text == "missing":
        return ""
    if text.startswith("["):
        try:
            return json.dumps(json.loads(text))
        except ValueError:
            return text
    try:
        return value_text(float(text))
    except ValueError:
        return text
