"""Projects, sweeps and groups on a W&B server."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from functools import partial
from itertools import islice
from typing import Any

import pandas as pd

from ...data.messages import Count, say
from ...data.plain import flatten
from ...data.project import HISTORY_COLUMNS, Project, Space
from ...errors import SourceError
from ..common.building import project_of
from ..common.given import Given, digest
from ..common.records import Reading, Run
from ..common.source import no_parts
from .client import LISTED, WHOLE, Client, address_of, connect, page_address, run_in_parallel
from .sweep import join_goals, space_of
from .values import CLOCKS, keep_outcomes, revive_numbers

NAME = "wandb"
WORDS = "Weights & Biases project"
OPENS = "`sweeplens wandb://ENTITY/PROJECT`, `wandb://ENTITY/PROJECT/sweeps/ID`, or the web address"
EXTRA = "wandb"
parts = no_parts

STATES = {"pending": "running", "preempting": "running", "preempted": "killed"}
"""States of W&B that have another name here."""

STEPS = 10_000
"""Steps of a history that are asked for at once."""

MOST_SWEEPS = 10
"""Of a project with more sweeps than this none is asked what it declares."""


def recognises(given: Given) -> bool:
    """Say whether it is the address of a project, a sweep or a group."""
    return given.path is None and address_of(given.uri) is not None


def _connect(given: Given) -> Any:
    address = address_of(given.uri)
    if address is None:
        raise SourceError(f"{given.uri} is no address of W&B; give wandb://ENTITY/PROJECT or .../sweeps/ID.")
    return connect(address)


def stamp(given: Given) -> str:
    """
    Return a text that changes whenever a run is added, deleted, logs or ends: two small requests.

    It changes too if one of the runs that the server heard of last is renamed, tagged or the like.
    """
    with _connect(given) as client:
        found = []
        for query in ((), ({"state": "running"},)):
            latest = list(islice(client.list_runs(*query), LISTED))
            found += [str(latest[0][0]) if latest else "0", *(_stamp(run) for _, run in latest)]
    return digest(found)


def load(given: Given, reading: Reading) -> Project:
    """
    Read the runs of a project, a sweep or a group: first what there is, then what is new or has changed.

    Raises
    ------
    SourceError
        If there is no key, the server cannot be reached or refuses, or the project is not there.
    """
    with _connect(given) as client:
        address = client.address
        sweep = client.sweep(address.sweep) if address.sweep else None
        runs = sorted(_read(client, _listed(client, reading), reading), key=lambda run: (str(run.created), run.id))
        space = _space(client, sweep, runs, reading)
    reading.progress(1.0, "reading runs")
    part = (sweep.name or address.sweep) if sweep is not None else address.group
    name = f"{address.project} / {part}" if part else address.project
    return project_of(runs, given, reading, format=WORDS, name=name, space=space)


def page(uri: str, run: str, about: Mapping[str, str]) -> str:
    """Return the address of a run's page."""
    address = address_of(uri)
    return "" if address is None else page_address(address.entity, address.project, run, public=address.public)


def _listed(client: Client, reading: Reading) -> dict[str, str]:
    """
    Return the stamp of every run.

    Where a page of runs in a row is as it was, so are those that the server heard of before them, if their number fits;
    but of one that was running then, nothing is known.
    """
    stamps: dict[str, str] = {}
    total = new = same = 0
    for total, run in client.list_runs():
        stamps[run.id] = stamp = _stamp(run)
        before = reading.known.get(run.id)
        new += before is None
        same = same + 1 if before is not None and before[0] == stamp else 0
        if same >= LISTED and len(reading.known) + new == total:
            earlier = {key: known for key, known in reading.known.items() if key not in stamps}
            return stamps | {
                key: f"{stamp}?" if run.state == "running" else stamp for key, (stamp, run) in earlier.items()
            }
        reading.progress(0.1 * min(len(stamps) / total, 1.0), f"reading the list of {total:,} runs")
    if len(stamps) < total:
        why = say(
            "wandb.not_all_listed",
            "the server has {runs}, but the client listed only {listed}",
            runs=Count(total, "run", "runs"),
            listed=len(stamps),
        )
        reading.skip(client.address.path, why)
    return stamps


def _stamp(run: Any) -> str:
    """Return a text that changes when a run logs, ends, or is described otherwise."""
    about = ("heartbeat_at", "state", "name", "tags", "group", "job_type", "sweep_name", "notes", "history_line_count")
    return digest([run.id, *(repr(getattr(run, name, None)) for name in about)])


def _read(client: Client, stamps: Mapping[str, str], reading: Reading) -> list[Run]:
    """Return the runs: those known from before, and the others from the server, some at a time."""
    known = {key: run for key, stamp in stamps.items() if (run := reading.recall(key, stamp)) is not None}
    new = [key for key in stamps if key not in known]
    parts = [new[i : i + WHOLE] for i in range(0, len(new), WHOLE)]
    found, done = list(known.values()), 0
    with closing(run_in_parallel(client.fetch, parts)) as answered:
        for part, answers in answered:
            there = {answer.id: answer for answer in answers}
            for key in part:
                if key not in there and len(part) > 1:  # one that the client chokes on takes its page along
                    there |= {answer.id: answer for answer in client.fetch([key])}
                if key not in there:
                    why = say("wandb.run_not_given", "W&B's client cannot read it, or it was deleted just now")
                    reading.skip(f"run {key}", why)
                elif (run := reading.read_run(key, stamps[key], partial(run_of, there[key]))) is not None:
                    found.append(run)
            done += len(part)
            reading.progress(0.1 + 0.85 * done / len(new), f"reading {done:,} of {len(new):,} runs")
    return found


