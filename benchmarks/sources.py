"""
Measure what reading costs: large tables, a known project, a project with a few new runs, 1,000 runs of every format.

Each reading is a process of its own, so that its peak memory is its own. The runs of a format are those of its fixture,
multiplied: run folders are copied, rows of databases inserted again under new ids.
Usage: python -m benchmarks.sources [tables | formats | refresh]
"""

from __future__ import annotations

import json
import logging
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.multiplied import add_trials, copy_run, multiplied, run_folders
from panel.store import cache, loading
from tests.contract.examples import EXAMPLES

HERE = Path(__file__).parent.parent
RUNS = 1_000


def read(uri: str, folder: str) -> dict[str, float | str]:
    """Read a source in this process; return seconds, peak memory in MB and the number of runs."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start, cpu = time.perf_counter(), time.process_time()
    seen: list[float] = []
    project_id = loading.load_source(loading.Wanted((uri,)), Path(folder), lambda done, _: seen.append(done))
    seconds, cpu = time.perf_counter() - start, time.process_time() - cpu
    project = loading.open_project(project_id, Path(folder))
    peak = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1e3
    return {"seconds": seconds, "cpu": cpu, "peak": peak, "runs": len(project.runs), "reports": len(set(seen))}


def measured(uri: Path, folder: Path) -> dict[str, float]:
    """Read a source in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.sources", "read", str(uri), str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=HERE, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr.strip().splitlines()[-1])
    return json.loads(done.stdout)


def write_table(file: Path, megabytes: float, columns: int) -> None:
    """Write a CSV of about so many megabytes: numbers of six digits, a category, an id."""
    rng = np.random.default_rng(0)
    names = [f"config.x{i}" for i in range(columns - 3)]
    rows, block, done = int(megabytes * 1e6 / (columns * 9)), max(200, 2_000_000 // columns), 0
    with file.open("w") as out:
        while done < rows:
            n = min(block, rows - done)
            frame = pd.DataFrame(np.round(rng.random((n, columns - 3)), 6), columns=names)
            frame["config.optimizer"] = rng.choice(["adam", "sgd", "rmsprop"], n)
            frame["summary.val_loss"] = np.round(rng.random(n), 6)
            frame["run.id"] = [f"r{done + i}" for i in range(n)]
            frame.to_csv(out, index=False, header=done == 0)
            done += n


def tables(place: Path) -> None:
    """Measure two large tables: their first reading, and opening them again."""
    print("| table | MB | first s | again s | ratio | peak MB | peak / file | progress reports |")
    print("|---|---|---|---|---|---|---|---|")
    for megabytes, columns in ((2_000, 100), (300, 5_000)):
        file = place / f"{columns}.csv"
        write_table(file, megabytes, columns)
        size = file.stat().st_size / 1e6
        folder = cache.prepare(place / f"cache-{columns}")[0]
        first, again = measured(file, folder), measured(file, folder)
        print(
            f"| {int(first['runs']):,} × {columns:,} | {size:,.0f} | {first['seconds']:.1f} | {again['seconds']:.2f} | "
            f"{first['seconds'] / again['seconds']:.0f} | {first['peak']:,.0f} | {first['peak'] / size:.2f} | "
            f"{first['reports']:,} |",
            flush=True,
        )
        shutil.rmtree(folder)
        file.unlink()


def own_optuna(file: Path) -> int:
    """Read a study as Optuna reads it."""
    import optuna

    return len(optuna.load_study(study_name=None, storage=f"sqlite:///{file}").get_trials())


def own_mlflow(file: Path) -> int:
    """Read the runs of all experiments as MLflow reads them."""
    import mlflow

    mlflow.set_tracking_uri(f"sqlite:///{file}")
    return len(mlflow.search_runs(search_all_experiments=True, max_results=100_000))


def own_tensorboard(folder: Path) -> int:
    """Read the runs of a folder as TensorBoard reads them."""
    logging.getLogger("tensorboard").setLevel(logging.ERROR)  # it speaks of every run that was resumed
    from tensorboard.backend.event_processing.event_multiplexer import EventMultiplexer

    runs = EventMultiplexer().AddRunsFromDirectory(str(folder)).Reload().Runs()
    return len(runs)


OWN: dict[str, Callable[[Path], int]] = {"optuna": own_optuna, "mlflow": own_mlflow, "tensorboard": own_tensorboard}
"""Readers of trackers that read what lies on a disk, and can be installed beside SweepLens. Importing is not timed."""


def formats(place: Path) -> None:
    """Measure every format that can be multiplied, beside the tracker's own reader where it is at hand."""
    print("| format | runs | first s | again s | peak MB | tracker's own reader s |")
    print("|---|---|---|---|---|---|")
    for name in EXAMPLES:
        inside = place / name
        inside.mkdir()
        source = multiplied(name, inside, RUNS)
        if source is None:
            continue
        folder = cache.prepare(inside / "cache")[0]
        first, again = measured(source, folder), measured(source, folder)
        own = "–"
        if name in OWN:
            OWN[name](source)  # imports what it needs
            start = time.perf_counter()
            OWN[name](source)
            own = f"{time.perf_counter() - start:.2f}"
        print(
            f"| {name} | {int(first['runs']):,} | {first['seconds']:.2f} | {again['seconds']:.2f} | "
            f"{first['peak']:.0f} | {own} |",
            flush=True,
        )


def refresh(place: Path) -> None:
    """Measure 10,000 runs, and the same with ten new ones, of a database and of folders."""
    print("| format | runs | first, CPU s | with 10 new, CPU s | ratio |")
    print("|---|---|---|---|---|")
    for name in ("optuna", "wandb-folder", "ray-tune"):
        inside = place / f"refresh-{name}"
        inside.mkdir()
        source = multiplied(name, inside, 10_000)
        assert source is not None
        folder = cache.prepare(inside / "cache")[0]
        first = measured(source, folder)
        if source.is_dir():
            for old in run_folders(name, source)[-10:]:
                copy_run(old, "-new")
        else:
            add_trials(source, 10)
        again = measured(source, folder)
        print(
            f"| {name} | {int(first['runs']):,}, then {int(again['runs']):,} | {first['cpu']:.2f} | "
            f"{again['cpu']:.2f} | {again['cpu'] / first['cpu']:.2f} |",
            flush=True,
        )


PARTS = {"tables": tables, "formats": formats, "refresh": refresh}


def main(chosen: list[str] | None = None) -> None:
    """Run the parts that are chosen, or all."""
    for name in chosen or PARTS:
        print(f"\n### {name}\n", flush=True)
        with tempfile.TemporaryDirectory(prefix="sweeplens-bench-") as place:
            PARTS[name](Path(place))


if __name__ == "__main__":
    if sys.argv[1:2] == ["read"]:
        print(json.dumps(read(*sys.argv[2:4])))
    else:
        main(sys.argv[1:])
