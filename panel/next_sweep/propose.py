"""Propose the next sweep from findings, importance and the region of good runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from ..checks import Finding, Study, infeasible
from ..data.messages import NOTHING, Count, Form, Message, Number, join, say
from ..importance import Importance
from ..importance.trust import judge_trust
from ..question.conditions import name_value
from ..question.target import name_at_step
from .activity import mark_activity
from .base import Excluded, Line, Proposal
from .budget import is_exhausted, plan
from .finer import plan_finer, plan_nothing, refine_lines, say_done
from .held import list_asked
from .lines import SHOWN, format_value, list_moves, make_constant_line, make_line
from .plan import combine
from .plateau import tell_plateau
from .prior import list_prior, list_repeats
from .region import Region, WhyNot, find_region
from .trimming import list_numbers, trim_lines

TOOLS = {"Weights & Biases": "wandb", "Optuna": "optuna", "Ray": "ray"}
"""By how the words for a source begin the tool, see `WRITERS`, that it came from."""

OFTEN_UNSET = 0.05
"""A parameter is said to be unset in some runs where so large a share of them lacks it."""

ADAPTIVE = WhyNot(
    say("next.adaptive_sentence", "The search was adaptive: where it looked little, little is known."),
    say("next.adaptive_clause", "the search was adaptive, and where it looked little, little is known"),
)
"""Why nothing is narrowed after an adaptive search."""


def propose(study: Study, findings: Sequence[Finding], ranking: Importance | None = None) -> Proposal:
    """
    Propose the next sweep.

    Parameters
    ----------
    study
        The search so far.
    findings
        What the checks found. Used are the facts of `boundary`, `infeasible`, `enough` and `fairness`; all may be
        missing.
    ranking
        The forest's ranking. Where its model predicts nothing nothing is narrowed; without it no parameter is fixed
        for being unimportant.

    Returns
    -------
    Proposal
        One line for every parameter but seeds and what is ignored.
    """
    ranked = {row.parameter: row for row in ranking.rows} if ranking else {}
    unclear = {name for name, row in ranked.items() if row.clear is False}
    region = find_region(study, list_asked(findings), ADAPTIVE if study.adaptive else _distrust(ranking), unclear)
    moves = list_moves(findings)
    lines = [
        *(make_line(part, region, moves.get(part.name, []), ranked.get(part.name)) for part in region.parts),
        *(make_constant_line(study, p) for p in study.fixed),
    ]
    lines = mark_activity(lines)
    finished = False
    if is_exhausted(study, lines):
        chosen = {p.name for p in study.runs.parameters.values() if p.role != "fixed"}
        lines = [_restore_line(line) if line.parameter in chosen and line.action != "keep" else line for line in lines]
        # a config that was stopped early was not run to its end, and can be run again
        finished = bool(study.tuned) and not _is_at_step(study) and is_exhausted(study, lines)
    finer = refine_lines(study, region, lines) if finished else None
    if finished:
        lines = finer or [say_done(line) for line in lines]
    excluded = _list_excluded(findings, lines)
    lines = trim_lines(lines, excluded)
    place = {name: i for i, name in enumerate(ranked)}
    covers = {part.name: part.covers if part.narrowed else 1.0 for part in region.parts}
    lines.sort(key=lambda line: (place.get(line.parameter, len(place)), covers.get(line.parameter, 2.0)))
    names = [line.parameter for line in lines]
    prior = list_prior(study, names) if _is_logged(study) and not _is_at_step(study) else ()
    tool, stored = name_tool(study.runs.project.format), study.runs.project.storage or ("", "")
    resumes = _is_at_step(study) and tool == "optuna" and bool(stored[0])
    made = plan(study, region, lines, findings, bool(moves), "told" if prior else "stored" if resumes else "nothing")
    repeats = () if _is_at_step(study) else list_repeats(study, findings, names)
    if finished:
        made = plan_finer(made, lines) if finer else plan_nothing(bool(repeats))
    return Proposal(
        name=study.runs.project.name,
        metric=_name_metric(study),
        goal=study.runs.goal,
        method=made.method,
        why_method=made.why_method,
        budget=made.budget,
        why_budget=made.why_budget,
        explore=made.explore,
        lines=tuple(lines),
        excluded=excluded,
        caveats=_say_caveats(study, replace(region, why=None) if finer else region, lines, ranking),
        stop=NOTHING if _is_at_step(study) or _is_widened(lines) else tell_plateau(study),
        prior=prior,
        repeats=repeats,
        tool=tool,
        stopped=_was_stopped(study),
        storage=stored[0],
        study=stored[1],
    )


def _is_widened(lines: Sequence[Line]) -> bool:
    """Say whether a limit moves: beyond it is no more of the same, so that a plateau is no reason to stop."""
    return any(line.action == "widen" for line in lines)


def _restore_line(line: Line) -> Line:
    """Return a line with the old domain of its parameter."""
    why = say(
        "next.not_narrowed",
        "Every config of the narrowed space was run already, so it is not narrowed. (It would be: {why})",
        why=line.why,
    )
    return replace(line, action="keep", domain=line.before, value=None, why=why)


def _distrust(ranking: Importance | None) -> WhyNot | None:
    """Return why nothing is narrowed where the ranking means nothing; ``None`` where it does, or there is none."""
    if ranking is None or judge_trust(ranking).level != "none":
        return None
    return WhyNot(
        say("next.ranking_means_nothing_sentence", "The settings do not predict this metric, as the ranking says."),
        say("next.ranking_means_nothing", "the settings do not predict this metric, as the ranking says"),
    )


def _list_excluded(findings: Sequence[Finding], lines: Sequence[Line]) -> tuple[Excluded, ...]:
    """Return the infeasible regions that the proposed space still meets."""
    by_name = {line.parameter: line for line in lines}
    excluded = []
    for finding in findings:
        if isinstance(finding.facts, infeasible.Facts):
            for fact in finding.facts.regions:
                region = Excluded(fact.conditions, finding.sentence, fact.quantities)
                known = all(name in by_name for name in region.list_parameters())
                if known and all(_meets(region, by_name, *condition) for condition in fact.conditions):
                    excluded.append(region)
    return tuple(excluded)


def _meets(region: Excluded, lines: Mapping[str, Line], name: str, relation: str, value: Any) -> bool:
    """Say whether any value of a line's old or new domain fulfils a condition; exploring runs use the old one."""
    if name in region.quantities:
        one, sign, other = region.quantities[name]
        ends = [combine(a, sign, b) for a in list_numbers(lines[one]) for b in list_numbers(lines[other])]
        return any(_fulfils(end, relation, value) for end in ends)
    line = lines[name]
    if line.action == "fix":
        return _fulfils(line.value, relation, value)
    limits: list[Any] = []
    for domain in (line.domain, line.before):
        limits += list(domain.choices) or [domain.low, domain.high]
    if relation == "=":
        inside = not line.domain.choices
        return inside or any(_fulfils(end, "=", value) for end in limits)
    return any(_fulfils(end, relation, value) for end in limits)


