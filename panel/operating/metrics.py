"""Numbers for Prometheus: requests, jobs, the cache folder, memory."""

from __future__ import annotations

import multiprocessing
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from flask import Flask, Response, g, request

from ..data.temporary import make_temporary
from ..errors import SettingsError
from ..settings import Settings
from ..store.housekeeping import list_kept
from ..store.shared_jobs import AnyJobs

METRICS = "metrics"
"""The address, from where the page is."""

TOGETHER = "PROMETHEUS_MULTIPROC_DIR"
"""The variable that names the folder in which several processes count together; its name is the library's."""

WEIGHED_EVERY = 60.0
"""Seconds between two looks at the size of the cache folder."""

SECONDS = (0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0)
"""Borders between which the durations of requests are counted."""


def check_together() -> None:
    """
    Check the folder in which several processes count together, where a host of WSGI applications names one.

    Raises
    ------
    SettingsError
        If it cannot be written.
    """
    named = os.environ.get(TOGETHER)
    if named and not os.access(named, os.W_OK | os.X_OK):
        raise SettingsError(f"{TOGETHER} is {named!r}, where nothing can be written; name a folder that is there.")


def count_together(settings: Settings) -> Path | None:
    """Have the processes that this one starts count their requests together; return the folder in which they do."""
    if not settings.metrics or TOGETHER in os.environ:
        return None
    folder = make_temporary()
    os.environ[TOGETHER] = str(folder)
    return folder


def register(server: Flask, settings: Settings, jobs: AnyJobs) -> None:
    """
    Count requests, and add the address of all numbers, if they are asked for.

    Parameters
    ----------
    server
        The application: what is registered later is counted, too.
    settings
        Whether they are asked for.
    jobs
        The server's jobs.
    """
    if not settings.metrics:
        return
    import prometheus_client as prometheus
    from prometheus_client.multiprocess import MultiProcessCollector

    shown, counted = prometheus.CollectorRegistry(), prometheus.CollectorRegistry()
    if os.environ.get(TOGETHER):
        MultiProcessCollector(shown)
    else:
        shown.register(counted)
    shown.register(State(settings.cache_dir, jobs))
    labels = ["kind", "status"]
    requests = prometheus.Counter("sweeplens_requests", "Requests that were answered.", labels, registry=counted)
    seconds = prometheus.Histogram(
        "sweeplens_request_seconds", "How long they took.", ["kind"], registry=counted, buckets=SECONDS
    )

    @server.before_request
    def begin() -> None:
        g.counted_from = time.perf_counter()

    @server.after_request
    def count(response: Response) -> Response:
        kind = name_kind(request.path.removeprefix(settings.url_prefix))
        requests.labels(kind, str(response.status_code)).inc()
        seconds.labels(kind).observe(time.perf_counter() - g.counted_from)
        return response

    @server.get(f"{settings.url_prefix}{METRICS}")
    def tell_metrics() -> Response:
        return Response(prometheus.generate_latest(shown), headers={"Content-Type": prometheus.CONTENT_TYPE_LATEST})


def name_kind(path: str) -> str:
    """Return what kind of request a path is, from where the page is: few, whatever is asked for."""
    if path in ("", "/"):
        return "page"
    first = path.strip("/").partition("/")[0]
    kinds = {
        "_dash-update-component": "answer",
        "_dash-component-suites": "file",
        "assets": "file",
        "_sweeplens": "status",
        "documentation": "help",
        "mcp": "tool",
        "healthz": "health",
        "readyz": "health",
        METRICS: METRICS,
    }
    return kinds.get(first, "other")


class State:
    """
    What is measured when it is asked for: jobs, the cache folder, memory.

    Parameters
    ----------
    folder
        The cache folder.
    jobs
        The server's jobs.
    """

    def __init__(self, folder: Path, jobs: AnyJobs):
        self._folder, self._jobs = folder, jobs
        self._weight, self._weighed = 0, -WEIGHED_EVERY

    def collect(self) -> Iterator[Any]:
        """Yield the metrics, as `prometheus_client` asks for them."""
        from prometheus_client.core import GaugeMetricFamily

        jobs = GaugeMetricFamily("sweeplens_jobs", "Computations that wait and run.", labels=["lane", "state"])
        for lane, (waiting, running) in self._jobs.count().items():
            jobs.add_metric([lane, "waiting"], waiting)
            jobs.add_metric([lane, "running"], running)
        yield jobs
        yield GaugeMetricFamily("sweeplens_cache_bytes", "Size of the cache folder.", value=self._weigh())
        memory = measure_memory()
        yield GaugeMetricFamily("sweeplens_processes", "Processes of the server, workers too.", value=len(memory))
        yield GaugeMetricFamily("sweeplens_memory_bytes", "Memory of all of them.", value=sum(memory))

    def _weigh(self) -> int:
        if time.monotonic() - self._weighed > WEIGHED_EVERY:
            self._weight, self._weighed = sum(kept.size for kept in list_kept(self._folder)), time.monotonic()
        return self._weight


def measure_memory() -> list[int]:
    """Return the bytes of memory of each process of this server, its workers among them."""
    import psutil

    parent = multiprocessing.parent_process()
    sizes = []
    try:
        first = psutil.Process(parent.pid if parent else None)
        family = [first, *first.children(recursive=True)]
    except psutil.Error:
        return []
    for process in family:
        try:
            sizes.append(process.memory_info().rss)
        except psutil.Error:  # it has just ended
            continue
    return sizes
