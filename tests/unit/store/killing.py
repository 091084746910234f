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
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from panel.data import snapshot
from panel.errors import MissingProjectError
from panel.store import cache, places, shared_snapshots
from panel.store.loading import Wanted, load_source
from tests.services import Redis

KILLS = 50
RUNS = 5000


def kill_writer(
    write: Callable[[int], object], writes: Iterable[int], least: int, meanwhile: Callable[[], object] = lambda: None
) -> None:
    """Have a process do its writes in turn, and kill it some time after it has done so many of them."""
    seen, told = os.pipe()
    pid = os.fork()
    if not pid:
        try:
            for each in writes:
                write(each)
                os.write(told, b".")
            signal.pause()
        finally:
            os._exit(1)
    os.close(told)
    for _ in range(least):
        assert os.read(seen, 1) == b".", "the writer has ended by itself"
    time.sleep(random.uniform(0, 0.05))
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
        keys = itertools.cycle(range(5 * kill, 5 * kill + 5))
        meanwhile = restart if kill % 5 == 4 else lambda: None
        kill_writer(lambda key: store.set(str(key), make_value(key)), keys, random.randint(1, 10), meanwhile)
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
    """Kill those who put projects into a place, and those who fetch them; count the runs of what both leave."""
    one, two, three = (cache.prepare(folder / name)[0] for name in ("one", "two", "three"))
    ids = []
    for number in range(4):
        table = folder / f"table{number}.csv"
        table.write_text("lr,loss\n" + "".join(f"{number + run / RUNS},{run}\n" for run in range(RUNS)))
        ids.append(load_source(Wanted((str(table),)), one))
    place = folder / "place"
    for each in (one, two, three):
        places.use_places(each, places.Places(snapshots=str(place)))

    def put(number: int) -> None:
        shared_snapshots.put(ids[number], one)

    def fetch(number: int) -> None:
        assert shared_snapshots.fetch(ids[number], two)

    put(0)  # imports what it needs before it forks
    done: dict[str, list[int]] = {"putting": [], "fetching": []}
    torn: dict[str, list[int]] = {"putting": [], "fetching": []}
    for _ in range(KILLS):
        least = random.randint(1, 3)
        shutil.rmtree(place)
        kill_writer(put, range(4), least)
        for found, number in ((done, least - 1), (torn, least)):
            shared_snapshots.fetch(ids[number], three)
            found["putting"].append(_count_runs(ids[number], three))
            shutil.rmtree(three / "projects" / ids[number], ignore_errors=True)
        for number in range(4):
            put(number)
            shutil.rmtree(two / "projects" / ids[number], ignore_errors=True)
        kill_writer(fetch, range(4), least)
        for found, number in ((done, least - 1), (torn, least)):
            found["fetching"].append(_count_runs(ids[number], two))
    return {
        "done": {name: sorted(set(counts)) for name, counts in done.items()},
        "killed": {name: len(counts) for name, counts in torn.items()},
        "right": {name: counts.count(RUNS) for name, counts in torn.items()},
        "missing": {name: counts.count(0) for name, counts in torn.items()},
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
