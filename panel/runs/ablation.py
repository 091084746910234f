"""
The path from a baseline to the best config: which change brought what.

At each step it is the change that improves the target most (see `ablation_walk`). Where both configs of a step were run
the step is the exact difference of their means; else it is predicted by a model, which says how sure that is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from ..data.statistics import t_quantile
from ..errors import QuestionError, nearest
from . import bestof
from .ablation_changes import (
    Change,
    Taken,
    find_between,
    list_changes,
    list_used,
    number_settings,
    write_settings,
)
from .ablation_record import AblationRecord, Asked, Baseline, End, Learn, Learned, Step, Verdict
from .ablation_walk import Measured, Stride, walk
from .ablation_words import say_lead, say_notes, say_step
from .base import Runs
from .baseline import find_usual_run
from .configs import Configs, config_numbers, configs_of, improvement, is_log, scaled_loss, unscaled
from .empty import Empty, read_record, tell_no_target
from .groups import finite_or_none
from .matter import Matter, find_matter
from .replicates import trial_noise

NAME = "ablation"

BELIEVED = 0.1
"""A model that predicts a smaller share of the variance of new configs says nothing of single steps."""

NOTABLE = 0.1
"""A step with this share of the whole is no small one, however large a difference has to be to matter elsewhere."""


def from_json(data: Mapping[str, Any]) -> AblationRecord | Empty:
    """Return the record that such JSON was made of."""
    return read_record(AblationRecord, data)


@dataclass(frozen=True)
class _Ends:
    """Runs of the two ends, the configs, and what tells configs apart."""

    runs: Runs
    asked: Baseline
    usual: int
    first: int
    last: int
    names: list[str]
    coded: np.ndarray
    number: np.ndarray = field(repr=False)
    loss: np.ndarray = field(repr=False)

    def measure(self, rows: np.ndarray) -> Measured:
        """Return what the runs of one config gave."""
        finished = rows[self.runs.feasible[rows]]
        return Measured(float(self.loss[finished].mean()) if len(finished) else float("nan"), len(finished))

    def tell_end(self, row: int) -> End:
        """Tell an end, by a run of it."""
        found = self.measure(np.flatnonzero(self.number == self.number[row]))
        return End(str(self.runs.ids[row]), str(self.runs.names[row]), unscaled(self.runs, found.loss), found.size)


def record(runs: Runs, asked: Asked, learn: Learn) -> AblationRecord | Empty:
    """
    Return the path from a baseline to the best config.

    Parameters
    ----------
    runs
        The runs of a question.
    asked
        Which baseline.
    learn
        Learns what lies between two configs; asked only if they differ.

    Raises
    ------
    QuestionError
        If a run that was asked for is not there, or has no finite target.
    """
    if not runs.feasible.any():
        return tell_no_target(runs)
    ends = _find_ends(runs, asked)
    changes = list_changes(runs, ends.names, ends.coded, ends.first, ends.last)
    learned = learn(changes, ends.first, ends.last) if changes else None
    believed = learned is not None and learned.r2 >= BELIEVED
    between = find_between(ends.names, ends.coded, changes, ends.first, ends.last)
    measured = {taken: ends.measure(rows) for taken, rows in between.items()}
    path = walk(measured, len(changes), learned.predict if learned is not None and believed else None)
    base, best = ends.tell_end(ends.first), ends.tell_end(ends.last)
    start, end = (measured[(done,) * len(changes)].loss for done in (False, True))
    left = start - end - sum(stride.gain for stride in path)
    half, matter = _find_half_width(ends, learned), find_matter(runs)
    told = AblationRecord(
        target=runs.label,
        goal=runs.goal,
        log=is_log(runs),
        adaptive=runs.adaptive,
        level=bestof.LEVEL,
        asked=ends.asked,
        usual=ends.usual,
        parameters=len(ends.names),
        baseline=base,
        best=best,
        best_run=str(runs.ids[runs.best_first[0]]),
        brought=improvement(runs, start, start - end),
        steps=tuple(_tell_step(ends, changes, s, measured, between, half, matter, start - end) for s in path),
        matter=matter.words,
        left=improvement(runs, end + left, left),
        left_share=left / (start - end) if start > end else 0.0,
        r2=finite_or_none(learned.r2) if learned else None,
        configs=learned.configs if learned else 0,
        believed=believed,
    )
    told = replace(told, steps=tuple(replace(step, words=say_step(told, step)) for step in told.steps))
    return replace(told, lead=say_lead(told), notes=say_notes(told))


def _find_ends(runs: Runs, asked: Asked) -> _Ends:
    number, loss, names = config_numbers(runs), scaled_loss(runs), list_used(runs)
    configs = configs_of(runs, np.arange(len(runs)), number, loss)
    wanted: Baseline = asked.baseline or ("first" if runs.adaptive else "usual")
    usual = 0
    if wanted == "run":
        first = _find_run(runs, asked.run)
    elif wanted == "first":
        feasible = np.flatnonzero(runs.feasible)
        first = int(feasible[np.argmin(runs.order[feasible])])
    else:
        first, usual = find_usual_run(runs, number, names)
    last = _find_best(configs, number, first)
    return _Ends(runs, wanted, usual, first, last, names, number_settings(runs, names), number, loss)


def _find_run(runs: Runs, run: str) -> int:
    known = [str(i) for i in runs.ids]
    if run not in known:
        raise QuestionError(f"There is no run {run!r} here. {nearest(run, known)}")
    row = known.index(run)
    if not runs.feasible[row]:
        raise QuestionError(f"{run} has no finite {runs.label}, so it cannot be the baseline.")
    return row


def _find_best(configs: Configs, number: np.ndarray, first: int) -> int:
    """Return a run of the best config; the baseline's own if none is better."""
    own = np.flatnonzero(number[configs.best] == number[first])[0]
    return first if configs.loss[own] <= configs.loss[0] else int(configs.best[0])