def _fulfils(own: Any, relation: str, value: Any) -> bool:
    if relation == "=":
        return name_value(own) == name_value(value)
    numbers = isinstance(own, int | float) and isinstance(value, int | float)
    return bool(numbers and (own <= value if relation == "<=" else own > value))


def _name_metric(study: Study) -> str:
    """Return the name of what the next sweep optimises: the metric, or whether runs fail."""
    failing = study.design.target.value == "failing"
    return f"failing {study.runs.label}" if failing else study.runs.metric if _is_logged(study) else study.runs.label


def _list_unset(study: Study) -> list[str]:
    """Return the parameters that a share of the runs lacks though no condition explains it."""
    return [
        p.name for p in study.tuned if p.condition is None and study.runs.column(p.name).isna().mean() >= OFTEN_UNSET
    ]


def _is_logged(study: Study) -> bool:
    """Say whether the target is a metric that a run can log, if at a step of it."""
    target, runs = study.design.target, study.runs
    return target.value != "failing" and runs.label in (runs.metric, name_at_step(runs.metric, target))


def _is_at_step(study: Study) -> bool:
    return _is_logged(study) and study.runs.label != study.runs.metric


def _was_stopped(study: Study) -> bool:
    """Say whether the target is one that a run reports at steps, and runs of the project were stopped early."""
    runs = study.runs
    pruned = (runs.project.runs["state"] == "pruned").any()
    return _is_at_step(study) or bool(_is_logged(study) and pruned and runs.metric in runs.project.history.metrics)


def name_tool(source: str) -> str:
    """Return the tool that a source came from, by the words for it; empty if no writer is for it."""
    return next((tool for start, tool in TOOLS.items() if source.startswith(start)), "")


