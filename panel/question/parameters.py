"""What each parameter is: kind, scale, role and why, where it is missing, and on which other parameter it depends."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

import numpy as np
import pandas as pd

from ..data.levels import Levels, is_number, levels
from ..data.names import NULLS, are_paths, is_id, is_seed, names_outcome, names_setting
from ..data.project import Column, Domain, Space, plain_column
from ..data.statistics import more_even_in_log, spearman
from ..errors import QuestionError, nearest
from .roles import EXCLUDED, Default, default_role, given_role
from .selection import Role, value_text

Kind = Literal["real", "integer", "boolean", "categorical", "structured", "text"]
Scale = Literal["linear", "log"]

MANY_LEVELS = 20
"""A parameter with more values than this cannot be the condition of another one."""

ALIAS_RUNS = 8
"""With fewer runs than this, that two parameters always change together means nothing."""


@dataclass(frozen=True)
class Parameter:
    """
    What is known of one parameter among the runs in question.

    Attributes
    ----------
    name
        Its flattened key.
    kind
        What its values are.
    scale
        The scale on which its distances are read; ``linear`` for all that are no numbers.
    role
        See `selection.Role`; ``none`` where it is not known.
    reason
        Why it tells nothing or is left out, as a code: ``constant``, ``seed``, ``identifier``, ``path``, ``alias``,
        ``outcome``, ``differs``, ``user``; empty for the others.
    words
        The same in words; empty if there is nothing to say.
    distinct
        How many different values it has.
    recorded
        In how many of the runs it has a value.
    runs
        How many runs there are.
    condition
        The parameter, and those of its values, for which this one is recorded; ``None`` if it does not depend on one.
    alias_of
        The parameter that it always changes together with.
    value_range
        Its smallest and largest value, or a few of its values, as text.
    scale_reason
        Why it is read on its scale, in words.
    default_role
        The role that it has unless the user gives it another one.
    role_reason
        Why it has its role, as a code: its `reason`, or what its name tells (see `roles.default_role`), or ``user``.
    role_words
        The same in words.
    """

    name: str
    kind: Kind
    scale: Scale = "linear"
    role: Role = "none"
    reason: str = ""
    words: str = ""
    distinct: int = 0
    recorded: int = 0
    runs: int = 0
    condition: tuple[str, tuple[str, ...]] | None = None
    alias_of: str = ""
    value_range: str = ""
    scale_reason: str = ""
    default_role: Role = "none"
    role_reason: str = ""
    role_words: str = ""

    @property
    def modelled(self) -> bool:
        """Whether it enters a model: all do but seeds and what is ignored."""
        return self.role not in EXCLUDED

    def to_json(self) -> dict[str, Any]:
        """Return the parameter as plain JSON values, its name under ``parameter``."""
        data = asdict(self)
        return {"parameter": data.pop("name"), **data}


def describe(
    config: pd.DataFrame,
    *,
    space: Space | None = None,
    summary: pd.DataFrame | None = None,
    columns: tuple[Column, ...] = (),
    roles: Mapping[str, Role] | None = None,
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

    Returns
    -------
    tuple of Parameter
        In the order of the source.

    Raises
    ------
    QuestionError
        If a role is given to a parameter that does not exist.
    """
    for name in roles or {}:
        if name not in config:
            raise QuestionError(f"There is no parameter {name!r} to give a role. {nearest(name, list(config))}")
    domains = space.parameters if space else {}
    found: dict[str, Parameter] = {}
    few: dict[str, Levels] = {}
    digests: dict[str, list[bytes]] = {}
    for name in map(str, config):  # one column at a time: the codes of all would take as much memory as the data
        coded = levels(config[name])
        found[name] = _alone(name, config[name], coded, domains.get(name))
        digests[name] = _order_digests(found[name], coded)
        if len(coded.values) <= MANY_LEVELS:
            few[name] = coded
    found |= _conditions(found, config, few, domains)
    found |= _outcomes(found, config, summary, columns, domains)
    found |= _aliases(found, config, few, digests, domains)
    found = {name: _with_default(p) for name, p in found.items()}
    for name, role in (roles or {}).items():
        found[name] = replace(found[name], **given_role(role, found[name].default_role))
    return tuple(found.values())


