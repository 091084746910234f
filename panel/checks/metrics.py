"""Which metrics with a history tell of training: the target or the nearest to it, and the same on the training data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..data.messages import Message, say
from ..data.names import names_outcome, split_words
from ..data.outcomes import guess_goal
from ..data.outcomes import guess_target as likely
from ..data.vocabulary import CLOCKS
from ..question.target import read_weights
from ..runs.histories import along, partner, side_of
from .base import Study
from .progress import FEWEST_POINTS

LOSSES = frozenset("loss nll ce bce xent crossentropy entropy mse mae rmse error err perplexity ppl logloss".split())
NO_MEASURE = frozenset(
    "policy value actor critic td q kl adv adversarial d g disc gen discriminator generator dreg vq aux".split()
)
"""Words of losses that need not fall: they are measured against something that moves."""

REWARDS = frozenset("reward rewards return returns rew ret".split())


@dataclass(frozen=True)
class Metrics:
    """
    Which metrics with a history tell of training.

    Attributes
    ----------
    validation
        The target's, or the nearest there is; empty if there is none.
    training
        The same on the training data, or else a training loss; empty if there is none.
    loss
        A training loss; empty if there is none.
    goals
        ``minimize`` or ``maximize``, by metric.
    """

    validation: str
    training: str
    loss: str
    goals: dict[str, str]

    @property
    def watched(self) -> str:
        """What training is judged by: validation, else training."""
        return self.validation or self.training


def metrics_of(study: Study) -> Metrics:
    """Return which metrics with a history tell of training; clocks never do."""
    runs = study.runs
    clocks = along(runs.project.history.metrics)
    names = [n for n in runs.project.history.metrics if n not in clocks and not CLOCKS & set(split_words(n)[-1:])]
    weights = read_weights(runs.metric, runs.project)
    wanted = sorted(weights, key=lambda name: -weights[name]) or [runs.metric]
    found = _find_nearest(wanted, names)
    loss = _find_training_loss(found, names, wanted)
    validation, training = found, ""
    if found:
        side, other = side_of(found)[0], partner(found, names) or ""
        if side == "train" or (not side and other):
            validation, training = other, found
        else:
            training = other or loss
    if training == validation:
        training = ""
    own = runs.goal if not weights and study.design.target.value != "failing" else ""
    alike = side_of(wanted[0])[1]
    goals = {
        name: own if own and (name == runs.metric or side_of(name)[1] == alike) else _find_goal(study, name)
        for name in {validation, training, loss} - {""}
    }
    return Metrics(validation, training, loss, goals)


def _find_goal(study: Study, metric: str) -> str:
    """Return the goal of a metric: as the search declares it, else as its name tells."""
    return (study.space.find_goal(metric) if study.space else None) or guess_goal(metric)


def _find_nearest(wanted: Sequence[str], names: Sequence[str]) -> str:
    """Return the target's metric, else one that differs in its data only, else the likeliest outcome."""
    for name in wanted:
        if name in names:
            return name
    for name in wanted:
        alike = [n for n in names if side_of(n)[1] == side_of(name)[1]]
        if alike:
            return min(alike, key=lambda n: side_of(n)[0] != "validation")
    outcomes = [n for n in names if names_outcome(n)]
    return likely(outcomes) if outcomes else ""


def _find_training_loss(found: str, names: Sequence[str], wanted: Sequence[str]) -> str:
    """Return a loss on the training data: the partner of the metric, else the first whose name says so."""
    if REWARDS & {word for name in (found, *wanted) for word in split_words(name)}:
        return ""

    def fits(name: str) -> bool:
        words = set(split_words(name))
        return bool(words & LOSSES) and not words & NO_MEASURE and guess_goal(name) == "minimize"

    said = [n for n in names if fits(n) and side_of(n)[0] == "train"]
    plain = [n for n in names if fits(n) and not side_of(n)[0] and side_of(n)[1] == ("loss",)]
    near = [n for n in (partner(found, names), found) if n in said or n in plain] if found else []
    return next((n for n in (*near, *said, *plain) if n), "")


def name_counterpart(metric: str) -> str:
    """Return what the same metric on the training data is usually called: ``train_loss`` for ``val_loss``."""
    side, core = side_of(metric)
    slash = "/" if "/" in metric else "_"
    return f"train{slash}{'_'.join(core) or 'loss'}" if side != "train" else metric


def metric_to_log(study: Study) -> str:
    """Return the metric to log at every epoch where none was: the target, or of a weighted one what weighs most."""
    weights = read_weights(study.runs.metric, study.runs.project)
    return max(weights, key=lambda n: weights[n]) if weights else study.runs.metric


def say_too_few(study: Study, metric: str) -> Message:
    """Say that no run that counts has a curve of a metric."""
    if not len(study.configs):
        return say(
            "curves.no_config",
            "No run that counts has a value of {target}, so there is no best run to look at.",
            target=study.runs.label,
        )
    return say(
        "curves.too_few_points",
        "No run that counts has at least {fewest} finite values of {metric}: log it at every epoch.",
        fewest=FEWEST_POINTS,
        metric=metric,
    )
