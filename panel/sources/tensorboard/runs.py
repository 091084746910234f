"""Which folders of event files are one run, and what is known of it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ...data.project import Domain, Space, flatten
from ..common.cells import parse_cell
from ..common.given import digest
from ..common.records import Run
from .events import PLACEHOLDER, Log

SPLITS = frozenset({"train", "training", "val", "valid", "validation", "eval", "evaluation", "test"})
"""Folders inside a run's, one for each set of data: Keras writes the first and ``validation``, Estimators ``eval``."""

TIME = re.compile(r"\d{9,}\.\d+")
"""What ``add_hparams`` calls its folder unless told otherwise."""

ENDS = {2: "failed", 3: "running"}
SUCCESS = 1

Records = Mapping[str, Run]
"""What each folder holds, by its relative path. ``fields["log"]`` has what joins it to others."""


@dataclass(frozen=True)
class Place:
    """The run to which a folder belongs, and what is put before and after the names of its metrics."""

    home: str
    prefix: str = ""
    suffix: str = ""


def record_of(folder: str, log: Log, settings: Mapping[str, Any] | None = None, unreadable: bool = False) -> Run:
    """Return what one folder holds as a record, before it is joined to others."""
    session = log.session or {"settings": {}, "group": ""}
    of_plugin = {k: parse_cell(v) if isinstance(v, str) else v for k, v in session["settings"].items()}
    if settings is not None:  # of the same settings, Lightning gives nested ones to the plugin as text or with slashes
        known = flatten(settings)
        of_plugin = {k: v for k, v in of_plugin.items() if k not in settings and k.replace("/", ".") not in known}
    facts = {
        "session": log.session and digest(f"{k}={v}" for k, v in session["settings"].items()),
        "group": session["group"],
        "status": log.status,
        "ended": log.ended,
        "sure": log.timed or not (log.late or settings is not None or PLACEHOLDER[0] in log.outcomes),
        "last": log.last,
        "declared": log.declared,
        "outcomes": log.outcomes,
        "curves": [tag for tag, points in log.series.items() if len(points) > 1],
        "settings": settings is not None,
        "unreadable": unreadable,
    }
    return Run(
        folder,
        created=log.first,
        steps=max((p[0] for points in log.series.values() for p in points), default=None),
        config={**of_plugin, **(settings or {})},
        summary={tag: points[-1][2] for tag, points in log.series.items()},
        fields={"log": facts},
    )


def places(records: Records) -> dict[str, Place]:
    """
    Say to which run each folder belongs.

    - ``train``, ``validation`` and the like belong to the folder that they lie in, as Keras writes them; the name of
      the folder comes before those of its metrics.
    - What ``add_hparams`` writes belongs to the folder above, if that has values and no settings of its own, unless
      there are several such folders with different settings: then each is a run.
    - What ``add_scalars`` writes, one folder a curve, belongs to the folder above.
    - What holds nothing belongs to the folder above if that holds something; else it is a run without values.

    Returns
    -------
    dict of str to Place
        For each folder its run, which is a folder too.
    """
    sessions: dict[str, set[str]] = {}
    for folder, record in records.items():
        if record.fields["log"]["session"]:
            sessions.setdefault(folder.rpartition("/")[0] if folder else "..", set()).add(
                record.fields["log"]["session"]
            )
    found = {}
    for folder in records:
        place = Place(folder)
        while place.home in records and (above := _above(place.home, records, sessions)):
            place = Place(above.home, above.prefix + place.prefix, place.suffix + above.suffix)
        found[folder] = place
    return found


def _above(folder: str, records: Records, sessions: Mapping[str, set[str]]) -> Place | None:
    """Return the folder above, if this one belongs to it."""
    if not folder:
        return None
    above, _, name = folder.rpartition("/")
    record = records[folder]
    if not record.fields["log"]["session"] and name in SPLITS:
        return Place(above, prefix=f"{name}/")
    if above not in records:
        return None
    if record.fields["log"]["session"]:
        host = records[above]
        alone = len(sessions[above]) == 1 and not host.fields["log"]["session"]
        return Place(above) if alone and (host.summary or TIME.fullmatch(name)) else None
    if not _counts(record):
        return Place(above) if _counts(records[above]) else None
    tags = list(record.summary)
    start = f"{tags[0].replace('/', '_')}_" if len(tags) == 1 else ""
    return Place(above, suffix=f"/{name.removeprefix(start)}") if start and name.startswith(start) else None


