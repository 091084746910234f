"""MLflow's tracking server, asked through its REST API."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pandas as pd

from ...data.records import Json
from ...errors import SourceError
from ..common.given import digest
from ..common.records import Reading, Run
from .runs import Experiment, Line, Logged, history_of, metric_value, note_deleted, run_of, text_of

if TYPE_CHECKING:  # it takes a tenth of a second to import, and few ask a server
    import requests

API = "api/2.0/mlflow/"
BULK = "ajax-api/2.0/mlflow/metrics/get-history-bulk"

PAGE = 1000
RECENT = 100
"""So many runs of each kind tell whether an experiment has changed."""

MOST_LINES = 25_000
"""More values than these a server never gives at once."""

AT_ONCE = 100
"""Of so many runs it gives values at once."""

CONNECTIONS = 4
PATIENCE = (5.0, 120.0)
"""Seconds to wait for a connection, and for an answer."""

QUICK = (5.0, 10.0)

ASKED = ("USERNAME", "PASSWORD", "TOKEN", "SERVER_CERT_PATH", "CLIENT_CERT_PATH", "INSECURE_TLS")
"""What MLflow's own client takes from variables whose names begin with MLFLOW_TRACKING."""


def recognises(address: str) -> bool:
    """
    Ask whether a tracking server answers at an address.

    Raises
    ------
    SourceError
        If nothing answers there, or only to those who say who they are.
    """
    try:
        place = urlsplit(address)
    except ValueError:
        return False
    if place.scheme not in ("http", "https") or not place.hostname or place.hostname.endswith("wandb.ai"):
        return False
    if "@" in place.netloc:
        raise SourceError(
            "An address with a password in it would be shown on the page. Give it without, "
            "and set MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD."
        )
    every = {"max_results": 1, "view_type": "ALL"}
    with _open_session() as session:
        reply = _request(session, address, f"{API}experiments/search", json=every, timeout=QUICK)
    try:
        found = json.loads(reply.content)
    except ValueError:
        return False
    return reply.ok and isinstance(found, dict) and isinstance(found.get("experiments"), list)


def _open_session() -> requests.Session:
    """Return connections that say who asks, as MLflow's own client would."""
    import requests
    from requests.adapters import HTTPAdapter
    from urllib3.util import Retry

    session = requests.Session()
    retry = Retry(
        total=3,
        connect=0,
        read=False,
        backoff_factor=0.5,
        status_forcelist=(429, 502, 503, 504),
        allowed_methods=None,
        raise_on_status=False,
    )
    for scheme in ("http://", "https://"):
        session.mount(scheme, HTTPAdapter(max_retries=retry, pool_maxsize=CONNECTIONS))
    settings = {name: os.environ.get(f"MLFLOW_TRACKING_{name}", "") for name in ASKED}
    if settings["USERNAME"] or settings["PASSWORD"]:
        session.auth = (settings["USERNAME"], settings["PASSWORD"])
    elif settings["TOKEN"]:
        session.auth = partial(_add_token, settings["TOKEN"])
    session.verify = settings["SERVER_CERT_PATH"] or settings["INSECURE_TLS"].lower() not in ("true", "1")
    session.cert = settings["CLIENT_CERT_PATH"] or None
    return session


def _add_token(token: str, request: requests.PreparedRequest) -> requests.PreparedRequest:
    request.headers["Authorization"] = f"Bearer {token}"
    return request


def _request(session: requests.Session, address: str, path: str, **how: Any) -> requests.Response:
    """Return what the server answers to a request with a body, or else to one without."""
    try:
        reply = session.request("POST" if "json" in how else "GET", f"{address}/{path}", **{"timeout": PATIENCE, **how})
    except (ValueError, OSError) as error:
        raise SourceError(f"{address} does not answer: {_reason(error)}.") from error
    if reply.status_code in (401, 403):
        raise SourceError(
            f"{address} answers {reply.status_code}: it asks who you are, or does not let you in. "
            "Set MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, or MLFLOW_TRACKING_TOKEN."
        )
    return reply


