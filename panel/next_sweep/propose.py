"""Findings, importance and the region of the good runs to the proposal of the next sweep, each line with its reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from ..checks import Finding, Study, infeasible
from ..question.selection import value_text
from .base import Excluded, Line, Proposal
from .budget import exhausted, plan
from .lines import SHOWN, constant_line, line_of, moves_of, text
from .region import Region, region_of


def propose(study: Study, findings: Sequence[Finding], importance: Mapping[str, Any] | None = None) -> Proposal:
    """
    Propose the next sweep.

    Parameters
    ----------
    study
        The search so far.
    findings
        What the checks found. Used are the facts of `boundary`, `infeasible` and `enough`; all may be missing.
    importance
        An importance record as JSON (`importance.record.Importance.to_json`). Without it no parameter is fixed for
        being unimportant.

    Returns
    -------
    Proposal
        One line for every parameter but seeds and what is ignored.
    """
    region = region_of(study)
    ranked = _ranked(importance)
    moves = moves_of(findings)
    lines = [
        *(line_of(part, region, moves.get(part.name, []), ranked.get(part.name)) for part in region.parts),
        *(constant_line(study, p) for p in study.fixed),
    ]
    lines = [_unless_never_active(line, {line.parameter: line for line in lines}) for line in lines]
    if exhausted(study, lines):
        chosen = {p.name for p in study.runs.parameters.values() if p.role != "fixed"}
        lines = [_as_before(line) if line.parameter in chosen and line.action != "keep" else line for line in lines]
    place = {name: i for i, name in enumerate(ranked)}
    covers = {part.name: part.covers if part.narrowed else 1.0 for part in region.parts}
    lines.sort(key=lambda line: (place.get(line.parameter, len(place)), covers.get(line.parameter, 2.0)))
    made = plan(study, region, lines, findings, bool(moves))
    return Proposal(
        name=study.runs.project.name,
        metric=_metric(study),
        goal=study.runs.goal,
        method=made.method,
        why_method=made.why_method,
        budget=made.budget,
        why_budget=made.why_budget,
        explore=made.explore,
        lines=tuple(lines),
        excluded=_excluded(findings, lines),
        caveats=_caveats(study, region, lines),
    )


def _as_before(line: Line) -> Line:
    """Return a line that looks where this sweep looked."""
    why = f"Every config of the narrowed space was run already, so it is not narrowed. (It would be: {line.why})"
    return replace(line, action="keep", domain=line.before, value=None, why=why)


def _unless_never_active(line: Line, by_name: Mapping[str, Line]) -> Line:
    """Return a line; as it was if the next sweep leaves out all values of the parameter that it depends on."""
    parent = by_name.get((line.before.condition or ("",))[0])
    if parent is None or line.before.condition is None:
        return line
    active = {value_text(value) for value in line.before.condition[1]}
    left = [parent.value] if parent.action == "fix" else parent.domain.choices
    if not left or active & {value_text(value) for value in left}:
        return line
    why = f"It exists only where {parent.parameter} is {' or '.join(sorted(active))}, which is left out."
    return replace(line, action="keep", domain=line.before, value=None, why=why)


def _ranked(importance: Mapping[str, Any] | None) -> dict[str, Mapping[str, Any]]:
    """Return the rows of an importance record by parameter, the most important first."""
    rows = (importance or {}).get("importance") or (importance or {}).get("rows") or []
    return {
        row["parameter"]: row for row in sorted(rows, key=lambda r: (-(r.get("importance") or 0.0), r["parameter"]))
    }


def _excluded(findings: Sequence[Finding], lines: Sequence[Line]) -> tuple[Excluded, ...]:
    """Return the infeasible regions that the proposed space still meets."""
    by_name = {line.parameter: line for line in lines}
    found = []
    for finding in findings:
        if isinstance(finding.facts, infeasible.Facts):
            for fact in finding.facts.regions:
                if all(name in by_name and _meets(by_name[name], how, v) for name, how, v in fact.conditions):
                    found.append(Excluded(fact.conditions, finding.sentence))
    return tuple(found)


def _meets(line: Line, relation: str, value: Any) -> bool:
    """Say whether some value of a line's old and new space fulfils a condition; what is explored is in the old one."""
    if line.action == "fix":
        return _fulfils(line.value, relation, value)
    ends: list[Any] = []
    for domain in (line.domain, line.before):
        ends += list(domain.choices) or [domain.low, domain.high]
    if relation == "=":
        inside = not line.domain.choices
        return inside or any(_fulfils(end, "=", value) for end in ends)
    return any(_fulfils(end, relation, value) for end in ends)


def _fulfils(own: Any, relation: str, value: Any) -> bool:
    if relation == "=":
        return value_text(own) == value_text(value)
    numbers = isinstance(own, int | float) and isinstance(value, int | float)
    return bool(numbers and (own <= value if relation == "<=" else own > value))


def _metric(study: Study) -> str:
    """Return what the next sweep optimises: the metric, or what stands for it where no run logs it."""
    failing = study.design.target.value == "failing"
    return f"failing {study.runs.label}" if failing else study.runs.label


def _caveats(study: Study, region: Region, lines: Sequence[Line]) -> tuple[str, ...]:
    n = f"{region.configs:,}"
    worst = f", {region.infeasible:,} of them infeasible and counted as the worst" if region.infeasible else ""
    said = [f"It rests on {n} configs{worst}."]
    if study.design.target.value == "failing":
        said.append(f"It makes failures rare, not {study.runs.label} good: a run reports 1 if it failed, else 0.")
    elif study.runs.label != study.runs.metric:
        said.append(f"No run can log {study.runs.label}, ranks among all runs: report a metric of your own for it.")
    if region.why:
        said.append(f"Nothing is narrowed. {region.why}")
    elif region.r2 is not None:
        said.append(f"The model behind it predicts {100 * region.r2:.0f} % of what happens in configs left out.")
    if study.adaptive:
        said.append(f"The search was adaptive ({study.adaptive}): where it looked little, little is known.")
    fixed = [f"{line.parameter} = {text(line.value)}" for line in lines if line.action == "fix"]
    if fixed:
        said.append(f"It holds for {_some(fixed)}.")
    parameters = study.runs.parameters.values()
    seeds = [p.name for p in parameters if p.role == "seed"]
    if seeds:
        said.append(f"No value of {_some(seeds)} is proposed: a seed has no best value.")
    ignored = [f"{p.name} ({p.reason or 'ignored'})" for p in parameters if p.role == "ignored"]
    if ignored:
        said.append(f"Not in it: {_some(ignored)}.")
    return tuple(said)


def _some(words: Sequence[str]) -> str:
    more = len(words) - SHOWN
    return ", ".join(words[:SHOWN]) + (f" and {more} more" if more > 0 else "")
