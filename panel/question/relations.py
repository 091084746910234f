"""What parameters have to do with each other and with metrics: conditions, outcomes that pose as settings, aliases."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial

import numpy as np
import pandas as pd
import scipy  # its parts come when first used

from ..data.levels import Levels, Values, find_levels
from ..data.messages import Message, Number, say
from ..data.names import is_seed, names_outcome, names_setting_surely
from ..data.plain import plain_column
from ..data.project import Column, Domain
from ..data.statistics import spearman
from ..data.vocabulary import NULLS
from .conditions import name_value
from .parameter import Parameter, shorten

MANY_LEVELS = 20
"""A parameter with more values than this cannot be the condition of another one."""

ALIAS_RUNS = 8
"""With fewer runs than this, that two parameters always change together means nothing."""

LONGEST_NULL = max(map(len, NULLS))

FIRST_COMPARED = 4_096
"""Columns are compared in about this many runs first: those that differ there need not be read to their ends."""

ALIAS_LEVEL = 1e-3
"""So seldom may chance alone make an alias somewhere in a sweep."""


def clear_nulls(config: pd.DataFrame) -> pd.DataFrame:
    """
    Make a setting of ``None`` a missing one where another parameter explains it.

    So with ``momentum: null`` for every optimizer but one.

    Where nothing explains it, ``None`` stays a value, as in ``max_depth: None`` for unlimited depth. What is ``None``
    in the same runs explains nothing: it is the same setting under another name.
    """
    cleared: dict[str, pd.Series] = {}
    coded: dict[str, Levels] = {}
    for name, column in config.items():
        if column.dtype.kind in "ifb":
            continue
        null = _nulls(column)
        present = column.notna().to_numpy() & ~null
        if not null.any() or not 2 <= present.sum() <= len(present) - 2:
            continue
        coded = coded or _find_few_levels(config)
        parents = [n for n in coded if n != name and not is_seed(n) and not np.array_equal(_nulls(config[n]), null)]
        if _find_condition(present, parents[:200], coded) is not None:
            values = (v if p else None for v, p in zip(column, present, strict=True))
            cleared[str(name)] = plain_column((None if v != v else v for v in values), column.index, str(name))
    return config.assign(**cleared) if cleared else config


def _find_few_levels(config: pd.DataFrame) -> dict[str, Levels]:
    """Return the codes of the columns that can be the condition of another one."""
    coded = ((str(name), find_levels(config[name])) for name in config)
    return {name: levels for name, levels in coded if 2 <= len(levels.values) <= MANY_LEVELS}


def _nulls(column: pd.Series) -> np.ndarray:
    """Return where a column holds a word for nothing, as booleans."""
    if column.dtype.kind in "ifb":
        return np.zeros(len(column), bool)
    values = column.unique().tolist()
    texts = [v for v in values if isinstance(v, str) and len(t := v.strip()) <= LONGEST_NULL and t.lower() in NULLS]
    return column.isin(texts).to_numpy(bool) if texts else np.zeros(len(column), bool)


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
        and (names_outcome(n) or (n in unsure and not names_setting_surely(n)))
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
    ordering: Sequence[str],
    domains: Mapping[str, Domain],
    every: pd.DataFrame,
) -> dict[str, Parameter]:
    """
    Find parameters that always change together: they cannot be told apart, and only the first enters a model.

    They must do so in `every` run, whatever became of it, and in so many that chance alone makes an alias in fewer than
    one of 1,000 sweeps (`by_chance`, over all pairs). Two declared parameters were meant to differ: of few values they
    are no aliases.
    """
    changed: dict[str, Parameter] = {}
    candidates = [n for n, p in found.items() if p.role == "none" and p.distinct >= 2]
    if len(config) < ALIAS_RUNS or len(candidates) < 2:
        return changed
    order = sorted(candidates, key=lambda n: (n not in domains, candidates.index(n)))
    seeded = any(p.role == "seed" and p.distinct > 1 for p in found.values())
    digests = _digest_orders([found[n] for n in ordering if n in candidates], config)
    groups = _digest_all_groups({n: few[n] for n in candidates if n in few})
    level = ALIAS_LEVEL / (len(candidates) * (len(candidates) - 1))  # each pair may agree in order or in groups
    different: list[np.ndarray] = []  # the runs that count, found when they are first asked for

    def confirm(name: str, other: str, in_order: bool) -> bool:
        if {name, other} <= set(domains) and found[name].distinct <= MANY_LEVELS:
            return False
        if not different:
            different.append(_find_configurations(every[candidates]) if seeded else np.arange(len(every)))
        one, two = (find_levels(every[n].iloc[different[0]]) for n in (name, other))
        digest = partial(_digest_order, found[name]) if in_order else _digest_groups
        together = bool({*digest(one)} & {*digest(two)}) if in_order else digest(one) == digest(two)
        return together and one.counts.sum() >= ALIAS_RUNS and by_chance(one.counts, in_order) <= level

    ordered: dict[bytes, str] = {}
    grouped: dict[bytes, str] = {}
    for name in order:
        original = next((ordered[d] for d in digests.get(name, ()) if d in ordered), "")
        if original and not confirm(name, original, in_order=True):
            original = ""
        twin = grouped.get(groups[name], "") if name in groups else ""
        only_order_tells = bool(twin) and found[name].kind == found[twin].kind == "real"
        if not original and twin and not only_order_tells and confirm(name, twin, in_order=False):
            original = twin
        if original:
            words = say("parameter.alias", "alias of {other}: the two always change together", other=original)
            changed[name] = replace(found[name], role="ignored", reason="alias", words=words, alias_of=original)
        else:
            ordered |= dict.fromkeys(digests.get(name, ()), name)
            if name in groups:
                grouped.setdefault(groups[name], name)
    return changed


def by_chance(counts: np.ndarray, in_order: bool) -> float:
    """
    Return how likely it is that two columns always change together although they have nothing to do with each other.

    Parameters
    ----------
    counts
        How many runs have each value: the same for both columns, shuffled among the runs.
    in_order
        Whether they have to put the runs in the same order, up or down; else into the same groups.

    Examples
    --------
    >>> [round(by_chance(np.array(counts), in_order=False), 4) for counts in ([3, 2], [2, 2], [1, 1, 1, 1])]
    [0.1, 0.3333, 1.0]
    >>> round(by_chance(np.array([1, 1, 1, 1]), in_order=True), 4)
    0.0833
    """
    same = np.full(1, 2) if in_order else np.unique(counts, return_counts=True)[1]  # what can be exchanged
    gammaln = scipy.special.gammaln
    log = gammaln(counts + 1).sum() + gammaln(same + 1).sum() - gammaln(counts.sum() + 1)
    return float(np.exp(log))


def _find_configurations(config: pd.DataFrame) -> np.ndarray:
    """Return the positions of the first run of every configuration."""
    rng = np.random.default_rng(0)
    total = np.zeros(len(config), np.uint64)
    for name in config:
        total += find_levels(config[name]).codes.astype(np.uint64) * rng.integers(1, 2**62, dtype=np.uint64)
    return np.sort(np.unique(total, return_index=True)[1])


def can_order(parameter: Parameter, found: Values | Levels) -> bool:
    """Say whether a parameter's values put the runs in an order: booleans do, and numbers if all are."""
    return parameter.kind == "boolean" or (parameter.kind in ("real", "integer") and bool(found.numeric.all()))