def run_of(answer: Any) -> Run:
    """Return a run of W&B's client as a record; `SourceError` if it is of an unknown form."""
    try:
        summary = answer.summary_metrics
        keys = getattr(answer, "history_keys", None) or {}
        total = summary.get("_wandb")
        clocks = [
            _finite(summary.get("_runtime")),
            _finite(total.get("runtime") if isinstance(total, Mapping) else None),
        ]
        steps = _finite(keys.get("lastStep", summary.get("_step")))
        described = {
            "group": answer.group,
            "job_type": answer.job_type,
            "sweep": answer.sweep_name,
            "user": getattr(getattr(answer, "user", None), "username", None),
            "notes": answer.notes,
        }
        return Run(
            id=answer.id,
            name=answer.name or "",
            state=STATES.get(answer.state, answer.state),
            created=answer.created_at,
            runtime=max((seconds for seconds in clocks if seconds is not None), default=None),
            steps=None if steps is None or steps < 0 else steps,
            tags=tuple(answer.tags or ()),
            config={name: revive_numbers(value) for name, value in answer.config.items()},
            summary=keep_outcomes({name: value for name, value in summary.items() if name not in CLOCKS}),
            fields={name: value for name, value in described.items() if value},
            curves=tuple(_curves(keys.get("keys") or {})),
        )
    except (AttributeError, TypeError, ValueError) as error:
        raise SourceError(f"its record is of an unknown form: {error}") from error


def _finite(value: Any) -> float | None:
    usable = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    return float(value) if usable else None


def _curves(keys: Mapping[str, Any], prefix: str = "") -> Iterator[str]:
    """Give the names of the numbers in a history, nested ones joined by ``.``, from what the server says of them."""
    for name, about in keys.items():
        if not prefix and (name in CLOCKS or name.startswith("system/")):
            continue
        for entry in about if isinstance(about, list) else about.get("typeCounts", ()):
            if entry.get("type") == "number":
                yield f"{prefix}{name}"
            elif entry.get("type") == "map" and isinstance(entry.get("keys"), Mapping):
                yield from _curves(entry["keys"], f"{prefix}{name}.")


def _space(client: Client, sweep: Any, runs: Iterable[Run], reading: Reading) -> Space | None:
    """Return what the sweep declares; of a project, what its only sweep does, or the goal that all its sweeps share."""
    if sweep is not None:
        return _declared(sweep, reading)
    names = list(dict.fromkeys(name for run in runs if (name := run.fields.get("sweep"))))
    if not names or len(names) > MOST_SWEEPS:
        return None
    spaces = [_declared(client.sweep(name), reading) for name in names]
    if all(space == spaces[0] for space in spaces):
        return spaces[0]
    reading.notes.append(
        say(
            "wandb.different_spaces",
            "The project has {sweeps} with different search spaces; open one of them for its own, such as {address}.",
            sweeps=Count(len(names), "sweep"),
            address=f"wandb://{client.address.path}/sweeps/{names[0]}",
        )
    )
    return join_goals([space for space in spaces if space is not None])


def _declared(sweep: Any, reading: Reading) -> Space | None:
    try:
        config = sweep.config
    except Exception as error:  # whatever a YAML reader raises
        reading.notes.append(
            say(
                "wandb.unreadable_space",
                "The search space of sweep {sweep} cannot be read: {reason}.",
                sweep=str(sweep.id),
                reason=" ".join(str(error).split()),
            )
        )
        return None
    return space_of(config) if isinstance(config, Mapping) else None


def read_history(given: Given) -> pd.DataFrame:
    """
    Read all values per step of all runs, not a sample of them.

    Raises
    ------
    SourceError
        If the server cannot be reached or refuses.
    """
    with _connect(given) as client:
        listed = [run for _, run in client.list_runs()]
        with closing(run_in_parallel(partial(_values, client), listed)) as read:
            found = {run.id: part for run, part in read}
    parts = [found[id] for id in sorted(found) if len(found[id])]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=list(HISTORY_COLUMNS))


def _values(client: Client, run: Any) -> pd.DataFrame:
    """Return the history of one run; the last value that was logged for a step counts."""
    rows = client.ask(lambda: list(run.scan_history(page_size=STEPS, use_cache=False)))
    values: dict[tuple[float, str], float] = {}
    for row in rows:
        step = row.pop("_step", None)
        logged = flatten(keep_outcomes({name: value for name, value in row.items() if name not in CLOCKS}))
        if _finite(step) is not None:
            values |= {(step, name): float(value) for name, value in logged.items() if isinstance(value, int | float)}
    steps, names = zip(*values, strict=True) if values else ((), ())
    columns = (run.id, steps, names, list(values.values()))
    return pd.DataFrame(dict(zip(HISTORY_COLUMNS, columns, strict=True)))
