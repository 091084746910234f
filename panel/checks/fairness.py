"""Were the scientific values compared fairly? Equally many configs each, spread over the same ranges of the rest."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from ..data.messages import NOTHING, Message, join, say
from ..data.names import split_words
from ..data.records import Record
from ..data.statistics import ranks
from ..question.parameters import Parameter
from ..runs.bestof import holm
from .advisable import keep_sensible
from .base import Along, Evidence, Finding, Mark, Series, Study, Tone, Verdict
from .fairness_words import (
    say_basis,
    say_fair,
    say_left,
    say_more_of_value,
    say_more_there,
    say_too_few_configs,
    say_unequal,
    say_uneven,
)
from .spreads import Spread, Table, compare_spreads, count_values, name_place

NAME = "fairness"

QUESTION = "Were the scientific values compared fairly?"

MOST_VALUES = 20
"""A parameter with more values is not compared value by value."""

ENOUGH = 5
"""With fewer configs a value, an unequal number cannot be told from chance."""

LEVEL = 0.003
"""Of both tests, each corrected for how often it is made; together they alarm in fewer than 1 % of fair comparisons."""


@dataclass(frozen=True)
class Limits:
    """
    What counts as a difference.

    Attributes
    ----------
    level
        Of both tests.
    less
        Unequal: the smallest has less than this share of the largest.
    apart
        Two spreads whose Kuiper distance is smaller are near enough, however sure that they differ.
    """

    level: float
    less: float
    apart: float


CLEARLY = Limits(LEVEL, 0.5, 0.25)

NEARLY = Limits(5 * LEVEL, 0.6, 0.2)
"""Beyond these a comparison that was clearly unfair before is unfair still; see `Study.settle`."""

STARVED, ENOUGH_BY = 0.25, 1.25
"""Below this share it is clear trouble, and stays so up to so many times that; see `Study.settle`."""

BEST = 0.1
"""What an adaptive search goes by, as a share of its configs: TPE's own."""

DRAWN = 600

NUISANCE = frozenset(
    "lr rate momentum nesterov beta beta1 beta2 betas schedule scheduler warmup decay epsilon eps clip dropout batch"
    " l1 l2 size smoothing regularization reg penalty gamma tau patience".split()
)
"""Last words of parameters that have to be tuned, whatever the question is."""


def choose_compared(study: Study) -> tuple[Parameter, ...]:
    """Return the parameters whose values are compared; without a role, the categories that are no tuning."""
    few = [p for p in keep_sensible(study.tuned) if 2 <= p.distinct <= MOST_VALUES]
    return tuple(
        p
        for p in few
        if p.role == "scientific"
        or (p.role == "none" and p.kind in ("categorical", "boolean") and not set(split_words(p.name)[-1:]) & NUISANCE)
    )


@dataclass(frozen=True)
class ParameterFact:
    """
    How a scientific parameter was searched.

    Attributes
    ----------
    parameter
        Its name.
    counts
        Configs by value.
    smallest, largest
        The values with the fewest and the most.
    p
        Of equal numbers, corrected; ``None`` in an adaptive search.
    unequal
        Whether they are materially unequal.
    explained
        Of an adaptive search: whether the value with the fewest gave worse results, by the mean rank of its configs
        (infeasible ones are the worst) or because none of them is among the best tenth, so that the search had a
        reason to leave it.
    uneven
        Where the configs of a value are spread otherwise than those of the other values; ``p`` is corrected.
    overlap
        For every nuisance parameter with numbers the smallest share of the others' range that a value covers.
    """

    parameter: str
    counts: dict[str, int]
    smallest: str
    largest: str
    p: float | None
    unequal: bool = False
    explained: bool = False
    uneven: tuple[Spread, ...] = ()
    overlap: dict[str, float] = field(default_factory=dict)

    @property
    def few(self) -> int:
        """Configs of the value with the fewest."""
        return self.counts[self.smallest]

    @property
    def many(self) -> int:
        """Configs of the value with the most."""
        return self.counts[self.largest]

    @property
    def ratio(self) -> float:
        """The fewest configs of a value as a share of the most."""
        return self.few / max(1, self.many)


@dataclass(frozen=True)
class Facts(Record):
    """
    What was measured.

    Attributes
    ----------
    parameters
        One entry a scientific parameter.
    """

    parameters: tuple[ParameterFact, ...]


def check(study: Study) -> Finding:
    """Compare how many configs each value of every scientific parameter got, and where they lie."""
    return tell(study, measure(study))


def measure(study: Study) -> Facts | None:
    """Count the configs of each value, and compare their spreads; ``None`` if there is nothing to compare."""
    return study.compute_once(_compare)[0] if choose_compared(study) else None


def _compare(study: Study) -> tuple[Facts, int]:
    """Return what was measured, and how many spreads were compared."""
    table, names, others = study.compute_once(_tabulate)
    found = measure_table(table, names, others, study.adaptive)
    if study.adaptive:
        return Facts(tuple(_explain(study, table, fact) for fact in found[0].parameters)), found[1]
    if _finds_any(found[0]) or not study.settle(_is_unfair):
        return found
    return measure_table(table, names, others, study.adaptive, NEARLY)  # it was clear before, and nearly is still