def joined(records: Records, where: Mapping[str, Place], root: str) -> list[Run]:
    """
    Return the runs, in the order in which they began.

    Folders that only hold others are none, nor are those of which a part cannot be read.
    """
    pieces: dict[str, list[str]] = {}
    for folder, place in where.items():
        pieces.setdefault(place.home, []).append(folder)
    above = {home[:at] for home in pieces if home for at in _ends(home)}
    runs = [
        _joined(home, folders, records, where, root)
        for home, folders in pieces.items()
        if _is_run([records[folder] for folder in folders], home in above)
    ]
    return sorted(runs, key=lambda run: (run.created is None, run.created, run.id))


def _ends(path: str) -> list[int]:
    """Return where the names of the folders above end in a path, that of the root at 0."""
    return [0, *(at for at, sign in enumerate(path) if sign == "/")]


def _is_run(parts: Sequence[Run], holds_others: bool) -> bool:
    if any(part.fields["log"]["unreadable"] for part in parts):
        return False
    return any(map(_counts, parts)) or not (holds_others or any(part.fields["log"]["declared"] for part in parts))


def _counts(record: Run) -> bool:
    """Say whether a folder holds anything of a run."""
    facts = record.fields["log"]
    return bool(record.summary or facts["session"] or facts["settings"])


def _joined(home: str, folders: list[str], records: Records, where: Mapping[str, Place], root: str) -> Run:
    parts = [records[folder] for folder in folders]
    began = [part.created for part in parts if isinstance(part.created, int | float)]
    last = [part.fields["log"]["last"] for part in parts if part.fields["log"]["last"] is not None]
    groups = [part.fields["log"]["group"] for part in parts if part.fields["log"]["group"]]
    return Run(
        home or ".",
        name=home or root,
        state=_state(parts),
        created=min(began, default=None),
        runtime=max(last) - min(began) if last and began else None,
        steps=max((part.steps for part in parts if part.steps is not None), default=None),
        config={k: v for part in reversed(parts) for k, v in part.config.items()},
        summary={
            metric_of(where[folder], tag): value for folder in folders for tag, value in records[folder].summary.items()
        },
        fields={"group": groups[0]} if groups else {},
    )


def metric_of(place: Place, tag: str) -> str:
    """Return what a tag is called as a metric of its run."""
    return f"{place.prefix}{tag}{place.suffix}"


def _state(parts: Sequence[Run]) -> str:
    """
    Return what became of a run.

    ``add_hparams`` and Lightning write a success at once, whenever they are called. So a success without a time of its
    own counts only if nothing was logged after it.
    """
    ended = [part for part in parts if part.fields["log"]["status"]]
    if not ended:
        return "unknown"
    final = max(ended, key=lambda part: part.fields["log"]["ended"])
    facts = final.fields["log"]
    if facts["status"] != SUCCESS:
        return ENDS.get(facts["status"], "unknown")
    later = any((part.fields["log"]["last"] or 0) > facts["ended"] for part in parts if part is not final)
    return "finished" if facts["sure"] and not later else "unknown"


def space_of(records: Records, runs: Sequence[Run]) -> Space | None:
    """Return the search space that the hparams plugin declares; ``None`` if it gives no parameter a domain."""
    domains: dict[str, Domain] = {}
    outcomes: dict[str, None] = {}
    for record in records.values():
        facts = record.fields["log"]
        outcomes |= dict.fromkeys(facts["outcomes"])
        for entry in facts["declared"]:
            if len(entry) > 1 and entry["name"] not in domains:
                domains[entry["name"]] = _domain(entry, runs)
    metrics = {name for run in runs for name in run.summary}
    shown = [name for name in outcomes if name in metrics]
    return Space(shown[0] if len(shown) == 1 else "", parameters=domains) if domains else None


def _domain(entry: Mapping[str, Any], runs: Sequence[Run]) -> Domain:
    """Return a declared domain. The plugin keeps all numbers as floats: integers are told by what was tried."""
    if "choices" in entry:
        return Domain("categorical", choices=tuple(entry["choices"]))
    tried = [run.config[entry["name"]] for run in runs if entry["name"] in run.config]
    whole = tried and all(isinstance(v, int) for v in (*tried, *map(_as_int, (entry["low"], entry["high"]))))
    return Domain("integer" if whole else "real", entry["low"], entry["high"])


def _as_int(number: float) -> float:
    return int(number) if float(number).is_integer() else number


def curves_of(records: Records, where: Mapping[str, Place]) -> set[str]:
    """Return the metrics that some run logged more than once."""
    return {metric_of(where[f], tag) for f, record in records.items() for tag in record.fields["log"]["curves"]}
