"""What a column shows beside others: whether it was measured, depends on settings, or was chosen among them."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import replace

import pandas as pd

from ...data.laboratory import LABORATORY
from ...data.names import split_words
from ...data.vocabulary import COUNTERS, SETTING_FIRST, WEIGHTS
from ...question.selection import Place
from .dependence import measure_dependence
from .evidence import FEWEST_FOR_VALUES, LIKELY, SURE, Evidence

STRONGLY, CLEARLY = 0.5, 0.2
"""The share of a column's variance that settings must explain, for the column to be taken for an outcome."""

ENTIRELY = 0.95
"""From this share on a column follows from settings."""

COMPUTED = 6
"""Digits that nobody types."""

MOST_COMPARED = 20
"""Settings that a column of unknown place is compared with."""

MOSTLY_NEW = 0.8
"""Share of its rows in which a column has another value, if it was measured."""

FEWEST_TO_DEPEND = 20
"""With fewer rows than this, that a column depends on nothing says nothing."""

MOST_TYPED = 3
"""Digits that people type, as a rule: with more, a value was measured."""

Found = Mapping[str, Evidence]


def looks_measured_beside(name: str, names: Sequence[str], found: Found, settings: Sequence[str]) -> bool:
    """Say whether a column looks measured, and settings that all take few values stand before it and none behind."""
    varied = [n for n in settings if found[n].distinct > 1]
    chosen = len(varied) > 1 and all(found[n].distinct <= found[n].rows / 3 for n in varied)
    last = max((names.index(n) for n in settings), default=-1)
    evidence = found[name]
    if evidence.by_name < 0 or names.index(name) <= last:
        return False
    before = [found[n] for n in names[: names.index(name)] if found[n].numeric and found[n].digits < COMPUTED]
    typed = bool(before) and all(
        found[n].digits <= MOST_TYPED or found[n].distinct <= found[n].rows / 3 for n in settings
    )
    new = evidence.numeric and evidence.distinct >= MOSTLY_NEW * evidence.rows
    return (chosen and evidence.measured) or (typed and new and evidence.digits >= COMPUTED)


def depends_on_settings(
    name: str, table: pd.DataFrame, names: Sequence[str], found: Found, settings: Sequence[str]
) -> bool:
    """Say whether a column with many values depends on settings: strongly, or clearly and none stands behind it."""
    evidence = found[name]
    if not evidence.numeric or evidence.chosen or evidence.distinct <= FEWEST_FOR_VALUES:
        return False
    varied = [n for n in settings if found[n].distinct > 1][:MOST_COMPARED]
    behind = any(names.index(n) > names.index(name) for n in varied)
    return measure_dependence(table[name], [table[n] for n in varied]) >= (STRONGLY if behind else CLEARLY)


def find_dependent(
    table: pd.DataFrame, names: Sequence[str], found: Found, placed: Container[str], first: int
) -> list[str]:
    """
    Return the columns right before the first outcome that depend strongly on what stands before them.

    Names tell nothing of either. Where settings are drawn, the columns before such a one are settings, and it is not.

    Parameters
    ----------
    table, names, found
        The table, its columns of open place in their order, and what each tells.
    placed
        The columns of known place.
    first
        Where among the names the first outcome stands.
    """
    dependent: list[str] = []
    for i in range(first - 1, 0, -1):
        evidence = found[names[i]]
        if names[i] not in placed and evidence.distinct == 1:  # what did not vary tells nothing of what stands before
            continue
        many = evidence.numeric and not evidence.chosen and evidence.digits >= MOST_TYPED
        new = evidence.distinct >= MOSTLY_NEW * evidence.rows
        computed = evidence.digits_most >= COMPUTED and evidence.distinct > 2 and evidence.by_name >= 0
        if names[i] in placed or not many or not (new or computed):
            break
        before = [table[n] for n in names[:i] if found[n].distinct > 1][-MOST_COMPARED:]
        if measure_dependence(table[names[i]], before) < (STRONGLY if new else ENTIRELY):
            break
        dependent.append(names[i])
    return dependent


