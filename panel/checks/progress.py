"""One curve: how noisy it is, whether it rises again after its minimum, and how steeply it falls at its end."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import scipy  # its parts come when first used

from ..runs.histories import means

FEWEST_POINTS = 8
"""A curve with fewer finite values tells nothing."""

BLOCKS = 20
"""A curve is looked at as the means of at most so many stretches."""

FEWEST_FOR_PARABOLA = 6

SUREST = 30.0
"""The largest normal deviate that is told."""


@dataclass(frozen=True)
class Line:
    """A run's finite values of a metric: steps, ascending; values so that small is good; values as logged."""

    x: np.ndarray
    y: np.ndarray
    logged: np.ndarray

    def __len__(self) -> int:
        return len(self.x)

    @cached_property
    def blocks(self) -> tuple[np.ndarray, np.ndarray]:
        """Mean step and mean value of at most `BLOCKS` stretches."""
        return means((self.x, self.y), BLOCKS)

    @cached_property
    def noise(self) -> float:
        """
        Standard deviation of the mean of a block about its neighbours, by the median second difference.

        Block means, because neighbouring values are seldom independent; the median, because the first steep fall and a
        jump are no noise.
        """
        y = self.blocks[1]
        if len(y) < 3:
            return 0.0
        return float(np.median(np.abs(y[2:] - 2 * y[1:-1] + y[:-2])) / (0.6745 * np.sqrt(6)))

    @cached_property
    def smooth(self) -> np.ndarray:
        """Running mean of three blocks, at the places ``blocks[0][1:-1]``."""
        y = self.blocks[1]
        return (y[2:] + y[1:-1] + y[:-2]) / 3


def line_of(x: np.ndarray, values: np.ndarray, goal: str, log: bool) -> Line:
    """
    Return the finite values of a curve, turned so that small is good.

    Parameters
    ----------
    x, values
        Steps, ascending, and values as logged, of which some may be NaN or infinite. Shapes (n,).
    goal
        ``minimize`` or ``maximize``.
    log
        Whether to take the logarithm, if all values are positive.
    """
    finite = np.isfinite(values) & (np.abs(values) < 1e150)
    x, values = x[finite], values[finite]
    y = np.log(values) if log and len(values) and values.min() > 0 else values
    return Line(x, y if goal == "minimize" else -y, values)


@dataclass(frozen=True)
class Rise:
    """
    How a curve rises after its smoothed minimum.

    Attributes
    ----------
    step
        Where the minimum lies.
    rise
        How far the end is above it, 0 or more.
    sigmas
        The same over its standard error; infinite for a curve without noise.
    share
        The same over the range of the smoothed curve.
    """

    step: float
    rise: float
    sigmas: float
    share: float


def measure_rise(line: Line, noise: float = 0.0) -> Rise:
    """
    Return how a curve rises after its smoothed minimum; smoothed are the means of three blocks.

    Parameters
    ----------
    line
        A curve with at least `FEWEST_POINTS` values.
    noise
        Of a block; the curve's own counts if it is larger. That of other runs guards against a curve whose few
        differences happen to be small.
    """
    x, smooth = line.blocks[0][1:-1], line.smooth
    at = int(np.argmin(smooth))
    up = float(smooth[-1] - smooth[at])
    range_ = float(np.ptp(smooth))
    # three blocks and three others: a minimum within the last ones is the end itself
    if len(smooth) - 1 - at < 3 or up <= 0:
        return Rise(float(x[at]), 0.0, 0.0, 0.0)
    error = max(line.noise, noise) * np.sqrt(2 / 3)
    return Rise(float(x[at]), up, up / error if error > 0 else np.inf, up / range_)


def measure_fall_after(line: Line, step: float) -> float:
    """Return how far a curve is lower at its end than around a step, over the standard error of that; signed."""
    x, smooth = line.blocks[0][1:-1], line.smooth
    down = float(smooth[int(np.argmin(np.abs(x - step)))] - smooth[-1])
    error = line.noise * np.sqrt(2 / 3)
    return down / error if error > 0 else float(np.sign(down)) * np.inf if down else 0.0


def find_typical_noise(lines: Iterable[Line]) -> float:
    """Return the median noise of some curves; 0 for none."""
    noises = [line.noise for line in lines]
    return float(np.median(noises)) if noises else 0.0


def share_of_steps(line: Line, step: float) -> float:
    """Return which share of its steps a run has done at a step, counted from one interval before its first."""
    before = line.x[0] - float(np.median(np.diff(line.x)))
    return float((step - before) / (line.x[-1] - before))


def fit_slope(x: np.ndarray, y: np.ndarray) -> tuple[float, float]:
    """
    Return the slope of a straight line, and how sure it is that it goes down.

    Parameters
    ----------
    x, y
        Places and values, shape (n,), n at least 3. Of more than twenty values means of blocks are taken.

    Returns
    -------
    float
        Slope by least squares.
    float
        Minus the slope over its standard error, as a normal deviate. The residuals are those of a parabola, because a
        curve that levels off is no noise; they count as n·(1 − r)/(1 + r) independent ones, with r the correlation from
        one to the next, to which 4/n is added because a fitted curve makes it too small. Student's t with three degrees
        of freedom at least.
    """
    x, y = means((x, y), BLOCKS)
    n = len(x)
    u = x - x.mean()
    if not (u @ u) > 0:
        return 0.0, 0.0
    u = u / np.abs(u).max()
    slope = float(u @ y / (u @ u))
    left = y - y.mean() - slope * u
    if n >= FEWEST_FOR_PARABOLA:
        bend = u**2 - (u**2).mean() - u * float(u @ u**2 / (u @ u))
        left = left - bend * float(bend @ left / (bend @ bend))
    squares = float(left @ left)
    smallest = 1e-12 * float(np.abs(y).max())
    scale = float(np.ptp(x)) / float(np.ptp(u))
    if squares <= n * smallest**2:
        return slope / scale, (-float(np.sign(slope)) * SUREST if abs(slope) > smallest else 0.0)
    neighbours = float(left[1:] @ left[:-1]) / squares
    r = min(0.8, neighbours + 4 / n) if neighbours > 0 else 0.0
    independent = n * (1 - r) / (1 + r)
    error = np.sqrt(squares / max(1, n - 3) / (u @ u) * n / independent)
    t = -slope / error
    tail = float(scipy.special.stdtr(max(3.0, independent - 3), -abs(t)))
    return slope / scale, float(np.sign(t) * min(SUREST, -scipy.special.ndtri(max(tail, 1e-300))))
