"""
Which columns of a table are settings, which are outcomes, which describe the run.

In this order: what the table says itself (prefixes, the columns of a known export, the order in which Weights & Biases
writes its own); the names; the values; what stands beside. A column that could be either is a setting as long as there
is a metric of a known kind: an outcome among the settings is seen, since it leads the ranking, but a setting among the
outcomes leaves it in silence. Every guess carries how sure it is, and can be corrected.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from ...data.messages import NOTHING, Message, say
from ...data.names import begins_as_setting, find_last_words, names_outcome, split_words
from ...data.project import Column, Sureness
from ...data.vocabulary import CHOSEN_TOO, NEITHER, PLACES, REACHED, REMARKS
from ...question.selection import Place
from .beside import (
    MOST_TYPED,
    depends_on_settings,
    find_computed,
    find_counted,
    find_dependent,
    find_derived,
    find_flags_behind,
    find_independent,
    find_set_times,
    find_siblings,
    forget_lone_counts,
    looks_measured_beside,
)
from .blocks import find_axis, find_enclosed, find_family, find_only_outcome, find_outcome_block, find_scores
from .evidence import FEWEST_FOR_VALUES, LIKELY, SURE, Evidence, describe_values, find_numbered, weigh_column
from .run_columns import LABELS, find_ids, find_run_column
from .signatures import Signature, find_rule, find_signature

PREFIXES: dict[str, Place] = {
    "run.": "run",
    "config.": "config",
    "hp_config.": "config",
    "params.": "config",
    "param.": "config",
    "parameters.": "config",
    "hparams.": "config",
    "config/": "config",
    "hparam/": "config",
    "summary.": "metric",
    "metrics.": "metric",
    "metric.": "metric",
    "metric:": "metric",
    "tags.": "run",
}
"""Prefixes by which tables say themselves what a column is: ours, MLflow's, Ray's, TensorBoard's, DeepCAVE's."""

_SEED_COLUMN = re.compile(r"(?P<metric>.+?)[_.\- ]?seed[_]?(?P<seed>\d+)")

FEWEST_TO_NAME = 10
"""With fewer rows than this, a text of its own in every row may be a setting."""

SHARE_AGAINST_ORDER = 0.2
"""If more of the sure names than this stand on the wrong side, the order of columns is not that of W&B."""

HARDLY = 0.5
"""A name that tells no more than this makes an outcome of a column only behind another one."""

Found = Mapping[str, Evidence]


def infer_places(table: pd.DataFrame) -> tuple[list[Column], Message]:
    """
    Guess the place of every column.

    Parameters
    ----------
    table
        The table as read.

    Returns
    -------
    list of Column
        In the order of the table.
    Message
        That the order of the columns told their places, if it did; else nothing.
    """
    signature = find_signature(list(table))
    ids = find_ids(table)
    placed: dict[str, Column] = {}
    for name in table:
        column = _place_by_signature(name, table[name], signature) or _place_by_prefix(name)
        column = column or find_run_column(name, table[name], ids, first=name == table.columns[0])
        if column is not None:
            placed[name] = column
    for metric, by_seed in find_seed_columns([n for n in table if n not in placed]).items():
        why = say("place.seed_column", "one column a seed of {metric}", metric=repr(metric))
        placed |= {n: Column(n, "metric", n, "sure", why) for n in by_seed.values()}
    rest = [n for n in table if n not in placed]
    if not rest:
        return [placed[n] for n in table], NOTHING
    described = {c.label for c in placed.values() if c.place == "run"}
    boundary = _find_alphabet_boundary(rest) if "name" in described and len(described) > 1 else None
    if boundary is not None:
        as_setting = say("place.exported_setting", "stands where Weights & Biases exports settings, by the alphabet")
        as_metric = say("place.exported_metric", "stands where Weights & Biases exports metrics, by the alphabet")
        placed |= {n: Column(n, "config", n, "sure", as_setting) for n in rest[:boundary]}
        placed |= {n: Column(n, "metric", n, "sure", as_metric) for n in rest[boundary:]}
        return [placed[n] for n in table], say(
            "table.placed_by_order", "Columns were placed by the order of a Weights & Biases export."
        )
    placed |= _place_by_evidence(table, rest, any(c.place == "metric" for c in placed.values()))
    return [placed[n] for n in table], NOTHING


def find_seed_columns(names: list[str]) -> dict[str, dict[int, str]]:
    """
    Find replicates that stand in columns.

    Returns
    -------
    dict
        For every metric with at least two columns ``metric_seedK``: its columns by seed.
    """
    found: dict[str, dict[int, str]] = {}
    for name in names:
        match = _SEED_COLUMN.fullmatch(name)
        if match:
            found.setdefault(match["metric"], {})[int(match["seed"])] = name
    return {metric: columns for metric, columns in found.items() if len(columns) >= 2}


def _place_by_signature(name: str, column: pd.Series, signature: Signature | None) -> Column | None:
    rule = find_rule(signature, name) if signature else None
    if signature is None or rule is None:
        return None
    place, label = rule
    why = say("place.signature", "a column of {export}", export=signature.words)
    if place == "metric or run":
        return Column(name, "metric" if column.dtype.kind in "if" else "run", label, "sure", why)
    return Column(name, place, label, "given", why)


def _place_by_prefix(name: str) -> Column | None:
    for prefix, place in PREFIXES.items():
        if name.startswith(prefix) and len(name) > len(prefix):
            label = name.removeprefix(prefix)
            label = LABELS.get(" ".join(split_words(label)), label) if place == "run" else label
            why = say("place.prefix", "the name begins with '{prefix}'", prefix=prefix)
            return Column(name, place, label, "given", why)
    return None


def _find_alphabet_boundary(names: list[str]) -> int | None:
    """Return where an export of W&B goes from its sorted config columns to its sorted metric columns."""
    descents = [i for i in range(1, len(names)) if names[i] < names[i - 1]]
    if len(descents) != 1 or len(names) < 5:
        return None
    at = descents[0]
    wrong = sum(names_outcome(n) for n in names[:at]) + sum(begins_as_setting(n) for n in names[at:])
    return at if wrong <= SHARE_AGAINST_ORDER * len(names) else None


def _place_by_evidence(table: pd.DataFrame, names: list[str], has_metric: bool) -> dict[str, Column]:
    """Place columns by name, then by values, then by what stands beside them."""
    numbered = find_numbered(names)
    found = forget_lone_counts({n: weigh_column(n, table[n], n in numbered) for n in names})
    placed = {n: c for n in names if (c := _place_by_own(n, found[n])) is not None}
    why = say("place.computed", "follows from settings before it, with more digits than anybody types")
    placed |= {n: _as_metric(n, "likely", why) for n in find_computed(table, names, found, _list_places(placed))}
    why = say("place.counted", "counts behind an outcome what a setting limits")
    placed |= {n: _as_metric(n, "likely", why) for n in find_counted(names, found, _list_places(placed))}
    why = say("place.set_time", "is a time that was set, as the conditions beside it were")
    for name in find_set_times(names, found, _list_places(placed)):
        placed[name] = Column(name, "config", name, "likely", why)
    why = say("place.enclosed", "has the digits of what is measured, and stands in the midst of outcomes")
    placed |= {n: _as_metric(n, "guess", why) for n in find_enclosed(names, found, _list_places(placed))}
    anchors = [n for n, c in placed.items() if c.place == "metric" and not found[n].clock]
    gaps = _find_common_gaps(table, names, anchors)
    open_ = [n for n in names if n not in placed]
    settings = [n for n, c in placed.items() if c.place == "config"]
    grid = _is_grid(table, [n for n in settings if found[n].distinct > 1])
    first = min((names.index(n) for n in anchors), default=len(names))
    likely = [n for n in names[:first] if n in settings or (n in open_ and found[n].chosen)]
    likely += [n for n in settings if n not in likely]
    for name in open_:
        if name in gaps:
            placed[name] = _as_metric(
                name, "likely", say("place.same_gaps", "is missing in the same rows as the metrics")
            )
        elif grid and settings and _varies_within(found[name], [found[n] for n in settings]):
            why = say(
                "place.measured_on_grid", "varies freely while the settings form a grid, as what is measured does"
            )
            placed[name] = _as_metric(name, "likely", why)
        elif looks_measured_beside(name, names, found, settings):
            why = say("place.measured_beside_chosen", "looks measured, while all settings take few values")
            placed[name] = _as_metric(name, "guess", why)
        elif depends_on_settings(name, table, names, found, likely):
            why = say("place.depends", "depends on settings, as outcomes do")
            placed[name] = _as_metric(name, "guess", why)
    why = say("place.sibling", "is called like the outcome beside it, or like a part that a setting weighs")
    placed |= {n: _as_metric(n, "guess", why) for n in find_siblings(names, found, _list_places(placed))}
    why = say("place.depends", "depends on settings, as outcomes do")
    placed |= {n: _as_metric(n, "guess", why) for n in find_dependent(table, names, found, placed.keys(), first)}
    why = say("place.block", "looks measured, and stands on the side of the outcomes")
    placed |= {n: _as_metric(n, "guess", why) for n in find_outcome_block(names, found, _list_places(placed))}
    has_metric = has_metric or any(c.place == "metric" and not found[n].clock for n, c in placed.items())
    if not any(c.place == "metric" and not (found[n].clock or found[n].summary) for n, c in placed.items()):
        why = say("place.scores", "numbers of one kind beside settings in words, as in a table of scores")
        placed |= {n: _as_metric(n, "guess", why) for n in find_scores(names, found, _list_places(placed))}
        has_metric = any(placed[n].place == "metric" and not found[n].clock for n in placed)
    if not has_metric:
        outcome = find_only_outcome(names, found, _list_places(placed))
        if outcome:
            placed[outcome] = _as_metric(
                outcome, "guess", say("place.only_outcome", "the likeliest outcome of columns that name none")
            )
    _move_chosen_outcomes(names, found, placed)
    why = say("place.independent", "stands among the settings and depends on none")
    for name in find_independent(table, names, found, _list_places(placed)):
        placed[name] = Column(name, "config", name, "guess", why)
    last_setting = max((i for i, n in enumerate(names) if n in settings), default=len(names))
    sides = [
        (i, placed[n].place)
        for i, n in enumerate(names)
        if n in placed
        and placed[n].place in ("config", "metric")
        and not (found[n].clock and i < last_setting)
        and found[n].distinct > 1
    ]
    for position, name in enumerate(names):
        if name not in placed:
            before, after = ([p for i, p in sides if (i < position) == first] for first in (True, False))
            placed[name] = _place_beside(name, found[name], before, after)
    why = say("place.derived", "follows from the settings, and stands among the outcomes")
    for name in find_derived(table, names, found, _list_places(placed)):
        placed[name] = _as_metric(name, "guess", why)
    why = say("place.axis", "goes in steps, while everything else was measured")
    for name in find_axis(table, names, found, _list_places(placed)):
        placed[name] = Column(name, "config", name, "guess", why)
    why = say("place.family", "is numbered like outcomes beside it")
    placed |= {n: _as_metric(n, "guess", why) for n in find_family(names, found, _list_places(placed))}
    why = say("place.flag_behind", "is true or false behind all outcomes")
    placed |= {n: _as_metric(n, "guess", why) for n in find_flags_behind(names, found, _list_places(placed))}
    return placed


def _list_places(placed: Mapping[str, Column]) -> dict[str, Place]:
    return {name: column.place for name, column in placed.items()}


def _move_chosen_outcomes(names: list[str], found: Found, placed: dict[str, Column]) -> None:
    """Take for settings what is called as outcomes are but has few, round values: a threshold, a budget."""
    metrics = [n for n in names if n in placed and placed[n].place == "metric"]
    settings = [i for i, n in enumerate(names) if n in placed and placed[n].place == "config" and found[n].distinct > 1]
    firm = [i for i, n in enumerate(names) if n in metrics and not found[n].chosen]
    outset = max([min(firm, default=len(names)), *settings])
    last = {n: i > outset and not find_last_words(n) & CHOSEN_TOO for i, n in enumerate(names)}
    chosen = [
        n
        for i, n in enumerate(names)
        if n in metrics
        and found[n].chosen
        and "@" not in n
        and (found[n].distinct > 1 or i < min(firm, default=len(names)))
        and (
            min(settings, default=-1) < i < max(settings, default=-1)
            or (found[n].clock and not last[n])
            or (not found[n].core and i < min(firm, default=-1))
        )
    ]
    among = [n for n in metrics if found[n].clock and names.index(n) < min([*firm, max(settings, default=-1)])]
    why = say("place.clock_among_settings", "stands among the settings, before any outcome")
    placed |= {n: Column(n, "config", n, "guess", why) for n in among if n not in chosen}
    if len(chosen) < len(metrics):
        why = say("place.chosen", "has few values, as what is chosen has")
        placed |= {n: Column(n, "config", n, "likely", why) for n in chosen}


def _place_by_own(name: str, evidence: Evidence) -> Column | None:
    """Return a column in its place if its own name or values tell it."""
    told = evidence.by_name >= SURE and len(split_words(name)) > 1
    if not evidence.rows and set(split_words(name)[-1:]) & REMARKS and not told:
        return Column(name, "run", name, "likely", say("place.empty", "is empty"))
    if not evidence.rows and abs(evidence.by_name) < LIKELY:
        return None
    if not evidence.numeric and not evidence.flags:
        if (evidence.by_name >= SURE and not evidence.rows) or (evidence.by_name >= LIKELY and evidence.lists):
            return _as_metric(name, "likely", evidence.reason)
        if evidence.by_name >= SURE and set(split_words(name)) & {"result", "results", "outcome", "losses", "accs"}:
            return Column(name, "run", name, "likely", say("place.text_result", "tells in words how the run ended"))
        if evidence.by_name >= SURE and evidence.distinct == evidence.rows >= FEWEST_TO_NAME:
            return _as_metric(name, "likely", evidence.reason)
        if evidence.distinct == evidence.rows >= FEWEST_TO_NAME and not evidence.lists and evidence.by_name > -SURE:
            return Column(name, "run", name, "likely", say("place.names_runs", "has another text in every row"))
        if split_words(name)[-1:] in [["errors"], ["error"], ["exception"], ["traceback"]]:
            return Column(name, "run", name, "likely", say("place.text_about_run", "is a text about the run"))
        if split_words(name)[-1:] in [["status"], ["state"], ["reason"], ["verdict"]]:
            return Column(name, "run", name, "likely", say("place.text_state", "tells in words what became of the run"))
        if set(split_words(name)[-1:]) & (REMARKS | PLACES) and evidence.distinct > 0.5 * evidence.rows:
            return Column(name, "run", name, "likely", say("place.text_about_run", "is a text about the run"))
        sure: Sureness = "sure" if evidence.by_name <= -SURE else "likely"
        return Column(name, "config", name, sure, describe_values(evidence))
    if evidence.flags:
        if set(split_words(name)[-1:]) & REACHED:
            return _as_reached(name)
        if split_words(name)[:2] == ["is", "best"]:
            return Column(name, "run", name, "likely", say("place.is_best", "marks the best"))
        if evidence.by_name >= 0 and "".join(split_words(name)[-1:]).endswith("ed"):
            return None
        return Column(name, "config", name, "sure" if evidence.by_name < 0 else "likely", describe_values(evidence))
    if set(split_words(name)[-1:]) & REACHED and evidence.binary:
        return _as_reached(name)
    if evidence.generic:
        return None
    if evidence.by_name >= SURE:
        few = evidence.rows >= FEWEST_FOR_VALUES and evidence.distinct <= 2
        return _as_metric(name, "likely" if few else "sure", evidence.reason)
    many = not evidence.chosen and evidence.distinct > 0.4 * evidence.rows >= 0.4 * FEWEST_FOR_VALUES
    if -SURE < evidence.by_name <= -LIKELY and many:
        return None
    if evidence.by_name <= -LIKELY:
        chosen = evidence.by_name <= -SURE and not evidence.measured
        return Column(name, "config", name, "sure" if chosen else "likely", evidence.reason)
    if evidence.by_name >= LIKELY:
        return _as_metric(name, "likely", evidence.reason)
    return None


def _as_reached(name: str) -> Column:
    return Column(name, "metric", name, "likely", say("place.reached", "says what a run reached"))


def _as_metric(name: str, sure: Sureness, why: Message) -> Column:
    return Column(name, "metric", name, sure, why)


def _find_common_gaps(table: pd.DataFrame, names: list[str], metrics: list[str]) -> set[str]:
    """Return the columns that are empty in exactly the rows where a metric is empty."""
    gaps = {n: table[n].isna().to_numpy() for n in names if table[n].isna().any() and not table[n].isna().all()}
    known = {gaps[n].tobytes() for n in metrics if n in gaps}
    return {n for n, gap in gaps.items() if gap.tobytes() in known}


def _is_grid(table: pd.DataFrame, settings: list[str]) -> bool:
    """Say whether the settings form a full grid: every combination of their values in equally many rows."""
    if not settings or len(table) < FEWEST_FOR_VALUES:
        return False
    levels = table[settings].nunique(dropna=False).tolist()
    if any(n > len(table) / 2 for n in levels):
        return False
    cells = float(np.prod(np.array(levels, float)))
    if cells > len(table) or cells < 3:
        return False
    counts = table.groupby(settings, dropna=False, sort=False).size()
    return len(counts) == cells and counts.min() == counts.max()


def _varies_within(evidence: Evidence, settings: list[Evidence]) -> bool:
    """Say whether a column has many more values than any setting of a grid."""
    most = max(s.distinct for s in settings)
    return evidence.numeric and evidence.distinct > max(1.5 * most, 0.4 * evidence.rows)


def _stands_still(evidence: Evidence) -> bool:
    """Say whether a column has one number that nobody chooses: none at all, or one of many digits."""
    still = evidence.numeric and evidence.distinct == 1 and not evidence.by_name < 0
    return still and (evidence.size == 0 or evidence.digits > MOST_TYPED)


def _place_beside(name: str, evidence: Evidence, before: Sequence[Place], after: Sequence[Place]) -> Column:
    """Place a column that could be either by what stands before and after it: settings first, outcomes last."""
    among = before[-1:] == ["metric"] and ("config" not in after or after[0] == "metric")
    says_nothing = evidence.generic and not evidence.measured and not set(split_words(name)) & NEITHER
    if says_nothing and not among and "metric" in [*before, *after]:
        return Column(name, "config", name, "guess", say("place.generic", "has a name that says nothing"))
    named = evidence.by_name > HARDLY or (evidence.by_name > 0 and "metric" in before)
    counted = among and "config" not in after and evidence.counted
    typed = evidence.chosen or (evidence.stepped and not named)
    drawn = (among or named or evidence.generic) and not typed and evidence.distinct > 1
    if counted or drawn or (_stands_still(evidence) and among and after[:1] == ["metric"]):
        return _as_metric(name, "guess", say("place.among_outcomes", "stands among the outcomes"))
    return Column(name, "config", name, "guess", say("place.among_settings", "stands among the settings"))
