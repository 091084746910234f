"""What is said of when the runs of a search ran."""

from __future__ import annotations

import numpy as np

from ..data.messages import Count, Message, Number, join, say

MOSTLY, FEWEST_FAILED = 0.6, 5
"""So many runs failed mostly in a third of the search if it has this share of them."""


def say_timeline(at_once: int, mean: float, known: int, total: int, failed: np.ndarray) -> Message:
    """
    Say how many runs ran at once, and when runs failed.

    Parameters
    ----------
    at_once, mean
        How many ran at once, at most and on average while any ran; 0 if that is not known.
    known, total
        Of how many runs it is known when they ran, and how many there are.
    failed
        Places of the failed runs in the order of start, from 0.
    """
    said = []
    if at_once == 1:
        said.append(say("history.one_at_once", "One ran after the other, never two at once."))
    elif at_once:
        said.append(
            say(
                "history.at_once",
                "At most {most} ran at once, {mean} on average while any ran.",
                most=at_once,
                mean=Number(mean, 1, "decimals"),
            )
        )
    said.append(_say_failed(failed, total))
    if known < total:
        said.append(
            say(
                "history.unknown_times",
                "Of {n} of {runs} it is not known when they ran; they are not drawn here.",
                n=total - known,
                runs=Count(total, "run"),
            )
        )
    return join(said)


def _say_failed(failed: np.ndarray, total: int) -> Message:
    n = len(failed)
    if not n:
        return say("history.none_failed", "None failed.")
    thirds = np.bincount(np.minimum(3 * failed // max(total, 1), 2), minlength=3) / n
    if n >= FEWEST_FAILED and thirds[0] >= MOSTLY:
        return say("history.failed_early", "{failed} of {total} failed, mostly early.", failed=n, total=total)
    if n >= FEWEST_FAILED and thirds[2] >= MOSTLY:
        return say("history.failed_late", "{failed} of {total} failed, mostly late.", failed=n, total=total)
    return say("history.failed", "{failed} of {total} failed.", failed=n, total=total)


def say_no_timeline(total: int, created: int, lasted: int, both: int) -> Message:
    """Say why runs are counted by their order: of too few is it known when they started, or for how long they ran."""
    if not created:
        return say("history.no_starts", "The source does not tell when runs started: counted in their order instead.")
    if not lasted:
        return say("history.no_lengths", "The source does not tell how long runs took: counted in their order instead.")
    if both * 2 >= total:
        return say("history.no_length", "Every run took 0 seconds by its source: counted in their order instead.")
    return say(
        "history.few_times",
        "Only of {both} of {runs} is it known when they started and for how long they ran: counted in their order "
        "instead.",
        both=both,
        runs=Count(total, "run"),
    )