def _reason(error: BaseException) -> str:
    """Return what kept a server from answering, in a few words."""
    import requests

    if isinstance(error, requests.Timeout):
        return "it takes too long"
    cause: Any = error
    while isinstance(cause, BaseException):
        if isinstance(cause, OSError) and cause.strerror:
            return cause.strerror
        inner = [getattr(cause, "reason", None), *cause.args, cause.__cause__, cause.__context__]
        cause = next((c for c in inner if isinstance(c, BaseException)), None)
    return " ".join(str(error).split()).rstrip(".") or type(error).__name__


def _ask(session: requests.Session, address: str, path: str, **how: Any) -> Json:
    """Return the mapping that the server answers with."""
    reply = _request(session, address, path, **how)
    try:
        found = json.loads(reply.content)
    except ValueError:
        found = None
    if not reply.ok or not isinstance(found, dict):
        why = (
            " ".join(str(found.get("message", "")).split())[:200].rstrip(".") if isinstance(found, dict) else "no JSON"
        )
        raise SourceError(f"{address} answers {reply.status_code} to {path}: {why or reply.reason}.")
    return found


def _ask_for_pages(session: requests.Session, address: str, path: str, **asked: Any) -> Iterator[Json]:
    """Yield all pages of an answer."""
    token = ""
    while True:
        page = _ask(session, address, API + path, json={**asked, **({"page_token": token} if token else {})})
        yield page
        token = page.get("next_page_token", "")
        if not token:
            return


def _active_names(session: requests.Session, address: str) -> dict[str, str]:
    """Return the names of the experiments that were not deleted, by id, that which changed last first."""
    found = [
        e
        for p in _ask_for_pages(session, address, "experiments/search", max_results=PAGE)
        for e in _entries(p, "experiments")
    ]
    found.sort(key=lambda e: -float(e.get("last_update_time") or 0))
    return {text_of(e, "experiment_id"): text_of(e, "name") for e in found}


def _entries(page: Json, name: str) -> list[Json]:
    return [entry for entry in page.get(name) or () if isinstance(entry, dict)]


def list_experiments(address: str, counted: bool = True) -> list[Experiment]:
    """
    Return the experiments that were not deleted.

    A server tells how many runs there are only by giving them all. So the newest of all runs are counted. If that are
    all there are, experiments without one are left out; else they are thought to have none, but are listed.
    """
    with _open_session() as session:
        names = _active_names(session, address)
        if not counted or not names:
            return [Experiment(i, name, 0) for i, name in names.items()]
        newest = next(_runs(session, address, list(names), PAGE, "start_time DESC"))
    counts = Counter(text_of(run.get("info") or {}, "experiment_id") for run in _entries(newest, "runs"))
    everything = not newest.get("next_page_token")
    return [Experiment(i, name, counts[i]) for i, name in names.items() if counts[i] or not everything]


def _runs(
    session: requests.Session, address: str, ids: list[str], size: int, order: str, view: str = "ACTIVE_ONLY"
) -> Iterator[Json]:
    """Yield pages of the runs of some experiments."""
    order_by = [f"attributes.{order}"]
    yield from _ask_for_pages(
        session, address, "runs/search", experiment_ids=ids, max_results=size, order_by=order_by, run_view_type=view
    )


def stamp(address: str, experiment: Experiment | None = None) -> str:
    """
    Return a text that changes with an experiment, or any of them.

    To look at all runs would take as long as to read them. So it changes with those that were started last, with those
    that ended last, and with those that were deleted; not with a tag that is given to an older run.
    """
    asked = (("start_time DESC", "ACTIVE_ONLY"), ("end_time DESC", "ACTIVE_ONLY"), ("start_time DESC", "DELETED_ONLY"))
    with _open_session() as session:
        ids = [experiment.id] if experiment is not None else list(_active_names(session, address))
        pages = [next(_runs(session, address, ids, RECENT, order, view)) for order, view in asked if ids]
    return digest([*ids, *(json.dumps(page, sort_keys=True) for page in pages)])