def find_siblings(names: Sequence[str], found: Found, placed: Mapping[str, Place]) -> list[str]:
    """
    Return columns of unknown place whose names begin as that of an outcome beside them, or end as that of a weight.

    ``forget_prob`` beside ``forget_rouge``, and ``z_travel`` where there is a setting ``lambda_travel``.
    """
    words = {n: split_words(n) for n in names}
    settings = [w for n, w in words.items() if placed.get(n) == "config"]
    may_weigh = [w for n, w in words.items() if len(w) > 1 and placed.get(n, "config") == "config"]
    weighed = {tuple(w[1:]) for w in may_weigh if w[0] in WEIGHTS} | {
        tuple(w[:-1]) for w in may_weigh if w[-1] in WEIGHTS
    }
    begun = {tuple(w[:-1]) for w in settings}
    siblings = [
        n
        for n in names
        if n not in placed
        and found[n].numeric
        and len(words[n]) > 1
        and words[n][0] not in WEIGHTS
        and tuple(words[n][1:]) in weighed
    ]
    named = {tuple(w) for n, w in words.items() if placed.get(n) == "metric"}
    siblings += [
        n
        for n in names
        if n not in placed and found[n].numeric and words[n][-1:] in _RESCALED and _is_rescaled(words[n][:-1], named)
    ]
    for order in (range(1, len(names)), range(len(names) - 2, -1, -1)):
        for i in order:
            name, beside = names[i], names[i - 1 if order.step > 0 else i + 1]
            begins = tuple(words[name][:-1])
            if name in placed or name in siblings or not found[name].numeric:
                continue
            if not begins or begins in begun or begins[0] in SETTING_FIRST:
                continue
            metric = placed.get(beside) == "metric" and found[beside].by_name >= LIKELY
            if (metric or beside in siblings) and tuple(words[beside][:-1]) == begins and not found[name].chosen:
                siblings.append(name)
    return siblings


_RESCALED = (["norm"], ["normed"], ["normalized"], ["normalised"], ["scaled"], ["rel"], ["relative"])
"""Last words of the name of an outcome that was put on another scale."""


def _is_rescaled(words: list[str], named: Container[tuple[str, ...]]) -> bool:
    return bool(words) and tuple(words) in named


def find_computed(table: pd.DataFrame, names: Sequence[str], found: Found, placed: Mapping[str, Place]) -> list[str]:
    """
    Return columns called as settings are that were computed from those before them: the temperature of a chip.

    Nobody types so many digits, and what is drawn does not follow from settings of few values.
    """
    computed: list[str] = []
    for i, name in enumerate(names):
        evidence = found[name]
        if placed.get(name) != "config" or not evidence.measured or evidence.digits < COMPUTED:
            continue
        before = [n for n in names[:i] if placed.get(n, "config") == "config" and found[n].distinct > 1]
        before = [n for n in before if n not in computed]
        if len(before) < 2 or any(found[n].distinct > found[n].rows / 3 for n in before):
            continue
        if measure_dependence(table[name], [table[n] for n in before]) >= MOSTLY_NEW:
            computed.append(name)
    return computed


def find_counted(names: Sequence[str], found: Found, placed: Mapping[str, Place]) -> list[str]:
    """Return counters behind an outcome of what a setting before it limits: ``total_epochs`` beside ``max_epochs``."""
    first = next((i for i, n in enumerate(names) if placed.get(n) == "metric" and not found[n].clock), len(names))
    limits = {w.rstrip("s") for n in names[:first] if placed.get(n) == "config" for w in split_words(n)}
    return [
        n
        for n in names[first:]
        if placed.get(n) == "config"
        and found[n].numeric
        and {w.rstrip("s") for w in split_words(n)} & COUNTERS & limits
        and split_words(n)[0] not in SETTING_FIRST
    ]


