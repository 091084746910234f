"""
What comes after a grid of which every config was run: a finer one around the best, or nothing but repeats.

Numbers get values between the best one and its neighbours, categories keep the values near the best. The numbers keep
the best value too, but the one whose values differ least does not: so no config is one that was run.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ..checks import Study
from ..data.levels import is_number
from ..data.messages import NOTHING, Message, join, say
from ..data.statistics import LOG_RATIO
from ..question.roles import DATA
from ..runs.matter import Matter, find_matter
from .base import Action, Line
from .budget import Plan, count_combinations
from .lines import format_value, is_question
from .region import FEWEST, Part, Region, read_config_losses

DONE = say("next.grid_done", "Every config of the grid was run already.")


@dataclass(frozen=True)
class Tried:
    """The values of one parameter, the smallest and the mean loss with each, and which of them the best config has."""

    values: tuple[Any, ...]
    smallest: np.ndarray
    mean: np.ndarray
    best: int


def refine_lines(study: Study, region: Region, lines: Sequence[Line]) -> list[Line] | None:
    """
    Return the lines of a finer grid around the best config.

    Parameters
    ----------
    study
        The search: a grid of which every config was run.
    region
        Its parameters, and where their configs lie.
    lines
        Those of the whole grid. What is fixed, is the question or says on which data a run was stays as it is.

    Returns
    -------
    list of Line or None
        ``None`` where no number has a value between the best one and its neighbours, or where the settings tell
        nothing of the metric, so that what is best is chance.
    """
    if region.why is not None and region.configs >= FEWEST and not study.adaptive:
        return None
    rows, loss, feasible = read_config_losses(study)
    order = study.runs.order[rows]
    parts = {part.name: part for part in region.parts if not _stays(part)}
    tried = {
        line.parameter: found
        for line in lines
        if line.action != "fix" and line.parameter in parts
        if (found := find_tried(parts[line.parameter], loss[feasible], order[feasible]))
    }
    new = {name: list_between(parts[name], found) for name, found in tried.items()}
    new = {name: values for name, values in new.items() if values}
    if not new:
        return None
    least = min(new, key=lambda name: (float(np.ptp(tried[name].mean)), name))
    matter = find_matter(study.runs)
    return [
        _refine(line, tried[line.parameter], new[line.parameter], line.parameter == least)
        if line.parameter in new
        else _keep_near(line, tried[line.parameter], matter)
        if line.parameter in tried
        else line
        for line in lines
    ]


def plan_finer(made: Plan, lines: Sequence[Line]) -> Plan:
    """Return the plan of a finer grid, of which no run explores what was run; one too large is searched as planned."""
    if made.method != "grid":
        return replace(made, explore=0.0)
    combinations = count_combinations([line.domain for line in lines if line.action not in ("fix", "omit")]) or 1
    why = say("next.finer", "{done} These lie between the best one and those next to it.", done=DONE)
    return Plan("grid", why, combinations, say("next.one_for_each", "One for each combination."), 0.0)


def plan_nothing(repeated: bool) -> Plan:
    """Return the plan where nothing new is left to run, whether there is something to repeat or not."""
    if repeated:
        left = say("next.only_repeats", "What is left is to repeat the best with other seeds, beside it.")
    else:
        left = say("next.wider", "Add values or parameters, or repeat the best with other seeds.")
    why = say("next.nothing_between", "Nothing between the best config and those next to it is left to try.")
    return Plan("grid", why, 0, join([DONE, left]), 0.0)


def say_done(line: Line) -> Line:
    """Return the line of a parameter of which nothing new is left to run."""
    return line if line.action == "fix" else replace(line, action="keep", domain=line.before, why=DONE)


def _stays(part: Part) -> bool:
    parameter = part.dimension.parameter
    return is_question(parameter) or parameter.role_reason == DATA.reason


def find_tried(part: Part, loss: np.ndarray, order: np.ndarray) -> Tried | None:
    """
    Return what came of each value of a parameter; ``None`` of fewer than two.

    Parameters
    ----------
    part
        The parameter.
    loss
        That of the configs.
    order
        When they were run. Among equal bests the first counts for every parameter, as in `runs.configs`: the best
        values of all parameters are those of one config.
    """
    d = part.dimension
    known = ~np.isnan(d.place)
    values, loss, order = d.place[known], loss[known], order[known]
    places, code = np.unique(values, return_inverse=True)
    if len(places) < 2:
        return None
    smallest = np.full(len(places), np.inf)
    np.minimum.at(smallest, code, loss)
    mean = np.bincount(code, loss) / np.bincount(code)
    named = [d.levels[int(k)] for k in places] if d.levels else [float(v) for v in d.compute_numbers(places)]
    whole = d.before.kind == "integer"
    best = int(code[np.lexsort((order, loss))[0]])
    return Tried(tuple(int(v) if whole else v for v in named), smallest, mean, best)


def list_between(part: Part, tried: Tried) -> list[int | float]:
    """
    Return a number between the best value and each of its neighbours, on the parameter's scale, if there is one.

    Where the best is the smallest or the largest value, also one as far beyond it as its neighbour is on the other
    side.
    """
    d = part.dimension
    if not d.ordered or not all(map(is_number, tried.values)):
        return []
    best, in_log = tried.values[tried.best], d.parameter.scale == "log"
    neighbours = [tried.values[k] for k in (tried.best - 1, tried.best + 1) if 0 <= k < len(tried.values)]
    found = [_find_middle(min(best, other), max(best, other), in_log) for other in neighbours]
    if len(neighbours) == 1 and any(value is not None for value in found):
        found.append(_find_beyond(best, neighbours[0], in_log, tried.values))
    return [value for value in found if value is not None]


def _find_beyond(best: float, neighbour: float, in_log: bool, values: Sequence[float]) -> int | float | None:
    """Return what lies as far from the best on its other side; ``None`` where a share or a sign would end."""
    beyond = best + (best - neighbour)
    by_ratio = min(values) > 0 and (in_log or _spans_decades(min(values), max(values)) or beyond <= 0)
    if by_ratio:
        beyond = best * best / neighbour
    share = not by_ratio and not isinstance(best, int) and min(values) >= 0 and max(values) <= 1
    if not np.isfinite(beyond) or (min(values) >= 0 and beyond <= 0) or (share and beyond > 1):
        return None
    if isinstance(best, int):
        return round(beyond) if round(beyond) != best and (round(beyond) > 0 or min(values) < 0) else None
    return float(f"{beyond:.2g}")


def _spans_decades(low: float, high: float) -> bool:
    return low > 0 and high / low >= LOG_RATIO


def _find_middle(low: float, high: float, in_log: bool) -> int | float | None:
    """Return a short number about the middle of two, a whole one between whole ones; ``None`` if there is none."""
    if not (np.isfinite(low) and np.isfinite(high)):
        return None
    log = low > 0 and (in_log or _spans_decades(low, high))
    middle = float(np.sqrt(low) * np.sqrt(high)) if log else low + (high - low) / 2
    if isinstance(low, int) and isinstance(high, int):
        return round(middle) if low < round(middle) < high else None
    short = float(f"{middle:.2g}")
    value = short if low < short < high else middle
    return value if low < value < high else None


def _refine(line: Line, tried: Tried, new: Sequence[Any], least: bool) -> Line:
    best = tried.values[tried.best]
    choices = tuple(sorted(new if least else [*new, best]))
    stays: Message = NOTHING
    if least:
        stays = say(
            "next.best_left_out",
            "The mean differs least between its values, so that its best value itself is not run once more.",
        )
    ends = (min(tried.values), max(tried.values))
    beyond = [value for value in new if not ends[0] < value < ends[1]]
    values = join(map(format_value, sorted(set(new) - set(beyond))), " and ")
    further: Message = NOTHING
    if beyond:
        further = say(
            "next.beyond",
            "{value} lies beyond it, as the best config has the last value that was tried.",
            value=format_value(beyond[0]),
        )
    if len(new) - len(beyond) == 1:
        between = say(
            "next.between_one",
            "{values} lies between the best, {best}, and the value next to it.",
            values=values,
            best=format_value(best),
        )
    else:
        between = say(
            "next.between",
            "{values} lie between the best, {best}, and the values next to it.",
            values=values,
            best=format_value(best),
        )
    domain = replace(line.before, kind="categorical", low=None, high=None, choices=choices)
    action: Action = "widen" if beyond else "narrow"
    return replace(line, action=action, domain=domain, value=None, why=join([DONE, between, further, stays]))


def _keep_near(line: Line, tried: Tried, matter: Matter) -> Line:
    """Return the line of a parameter that has nothing in between: it keeps the values with which the best is near."""
    near = np.flatnonzero(tried.smallest <= tried.smallest[tried.best] + matter.loss)
    before = line.before
    whole = not before.choices  # a range of whole numbers keeps what lies between
    kept = [tried.values[k] for k in (range(near[0], near[-1] + 1) if whole else near)]
    words = join(map(format_value, kept), ", ")
    if len(kept) == 1:
        why = say(
            "next.only_near",
            "{done} Without {values} the best is worse by more than {matter}.",
            done=DONE,
            values=words,
            matter=matter.words,
        )
        return replace(line, action="fix", domain=before, value=kept[0], why=why)
    why = say(
        "next.near",
        "{done} With {values} the best is within {matter} of the best of all.",
        done=DONE,
        values=words,
        matter=matter.words,
    )
    domain = replace(before, low=kept[0], high=kept[-1]) if whole else replace(before, choices=tuple(kept))
    return replace(line, action="keep" if domain == before else "narrow", domain=domain, value=None, why=why)