def _digest_orders(parameters: Sequence[Parameter], config: pd.DataFrame) -> dict[str, list[bytes]]:
    """Return the digests of the orders of some columns; of those alone that may be the same as another one's."""
    some = config.iloc[:: _find_stride(len(config))]
    alike = _find_alike({p.name: min(_digest_order(p, find_levels(some[p.name]))) for p in parameters})
    return {p.name: _digest_order(p, find_levels(config[p.name])) for p in parameters if p.name in alike}


def _digest_all_groups(few: Mapping[str, Levels]) -> dict[str, bytes]:
    """Return the digests of the groups of some columns; of those alone that may be the same as another one's."""
    some = {n: Levels(coded.codes[:: _find_stride(len(coded.codes))], coded.values) for n, coded in few.items()}
    alike = _find_alike({name: _digest_groups(coded) for name, coded in some.items()})
    return {name: _digest_groups(few[name]) for name in alike}


def _find_stride(runs: int) -> int:
    return max(1, runs // FIRST_COMPARED)


def _find_alike(digests: Mapping[str, bytes]) -> list[str]:
    """Return the names whose digest another one has too."""
    count = Counter(digests.values())
    return [name for name, digest in digests.items() if count[digest] > 1]


def _digest_order(parameter: Parameter, coded: Levels) -> list[bytes]:
    """Return digests of the order in which a number puts the runs, up and down; none for what is no number."""
    if not can_order(parameter, coded):
        return []
    down = np.where(coded.codes >= 0, len(coded.values) - 1 - coded.codes, -1)
    return [_digest(coded.codes), _digest(down)]


def _digest_groups(coded: Levels) -> bytes:
    """Return a digest of which runs have equal values, whatever these are."""
    groups = pd.factorize(coded.codes)[0]
    return _digest(np.where(coded.codes >= 0, groups, -1))


def _digest(codes: np.ndarray) -> bytes:
    return hashlib.blake2b(codes.astype("int64").tobytes(), digest_size=16).digest()
