"""Of which settings advice has sense: of what is searched, not of where a run lies or how it is looked at."""

from __future__ import annotations

from collections.abc import Iterable

from ..data.names import find_last_words, split_words
from ..question.parameters import Parameter

HOUSEKEEPING = frozenset(
    "path paths dir dirs directory folder file files output outputs log logs checkpoint checkpoints device devices"
    " worker workers verbose verbosity project entity tags notes buffer frequency freq interval every port host"
    " hostname gpu gpus cuda".split()
)
"""Last words of settings that say how a run was done, not what was trained."""

EVALUATION = frozenset("val valid validation eval evaluation test testing holdout heldout".split())
"""Words, anywhere in a name, of settings of how runs are looked at: with them the metric changes its meaning."""

SPLITS = frozenset("split splits fold folds".split())
"""Last words of the like."""

DERIVED = frozenset("total totals".split())
"""Last words of what follows from other settings."""


def has_sense(parameter: Parameter) -> bool:
    """Say whether a search can be advised to move a setting, or to try more of it, so far as its name tells."""
    last = find_last_words(parameter.name) | set(split_words(parameter.name)[-1:])
    return not (last & (HOUSEKEEPING | SPLITS | DERIVED) or EVALUATION & set(split_words(parameter.name)))


def keep_sensible(parameters: Iterable[Parameter]) -> tuple[Parameter, ...]:
    """Return those of which advice has sense, or to which the user gave a role: whoever asks wants to know."""
    return tuple(p for p in parameters if p.role_reason == "user" or has_sense(p))