def find_set_times(names: Sequence[str], found: Found, placed: Mapping[str, Place]) -> list[str]:
    """Return times before all outcomes in a table of the laboratory, where they are set as temperatures are."""
    first = next((i for i, n in enumerate(names) if placed.get(n) == "metric" and not found[n].clock), len(names))
    before = names[:first]
    if first == len(names) or not any(LABORATORY & set(split_words(n)) for n in before if placed.get(n) != "metric"):
        return []
    return [n for n in before if placed.get(n) == "metric" and found[n].numeric and found[n].digits <= MOST_TYPED]


def find_flags_behind(names: Sequence[str], found: Found, placed: Mapping[str, Place]) -> list[str]:
    """Return what is true or false behind all outcomes and settings, and is called as no setting is: ``saturated``."""
    flags: list[str] = []
    for i in range(len(names) - 1, 0, -1):
        evidence = found[names[i]]
        if placed.get(names[i]) == "metric":
            break
        if not (evidence.flags or evidence.binary) or evidence.by_name < 0 or placed.get(names[i]) != "config":
            return []
        flags.append(names[i])
    metrics = [i for i, n in enumerate(names) if placed.get(n) == "metric" and not found[n].clock]
    rest = [i for i, n in enumerate(names) if placed.get(n) == "config" and n not in flags and found[n].distinct > 1]
    return flags if len(metrics) > 1 and rest and max(rest) < metrics[0] else []


def find_derived(table: pd.DataFrame, names: Sequence[str], found: Found, placed: Mapping[str, Place]) -> list[str]:
    """
    Return columns taken for settings that follow from settings before them, behind an outcome and before no setting.

    A ratio of compression has few values where the bits have few, and says nothing that they do not.
    """
    derived: list[str] = []
    first = next((i for i, n in enumerate(names) if placed[n] == "metric" and not found[n].clock), len(names))
    settings = [n for n in names[:first] if placed[n] == "config" and found[n].distinct > 1]
    for name in reversed(names[first:]):
        evidence = found[name]
        if placed[name] != "config" or evidence.distinct <= 1:
            continue
        open_ = evidence.numeric and not evidence.binary and evidence.by_name > -SURE
        if not open_ or measure_dependence(table[name], [table[n] for n in settings]) < ENTIRELY:
            break
        derived.append(name)
    return derived


def forget_lone_counts(found: dict[str, Evidence]) -> dict[str, Evidence]:
    """Take ``Tn`` and ``fp`` for names that say nothing where no other cell of a confusion matrix stands beside."""
    cells = {n for n in found if set(split_words(n)) & {"tp", "fp", "tn", "fn"}}
    kinds = {w for n in cells for w in split_words(n)} & {"tp", "fp", "tn", "fn"}
    if len(kinds) > 1:
        return found
    return {n: replace(e, by_name=0.0, core=False) if n in cells else e for n, e in found.items()}


def find_independent(table: pd.DataFrame, names: Sequence[str], found: Found, placed: Mapping[str, Place]) -> list[str]:
    """
    Return columns called as outcomes are that were chosen: ``kappa``, ``random_page_cost``.

    Such a column stands between settings, before all other outcomes, has values as people type them, and depends on
    no setting, while another outcome depends on some. Names that say nothing else than an outcome stay.
    """
    settings = [i for i, n in enumerate(names) if placed.get(n) == "config"]
    metrics = [i for i, n in enumerate(names) if placed.get(n) == "metric" or (n not in placed and found[n].generic)]
    chosen: list[str] = []
    for i in metrics:
        name, evidence = names[i], found[names[i]]
        rest = [j for j in metrics if names[j] not in chosen and j != i]
        if not rest or i > min(rest) or not settings or not settings[0] < i < settings[-1]:
            break
        named = evidence.by_name >= SURE and not evidence.core and not evidence.clock
        if not named or evidence.rows < FEWEST_TO_DEPEND or evidence.digits > MOST_TYPED:
            continue
        beside = [table[names[j]] for j in settings if found[names[j]].distinct > 1][:MOST_COMPARED]
        others = [table[names[j]] for j in rest if found[names[j]].numeric]
        if not measure_dependence(table[name], beside) and any(measure_dependence(o, beside) for o in others):
            chosen.append(name)
    return chosen
