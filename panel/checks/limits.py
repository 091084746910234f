"""The limits of a search space along a number: where they are, which of them can move, and how far that makes sense."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from ..data.names import split_words
from ..data.project import Domain
from ..question.parameters import MANY_LEVELS, Parameter

Side = Literal["low", "high"]

DECADE = 10.0

LEAST, MOST = 0.1, 0.5
"""A limit moves by at least and at most these shares of the range."""

GAPS, NEAREST = 3.0, 0.02
"""
A limit that was not declared counts as the natural one beside it if no more than so many mean gaps between the values,
and than this share of the range, lie between: of draws up to the natural one, nineteen in twenty end so near.
"""

SHARES = frozenset(
    "dropout momentum beta beta1 beta2 betas prob probability fraction ratio share rho gamma smoothing subsample"
    " colsample keep nesterov discount ema polyak mixup cutmix sparsity quantile percentile pct droprate mom".split()
)
"""Words in the names of parameters that mean something between 0 and 1 only, if their values do."""

SURELY = frozenset("dropout droprate momentum mom beta1 beta2 prob probability fraction smoothing subsample".split())
"""Those of them that do even where the values are drawn on a log scale, as a gamma or a beta need not."""


@dataclass(frozen=True)
class Limit:
    """
    One limit of the search space that can move.

    Attributes
    ----------
    side
        ``low`` or ``high``.
    at
        Where it is.
    declared
        Whether the search space declares it; else it is the outermost value that was tried.
    log
        Whether distances from it are ratios.
    span
        How far the other limit is: a difference, or the logarithm of a ratio.
    other
        Where the other limit is.
    levels
        The different values that were tried, ascending, if they are few; empty for what is drawn anywhere.
    """

    side: Side
    at: float
    declared: bool
    log: bool
    span: float
    other: float
    levels: tuple[float, ...] = ()

    def away(self, values: np.ndarray) -> np.ndarray:
        """Return how far values are inside the limit, as a share of the range; negative beyond it."""
        scaled, at = (np.log(values), np.log(self.at)) if self.log else (values, self.at)
        return (scaled - at if self.side == "low" else at - scaled) / self.span


def find_limits(parameter: Parameter, domain: Domain | None, values: np.ndarray) -> list[Limit]:
    """
    Return the limits of a number that can move.

    A limit can move unless it is a natural one: 0 for what is never negative, 1 for what counts, 0 and 1 for a share;
    the outermost of values that were drawn up to a natural one counts as that. What is 0 or 1 only is a switch.

    Parameters
    ----------
    parameter
        The parameter.
    domain
        What the search space declares of it; ``None`` if nothing.
    values
        Its values in all configs, infeasible ones too; those that are not finite are passed over.
    """
    values = np.unique(values[np.isfinite(values)])
    if len(values) < 2 or set(values) <= {0.0, 1.0}:
        return []
    low, high, declared = _ends(domain, values)
    log = parameter.scale == "log" and low > 0
    span = float(np.log(high / low) if log else high - low)
    if not (np.isfinite(span) and span > 0):
        return []
    few = len(values) <= MANY_LEVELS and (
        parameter.kind == "integer" or parameter.recorded >= 3 * len(values) or _chosen(domain)
    )
    levels = tuple(values.tolist()) if few else ()
    found = [
        Limit("low", low, declared[0], log, span, high, levels),
        Limit("high", high, declared[1], log, span, low, levels),
    ]
    gap = span * min(GAPS / len(values), NEAREST)
    return [limit for limit in found if _can_move(parameter, limit, low, high, gap)]


def _chosen(domain: Domain | None) -> bool:
    return domain is not None and domain.kind == "categorical"


def _ends(domain: Domain | None, values: np.ndarray) -> tuple[float, float, tuple[bool, bool]]:
    """Return the limits, and whether each is declared; what was tried beyond a declared one counts more."""
    ends: tuple[float | None, float | None] = (None, None)
    if domain is not None and domain.kind == "categorical":
        numbers = [float(c) for c in domain.choices if isinstance(c, int | float) and not isinstance(c, bool)]
        ends = (min(numbers), max(numbers)) if numbers else ends
    elif domain is not None:
        ends = (domain.low, domain.high)
    low, high = float(values[0]), float(values[-1])
    first = ends[0] is not None and np.isfinite(ends[0]) and ends[0] <= low * (1 + 1e-9 * np.sign(low))
    last = ends[1] is not None and np.isfinite(ends[1]) and ends[1] >= high * (1 - 1e-9 * np.sign(high))
    return (
        float(ends[0]) if first and ends[0] is not None else low,
        float(ends[1]) if last and ends[1] is not None else high,
        (bool(first), bool(last)),
    )


def is_share(parameter: Parameter, low: float, high: float) -> bool:
    """Say whether a parameter is a share or probability: by its name, or because it covers all from 0 to 1."""
    if not 0 <= low <= high <= 1:
        return False
    words = SURELY if parameter.scale == "log" else SHARES
    return (low == 0 and high == 1) or bool(set(split_words(parameter.name)) & words)


def _can_move(parameter: Parameter, limit: Limit, low: float, high: float, gap: float) -> bool:
    share = is_share(parameter, low, high)
    drawn = not (limit.declared or limit.log or limit.levels)
    if limit.side == "high":
        return not (share and (limit.at >= 1 or (drawn and 1 - limit.at < gap)))
    if drawn and 0 < limit.at < gap:
        return False
    return limit.at != 0 and not (parameter.kind == "integer" and limit.at == 1)


def move_limit(parameter: Parameter, limit: Limit, huddle: float) -> float:
    """
    Return where a limit is to move.

    On a log scale by a decade, if the range holds one; else by the share of the range in which the best huddle, a tenth
    of it at least and half of it at most. Of a few values by one more of their steps. Never beyond what makes sense.

    Parameters
    ----------
    parameter
        The parameter.
    limit
        The limit.
    huddle
        How far from the limit the best reach, as a share of the range.
    """
    out = -1.0 if limit.side == "low" else 1.0
    at = limit.at
    step = limit.span * min(MOST, max(LEAST, huddle))
    if limit.levels:
        to = _next_level(limit)
    elif limit.log:
        to = at * DECADE**out if limit.span >= np.log(DECADE) - 1e-9 else at * float(np.exp(out * step))
    else:
        to = at + out * step
    if parameter.kind == "integer":
        to = min(round(to), at - 1) if limit.side == "low" else max(round(to), at + 1)
        return float(max(to, 1.0)) if limit.side == "low" and at > 0 else float(to)
    if limit.side == "low" and at > 0:
        to = max(to, 0.0)
    if limit.side == "high" and is_share(parameter, limit.other, at):
        to = min(to, at + (1 - at) / 2)  # 1 itself is no dropout and no momentum
    return float(f"{to:.3g}") if _outside(limit, float(f"{to:.3g}")) else to


def _outside(limit: Limit, to: float) -> bool:
    return to < limit.at if limit.side == "low" else to > limit.at


def _next_level(limit: Limit) -> float:
    """Return the next value of a list: by the same ratio if the ratios are nearly equal, else by the same step."""
    ends = limit.levels[:2] if limit.side == "low" else limit.levels[-2:]
    at, inner = (ends[0], ends[1]) if limit.side == "low" else (ends[1], ends[0])
    values = np.array(limit.levels)
    if (values > 0).all():
        ratios, steps = values[1:] / values[:-1], np.diff(values)
        doubling = len(ratios) == 1 and any(float(np.log(ratios[0]) / np.log(base)).is_integer() for base in (2, 10))
        even = len(ratios) > 1 and np.ptp(np.log(ratios)) < np.ptp(steps) / steps.mean()
        if limit.log or doubling or even:
            return float(at * at / inner)
    return float(at + (at - inner))