def _find_half_width(ends: _Ends, learned: Learned | None) -> Callable[[Stride, int, int], float | None]:
    """Return what tells half the width of a step's interval, from how many runs its two configs have."""
    noise = trial_noise(ends.loss, ends.number, ends.runs.feasible)

    def half(stride: Stride, before: int, after: int) -> float | None:
        level = (1 + bestof.LEVEL) / 2
        if stride.how == "predicted":
            return stride.spread * float(t_quantile(level, learned.configs)) if learned else None
        if noise is not None:
            return noise.sd * float(np.sqrt(1 / before + 1 / after) * t_quantile(level, noise.freedom))
        return learned.noise * float(np.sqrt(2) * t_quantile(level, learned.configs)) if learned else None

    return half


def _tell_step(
    ends: _Ends,
    changes: Sequence[Change],
    stride: Stride,
    measured: Mapping[Taken, Measured],
    between: Mapping[Taken, np.ndarray],
    find_half: Callable[[Stride, int, int], float | None],
    matter: Matter,
    whole: float,
) -> Step:
    runs = ends.runs
    made = [changes[k] for k in stride.changes]
    before = tuple(done and k not in stride.changes for k, done in enumerate(stride.taken))
    known = measured.get(stride.taken)
    sizes = (measured[before].size, measured[stride.taken].size) if stride.how == "run" else (0, 0)
    half = find_half(stride, *sizes)
    low, high = (None, None) if half is None else (stride.gain - half, stride.gain + half)
    row = None if known is None else int(between[stride.taken][0])
    return Step(
        settings=tuple(s for change in made for s in write_settings(runs, change, ends.first, ends.last)),
        together=len(made) > 1,
        how=stride.how,
        before=finite_or_none(unscaled(runs, stride.before)),
        after=finite_or_none(unscaled(runs, stride.after)),
        brought=finite_or_none(improvement(runs, stride.before, stride.gain)),
        low=None if low is None else finite_or_none(improvement(runs, stride.before, low)),
        high=None if high is None else finite_or_none(improvement(runs, stride.before, high)),
        share=stride.gain / whole if whole > 0 else None,
        verdict=_judge(low, high, matter, stride.gain / whole if whole > 0 else 0.0),
        run="" if row is None else str(runs.ids[row]),
        name="" if row is None else str(runs.names[row]),
        mean=None if known is None or not known.size else finite_or_none(unscaled(runs, known.loss)),
        runs=known.size if known else 0,
        failed=known is not None and not known.size,
    )


def _judge(low: float | None, high: float | None, matter: Matter, share: float) -> Verdict:
    if low is None or high is None:
        return "unknown"
    if matter.holds(low, high) and abs(share) < NOTABLE:
        return "small"
    return "better" if low > 0 else "worse" if high < 0 else "noise"
