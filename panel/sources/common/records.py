"""What readers of trackers hand over: one record a run, and what could not be read."""

from __future__ import annotations

import json
import logging
import os
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from dataclasses import fields as dataclass_fields
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

from ...data.messages import Message, as_message, say
from ...errors import SourceError, name_kind
from .corrections import Corrections
from .texts import ReadingProgress, no_reading_progress

log = logging.getLogger(__name__)

Content = TypeVar("Content")

BLOCK, AT_ONCE = 2**20, 1_000
"""Bytes that are looked through at once, and lines."""


@dataclass(frozen=True)
class Run:
    """
    One run as its tracker recorded it.

    Attributes
    ----------
    id
        The tracker's own id; unique in its source.
    name
        What the tracker calls it; empty if nothing.
    state
        One of `project.STATES`.
    created
        When it started, as ISO 8601 text with its offset from UTC, or as seconds since 1970; ``None`` if unknown.
    runtime
        Seconds that it ran; ``None`` if unknown.
    steps
        The last step that it logged; ``None`` if unknown.
    tags
        Its tags.
    config
        Its settings, nested as logged; never an outcome. ``None`` is a null that was chosen; what was not recorded is
        not there.
    summary
        One value a metric, nested as logged. A NaN that was logged is a NaN; what was not logged is not there.
    fields
        What else describes it, by name: ``group``, ``sweep``, ``user``, ``notes``, ``host``, ``parent``, ….
    curves
        Names of the metrics that it has values per step of.
    """

    id: str
    name: str = ""
    state: str = "unknown"
    created: str | float | None = None
    runtime: float | None = None
    steps: float | None = None
    tags: tuple[str, ...] = ()
    config: Mapping[str, Any] = field(default_factory=dict)
    summary: Mapping[str, Any] = field(default_factory=dict)
    fields: Mapping[str, Any] = field(default_factory=dict)
    curves: tuple[str, ...] = ()

    def to_json(self) -> dict[str, object]:
        """Return plain JSON values, from which `from_json` makes an equal record."""
        return {f.name: getattr(self, f.name) for f in dataclass_fields(self)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Run:
        """Make a record from what `to_json` returned."""
        return cls(**{**data, "tags": tuple(data["tags"]), "curves": tuple(data["curves"])})


Known = Mapping[str, tuple[str, Run]]
"""Records of an earlier reading: by key, the stamp that the run had, and the run."""


def write_records(kept: Known, file: Path) -> None:
    """Write records as JSON lines; the file appears whole."""
    aside = file.with_suffix(f".{os.getpid()}.{threading.get_ident()}")
    with aside.open("w", encoding="utf-8") as lines:
        lines.writelines(_say_records(kept))
    aside.replace(file)


def add_records(kept: Known, known: Known, file: Path) -> None:
    """
    Add to a file of records those that are new, or changed since they were read from it.

    A later line counts for the same key, and every record has the stamp that it is true for, so that old ones do no
    harm. The file is written anew when half of it is old, or most is new.

    Parameters
    ----------
    kept
        All records that are to be in it.
    known
        What `read_records` returned of the file; records that are unchanged are the same objects.
    file
        The file.
    """
    changed = {key: record for key, record in kept.items() if known.get(key) is not record}
    most = 2 * len(kept) - len(changed)
    if len(changed) > len(kept) // 2 or not file.exists() or _count_lines(file) > most:
        write_records(kept, file)
    elif changed:
        with file.open("ab", buffering=0) as lines:  # in one piece, so that what others add does not come between
            lines.write("".join(_say_records(changed)).encode())


def _count_lines(file: Path) -> int:
    with file.open("rb") as lines:
        return sum(block.count(b"\n") for block in iter(lambda: lines.read(BLOCK), b""))


def _say_records(kept: Known) -> Iterator[str]:
    for key, (stamp, run) in kept.items():
        with suppress(ValueError, RecursionError):  # nested too deeply, or with itself
            yield json.dumps([key, stamp, run.to_json()], default=str) + "\n"


def read_records(file: Path) -> dict[str, tuple[str, Run]]:
    """Return the records in a file; none if it is not there or torn."""
    try:
        found: dict[str, tuple[str, Run]] = {}
        with file.open(encoding="utf-8") as lines:
            while some := list(islice(lines, AT_ONCE)):
                records = json.loads(f"[{','.join(some)}]")  # much quicker than each by itself
                found |= {key: (stamp, Run.from_json(run)) for key, stamp, run in records}
        return found
    except (OSError, ValueError, TypeError, KeyError):
        return {}


@dataclass
class Reading:
    """
    One reading of one source: what the reader is given, and what it leaves behind.

    Attributes
    ----------
    corrections
        Places that the user gave to the columns of a table.
    progress
        Called with the share that is done and what is being done.
    known
        Records of an earlier reading.
    kept
        Records of this one, by key; what was known and is unchanged among them.
    skipped
        What could not be read: what it is (a path, an id), and why.
    notes
        What the user should know besides.
    """

    corrections: Corrections = field(default_factory=Corrections)
    progress: ReadingProgress = no_reading_progress
    known: Known = field(default_factory=dict)
    kept: dict[str, tuple[str, Run]] = field(default_factory=dict)
    skipped: list[tuple[str, Message]] = field(default_factory=list)
    notes: list[Message] = field(default_factory=list)

    def recall(self, key: str, stamp: str) -> Run | None:
        """Return the run that was read before under this key, if its stamp is still the same."""
        before = self.known.get(key)
        if before is None or before[0] != stamp:
            return None
        self.kept[key] = before
        return before[1]

    def keep(self, key: str, stamp: str, run: Run) -> Run:
        """Remember a run for the next reading. The stamp must change whenever the run can have."""
        self.kept[key] = (stamp, run)
        return run

    def read_run(self, key: str, stamp: str, read: Callable[[], Run | None]) -> Run | None:
        """
        Return the run under a key: known from before, or read now.

        `read` returns ``None`` if there is no run after all; an error of it skips this run, and only this one.
        A run of which `read` skipped something is read anew the next time, so that this is said again.
        """
        before = self.recall(key, stamp)
        if before is not None:
            return before
        skipped, run = len(self.skipped), None
        with self.skip_faulty(key):
            run = read()
        return run if run is None or len(self.skipped) > skipped else self.keep(key, stamp, run)

    def read_beside(self, file: Path, read: Callable[[Path], Content]) -> Content | None:
        """Return what a file beside a run says; ``None`` if it cannot be read, and is skipped."""
        with self.skip_faulty(str(file)):
            return read(file)
        return None

    @contextmanager
    def skip_faulty(self, what: str) -> Iterator[None]:
        """
        Skip what cannot be read, so that the rest is: for its own reasons, or because something went wrong inside.

        Of the latter the trace is logged.
        """
        try:
            yield
        except SourceError as error:
            self.skip(what, str(error))
        except MemoryError:  # what would be read next takes more
            raise
        except RecursionError:  # from Python 3.12 on JSON is read to a depth at which nothing can walk through it
            self.skip(what, say("records.too_deep", "is nested too deeply"))
        except Exception as error:
            log.error("%s could not be read", what, exc_info=error)
            kind = name_kind(error)
            self.skip(what, say("records.fault", "cannot be read: {kind}. This is a fault of SweepLens", kind=kind))

    def skip(self, what: str, why: str) -> None:
        """Count something that could not be read."""
        self.skipped.append((what, as_message(why)))
