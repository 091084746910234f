"""All answers, and how the page and its workers ask for them."""

from __future__ import annotations

from pathlib import Path

from ..data.progress import Progress
from ..data.records import Json
from ..question.selection import Selection
from ..store.shared_jobs import AnyJobs
from .ablation import ABLATION
from .base import Answer, Request, get, get_cached, make_key
from .ranking import EXPLANATION, IMPORTANCE, LINEAR, OVERVIEW, RESPONSE
from .report import REPORT
from .runs import CARD, RECORDS
from .study import CHECKS, NEXT_SWEEP

ANSWERS: tuple[Answer, ...] = (
    OVERVIEW,
    IMPORTANCE,
    LINEAR,
    RESPONSE,
    EXPLANATION,
    *RECORDS.values(),
    CARD,
    ABLATION,
    CHECKS,
    NEXT_SWEEP,
    REPORT,
)
"""All answers. To add one, declare it in a module of this folder and name it here."""

_BY_NAME = {answer.name: answer for answer in ANSWERS}

WAIT = 0.5
"""Seconds that a request waits for a result before it answers with the progress."""


def read_request(data: Json) -> Request:
    """Return the request from what `Request.to_json` returned."""
    return Request(_BY_NAME[data["answer"]], Selection.from_json(data["selection"]), data["asked"])


def work(folder: Path, what: Json, progress: Progress) -> Json:
    """Compute an answer in a worker process: `what` is a request as plain JSON. Other arguments as of `get`."""
    return get(read_request(what), folder, progress)


def ask(jobs: AnyJobs, request: Request, anew: bool = False) -> tuple[Json | None, Json]:
    """
    Return an answer if it is there, and the state of its computation, which is started if needed.

    Parameters
    ----------
    jobs
        The server's jobs; the cache folder is theirs.
    request
        What is asked.
    anew
        Start again what was cancelled or failed.

    Returns
    -------
    dict or None
        The answer.
    dict
        ``state``: ``done``, ``queued``, ``running``, ``failed`` or ``cancelled``; beside another one than ``done`` the
        share that is ``done``, and a ``message``.
    """
    known = get_cached(request, jobs.folder)
    if known is not None:
        return known, {"state": "done"}
    normal = request.answer.normalise(request, jobs.folder)
    name = make_key(normal, jobs.folder)
    status, record = jobs.get_status(name)
    if record is None and (status.state in ("none", "done") or (anew and status.state in ("cancelled", "failed"))):
        jobs.submit(name, work, normal.to_json(), "short" if request.answer.short else "long")
        status, record = jobs.get_status(name, WAIT)
    elif record is None and status.state in ("queued", "running"):
        status, record = jobs.get_status(name, WAIT)
    if record is not None:
        return request.answer.restore(record, request), {"state": "done"}
    state = "running" if status.state == "done" else status.state  # its result is on the way
    return None, {"state": state, "done": status.done, "message": status.message}


def cancel(jobs: AnyJobs, *requests: Request) -> None:
    """Stop the computations for these requests."""
    for name in (make_key(request, jobs.folder) for request in requests):
        if jobs.get_status(name)[0].state in ("queued", "running"):
            jobs.cancel(name)