def _with_default(parameter: Parameter) -> Parameter:
    """Return the parameter with the role that its values gave it, else the one that its name tells."""
    found = Default(parameter.role, parameter.reason, parameter.words)
    if found.role == "none":
        found = default_role(parameter.name, parameter.kind)
    return replace(
        parameter, role=found.role, default_role=found.role, role_reason=found.reason, role_words=found.words
    )


def clear_nulls(config: pd.DataFrame) -> pd.DataFrame:
    """
    Make a setting of ``None`` a missing one where another parameter explains it.

    So with ``momentum: null`` for every optimizer but one.

    Where nothing explains it, ``None`` stays a value, as in ``max_depth: None`` for unlimited depth.
    """
    cleared: dict[str, pd.Series] = {}
    for name, column in config.items():
        if column.dtype.kind in "ifb":
            continue
        texts = [v for v in column.unique() if isinstance(v, str) and v.strip().lower() in NULLS]
        null = column.isin(texts).to_numpy(bool)
        present = column.notna().to_numpy() & ~null
        if not null.any() or not 2 <= present.sum() <= len(present) - 2:
            continue
        coded = {n: levels(config[n]) for n in config if n != name}
        parents = [n for n, c in coded.items() if 2 <= len(c.values) <= MANY_LEVELS and not is_seed(n)]
        if _condition(present, parents[:200], coded) is not None:
            values = (v if p else None for v, p in zip(column, present, strict=True))
            cleared[str(name)] = plain_column((None if v != v else v for v in values), column.index, str(name))
    return config.assign(**cleared) if cleared else config


def _alone(name: str, column: pd.Series, coded: Levels, domain: Domain | None) -> Parameter:
    """Describe a parameter from its own values."""
    runs, recorded, distinct = len(column), int((coded.codes >= 0).sum()), len(coded.values)
    kind = _kind(coded, recorded)
    scale, why = _scale(kind, column, coded, domain)
    role, reason, words = _role(name, kind, coded, recorded, runs)
    return Parameter(
        name,
        kind,
        scale,
        role,
        reason,
        words,
        distinct,
        recorded,
        runs,
        value_range=_range(coded, kind),
        scale_reason=why,
    )


def _kind(coded: Levels, recorded: int) -> Kind:
    if not len(coded.values):
        return "categorical"
    if coded.counts[coded.numeric].sum() > 0.5 * recorded:
        numbers = _numbers(coded)
        return "integer" if bool(np.all(np.isfinite(numbers) & (numbers == np.floor(numbers)))) else "real"
    if all(isinstance(v, bool) for v in coded.values):
        return "boolean"
    if all(isinstance(v, str) and v.startswith("[") for v in coded.values):
        return "structured"
    return "text" if len(coded.values) > MANY_LEVELS and len(coded.values) > 0.5 * recorded else "categorical"


def _numbers(coded: Levels) -> np.ndarray:
    if isinstance(coded.values, np.ndarray):
        return coded.values.astype(float)
    return np.array([v for v in coded.values if is_number(v)], float)


def _scale(kind: Kind, column: pd.Series, coded: Levels, domain: Domain | None) -> tuple[Scale, str]:
    if kind not in ("real", "integer"):
        return "linear", ""
    if domain is not None and domain.scale is not None:
        return domain.scale, "declared by the search space"
    values = column.to_numpy(float) if column.dtype.kind in "if" else _numbers(coded)
    if more_even_in_log(values):
        return "log", "positive, over a wide range, and spread more evenly in log"
    return "linear", ""


