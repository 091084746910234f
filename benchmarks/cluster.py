"""
What a task costs on this machine's processes and on a Dask cluster, and how a cluster of workers that wait scales.

The workers are processes of this machine, so no network is between them. A task of the second table sleeps: how much
is done at once is up to the engine alone, not to the machine's cores. Run ``python -m benchmarks.cluster``.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

from panel.store.cache import prepare
from panel.store.jobs import Jobs
from tests.clusters import Cluster

TASKS, SLEEPING, SECONDS = 100, 16, 1.0


def nothing(folder: Path, what: Any, progress: Any) -> Any:
    return what


def sleep(folder: Path, what: Any, progress: Any) -> Any:
    progress(0.5)
    time.sleep(SECONDS)


def do(jobs: Jobs, key: str, work: Any) -> None:
    jobs.submit(key, work, None)
    while jobs.get_status(key, wait=60)[0].state != "done":
        pass


def measure_one(jobs: Jobs) -> list[float]:
    """Return the milliseconds from asking for nothing to having it, one task after the other."""
    do(jobs, "first", nothing)
    taken = []
    for number in range(TASKS):
        begun = time.perf_counter()
        do(jobs, f"task{number}", nothing)
        taken.append(1000 * (time.perf_counter() - begun))
    return taken


def measure_many(jobs: Jobs) -> float:
    """Return the seconds that all tasks that sleep take together."""
    begun = time.perf_counter()
    keys = [f"sleep{number}" for number in range(SLEEPING)]
    for key in keys:
        jobs.submit(key, sleep, None)
    for key in keys:
        while jobs.get_status(key, wait=60)[0].state != "done":
            pass
    return time.perf_counter() - begun


def main() -> None:
    with tempfile.TemporaryDirectory() as where:
        place = Path(where)
        local = Jobs(prepare(place / "local")[0])
        rows = [("processes", measure_one(local))]
        local.close()
        scaled = []
        for workers in (1, 2, 4):
            with Cluster(place / f"cluster{workers}") as cluster:
                cluster.start_scheduler()
                for _ in range(workers):
                    cluster.start_worker()
                jobs = Jobs(prepare(place / f"cache{workers}")[0], 1, scheduler=cluster.address)
                do(jobs, "first", nothing)
                computing = jobs._engines["long"]
                while computing.choose_most(1) < workers:
                    time.sleep(0.1)
                scaled.append((workers, measure_many(jobs)))
                if workers == 1:
                    rows.append(("Dask", measure_one(jobs)))
                jobs.close()
        print(f"\n{TASKS} tasks that do nothing, one after the other\n")
        print("| engine | median, ms | slowest, ms |\n|---|---|---|")
        for name, taken in rows:
            print(f"| {name} | {statistics.median(taken):.1f} | {max(taken):.1f} |")
        print(f"\n{SLEEPING} tasks that sleep for {SECONDS:g} s\n")
        print("| workers | seconds | at best |\n|---|---|---|")
        for workers, seconds in scaled:
            print(f"| {workers} | {seconds:.2f} | {SLEEPING * SECONDS / workers:g} |")


if __name__ == "__main__":
    main()
