"""What parameters have to do with each other and with metrics: conditions, outcomes that pose as settings, aliases."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from ..data.levels import Levels, find_levels
from ..data.messages import Message, Number, say
from ..data.names import NULLS, is_seed, names_outcome, names_setting
from ..data.project import Column, Domain, plain_column
from ..data.statistics import spearman
from .conditions import name_value
from .parameter import Parameter, shorten

MANY_LEVELS = 20
"""A parameter with more values than this cannot be the condition of another one."""

ALIAS_RUNS = 8
"""With fewer runs than this, that two parameters always change together means nothing."""


def clear_nulls(config: pd.DataFrame) -> pd.DataFrame:
    """
    Make a setting of ``None`` a missing one where another parameter explains it.

    So with ``momentum: null`` for every optimizer but one.

    Where nothing explains it, ``None`` stays a value, as in ``max_depth: None`` for unlimited depth. What is ``None``
    in the same runs explains nothing: it is the same setting under another name.
    """
    cleared: dict[str, pd.Series] = {}
    for name, column in config.items():
        if column.dtype.kind in "ifb":
            continue
        null = _nulls(column)
        present = column.notna().to_numpy() & ~null
        if not null.any() or not 2 <= present.sum() <= len(present) - 2:
            continue
        coded = {n: find_levels(config[n]) for n in config if n != name}
        parents = [
            n
            for n, c in coded.items()
            if 2 <= len(c.values) <= MANY_LEVELS and not is_seed(n) and not np.array_equal(_nulls(config[n]), null)
        ]
        if _find_condition(present, parents[:200], coded) is not None:
            values = (v if p else None for v, p in zip(column, present, strict=True))
            cleared[str(name)] = plain_column((None if v != v else v for v in values), column.index, str(name))
    return config.assign(**cleared) if cleared else config


def _nulls(column: pd.Series) -> np.ndarray:
    """Return where a column holds a word for nothing, as booleans."""
    if column.dtype.kind in "ifb":
        return np.zeros(len(column), bool)
    texts = [v for v in column.unique() if isinstance(v, str) and v.strip().lower() in NULLS]
    return column.isin(texts).to_numpy(bool)


def find_conditions(
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
            condition = (declared[0], tuple(name_value(v) for v in declared[1]))
        elif 2 <= present.sum() <= len(present) - 2:
            pattern = present.tobytes()
            if pattern not in known:
                near = sorted(parents, key=lambda p: (-_count_shared_parts(p, name), found[p].distinct))
                known[pattern] = _find_condition(present, [p for p in near if p != name][:200], few)
            condition = known[pattern]
        if condition is not None and condition[0] != name:
            changed[name] = replace(parameter, condition=condition, words=parameter.words or _say_condition(*condition))
    return changed


def _say_condition(parent: str, values: tuple[str, ...]) -> Message:
    first = " or ".join(map(shorten, values[:3]))
    if len(values) > 3:
        return say("parameter.only_where_some", "only where {parent} is {values}…", parent=parent, values=first)
    return say("parameter.only_where", "only where {parent} is {values}", parent=parent, values=first)


def _count_shared_parts(a: str, b: str) -> int:
    first, second = a.split(".")[:-1], b.split(".")[:-1]
    return sum(1 for x, y in zip(first, second, strict=False) if x == y)


def _find_condition(
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
            return parent, tuple(name_value(coded[parent].values[int(i)]) for i in on)
    return None


def find_outcomes(
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
    said = {c.label for c in columns if c.place == "config" and c.by_user}
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
                words = say(
                    "parameter.outcome",
                    "outcome: follows {metric} (rank correlation {rho}), so it is known only after the run",
                    metric=metric,
                    rho=Number(rho, 2, "signed"),
                )
                changed[name] = replace(found[name], role="ignored", reason="outcome", words=words)
                break
    return changed


def find_aliases(
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
    units = (
        _count_configurations((few.get(n) or find_levels(config[n])).codes for n in candidates)
        if seeded
        else len(config)
    )
    ordered: dict[bytes, str] = {}
    grouped: dict[bytes, str] = {}
    for name in order:
        original = next((ordered[d] for d in digests[name] if d in ordered), "")
        telling = found[name].distinct <= min(MANY_LEVELS, units / 2)  # else equal groups say nothing
        by_group = _digest_groups(few[name]) if telling else b""
        twin = grouped.get(by_group, "")
        if not original and twin and not found[name].kind == found[twin].kind == "real":  # there only the order tells
            original = twin
        if original:
            words = say("parameter.alias", "alias of {other}: the two always change together", other=original)
            changed[name] = replace(found[name], role="ignored", reason="alias", words=words, alias_of=original)
        else:
            ordered |= dict.fromkeys(digests[name], name)
            if telling:
                grouped.setdefault(by_group, name)
    return changed


def _count_configurations(columns: Iterable[np.ndarray]) -> int:
    """Return the number of different rows of some columns of codes."""
    rng = np.random.default_rng(0)
    total = sum(codes.astype(np.uint64) * rng.integers(1, 2**62, dtype=np.uint64) for codes in columns)
    return len(np.unique(total))


def digest_order(parameter: Parameter, coded: Levels) -> list[bytes]:
    """Return digests of the order in which a number puts the runs, up and down; none for what is no number."""
    if parameter.kind != "boolean" and not (parameter.kind in ("real", "integer") and coded.numeric.all()):
        return []
    down = np.where(coded.codes >= 0, len(coded.values) - 1 - coded.codes, -1)
    return [_digest(coded.codes), _digest(down)]


def _digest_groups(coded: Levels) -> bytes:
    """Return a digest of which runs have equal values, whatever these are."""
    groups = pd.factorize(coded.codes)[0]
    return _digest(np.where(coded.codes >= 0, groups, -1))


def _digest(codes: np.ndarray) -> bytes:
    return hashlib.blake2b(codes.astype("int64").tobytes(), digest_size=16).digest()