def _role(name: str, kind: Kind, coded: Levels, recorded: int, runs: int) -> tuple[Role, str, str]:
    distinct = len(coded.values)
    if is_seed(name) and kind in ("integer", "categorical"):
        return (
            "seed",
            "seed",
            f"seed: {distinct} value{'s' if distinct != 1 else ''}, runs that differ only in it are replicates",
        )
    if distinct == 0:
        return "fixed", "constant", "never recorded"
    if distinct == 1:
        value = _shorten(value_text(coded.values[0]))
        where = "" if recorded == runs else f" in the {recorded} of {runs} runs that record it"
        return "fixed", "constant", f"constant: always {value}{where}"
    texts = [] if isinstance(coded.values, np.ndarray) else [v for v in coded.values if isinstance(v, str)]
    mostly_unique = distinct > 0.9 * recorded and recorded >= 10
    if len(texts) == distinct and distinct > 0.5 * recorded and are_paths(name, texts):
        return "ignored", "path", f"path: {distinct} different ones in {recorded} runs"
    if mostly_unique and (len(texts) == distinct or is_id(name)):
        return "ignored", "identifier", f"identifier: {distinct} different values in {recorded} runs"
    return "none", "", ""


def _range(coded: Levels, kind: Kind) -> str:
    if kind in ("real", "integer"):
        numbers = _numbers(coded)
        others = [value_text(coded.values[i]) for i in np.flatnonzero(~coded.numeric)[:2]]
        span = f"{numbers.min():.4g} to {numbers.max():.4g}" if len(numbers) > 1 else f"{numbers[0]:.4g}"
        return span + "".join(f", or {_shorten(o)}" for o in others)
    shown = [_shorten(value_text(v)) for v in coded.values[:4]]
    more = f" and {len(coded.values) - 4} more" if len(coded.values) > 4 else ""
    return ", ".join(shown) + more


def _shorten(text: str, limit: int = 60) -> str:
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


def _conditions(
    found: Mapping[str, Parameter], config: pd.DataFrame, few: Mapping[str, Levels], domains: Mapping[str, Domain]
) -> dict[str, Parameter]:
    """Find the parameters whose missing values are explained exactly by the value of another one."""
    changed: dict[str, Parameter] = {}
    parents = [n for n, p in found.items() if 2 <= p.distinct <= MANY_LEVELS and p.role != "seed"]
    known: dict[bytes, tuple[str, tuple[str, ...]] | None] = {}
    for name, parameter in found.items():
        present = config[name].notna().to_numpy()
        declared = domains[name].condition if name in domains else None
        condition: tuple[str, tuple[str, ...]] | None = None
        if declared is not None and declared[0] in found:
            condition = (declared[0], tuple(value_text(v) for v in declared[1]))
        elif 2 <= present.sum() <= len(present) - 2:
            pattern = present.tobytes()
            if pattern not in known:
                near = sorted(parents, key=lambda p: (-_shared_prefix(p, name), found[p].distinct))
                known[pattern] = _condition(present, [p for p in near if p != name][:200], few)
            condition = known[pattern]
        if condition is not None and condition[0] != name:
            values = " or ".join(_shorten(v) for v in condition[1][:3]) + ("…" if len(condition[1]) > 3 else "")
            words = parameter.words or f"only where {condition[0]} is {values}"
            changed[name] = replace(parameter, condition=condition, words=words)
    return changed


def _shared_prefix(a: str, b: str) -> int:
    first, second = a.split(".")[:-1], b.split(".")[:-1]
    return sum(1 for x, y in zip(first, second, strict=False) if x == y)


def _condition(
    present: np.ndarray, parents: list[str], coded: Mapping[str, Levels]
) -> tuple[str, tuple[str, ...]] | None:
    for parent in parents:
        codes = coded[parent].codes
        shifted = codes + 1
        total = np.bincount(shifted, minlength=len(coded[parent].values) + 1)
        active = np.bincount(shifted, weights=present, minlength=len(total))
        occupied = total > 0
        share = active[occupied] / total[occupied]
        if set(np.unique(share)) == {0.0, 1.0} and not (total[0] and active[0]):
            on = np.flatnonzero((active == total) & (total > 0)) - 1
            return parent, tuple(value_text(coded[parent].values[int(i)]) for i in on)
    return None


