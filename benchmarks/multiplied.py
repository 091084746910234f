"""Many runs of a format: those of its fixture again under new ids, in folders, rows or lines."""

from __future__ import annotations

import csv
import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import numpy as np

from tests.contract.examples import EXAMPLES

RUN_FOLDERS = {
    "wandb-folder": "**/*.wandb",
    "ray-tune": "**/params.json",
    "keras-tuner": "**/trial.json",
    "hydra": "**/.hydra",
    "huggingface": "**/run-*/checkpoint-*",
    "lightning": "**/metrics.csv",
    "tensorboard": "**/events.out.tfevents.*",
    "folders": "**/run.json",
}
"""What lies in the folder of a run."""

RUN_ROWS = {
    "mlflow": ("run_uuid", ("runs", "params", "metrics", "latest_metrics", "tags")),
    "trackio": ("run_id", ("configs", "metrics")),
}
"""The column that says which run a row is of, and the tables that have it; that of the runs first."""


def run_folders(name: str, root: Path) -> list[Path]:
    """Return the folders of the runs below `root`, none of them inside another."""
    folders = {path.parent for path in root.glob(RUN_FOLDERS[name])}
    return sorted(folder for folder in folders if folders.isdisjoint(folder.parents))


def copy_run(folder: Path, more: str) -> None:
    """Copy the folder of a run; a log that has the run's id in its name gets the new one."""
    copy = folder.with_name(f"{folder.name}{more}")
    shutil.copytree(folder, copy)
    for log in copy.glob("run-*.wandb"):
        log.rename(log.with_name(f"{log.stem}{more}.wandb"))


def folders(name: str, given: Path, to: Path, n: int) -> Path:
    """Copy the folders of the runs until there are `n`."""
    target = to / given.name
    shutil.copytree(given, target)
    found = run_folders(name, target)
    for k in range(1, -(-n // len(found))):
        for folder in found:
            copy_run(folder, f"-{k}")
    return target


def rows(name: str, given: Path, to: Path, n: int) -> Path:
    """Insert the runs of a database again under new ids until there are `n`."""
    key, tables = RUN_ROWS[name]
    file = to / "runs.db"
    shutil.copy(given / "digits.db" if given.is_dir() else given, file)
    with closing(sqlite3.connect(file)) as database:
        held = database.execute(f"SELECT COUNT(DISTINCT {key}) FROM {tables[0]}").fetchone()[0]
        for table in tables:
            about = database.execute(f"PRAGMA table_info({table})").fetchall()
            columns = [row[1] for row in about if row[1] not in ("id", "log_id")]
            last = database.execute(f"SELECT MAX(rowid) FROM {table}").fetchone()[0]
            for k in range(1, -(-n // held)):
                chosen = ", ".join(f"{c} || '-{k}'" if c in (key, "run_name") else f'"{c}"' for c in columns)
                named = ", ".join(f'"{c}"' for c in columns)
                database.execute(f"INSERT INTO {table} ({named}) SELECT {chosen} FROM {table} WHERE rowid <= ?", [last])
        database.commit()
    return file


def smac(given: Path, to: Path, n: int) -> Path:
    """Write the trials of a run history again under the ids of new configs until there are `n`."""
    target = to / "0"
    shutil.copytree(given / "digits" / "0", target)
    file = target / "runhistory.json"
    history = json.loads(file.read_text())
    data, configs = list(history["data"]), dict(history["configs"])
    for k in range(1, -(-n // len(data))):
        more = k * len(configs)
        history["data"] += [{**trial, "config_id": trial["config_id"] + more} for trial in data]
        history["configs"] |= {str(int(id) + more): config for id, config in configs.items()}
    file.write_text(json.dumps(history))
    return target


def hiplot(given: Path, to: Path, n: int) -> Path:
    """Write the lines of a table again under new ids until they are of `n` runs."""
    file = to / given.name
    with given.open(newline="") as lines:
        header, *cells = list(csv.reader(lines))
    uid, above = header.index("uid"), header.index("from_uid")
    held = sum(not row[above] for row in cells)
    with file.open("w", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(header)
        for k in range(-(-n // held)):
            for row in cells:
                writer.writerow([f"{cell}-{k}" if cell and i in (uid, above) else cell for i, cell in enumerate(row)])
    return file


def optuna_trials(file: Path, n: int) -> Path:
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
    return file


def add_trials(file: Path, n: int) -> None:
    """Insert the rows of the first trials again, as `n` new ones."""
    with closing(sqlite3.connect(file)) as database:
        first = [row[0] for row in database.execute("SELECT trial_id FROM trials ORDER BY trial_id LIMIT 100")]
        last = database.execute("SELECT MAX(trial_id) FROM trials").fetchone()[0]
        details = ["trial_params", "trial_values", "trial_intermediate_values"]
        while n > 0:
            chosen = first[:n]
            shift = last + 1 - first[0]
            marks = ", ".join("?" * len(chosen))
            for table in ("trials", *details):
                columns = [row[1] for row in database.execute(f"PRAGMA table_info({table})")]
                columns = columns if table == "trials" else columns[1:]  # without their own key
                named = ", ".join(f'"{c}"' for c in columns)
                taken = ", ".join(f"{c} + {shift}" if c in ("trial_id", "number") else f'"{c}"' for c in columns)
                database.execute(
                    f"INSERT INTO {table} ({named}) SELECT {taken} FROM {table} WHERE trial_id IN ({marks})", chosen
                )
            last += len(chosen)
            n -= len(chosen)
        database.commit()


def multiplied(name: str, place: Path, n: int) -> Path | None:
    """Write about `n` runs of a format; return what is to be opened, ``None`` for our own formats."""
    given = EXAMPLES[name].origin / EXAMPLES[name].given
    if name in RUN_FOLDERS:
        return folders(name, given, place, n)
    if name in RUN_ROWS:
        return rows(name, given, place, n)
    if name == "optuna":
        return optuna_trials(place / "study.db", n)
    write = {"smac": smac, "hiplot": hiplot}.get(name)
    return None if write is None else write(given, place, n)