def _say_caveats(
    study: Study, region: Region, lines: Sequence[Line], ranking: Importance | None
) -> tuple[Message, ...]:
    label, parameters = study.runs.label, study.runs.parameters.values()
    said = [_say_rests_on(region)]
    if study.design.target.value == "failing":
        said.append(
            say(
                "next.failing",
                "It makes failures rare, not {target} good: a run reports 1 if it failed, else 0.",
                target=label,
            )
        )
    elif _is_at_step(study):
        said.append(_say_at_step(study))
    elif not _is_logged(study):
        said.append(
            say(
                "next.ranks",
                "No run can log {target}, ranks among all runs: report a metric of your own for it.",
                target=label,
            )
        )
    if region.why:
        said.append(say("next.why_not_narrowed", "Nothing is narrowed. {why}", why=region.why.sentence))
    elif region.r2 is not None:
        said.append(_say_model(region.r2, ranking))
    if study.adaptive:
        said.append(say("next.adaptive", "Why it counts as adaptive: {why}.", why=study.adaptive))
    goals = [name for name in (study.space.goals if study.space else {}) if name != study.runs.metric]
    if goals and _is_logged(study):
        said.append(
            say(
                "next.one_objective",
                "It is about {metric} alone: {others} may get worse. Give the targets weights for a trade-off.",
                metric=study.runs.metric,
                others=_list_words(goals),
            )
        )
    unset = _list_unset(study)
    if unset:
        said.append(
            say(
                "next.unset",
                "Some runs have no {parameters}, and no other setting tells why. The next sweep always sets them: if "
                "unset is a choice, add it.",
                parameters=_list_words(unset),
            )
        )
    fixed = [f"{line.parameter} = {format_value(line.value)}" for line in lines if line.action == "fix"]
    if fixed:
        said.append(say("next.holds_for", "It holds for {settings}.", settings=_list_words(fixed)))
    seeds = [p.name for p in parameters if p.role == "seed"]
    if seeds:
        said.append(
            say("next.seeds", "No value of {seeds} is proposed: a seed has no best value.", seeds=_list_words(seeds))
        )
    ignored = [f"{p.name} ({p.reason or 'ignored'})" for p in parameters if p.role == "ignored"]
    if ignored:
        said.append(say("next.not_in_it", "Not in it: {parameters}.", parameters=_list_words(ignored)))
    return tuple(said)


def _say_at_step(study: Study) -> Message:
    rests = say(
        "next.at_step",
        "It rests on {target}, since runs were stopped early, and says nothing of the end; it searches for the "
        "best {metric} of whole runs. Stop runs early again",
        target=study.runs.label,
        metric=study.runs.metric,
    )
    if study.runs.project.storage is None:
        return say("next.tell_none", "{rests}, and tell your tool of no run that was stopped.", rests=rests)
    return say(
        "next.tell_optuna",
        "{rests}: the Optuna code has a pruner, and its study is told of the runs so far with what they reported. Tell "
        "another tool of no run that was stopped.",
        rests=rests,
    )


def _say_model(r2: float, ranking: Importance | None) -> Message:
    """Say what the model behind it predicts, and beside it what the ranking's does: they are two models."""
    share = Number(100 * r2, 0, "fixed", "%")
    forests = ranking.surrogate.oob_r2 if ranking and ranking.surrogate else None
    if forests is None:
        return say(
            "next.model",
            "The model behind it predicts {share} of the order of configs that it has not seen.",
            share=share,
        )
    return say(
        "next.models",
        "The model behind it, a Gaussian process, predicts {share} of the order of configs that it has not seen; the "
        "ranking's forest predicts {forests} of the variance.",
        share=share,
        forests=Number(100 * max(forests, 0.0), 0, "fixed", "%"),
    )


def _say_rests_on(region: Region) -> Message:
    if not region.infeasible:
        return say("next.rests_on", "It rests on {configs}.", configs=Count(region.configs, "config"))
    return say(
        "next.rests_on_infeasible",
        "It rests on {configs}; {infeasible} more {were} infeasible, and {tell} only where runs fail.",
        configs=Count(region.configs, "config"),
        infeasible=region.infeasible,
        were=Form(region.infeasible, "was", "were"),
        tell=Form(region.infeasible, "says", "say"),
    )


def _list_words(words: Sequence[str]) -> Message:
    listed, more = join(words[:SHOWN], ", "), len(words) - SHOWN
    return say("next.and_more", "{words} and {n} more", words=listed, n=more) if more > 0 else listed