def _explain(study: Study, table: Table, fact: ParameterFact) -> ParameterFact:
    """Return a fact with whether worse results explain why an adaptive search left a value."""
    loss = np.full(int(study.number.max(initial=0)) + 1, np.inf)
    loss[study.number[study.configs.best]] = study.configs.loss
    of, axis = table.values(fact.parameter), table.axes[fact.parameter]
    known = ~np.isnan(of)
    label = np.array([name_place(axis, place) for place in of[known]], object)
    place = ranks(loss[study.number[table.rows]][known])
    few = label == fact.smallest
    worse = place[few].mean() > place[~few].mean()
    absent = place[few].min() > max(1.0, BEST * len(place))  # searches such as TPE draw the values of the best
    return replace(fact, explained=fact.unequal and bool(worse or absent))


def tell(study: Study, facts: Facts | None) -> Finding:
    """Say whether the scientific values were compared fairly."""
    if facts is None:
        return Finding(
            NAME,
            QUESTION,
            "can't tell",
            say(
                "fairness.nothing_scientific",
                "No parameter with 2 to {most} values is scientific, so there is nothing to compare.",
                most=MOST_VALUES,
            ),
            say("fairness.give_role", "Give the role scientific to a parameter whose effect is the question."),
        )
    return _tell_facts(study, study.compute_once(_tabulate)[0], facts, study.compute_once(_compare)[1])


def _is_starved(study: Study) -> bool | None:
    """Say whether a value got hardly any configs; ``None`` where that is nearly so."""
    ratio = min((f.ratio for f in study.compute_once(_compare)[0].parameters if f.unequal), default=1.0)
    return True if ratio < STARVED else None if ratio < ENOUGH_BY * STARVED else False


def _tabulate(study: Study) -> tuple[Table, list[str], list[str]]:
    """Return the configs, and the names of the parameters that are compared and of those they are spread over."""
    names = [p.name for p in choose_compared(study)]
    sensible = keep_sensible(study.tuned)
    others = [p.name for p in sensible if p.name not in names and p.role != "scientific" and p.condition is None]
    rows = np.unique(study.number, return_index=True)[1]
    return Table(rows, {name: study.runs.axis(name) for name in (*names, *others)}), names, others


def _finds_any(facts: Facts) -> bool:
    return any(f.unequal or f.uneven for f in facts.parameters)


def _is_unfair(study: Study) -> bool | None:
    """Say whether some comparison is unfair; ``None`` where that is nearly so."""
    table, names, others = study.compute_once(_tabulate)
    if _finds_any(measure_table(table, names, others, study.adaptive)[0]):
        return True
    return None if _finds_any(measure_table(table, names, others, study.adaptive, NEARLY)[0]) else False


def measure_table(
    table: Table, chosen: list[str], others: list[str], adaptive: str, limits: Limits = CLEARLY
) -> tuple[Facts, int]:
    """
    Count the configs of each value, and compare their spreads; beyond the limits they differ.

    Returns
    -------
    Facts
        What was measured.
    int
        How many spreads were compared.
    """
    counts = [count_values(table, name) for name in chosen]
    compared = [compare_spreads(table, one, others) for one in counts]
    tests = [spread for spreads, _ in compared for spread in spreads]
    facts = [
        ParameterFact(one.parameter, one.by_value, one.smallest, one.largest, one.p, overlap=overlap)
        for one, (_, overlap) in zip(counts, compared, strict=True)
    ]
    if adaptive:
        return Facts(tuple(replace(f, p=None, unequal=_differ_much(f.few, f.many)) for f in facts)), len(tests)
    corrected = holm([one.p for one in counts])
    facts = [
        replace(f, p=p, unequal=p <= limits.level and f.few < limits.less * f.many)
        for f, p in zip(facts, corrected, strict=True)
    ]
    tests = [replace(test, p=p) for test, p in zip(tests, holm([test.p for test in tests]), strict=True)]
    uneven = sorted((t for t in tests if t.p <= limits.level and t.distance >= limits.apart), key=_by_emptiness)
    return (
        Facts(tuple(replace(f, uneven=tuple(t for t in uneven if t.of == f.parameter)) for f in facts)),
        len(tests),
    )


def _differ_much(few: int, many: int) -> bool:
    """Say whether an adaptive search, which never tries all values alike, tried a value far less than another."""
    return bool(few < STARVED * many and many - few > 2 * np.sqrt(many + few))


