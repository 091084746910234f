"""
Kinds of contradiction, a function each: it returns what contradicts what in all answers to one question.

Add one whenever two views were seen to say opposite things; see `KINDS`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from panel.checks import convergence, overfitting
from panel.checks.advisable import has_sense
from panel.data.messages import Message
from panel.runs.matter import find_matter

from .answers import Answers

RELATED = 0.1
"""Two shares that are nearer to each other are the same to a reader."""

AFFORDED = 20
"""So many runs anybody can be asked for; more only up to as many as there are."""


def predicts_nothing_but_narrows(a: Answers) -> Iterator[str]:
    """The ranking rests on a model that predicts nothing, and the next sweep is narrowed by one that does."""
    if a.trust.level == "none" and a.proposal:
        for line in a.proposal.lines:
            if line.action == "narrow" or (line.action == "fix" and len(line.before.choices) > 1):
                yield f"{a.trust.words}; next sweep: {line.action} {line.parameter}: {line.why}"


def shares_that_nothing_relates(a: Answers) -> Iterator[str]:
    """Two views say how much a model predicts, not the same, and neither says of what the other speaks."""
    r2 = a.importance.surrogate.oob_r2 if a.importance.surrogate else None
    for text in a.proposal.caveats if a.proposal and r2 is not None else ():
        shares = [int(share) / 100 for share in re.findall(r"(\d+) %", text)]
        if text.code.startswith("next.model") and min(abs(share - max(0.0, r2)) for share in shares) > RELATED:
            yield f"R² {r2:.2f} of the ranking; next sweep: {text}"


def drops_what_cannot_be_told_apart(a: Answers) -> Iterator[str]:
    """A value that is not worse beyond chance than any other is left out, and why the two differ is not said."""
    lines = {line.parameter: line for line in a.proposal.lines} if a.proposal else {}
    for name, values in a.dropped.items():
        record = a.isolated.get(name)
        if record is None or record.adaptive or record.baseline in values or _says(lines[name].why, "next.untold"):
            continue
        for standing in record.buckets:
            if standing.label in values and standing.verdict == "same":
                yield f"{name} = {standing.label} cannot be told from {record.baseline}; the next sweep drops it"


def _says(text: Message, code: str) -> bool:
    return code in {part.code for part in (text, *_split(text))}


def drops_of_what_more_is_asked(a: Answers) -> Iterator[str]:
    """A check asks for more runs with a value that the next sweep leaves out."""
    facts = a.findings["fairness"].facts
    for fact in getattr(facts, "parameters", ()) if a.findings["fairness"].fires else ():
        asked = {fact.smallest} if fact.unequal else {spread.value for spread in fact.uneven[:1]}
        for value in asked & a.dropped.get(fact.parameter, set()):
            yield f"{a.findings['fairness'].advice} The next sweep drops {fact.parameter} = {value}"


def worse_again_and_improving(a: Answers) -> Iterator[str]:
    """Runs get worse again, and are said to be still improving."""
    risen, ends = a.findings["overfitting"].facts, a.findings["convergence"].facts
    if not isinstance(risen, overfitting.Facts) or not isinstance(ends, convergence.Facts):
        return
    if ends.improves and 2 * risen.worse > risen.of:
        yield f"{a.findings['overfitting'].sentence} {a.findings['convergence'].sentence}"


def praises_what_trust_denies(a: Answers) -> Iterator[str]:
    """The settings explain nothing, and a check acts on what they explain; or a ranking is believed without effect."""
    if a.trust.level == "none":
        for name in ("boundary", "same_name"):
            if a.findings[name].verdict == "act":
                yield f"{a.trust.advice} {a.findings[name].sentence}"
    rows = a.importance.rows
    if a.trust.level in ("good", "fair") and rows and not any(row.clear for row in rows):
        yield f"{a.trust.advice} Nothing is clear."


def judges_chance_of_an_adaptive_search(a: Answers) -> Iterator[str]:
    """The search is adaptive, and a view gives p-values; or views do not agree whether it is."""
    records = [r for r in (*a.isolated.values(), a.adopted, a.best, a.path, a.map) if r is not None]
    for record in records:
        if record.adaptive != a.study.adaptive:
            yield f"{type(record).__name__}: adaptive {record.adaptive!r}, checks {a.study.adaptive!r}"
    if not a.study.adaptive:
        return
    for name, finding in a.findings.items():
        if finding.facts and name not in PLAIN_P and _has_p(finding.facts.to_json()):
            yield f"{name} gives p-values of an adaptive search"
    for record in records:
        told = {name: value for name, value in record.to_json().items() if name != "messages"}
        if _has_p(told):  # why it is adaptive may be a p-value of its own, of the order of runs
            yield f"{type(record).__name__} gives p-values of an adaptive search"
    for where, text in a.texts():
        text = text.replace(str(a.study.adaptive), "")  # that has a p-value of its own, of the order of runs
        if re.search(r"beyond chance|\bp [=<≤] ", text) and "not judged" not in text and where != "importance":
            yield f"{where}: {text}"


PLAIN_P = frozenset({"leaks", "fairness"})
"""Checks whose p-values are not about which runs the search chose: p of counts, corrected or not, stays a fact."""


def _has_p(value: Any) -> bool:
    if isinstance(value, dict):
        return any(v is not None for k, v in value.items() if k in ("p", "corrected")) or any(
            map(_has_p, value.values())
        )
    return any(map(_has_p, value)) if isinstance(value, list) else False


def asks_for_more_than_there_is(a: Answers) -> Iterator[str]:
    """Advice asks for more runs than a sweep of this size affords."""
    most = max(AFFORDED, len(a.study.runs))
    for where, text in a.texts():
        for number in re.findall(r"\b[Rr]un (?:about |at least )?([\d,]+) ?(?:more|configs|\()", text):
            if int(number.replace(",", "")) > most:
                yield f"{where}: {text} (of {len(a.study.runs)} runs)"


def advises_on_what_is_no_choice(a: Answers) -> Iterator[str]:
    """Advice names a constant, a path, a derived or an evaluation setting."""
    constant = {p.name for p in a.study.fixed}
    for p in a.study.runs.parameters.values():
        if p.role_reason == "user" or (has_sense(p) and p.name not in constant):
            continue
        for name, finding in a.findings.items():
            advice = str(finding.advice)
            for run in a.study.runs.names:
                advice = advice.replace(str(run), "") if run else advice
            if name != "leaks" and re.search(rf"(?<![\w.]){re.escape(p.name)}(?![\w.])", advice):
                yield f"{name} about {p.name}: {finding.advice}"


def repeats_itself(a: Answers) -> Iterator[str]:
    """Several sentences alike in one place that would be one."""
    said = {name: [finding.advice] for name, finding in a.findings.items()} | {"caveats": list(a.caveats)}
    for where, texts in said.items():
        parts = [part for text in texts for part in _split(text)]
        for code, times in Counter(part.code for part in parts).items():
            if times > 2 or (times > 1 and where == "caveats"):
                yield f"{where}: {times} times {code}"


def _split(text: str) -> list[Message]:
    if not isinstance(text, Message):
        return []
    return [part for part in text.parts.values() if isinstance(part, Message)] if text.code == "joined" else [text]


def wants_more_of_what_is_saturated(a: Answers) -> Iterator[str]:
    """One check says that more configs gain hardly anything, and another asks for more of them."""
    facts = a.findings["enough"].facts
    if getattr(facts, "saturated", False) and a.findings["enough"].verdict == "fine":
        advice = a.findings["stability"].advice
        if re.search(r"more configs", advice):
            yield f"{a.findings['enough'].sentence} {advice}"


def repeats_in_two_numbers(a: Answers) -> Iterator[str]:
    """Two checks ask for different numbers of repeats of one run."""
    facts, advice = a.findings["noise"].facts, a.findings["stability"].advice
    found = re.search(r"repeat (.+) with (\d+) other seed", advice)
    for one in getattr(facts, "repeat", ()):
        name = a.study.runs.names[list(a.study.runs.ids.astype(str)).index(one.run)]
        if found and found[1] == name and int(found[2]) != one.times:
            yield f"{a.findings['noise'].advice} {advice}"


def moves_a_limit_that_is_not_moved(a: Answers) -> Iterator[str]:
    """A check moves a limit, and the next sweep does not look beyond it."""
    facts = a.findings["boundary"].facts
    lines = {line.parameter: line for line in a.proposal.lines} if a.proposal else {}
    for limit in getattr(facts, "limits", ()):
        line = lines.get(limit.parameter)
        if line is None or limit.move_to is None:
            continue
        ends = [x for x in (line.domain.choices or (line.domain.low, line.domain.high)) if isinstance(x, int | float)]
        if line.action == "fix" or (
            ends and (max(ends) <= limit.limit if limit.side == "high" else min(ends) >= limit.limit)
        ):
            yield f"{a.findings['boundary'].advice} Next sweep: {line.action} {line.parameter}: {line.why}"


def hardly_differs_by_much(a: Answers) -> Iterator[str]:
    """Two values are said to hardly differ, and the interval reaches what would matter."""
    for name, record in a.isolated.items():
        least = find_matter(a.study.runs)
        for standing in record.buckets:
            difference, half = standing.rank_difference, standing.rank_half
            if standing.alike and (difference is None or half is None or abs(difference) + half > least.loss):
                yield f"{name} = {standing.label}: {record.lead}"
    for where, text in a.texts():
        if "hardly differ" in text and where not in ("isolation", "adopt"):
            yield f"{where}: {text}"


def leaves_the_best_out(a: Answers) -> Iterator[str]:
    """A parameter is fixed at a value that none of the best runs has."""
    rows = {row.parameter: row for row in a.best.rows} if a.best else {}
    for line in a.proposal.lines if a.proposal else ():
        row = rows.get(line.parameter)
        if line.action == "fix" and row and row.values and str(line.value).lower() not in map(str.lower, row.values):
            yield f"the best have {line.parameter} = {', '.join(sorted(set(row.values)))}; fixed at {line.value}"


KINDS: dict[str, Callable[[Answers], Iterator[str]]] = {
    kind.__name__: kind
    for kind in (
        predicts_nothing_but_narrows,
        shares_that_nothing_relates,
        drops_what_cannot_be_told_apart,
        drops_of_what_more_is_asked,
        worse_again_and_improving,
        praises_what_trust_denies,
        judges_chance_of_an_adaptive_search,
        asks_for_more_than_there_is,
        advises_on_what_is_no_choice,
        repeats_itself,
        wants_more_of_what_is_saturated,
        repeats_in_two_numbers,
        moves_a_limit_that_is_not_moved,
        hardly_differs_by_much,
        leaves_the_best_out,
    )
}
"""The kinds by name."""
