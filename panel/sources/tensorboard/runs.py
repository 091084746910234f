"""Which folders of event files are one run, and what is known of it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import msgspec

from ...data.plain import flatten
from ...data.project import Domain, Space
from ..common.cells import parse_cell
from ..common.given import digest
from ..common.records import Run
from .events import PLACEHOLDER, Declared, Log, Session

SPLITS = frozenset({"train", "training", "val", "valid", "validation", "eval", "evaluation", "test"})
"""Folders inside a run's, one for each set of data: Keras writes the first and ``validation``, Estimators ``eval``."""

TIME = re.compile(r"\d{9,}\.\d+")
"""What ``add_hparams`` calls its folder unless told otherwise."""

ENDS = {2: "failed", 3: "running"}
SUCCESS = 1


@dataclass(frozen=True)
class Facts:
    """
    What of a folder's log joins it to others.

    Attributes
    ----------
    session
        Stands for the settings that the hparams plugin recorded; ``None`` if it recorded no session.
    group
        The session's group.
    status, ended
        As in `Log`.
    certain
        Whether a success that the plugin records is one.
    last
        When the last value was logged.
    declared, outcomes
        As in `Log`.
    curves
        The tags that were logged more than once.
    has_settings
        Whether there is a file of settings.
    unreadable
        Whether the folder cannot be read.
    """

    session: str | None = None
    group: str = ""
    status: int = 0
    ended: float = 0.0
    certain: bool = False
    last: float | None = None
    declared: tuple[Declared, ...] = ()
    outcomes: tuple[str, ...] = ()
    curves: tuple[str, ...] = ()
    has_settings: bool = False
    unreadable: bool = False


@dataclass(frozen=True)
class FolderRecord:
    """What one folder holds: a run, or a part of one."""

    run: Run
    facts: Facts

    def to_run(self) -> Run:
        """Return a run that can be kept for the next reading, and from which `from_run` makes an equal record."""
        return replace(self.run, fields={"log": asdict(self.facts)})

    @classmethod
    def from_run(cls, kept: Run) -> FolderRecord:
        """Return the record that `to_run` made such a run of, which may have been JSON meanwhile."""
        return cls(replace(kept, fields={}), msgspec.convert(kept.fields["log"], Facts))


Records = Mapping[str, FolderRecord]
"""What each folder holds, by its relative path."""


@dataclass(frozen=True)
class Place:
    """The run to which a folder belongs, and what is put before and after the names of its metrics."""

    home: str
    prefix: str = ""
    suffix: str = ""


def record_of(
    folder: str, log: Log, settings: Mapping[str, Any] | None = None, unreadable: bool = False
) -> FolderRecord:
    """Return what one folder holds as a record, before it is joined to others."""
    session = log.session or Session()
    of_plugin = {k: parse_cell(v) if isinstance(v, str) else v for k, v in session.settings.items() if v != ""}
    if settings is not None:  # of the same settings, Lightning gives nested ones to the plugin as text or with slashes
        known = flatten(settings)
        of_plugin = {k: v for k, v in of_plugin.items() if k not in settings and k.replace("/", ".") not in known}
    facts = Facts(
        session=digest(f"{k}={v}" for k, v in session.settings.items()) if log.session else None,
        group=session.group,
        status=log.status,
        ended=log.ended,
        certain=log.timed or not (log.late or settings is not None or PLACEHOLDER[0] in log.outcomes),
        last=log.last,
        declared=tuple(log.declared),
        outcomes=tuple(log.outcomes),
        curves=tuple(tag for tag, points in log.series.items() if len(points) > 1),
        has_settings=settings is not None,
        unreadable=unreadable,
    )
    run = Run(
        folder,
        created=log.first,
        steps=max((p[0] for points in log.series.values() for p in points), default=None),
        config={**of_plugin, **(settings or {})},
        summary={tag: points[-1][2] for tag, points in log.series.items()},
    )
    return FolderRecord(run, facts)


def place_folders(records: Records) -> dict[str, Place]:
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
        if record.facts.session:
            sessions.setdefault(folder.rpartition("/")[0] if folder else "..", set()).add(record.facts.session)
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
    if not record.facts.session and name in SPLITS:
        return Place(above, prefix=f"{name}/")
    if above not in records:
        return None
    if record.facts.session:
        host = records[above]
        alone = len(sessions[above]) == 1 and not host.facts.session
        return Place(above) if alone and (host.run.summary or TIME.fullmatch(name)) else None
    if not _counts(record):
        return Place(above) if _counts(records[above]) else None
    tags = list(record.run.summary)
    start = f"{tags[0].replace('/', '_')}_" if len(tags) == 1 else ""
    return Place(above, suffix=f"/{name.removeprefix(start)}") if start and name.startswith(start) else None


