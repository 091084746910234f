"""Writers that are killed wherever they happen to be, and what they leave: a program of its own, as it forks."""

from __future__ import annotations

import itertools
import json
import os
import random
import shutil
import signal
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from panel.data import snapshot
from panel.errors import MissingProjectError
from panel.store import cache, places, shared_snapshots
from panel.store.loading import Wanted, load_source
from tests.services import Redis

KILLS = 50
RUNS = 5000


def kill_writer(write: Callable[[int], object], least: int, meanwhile: Callable[[], object] = lambda: None) -> None:
    """Have a process write again and again, and kill it some time after it has written so often."""
    seen, told = os.pipe()
    pid = os.fork()
    if not pid:
        try:
            for position in itertools.count():
                write(position)
                os.write(told, b".")
        finally:
            os._exit(1)
    os.close(told)
    for _ in range(least):
        assert os.read(seen, 1) == b".", "the writer has ended by itself"
    time.sleep(random.uniform(0, 0.01))
    meanwhile()
    os.kill(pid, signal.SIGKILL)
    assert os.waitpid(pid, 0)[1] == signal.SIGKILL
    os.close(seen)


def make_value(key: int) -> dict[str, Any]:
    return {"key": key, "text": f"{key} " * 20_000}


def kill_writers_of_results(folder: Path) -> dict[str, Any]:
    """Kill writers of results, and Redis under every fifth of them; count what they leave, of 250 keys."""
    redis = Redis(folder.parent / "redis").start()
    places.use_places(folder, places.Places(redis.address))

    def restart() -> None:
        redis.kill()
        redis.start()

    store = cache.open_results(folder)
    for kill in range(KILLS):

        def write(position: int, first: int = 5 * kill) -> object:
            key = first + position % 5
            return store.set(str(key), make_value(key))

        kill_writer(write, random.randint(1, 10), restart if kill % 5 == 4 else lambda: None)
    apart = cache.prepare(folder.parent / "apart")[0]
    places.use_places(apart, places.Places(redis.address))
    stores = {"folder": cache.Results(folder), "redis": cache.open_results(apart)}
    found = {name: {key: store.get(str(key)) for key in range(5 * KILLS)} for name, store in stores.items()}
    redis.kill()
    right = {name: sum(values[key] == make_value(key) for key in values) for name, values in found.items()}
    none = {name: sum(value is None for value in values.values()) for name, values in found.items()}
    return {
        "killed": {"writer": KILLS, "redis": KILLS // 5},
        "right": right,
        "wrong": {name: 5 * KILLS - right[name] - none[name] for name in stores},
    }


def kill_writers_of_snapshots(folder: Path) -> dict[str, Any]:
    """Kill those who put projects into a place, and those who fetch them; count what both leave, of what was whole."""
    one, two, three = (cache.prepare(folder / name)[0] for name in ("one", "two", "three"))
    ids = []
    for number in range(5):
        table = folder / f"table{number}.csv"
        table.write_text("lr,loss\n" + "".join(f"{number + run / RUNS},{run}\n" for run in range(RUNS)))
        ids.append(load_source(Wanted((str(table),)), one))
    place = folder / "place"
    for each in (one, two, three):
        places.use_places(each, places.Places(snapshots=str(place)))
    shared_snapshots.put(ids[0], one)  # imports what it needs before it forks
    shutil.rmtree(place)

    def put(position: int, project_id: str) -> None:
        (place / f"{project_id}.zip").unlink(missing_ok=True)
        shared_snapshots.put(project_id, one)

    def fetch(position: int, project_id: str) -> None:
        shutil.rmtree(two / "projects" / project_id, ignore_errors=True)
        assert shared_snapshots.fetch(project_id, two)

    found = {"putting": [], "fetching": []}
    for kill in range(KILLS):
        project_id = ids[kill % len(ids)]
        kill_writer(partial(put, project_id=project_id), random.randint(0, 3))
        shared_snapshots.fetch(project_id, three)
        found["putting"].append(_count_runs(project_id, three))
        shutil.rmtree(three / "projects" / project_id, ignore_errors=True)
        shared_snapshots.put(project_id, one)
        kill_writer(partial(fetch, project_id=project_id), random.randint(0, 3))
        found["fetching"].append(_count_runs(project_id, two))
    return {
        "killed": {name: len(counts) for name, counts in found.items()},
        "right": {name: counts.count(RUNS) for name, counts in found.items()},
        "missing": {name: counts.count(0) for name, counts in found.items()},
    }


def _count_runs(project_id: str, folder: Path) -> int:
    try:
        return len(snapshot.open_project(project_id, folder).config)
    except MissingProjectError:
        return 0


if __name__ == "__main__":
    random.seed(7)
    kinds = {"results": kill_writers_of_results, "snapshots": kill_writers_of_snapshots}
    print(json.dumps(kinds[sys.argv[1]](Path(sys.argv[2]))))
