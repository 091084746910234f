"""What is said of how a search went."""

from __future__ import annotations

from collections.abc import Mapping

from ..data.messages import NOTHING, Count, Form, Message, Number, Part, join, say

FEWEST = 8
"""With fewer runs nothing is said of the last quarter of them."""


def say_best(label: str, best: float, place: int, total: int, gain: float | None) -> Message:
    """
    Say when the best run came, and what the last quarter of the runs brought.

    Parameters
    ----------
    label
        How the target is called.
    best
        Its best value.
    place
        The place of that run in the order of start, from 1.
    total
        How many runs there are.
    gain
        By how much the last quarter made the best better, 0 for not at all; ``None`` if none came before it.
    """
    came = say(
        "history.came",
        "The best {metric}, {best}, came with run {place} of {total}",
        metric=label,
        best=Number(best),
        place=place,
        total=total,
    )
    if total < FEWEST or gain is None:
        return say("history.best", "{came}.", came=came)
    if gain > 0:
        return say(
            "history.still_better",
            "{came}; the last {last} runs made it better by {gain}.",
            came=came,
            last=total // 4,
            gain=Number(gain, 2),
        )
    return say(
        "history.no_better",
        "{came}; {runs} since then, {share} of all, brought nothing better.",
        came=came,
        runs=Count(total - place, "run"),
        share=Number((total - place) / total, 2, "percent"),
    )


def say_within_noise(sd: float) -> Message:
    """Say that the last improvement is smaller than what runs that are equal but for seeds differ by."""
    return say(
        "history.within_noise",
        "That last gain is less than what seeds alone make: the standard deviation of runs equal but for them is {sd}.",
        sd=Number(sd, 2),
    )


def say_order(at_half: float, limit: float, half: int, late: bool) -> Message:
    """
    Say whether the good runs came later than in a random order.

    Parameters
    ----------
    at_half
        The best of the first half.
    limit
        At this value or better it is in 95 of 100 random orders.
    half
        How many runs the first half has.
    late
        Whether it is worse than that.
    """
    found = say(
        "history.at_half",
        "The best of the first half ({half} runs with a target) was {best}",
        half=half,
        best=Number(at_half),
    )
    if late:
        return say(
            "history.late",
            "{found}; in 95 of 100 random orders of the same runs it is {limit} or better. So the good runs came late, "
            "as they do where a search learns or was narrowed on its way; the order alone does not tell why.",
            found=found,
            limit=Number(limit),
        )
    return say(
        "history.any_order",
        "{found}, not unusual for a random order of the same runs.",
        found=found,
    )


def say_early(place: int, n: int, share: float) -> Message:
    """Say that the best came among the first runs, and in which share of random orders it comes so early."""
    return say(
        "history.early",
        "The best came as number {place} of {n} runs with a target; it comes so early in {share} of random orders.",
        place=place,
        n=n,
        share=Number(share, 2, "percent"),
    )


def say_band() -> Message:
    """Say what the band is."""
    return say(
        "history.band",
        "The band holds the best so far in nine of ten random orders of the same runs: a line on its worse side says "
        "that good runs came late, one on its better side that they came early.",
    )


def say_aside(counts: Mapping[str, int], undrawn: int) -> Message:
    """Say which runs are no part of the best so far, and how many of these have no value; nothing if there are none."""
    if not counts:
        return NOTHING
    listed = join((say("history.counted", "{n} {why}", n=n, why=why) for why, n in counts.items()), ", ")
    total = sum(counts.values())
    if undrawn == total:
        return say(
            "history.aside_unseen",
            "Not part of the best so far: {listed}; they logged no value and {are} not drawn.",
            listed=listed,
            are=Form(total, "is", "are"),
        )
    left = say("history.unseen", " ({undrawn} without one not drawn)", undrawn=undrawn) if undrawn else NOTHING
    return say(
        "history.aside",
        "Not part of the best so far: {listed}; drawn as open diamonds at the last value they logged{left}.",
        listed=listed,
        left=left,
    )


def say_infeasible(n: int) -> Message:
    """Say where infeasible runs are drawn; nothing if there are none."""
    if not n:
        return NOTHING
    return say(
        "history.infeasible",
        "{runs} {have} no finite target or broke a constraint: marked at the bad edge.",
        runs=Count(n, "infeasible run"),
        have=Form(n, "has", "have"),
    )


def say_drawn(drawn: int, total: int) -> Message:
    """Say how many runs are drawn; nothing if all are."""
    if drawn >= total:
        return NOTHING
    return say(
        "history.drawn",
        "{drawn} of {runs} drawn, each that made the best better among them; lines and band are of all.",
        drawn=drawn,
        runs=Count(total, "run"),
    )


def say_beyond(n: int, end: float, above: bool) -> Message:
    """Say how many runs lie beyond one end of what the axis shows; nothing if none does."""
    if not n:
        return NOTHING
    parts: dict[str, Part] = {"runs": Count(n, "run"), "end": Number(end), "are": Form(n, "is", "are")}
    if above:
        return say("history.above", "{runs} above {end} {are} drawn at that end.", **parts)
    return say("history.below", "{runs} below {end} {are} drawn at that end.", **parts)


def say_untimed(n: int, total: int) -> Message:
    """Say that some runs have no place along the time; nothing if all have one."""
    if not n:
        return NOTHING
    return say(
        "history.untimed",
        "{n} of {runs} {have} no time of start and {are} left out along the time.",
        n=n,
        runs=Count(total, "run"),
        have=Form(n, "has", "have"),
        are=Form(n, "is", "are"),
    )


def say_no_times() -> Message:
    """Say that runs cannot be drawn along the time."""
    return say("history.no_times", "The times of start are not known, so the runs are drawn in their order.")


def say_distribution(n: int, middle: float, tenth: float) -> Message:
    """Say what half of the runs reach, and what the best tenth does."""
    if n == 1:
        return say("history.one_value", "One run has a target: {value}.", value=Number(middle))
    if middle == tenth:
        return say("history.half", "Half of the {n} runs with a target reach {middle}.", n=n, middle=Number(middle))
    return say(
        "history.tenth",
        "Half of the {n} runs with a target reach {middle}, one in ten reaches {tenth}.",
        n=n,
        middle=Number(middle),
        tenth=Number(tenth),
    )


# ---- parts


def say_part(label: str, runs: int, feasible: int, best: float | None, place: int) -> Message:
    """Say what the best of a part is, and with which of its runs it came."""
    if best is None:
        return say(
            "history.part_without", "{label}: {runs}, none with a finite target.", label=label, runs=Count(runs, "run")
        )
    return say(
        "history.part",
        "{label}: best {best}, with number {place} of {runs}{feasible}.",
        label=label,
        best=Number(best),
        place=place,
        runs=Count(runs, "run"),
        feasible=NOTHING
        if feasible == runs
        else say("history.part_feasible", ", {feasible} of them with a target that counts", feasible=feasible),
    )


def say_rest(parts: int, runs: int) -> Message:
    """Say that further parts have no line of their own; nothing if there are none."""
    if not parts:
        return NOTHING
    return say(
        "history.rest",
        "{parts} more with {runs} have no line of their own; these runs are grey.",
        parts=parts,
        runs=Count(runs, "run"),
    )


def say_no_parts(field: str) -> Message:
    """Say that the runs are not drawn apart as was asked."""
    if field == "selected":
        return say(
            "history.none_selected", "No runs, or all, are selected: select some to compare them with the others."
        )
    return say(
        "history.no_field_of",
        "These runs have no 2 to 20 values of {field}, so they are not drawn apart by it.",
        field=field,
    )
