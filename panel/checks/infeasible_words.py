"""What the check of infeasible runs says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..data.messages import NOTHING, Count, Form, Message, Number, join, say
from .base import Study
from .trials import Region

if TYPE_CHECKING:
    from .infeasible import Facts


def say_none_feasible(study: Study) -> Message:
    """Say that no run is feasible."""
    n, label = len(study.runs), study.runs.label
    if n == 1:
        return say(
            "infeasible.only_run_not_finite",
            "The only run has no finite {target}, so there is nothing to compare: choose another metric, or loosen the "
            "filter.",
            target=label,
        )
    return say(
        "infeasible.none_finite",
        "None of the {runs} has a finite {target}, so there is nothing to compare: choose another metric, or loosen "
        "the filter.",
        runs=Count(n, "run"),
        target=label,
    )


def say_failing(study: Study) -> Message:
    """Say that whether a run failed is the target itself."""
    return say(
        "infeasible.failing",
        "Whether a run failed is the target itself: {failed} of {runs} did.",
        failed=int((study.runs.target > 0).sum()),
        runs=Count(len(study.runs), "run"),
    )


def say_answer(study: Study, facts: Facts, regions: list[Region], fewest: int) -> Message:
    """Say how many runs were infeasible, and where."""
    n, lost = len(study.runs), int((~study.runs.feasible).sum())
    if not lost and n == 1:
        return say("infeasible.only_run_feasible", "The only run was feasible.")
    if not lost:
        return say("infeasible.none", "None of the {runs} was infeasible.", runs=Count(n, "run"))
    some = say(
        "infeasible.some",
        "{lost} of {runs} ({share}) {were} infeasible",
        lost=lost,
        runs=Count(n, "run"),
        share=Number(facts.share, 2, "percent"),
        were=Form(lost, "was", "were"),
    )
    if not regions and facts.infeasible < fewest:
        return say(
            "infeasible.too_few",
            "{some}; {configs} {are} too few to tell where.",
            some=some,
            configs=Count(facts.infeasible, "config"),
            are=Form(facts.infeasible, "is", "are"),
        )
    if not regions:
        return say("infeasible.unexplained", "{some}; no region of the settings explains it.", some=some)
    first = regions[0].fact
    most = say(
        "infeasible.most_of_all",
        "{some}, most of all where {region}: {infeasible_inside} of {inside} configs there, {infeasible_outside} of "
        "{outside} elsewhere",
        some=some,
        region=regions[0].words,
        infeasible_inside=Number(first.lost, style="short"),
        inside=Number(first.all_inside, style="short"),
        infeasible_outside=Number(facts.infeasible - first.lost, style="short"),
        outside=Number(facts.configs - first.all_inside, style="short"),
    )
    return say("infeasible.regions", "{clauses}.", clauses=join([most, _say_more(regions), _say_beside(regions)], "; "))


def _say_more(regions: list[Region]) -> Message:
    more = len(regions) - 1
    return say("infeasible.more", "{regions} held", regions=Count(more, "more region")) if more else NOTHING


def _say_beside(regions: list[Region]) -> Message:
    if regions[0].fact.next_to:
        return say("infeasible.next_to_it", "the best configs lie next to it")
    beside = next((region.words for region in regions if region.fact.next_to), None)
    return say("infeasible.next_to", "the best configs lie next to {region}", region=beside) if beside else NOTHING


def say_advice(facts: Facts, regions: list[Region], much: float) -> Message:
    """Say what to leave out, or to look at."""
    if not regions and facts.share <= much:
        return NOTHING
    if not regions:
        reasons = (
            say("infeasible.reason", "{n} {reason}", n=Number(n, style="short"), reason=reason)
            for reason, n in facts.why.items()
        )
        return say(
            "infeasible.look_at_logs",
            "No setting is known to explain it, so look at the logs of these runs for a fault of code or machine "
            "({reasons}).",
            reasons=join(reasons, ", "),
        )
    where = join((region.words for region in regions), " or ")
    if not facts.next_to:
        return say("infeasible.leave_out", "Leave {regions} out of the next sweep.", regions=where)
    return say(
        "infeasible.unstable",
        "A stability problem: the best settings may lie where training is unstable. Try gradient clipping, warmup or a "
        "smaller learning rate for {regions}, and search there again; until then leave it out.",
        regions=where,
    )


def say_basis(study: Study, facts: Facts, fewest: int, level: float) -> Message:
    """Say how many configs were looked at, and which test was made."""
    configs = say(
        "infeasible.configs",
        "{configs}, {lost} infeasible in most of their runs",
        configs=Count(facts.configs, "config"),
        lost=facts.infeasible,
    )
    if facts.infeasible < fewest:
        return say(
            "infeasible.basis_too_few",
            "{configs}; a region is looked for from {fewest} on.",
            configs=configs,
            fewest=fewest,
        )
    found = _say_found(facts)
    if study.adaptive:
        return say(
            "infeasible.basis_adaptive",
            "{configs}; {found}. The search chose these runs ({why}), so chance is not judged.",
            configs=configs,
            found=found,
            why=study.adaptive,
        )
    return say(
        "infeasible.basis",
        "{configs}; {found}, Fisher's exact test there, p ≤ {level}.",
        configs=configs,
        found=found,
        level=level,
    )


def _say_found(facts: Facts) -> Message:
    """Say on which configs the first region was found, and how often it holds on the others."""
    if not facts.regions:
        return say("infeasible.looked", "a region is looked for on half of the configs and tested on the other half")
    first = facts.regions[0]
    return say(
        "infeasible.found",
        "region found on half of the configs and tested on the other half ({infeasible_inside} of {inside} there, "
        "{infeasible_outside} of {outside} elsewhere)",
        infeasible_inside=Number(first.infeasible_inside, style="short"),
        inside=Number(first.inside, style="short"),
        infeasible_outside=Number(first.infeasible_outside, style="short"),
        outside=Number(first.outside, style="short"),
    )