def join_folders(records: Records, where: Mapping[str, Place], root: str) -> list[Run]:
    """
    Return the runs, in the order in which they began.

    Folders that only hold others are none, nor are those of which a part cannot be read.
    """
    pieces: dict[str, list[str]] = {}
    for folder, place in where.items():
        pieces.setdefault(place.home, []).append(folder)
    above = {home[:at] for home in pieces if home for at in _ends(home)}
    runs = [
        _join_parts(home, folders, records, where, root)
        for home, folders in pieces.items()
        if _is_run([records[folder] for folder in folders], home in above)
    ]
    return sorted(runs, key=lambda run: (run.created is None, run.created, run.id))


def _ends(path: str) -> list[int]:
    """Return where the names of the folders above end in a path, that of the root at 0."""
    return [0, *(at for at, sign in enumerate(path) if sign == "/")]


def _is_run(parts: Sequence[FolderRecord], holds_others: bool) -> bool:
    if any(part.facts.unreadable for part in parts):
        return False
    return any(map(_counts, parts)) or not (holds_others or any(part.facts.declared for part in parts))


def _counts(record: FolderRecord) -> bool:
    """Say whether a folder holds anything of a run."""
    facts = record.facts
    return bool(record.run.summary or facts.session or facts.has_settings)


def _join_parts(home: str, folders: list[str], records: Records, where: Mapping[str, Place], root: str) -> Run:
    parts = [records[folder] for folder in folders]
    began = [part.run.created for part in parts if isinstance(part.run.created, int | float)]
    last = [part.facts.last for part in parts if part.facts.last is not None]
    groups = [part.facts.group for part in parts if part.facts.group]
    return Run(
        home or ".",
        name=home or root,
        state=_state(parts),
        created=min(began, default=None),
        runtime=max(last) - min(began) if last and began else None,
        steps=max((part.run.steps for part in parts if part.run.steps is not None), default=None),
        config={k: v for part in reversed(parts) for k, v in part.run.config.items()},
        summary={
            metric_of(where[folder], tag): value
            for folder in folders
            for tag, value in records[folder].run.summary.items()
        },
        fields={"group": groups[0]} if groups else {},
    )


def metric_of(place: Place, tag: str) -> str:
    """Return what a tag is called as a metric of its run."""
    return f"{place.prefix}{tag}{place.suffix}"


def _state(parts: Sequence[FolderRecord]) -> str:
    """
    Return what became of a run.

    ``add_hparams`` and Lightning write a success at once, whenever they are called. So a success without a time of its
    own counts only if nothing was logged after it.
    """
    ended = [part for part in parts if part.facts.status]
    if not ended:
        return "unknown"
    final = max(ended, key=lambda part: part.facts.ended)
    facts = final.facts
    if facts.status != SUCCESS:
        return ENDS.get(facts.status, "unknown")
    later = any((part.facts.last or 0) > facts.ended for part in parts if part is not final)
    return "finished" if facts.certain and not later else "unknown"


def space_of(records: Records, runs: Sequence[Run]) -> Space | None:
    """Return the search space that the hparams plugin declares; ``None`` if it gives no parameter a domain."""
    domains: dict[str, Domain] = {}
    outcomes: dict[str, None] = {}
    for record in records.values():
        facts = record.facts
        outcomes |= dict.fromkeys(facts.outcomes)
        for entry in facts.declared:
            if entry.name not in domains and (domain := _domain(entry, runs)) is not None:
                domains[entry.name] = domain
    metrics = {name for run in runs for name in run.summary}
    shown = [name for name in outcomes if name in metrics]
    return Space(shown[0] if len(shown) == 1 else "", parameters=domains) if domains else None


def _domain(entry: Declared, runs: Sequence[Run]) -> Domain | None:
    """
    Return a declared domain; ``None`` if nothing but a name is declared.

    The plugin keeps all numbers as floats: integers are told by what was tried.
    """
    if entry.choices is not None:
        return Domain("categorical", choices=entry.choices)
    if entry.low is None or entry.high is None:
        return None
    tried = [run.config[entry.name] for run in runs if entry.name in run.config]
    whole = tried and all(isinstance(v, int) for v in (*tried, *map(_as_int, (entry.low, entry.high))))
    return Domain("integer" if whole else "real", entry.low, entry.high)


def _as_int(number: float) -> float:
    return int(number) if float(number).is_integer() else number


def curves_of(records: Records, where: Mapping[str, Place]) -> set[str]:
    """Return the metrics that some run logged more than once."""
    return {metric_of(where[f], tag) for f, record in records.items() for tag in record.facts.curves}