def read_runs(address: str, experiment: Experiment, reading: Reading) -> list[Run]:
    """
    Return the runs of an experiment in the order in which they were started.

    Nothing is taken from an earlier reading: which runs have changed a server tells only by giving them all.
    """
    what, runs = f"reading {experiment.name}", dict[str, Run]()
    reading.progress(0.0, what)
    with _open_session() as session:
        for position, page in enumerate(_runs(session, address, [experiment.id], PAGE, "start_time ASC"), 1):
            runs |= {run.id: run for run in map(run_of, map(_logged, _entries(page, "runs")))}
            reading.progress(0.9 * position / (position + 1), what)
        deleted = next(_runs(session, address, [experiment.id], PAGE, "start_time ASC", "DELETED_ONLY"))
    note_deleted(reading, len(_entries(deleted, "runs")), bool(deleted.get("next_page_token")))
    return list(runs.values())


def _logged(run: Json) -> Logged:
    info, data = run.get("info") or {}, run.get("data") or {}
    metrics = _entries(data, "metrics")
    return Logged(
        id=text_of(info, "run_id") or text_of(info, "run_uuid"),
        name=text_of(info, "run_name"),
        status=text_of(info, "status"),
        start=info.get("start_time"),
        end=info.get("end_time"),
        user=text_of(info, "user_id"),
        params={text_of(p, "key"): text_of(p, "value") for p in _entries(data, "params")},
        metrics={text_of(m, "key"): metric_value(m.get("value")) for m in metrics},
        tags={text_of(t, "key"): text_of(t, "value") for t in _entries(data, "tags")},
        steps=max((float(m.get("step") or 0) for m in metrics), default=0),
    )


def read_history(address: str, experiment: Experiment) -> pd.DataFrame:
    """Return the values per step of an experiment's runs, all of them; a server gives them a metric at a time."""
    with _open_session() as session, ThreadPoolExecutor(CONNECTIONS) as several:
        having: dict[str, list[str]] = {}
        for page in _runs(session, address, [experiment.id], PAGE, "start_time ASC"):
            for logged in map(_logged, _entries(page, "runs")):
                for name in logged.metrics:
                    having.setdefault(name, []).append(logged.id)
        asked = [(name, ids[i : i + AT_ONCE]) for name, ids in having.items() for i in range(0, len(ids), AT_ONCE)]
        found = several.map(lambda one: _values(session, address, *one), asked)
        return history_of([line for lines in found for line in lines])


def _values(session: requests.Session, address: str, metric: str, runs: list[str]) -> list[Line]:
    """Return the values per step of one metric of some runs."""
    if len(runs) > 1:
        how = {"run_id": runs, "metric_key": metric, "max_results": MOST_LINES}
        reply = _request(session, address, BULK, params=how)
        lines = _entries(json.loads(reply.content), "metrics") if reply.ok else []
        if reply.ok and len(lines) < MOST_LINES:
            return [_line(text_of(line, "run_id"), metric, line) for line in lines]
        middle = len(runs) // 2
        return [line for half in (runs[:middle], runs[middle:]) for line in _values(session, address, metric, half)]
    lines, token = [], ""
    while True:
        how = {"run_id": runs[0], "metric_key": metric, "max_results": MOST_LINES}
        page = _ask(
            session, address, f"{API}metrics/get-history", params={**how, **({"page_token": token} if token else {})}
        )
        lines += _entries(page, "metrics")
        token = page.get("next_page_token", "")
        if not token:
            return [_line(runs[0], metric, line) for line in lines]


def _line(run: str, metric: str, line: Json) -> Line:
    return run, float(line.get("step") or 0), metric, metric_value(line.get("value")), float(line.get("timestamp") or 0)