def _outcomes(
    found: Mapping[str, Parameter],
    config: pd.DataFrame,
    summary: pd.DataFrame | None,
    columns: tuple[Column, ...],
    domains: Mapping[str, Domain],
) -> dict[str, Parameter]:
    """Find "parameters" that are known only after a run: they would rank first, and mean nothing."""
    if summary is None or not len(summary.columns):
        return {}
    unsure = {c.label for c in columns if c.place == "config" and c.sure in ("likely", "guess")}
    said = {c.label for c in columns if c.place == "config" and c.reason == "as you said"}
    suspects = [
        n
        for n, p in found.items()
        if p.kind in ("real", "integer")
        and p.role == "none"
        and n not in domains
        and n not in said
        and p.distinct >= 5
        and (names_outcome(n) or (n in unsure and not names_setting(n)))
    ]
    metrics = [str(m) for m in summary if summary[m].dtype.kind in "if" and summary[m].notna().sum() >= 5]
    changed: dict[str, Parameter] = {}
    for name in suspects:
        x = pd.to_numeric(config[name], errors="coerce").to_numpy(float)
        limit = 0.9 if names_outcome(name) else 0.98
        for metric in metrics:
            y = summary[metric].to_numpy(float)
            both = np.isfinite(x) & np.isfinite(y)
            if both.sum() < 10 or len(np.unique(x[both])) < 5 or len(np.unique(y[both])) < 5:
                continue
            rho = spearman(x[both], y[both])
            if rho is not None and abs(rho) >= limit:
                words = f"outcome: follows {metric} (rank correlation {rho:+.2f}), so it is known only after the run"
                changed[name] = replace(found[name], role="ignored", reason="outcome", words=words)
                break
    return changed


def _aliases(
    found: Mapping[str, Parameter],
    config: pd.DataFrame,
    few: Mapping[str, Levels],
    digests: Mapping[str, list[bytes]],
    domains: Mapping[str, Domain],
) -> dict[str, Parameter]:
    """Find parameters that always change together: they cannot be told apart, and only the first enters a model."""
    changed: dict[str, Parameter] = {}
    if len(config) < ALIAS_RUNS:
        return changed
    candidates = [n for n, p in found.items() if p.role == "none" and p.distinct >= 2]
    if not candidates:
        return changed
    order = sorted(candidates, key=lambda n: (n not in domains, candidates.index(n)))
    seeded = any(p.role == "seed" and p.distinct > 1 for p in found.values())
    units = _configurations((few.get(n) or levels(config[n])).codes for n in candidates) if seeded else len(config)
    ordered: dict[bytes, str] = {}
    grouped: dict[bytes, str] = {}
    for name in order:
        original = next((ordered[d] for d in digests[name] if d in ordered), "")
        telling = found[name].distinct <= min(MANY_LEVELS, units / 2)  # else equal groups say nothing
        by_group = _group_digest(few[name]) if telling else b""
        twin = grouped.get(by_group, "")
        if not original and twin and not found[name].kind == found[twin].kind == "real":  # there only the order tells
            original = twin
        if original:
            words = f"alias of {original}: the two always change together"
            changed[name] = replace(found[name], role="ignored", reason="alias", words=words, alias_of=original)
        else:
            ordered |= dict.fromkeys(digests[name], name)
            if telling:
                grouped.setdefault(by_group, name)
    return changed


def _configurations(columns: Iterable[np.ndarray]) -> int:
    """Return the number of different rows of some columns of codes."""
    rng = np.random.default_rng(0)
    total = sum(codes.astype(np.uint64) * rng.integers(1, 2**62, dtype=np.uint64) for codes in columns)
    return len(np.unique(total))


def _order_digests(parameter: Parameter, coded: Levels) -> list[bytes]:
    """Return digests of the order in which a number puts the runs, up and down; none for what is no number."""
    if parameter.kind != "boolean" and not (parameter.kind in ("real", "integer") and coded.numeric.all()):
        return []
    down = np.where(coded.codes >= 0, len(coded.values) - 1 - coded.codes, -1)
    return [_digest(coded.codes), _digest(down)]


def _group_digest(coded: Levels) -> bytes:
    """Return a digest of which runs have equal values, whatever these are."""
    groups = pd.factorize(coded.codes)[0]
    return _digest(np.where(coded.codes >= 0, groups, -1))


def _digest(codes: np.ndarray) -> bytes:
    return hashlib.blake2b(codes.astype("int64").tobytes(), digest_size=16).digest()
