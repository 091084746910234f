"""What each parameter is: kind, scale, role and why, where it is missing, and on which other parameter it depends."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from ..data.levels import Levels, Values, code_values, find_values, parse_list
from ..data.messages import NOTHING, Form, Message, Number, say
from ..data.names import are_paths, is_id, is_seed
from ..data.project import Column, Domain, Space
from ..data.statistics import is_more_even_in_log
from ..errors import QuestionError, nearest
from .conditions import name_value
from .parameter import Kind, Parameter, Scale, shorten
from .relations import MANY_LEVELS, can_order, find_aliases, find_conditions, find_outcomes
from .roles import find_default_role
from .selection import Role


def describe(
    config: pd.DataFrame,
    *,
    space: Space | None = None,
    summary: pd.DataFrame | None = None,
    columns: tuple[Column, ...] = (),
    roles: Mapping[str, Role] | None = None,
    every: pd.DataFrame | None = None,
) -> tuple[Parameter, ...]:
    """
    Describe all parameters of the runs in question.

    Parameters
    ----------
    config
        The settings of these runs, one column a parameter, in the order of the source.
    space
        The declared search space; what it says of a scale or a condition wins.
    summary
        The metrics of these runs: what copies one of them is an outcome, no parameter.
    columns
        How sure it is that each column is a setting.
    roles
        Roles that the user gave; they win.
    every
        The settings of all runs, also of those that failed or were pruned, which tell too whether two parameters always
        change together; by default those of `config`.

    Returns
    -------
    tuple of Parameter
        In the order of the source.

    Raises
    ------
    QuestionError
        If a role is given to a parameter that does not exist.

    Examples
    --------
    >>> config = pd.DataFrame({"lr": [0.1, 0.2], "dataset": ["digits", "digits"]})
    >>> [(p.name, p.role, p.words) for p in describe(config)]
    [('lr', 'nuisance', ''), ('dataset', 'fixed', 'constant: always digits')]
    """
    for name in roles or {}:
        if name not in config:
            raise QuestionError(f"There is no parameter {name!r} to give a role. {nearest(name, list(config))}")
    domains = space.parameters if space else {}
    described: dict[str, Parameter] = {}
    few: dict[str, Levels] = {}
    ordering: list[str] = []
    for name in map(str, config):  # one column at a time: the values of all would take as much memory as the data
        found = find_values(config[name])
        described[name] = _describe_alone(name, found, len(config), domains.get(name))
        if can_order(described[name], found):
            ordering.append(name)
        if len(found.values) <= MANY_LEVELS:
            few[name] = code_values(config[name], found)
    described |= find_conditions(described, config, few, domains)
    described |= find_outcomes(described, config, summary, columns, domains)
    described |= find_aliases(described, config, few, ordering, domains, config if every is None else every)
    described = {name: _give_default_role(p) for name, p in described.items()}
    for name, role in (roles or {}).items():
        described[name] = described[name].with_role(role)
    return tuple(described.values())


def _give_default_role(parameter: Parameter) -> Parameter:
    """Return the parameter with the role that its values gave it, else the one that its name tells."""
    role, reason, words = parameter.role, parameter.reason, parameter.words
    if role == "none":
        role, reason, words = find_default_role(parameter.name, parameter.kind)
    return replace(parameter, role=role, default_role=role, role_reason=reason, role_words=words)


def _describe_alone(name: str, found: Values, runs: int, domain: Domain | None) -> Parameter:
    """Describe a parameter from its own values."""
    kind = _find_kind(found)
    scale, why = _choose_scale(kind, found, domain)
    role, reason, words = _find_role(name, kind, found, runs)
    return Parameter(
        name,
        kind,
        scale,
        role,
        reason,
        words,
        len(found.values),
        found.recorded,
        runs,
        value_range=_write_range(found, kind),
        scale_reason=why,
    )


def _find_kind(found: Values) -> Kind:
    if not len(found.values):
        return "categorical"
    if found.recorded_numbers > 0.5 * found.recorded:
        numbers = found.numbers
        return "integer" if bool(np.all(np.isfinite(numbers) & (numbers == np.floor(numbers)))) else "real"
    if all(isinstance(v, bool) for v in found.values):
        return "boolean"
    if all(isinstance(v, str) and parse_list(v) is not None for v in found.values):
        return "structured"
    return "text" if len(found.values) > MANY_LEVELS and len(found.values) > 0.5 * found.recorded else "categorical"


def _choose_scale(kind: Kind, found: Values, domain: Domain | None) -> tuple[Scale, Message]:
    if kind not in ("real", "integer"):
        return "linear", NOTHING
    if domain is not None and domain.scale is not None:
        return domain.scale, say("parameter_scale.declared", "declared by the search space")
    of_numbers = isinstance(found.values, np.ndarray)
    values = found.ordered.astype(float, copy=False) if of_numbers else found.numbers
    if is_more_even_in_log(values, ordered=of_numbers):
        why = say("parameter_scale.spread", "positive, over a wide range, and spread more evenly in log")
        return "log", why
    return "linear", NOTHING


def _find_role(name: str, kind: Kind, found: Values, runs: int) -> tuple[Role, str, Message]:
    distinct, recorded = len(found.values), found.recorded
    if is_seed(name) and kind in ("integer", "categorical"):
        words = say(
            "parameter.seed",
            "seed: {distinct} {values}, runs that differ only in it are replicates",
            distinct=_count(distinct),
            values=Form(distinct, "value", "values"),
        )
        return "seed", "seed", words
    if distinct == 0:
        return "fixed", "constant", say("parameter.never_recorded", "never recorded")
    if distinct == 1:
        return "fixed", "constant", _say_constant(shorten(name_value(found.values[0])), recorded, runs)
    texts = [] if isinstance(found.values, np.ndarray) else [v for v in found.values if isinstance(v, str)]
    mostly_unique = distinct > 0.9 * recorded and recorded >= 10
    if len(texts) == distinct and distinct > 0.5 * recorded and are_paths(name, texts):
        words = say(
            "parameter.path",
            "path: {distinct} different ones in {recorded} runs",
            distinct=_count(distinct),
            recorded=_count(recorded),
        )
        return "ignored", "path", words
    if mostly_unique and (len(texts) == distinct or is_id(name)):
        words = say(
            "parameter.identifier",
            "identifier: {distinct} different values in {recorded} runs",
            distinct=_count(distinct),
            recorded=_count(recorded),
        )
        return "ignored", "identifier", words
    return "none", "", NOTHING


def _say_constant(value: str, recorded: int, runs: int) -> Message:
    if recorded == runs:
        return say("parameter.constant", "constant: always {value}", value=value)
    return say(
        "parameter.constant_where_recorded",
        "constant: always {value} in the {recorded} of {runs} runs that record it",
        value=value,
        recorded=_count(recorded),
        runs=_count(runs),
    )


def _count(n: int) -> Number:
    """Return a number of runs or values as it is written in these sentences: without commas."""
    return Number(n, style="short")


def _write_range(found: Values, kind: Kind) -> str:
    if kind in ("real", "integer"):
        numbers = found.numbers
        span = f"{numbers.min():.4g} to {numbers.max():.4g}" if len(numbers) > 1 else f"{numbers[0]:.4g}"
        return span + "".join(f", or {shorten(name_value(word))}" for word in found.list_first_words(2))
    shown = [shorten(name_value(v)) for v in found.list_first(4)]
    more = f" and {len(found.values) - 4} more" if len(found.values) > 4 else ""
    return ", ".join(shown) + more
