"""Which of the configs so far lie in a space: a search of it can be told of them before it begins."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any

from ..data.levels import is_number
from ..data.plain import plain_value
from ..data.records import without_messages
from .base import Proposal
from .plan import Setting, is_same
from .prior import Prior


def list_known(prior: Sequence[Prior], drawn: Sequence[Setting]) -> list[tuple[Prior, dict[str, Any]]]:
    """
    Return the configs that lie in a space, each with those of its settings that the space draws.

    A setting that the space fixes is not looked at; of a conditional one the config may have no value.

    Parameters
    ----------
    prior
        The configs so far.
    drawn
        The space.
    """
    found = ((one, restrict(one.config, drawn)) for one in prior)
    return [(one, config) for one, config in found if config]


def restrict(config: Mapping[str, Any], drawn: Sequence[Setting]) -> dict[str, Any] | None:
    """Return those settings of a config that a space draws; ``None`` if it does not lie in the space."""
    kept: dict[str, Any] = {}
    for setting in drawn:
        if setting.kind in ("fixed", "out") or not _exists(setting, config):
            continue
        value = plain_value(config.get(setting.name))
        if setting.name not in config or not _holds(setting, value):
            return None
        kept[setting.name] = float(value) if setting.kind == "real" else value
    return kept


def _exists(setting: Setting, config: Mapping[str, Any]) -> bool:
    if setting.condition is None:
        return True
    parent, values = setting.condition
    return any(is_same(plain_value(config.get(parent)), value) for value in values)


def _holds(setting: Setting, value: Any) -> bool:
    if setting.kind == "choice":
        return any(is_same(value, choice) for choice in setting.choices)
    whole = setting.kind == "real" or (is_number(value) and float(value).is_integer())
    return is_number(value) and whole and setting.low <= value <= setting.high


def hash_proposal(proposal: Proposal) -> str:
    """Return what stands for a proposal: the same for the same numbers, in whatever words its reasons are."""
    text = json.dumps(without_messages(proposal.to_json()), sort_keys=True, ensure_ascii=False)
    return sha256(text.encode()).hexdigest()[:12]
