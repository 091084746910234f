"""
Measure what reading costs: large tables, a known project, a project with a few new runs, 1,000 runs of every format.

Each reading is a process of its own, so that its peak memory is its own. The runs of a format are those of its fixture,
multiplied: run folders are copied, rows of databases inserted again under new ids.
Usage: python -m benchmarks.sources [tables | formats | refresh]
"""

from __future__ import annotations

import json
import resource
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import numpy as np
import pandas as pd

from panel import cache, loading
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


RUN_FOLDERS = {
    "wandb-folder": "**/*.wandb",
    "ray-tune": "**/params.json",
    "keras-tuner": "**/trial.json",
    "hydra": "**/.hydra",
    "huggingface": "**/run-*/checkpoint-*",
    "lightning": "**/metrics.csv",
    "tensorboard": "**/events.out.tfevents.*",
}
"""What lies in the folder of a run."""


def run_folders(name: str, root: Path) -> list[Path]:
    """Return the folders of the runs below `root`."""
    return sorted({path.parent for path in root.glob(RUN_FOLDERS[name])})


def copies_of_folders(name: str, example: Path, to: Path, n: int) -> None:
    """Copy the folders of the runs until there are `n`."""
    shutil.copytree(example, to)
    folders = run_folders(name, to)
    for k in range(1, -(-n // len(folders))):
        for folder in folders:
            shutil.copytree(folder, folder.with_name(f"{folder.name}-{k}"))


def optuna_trials(file: Path, n: int) -> None:
    """Let Optuna write a study of 100 trials with four steps each, and insert their rows again until there are `n`."""
    import optuna

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    rng = np.random.default_rng(0)
    study = optuna.create_study(storage=f"sqlite:///{file}", study_name="benchmark")
    space = {"lr": optuna.distributions.FloatDistribution(1e-5, 1, log=True)}
    space |= {f"x{i}": optuna.distributions.FloatDistribution(0, 1) for i in range(7)}
    study.add_trials(
        [
            optuna.create_trial(
                params={"lr": float(10 ** rng.uniform(-5, 0)), **{f"x{i}": float(rng.random()) for i in range(7)}},
                distributions=space,
                value=float(rng.random()),
                intermediate_values={s: float(rng.random()) for s in range(4)},
            )
            for _ in range(100)
        ]
    )
    add_trials(file, n - 100)


def add_trials(file: Path, n: int) -> None:
    """Insert the rows of the first trials again, as `n` new ones."""
    with closing(sqlite3.connect(file)) as database:
        first = [row[0] for row in database.execute("SELECT trial_id FROM trials ORDER BY trial_id LIMIT 100")]
        last = database.execute("SELECT MAX(trial_id) FROM trials").fetchone()[0]
        details = ["trial_params", "trial_values", "trial_intermediate_values"]
        while n > 0:
            chosen = first[:n]
            shift = last + 1 - first[0]
            columns = [row[1] for row in database.execute("PRAGMA table_info(trials)")]
            named = ", ".join(f'"{c}"' for c in columns)
            taken = ", ".join(f"{c} + {shift}" if c in ("trial_id", "number") else f'"{c}"' for c in columns)
            marks = ", ".join("?" * len(chosen))
            database.execute(
                f"INSERT INTO trials ({named}) SELECT {taken} FROM trials WHERE trial_id IN ({marks})", chosen
            )
            for table in details:
                columns = [row[1] for row in database.execute(f"PRAGMA table_info({table})")][1:]  # without their key
                named = ", ".join(f'"{c}"' for c in columns)
                taken = ", ".join(f"trial_id + {shift}" if c == "trial_id" else f'"{c}"' for c in columns)
                database.execute(
                    f"INSERT INTO {table} ({named}) SELECT {taken} FROM {table} WHERE trial_id IN ({marks})", chosen
                )
            last += len(chosen)
            n -= len(chosen)
        database.commit()


def optunas_own(file: Path) -> int:
    """Read a study as Optuna reads it."""
    import optuna

    return len(optuna.load_study(study_name=None, storage=f"sqlite:///{file}").get_trials())


def mlflow_rows(example: Path, file: Path, n: int) -> None:
    """Insert the runs of a database again under new ids until there are `n`."""
    shutil.copy(example, file)
    with closing(sqlite3.connect(file)) as database:
        runs = [row[0] for row in database.execute("SELECT run_uuid FROM runs WHERE lifecycle_stage = 'active'")]
        for k in range(1, -(-n // len(runs))):
            for table in ("runs", "params", "metrics", "latest_metrics", "tags"):
                columns = [row[1] for row in database.execute(f"PRAGMA table_info({table})")]
                chosen = ", ".join(f"run_uuid || '-{k}'" if c == "run_uuid" else f'"{c}"' for c in columns)
                marks = ", ".join("?" * len(runs))
                database.execute(
                    f"INSERT INTO {table} ({', '.join(f'{chr(34)}{c}{chr(34)}' for c in columns)}) "
                    f"SELECT {chosen} FROM {table} WHERE run_uuid IN ({marks})",
                    runs,
                )
        database.commit()


def multiplied(name: str, place: Path, n: int = RUNS) -> Path | None:
    """Write about `n` runs of a format; ``None`` where its fixture cannot be multiplied."""
    example = EXAMPLES[name]
    given = example.origin / example.given
    if name == "optuna":
        optuna_trials(place / "study.db", n)
        return place / "study.db"
    if name == "mlflow":
        mlflow_rows(given, place / "mlflow.db", n)
        return place / "mlflow.db"
    if name in RUN_FOLDERS:
        copies_of_folders(name, given, place / given.name, n)
        return place / given.name
    return None


OWN: dict[str, Callable[[Path], int]] = {"optuna": optunas_own}


def formats(place: Path) -> None:
    """Measure every format that can be multiplied, beside the tracker's own reader where it is at hand."""
    print("| format | runs | first s | again s | peak MB | tracker's own reader s |")
    print("|---|---|---|---|---|---|")
    for name in EXAMPLES:
        inside = place / name
        inside.mkdir()
        source = multiplied(name, inside)
        if source is None:
            continue
        folder = cache.prepare(inside / "cache")[0]
        first, again = measured(source, folder), measured(source, folder)
        own = "–"
        if name in OWN:
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
    print("| format | runs | first s | with 10 new s | ratio |")
    print("|---|---|---|---|---|")
    for name in ("optuna", "wandb-folder", "ray-tune"):
        if name not in EXAMPLES:
            continue
        inside = place / f"refresh-{name}"
        inside.mkdir()
        source = multiplied(name, inside, 10_000)
        assert source is not None
        folder = cache.prepare(inside / "cache")[0]
        first = measured(source, folder)
        if source.is_dir():
            for old in run_folders(name, source)[:10]:
                shutil.copytree(old, old.with_name(f"{old.name}-new"))
        else:
            add_trials(source, 10)
        again = measured(source, folder)
        print(
            f"| {name} | {int(first['runs']):,}, then {int(again['runs']):,} | {first['seconds']:.2f} | "
            f"{again['seconds']:.2f} | {again['seconds'] / first['seconds']:.3f} |",
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