def _tell_facts(study: Study, table: Table, facts: Facts, tests: int) -> Finding:
    n, parameters = len(table.rows), facts.parameters
    enough = any(n >= ENOUGH * len(f.counts) for f in parameters)
    untold = bool(study.adaptive and study.design.steps)  # it went by results at other steps than are compared here
    left = sorted((f for f in parameters if f.explained or (f.unequal and untold)), key=lambda f: f.ratio)
    unequal = sorted((f for f in parameters if f.unequal and f not in left), key=lambda f: f.ratio)
    every = sorted((t for f in parameters for t in f.uneven), key=_by_emptiness)
    uneven = [t for i, t in enumerate(every) if _about(t) not in map(_about, every[:i])]
    clear = bool(unequal) and not study.adaptive and study.settle(_is_starved)
    basis = say_basis(n, len(parameters), tests, study.adaptive, LEVEL, STARVED if study.adaptive else CLEARLY.less)
    advice = NOTHING
    if unequal:
        sentence = say_unequal(unequal[0], study.adaptive)
        more_there = say_more_there(table, uneven[0]) if uneven else NOTHING
        advice = join([say_more_of_value(unequal[0], study.adaptive), more_there])
    elif uneven:
        sentence, advice = say_uneven(table, uneven[0]), say_more_there(table, uneven[0])
    elif left:
        said, figures = say_left(left[0]), tuple(_draw_counts(fact) for fact in left[:2])
        return Finding(NAME, QUESTION, "can't tell", *said, basis, figures, facts)
    elif not enough:
        fewest = min(parameters, key=lambda f: len(f.counts))
        advice = _say_how_many(n, fewest)
        return Finding(NAME, QUESTION, "can't tell", say_too_few_configs(n, fewest), advice, basis, facts=facts)
    else:
        sentence = say_fair(min(parameters, key=lambda f: f.ratio), study.adaptive, STARVED)
    verdict: Verdict = "act" if clear else "look" if unequal or uneven else "fine"
    return Finding(NAME, QUESTION, verdict, sentence, advice, basis, _draw(study, table, facts, unequal, uneven), facts)


def _say_how_many(n: int, fact: ParameterFact) -> Message:
    """Say how many configs it takes, or that a sweep of this size cannot have them."""
    need = ENOUGH * len(fact.counts)
    if need > 2 * n:
        return say(
            "fairness.fewer_values",
            "Compare fewer values of {parameter}: each takes {each} configs.",
            parameter=fact.parameter,
            each=ENOUGH,
        )
    return say("fairness.run_at_least", "Run at least {configs} configs, {each} a value.", configs=need, each=ENOUGH)


def _by_emptiness(test: Spread) -> tuple[float, float]:
    """Order spreads: first a value with hardly a config where it lacks most; of two values, one lacks what one has."""
    return test.have / max(1, test.have + test.more), test.p


def _about(test: Spread) -> tuple[str, str]:
    return test.of, test.nuisance


def _draw(
    study: Study, table: Table, facts: Facts, unequal: list[ParameterFact], uneven: list[Spread]
) -> tuple[Evidence, ...]:
    """Draw the numbers of configs of the most unequal parameter, and the spreads that differ most."""
    shown = unequal[:2] or ([] if uneven else [min(facts.parameters, key=lambda f: f.ratio)])
    return (*map(_draw_counts, shown), *(_draw_spread(study, table, test) for test in uneven[:2]))


def _draw_counts(fact: ParameterFact) -> Evidence:
    counts = list(fact.counts.values())
    bars = Series("configs", "bars", tuple(map(float, range(len(counts)))), tuple(map(float, counts)), tone="best")
    return Evidence(
        say("fairness.counts", "Configs with each value of {parameter}", parameter=fact.parameter),
        Along(fact.parameter, labels=tuple(fact.counts)),
        Along("configs"),
        (bars,),
        (Mark("y", sum(counts) / len(counts), say("fairness.equally_many", "equally many")),),
    )


def _draw_spread(study: Study, table: Table, test: Spread) -> Evidence:
    axis, by = table.axes[test.nuisance], table.axes[test.of]
    x, place = table.values(test.nuisance), table.values(test.of)
    places = np.unique(place[~np.isnan(place)])
    labels = [name_place(by, p) for p in places]
    use = np.flatnonzero(~np.isnan(place) & np.isfinite(x))
    if len(use) > DRAWN:
        use = use[np.linspace(0, len(use) - 1, DRAWN).round().astype(int)]
    y = np.searchsorted(places, place[use])
    own = y == labels.index(test.value)

    def points(name: str, tone: Tone, mask: np.ndarray) -> Series:
        ids = tuple(str(i) for i in study.runs.ids[table.rows[use][mask]])
        up = tuple(y[mask].astype(float).tolist())
        return Series(name, "points", tuple(x[use][mask].tolist()), up, tone=tone, runs=ids)

    low, high = test.lacks
    ends = (
        Mark("x", low, say("fairness.few_from", "few from here")),
        Mark("x", high, say("fairness.few_to", "to here")),
    )
    return Evidence(
        say("fairness.spread", "{nuisance} with each value of {parameter}", nuisance=test.nuisance, parameter=test.of),
        Along(test.nuisance, axis.scale == "log", axis.labels),
        Along(test.of, labels=tuple(labels)),
        (points(test.value, "best", own), points("other values", "rest", ~own)),
        ends if axis.kind == "number" else (),
    )
