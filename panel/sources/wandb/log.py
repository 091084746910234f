"""The log of a W&B run (``run-ID.wandb``): what the run was, what it was set to, and what it logged."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypedDict, cast

from ...data.records import Json
from .values import CLOCKS, SPELLED
from .wire import (
    Fields,
    Name,
    Payloads,
    decode_fields,
    decode_item,
    decode_items,
    decode_name,
    decode_plain_items,
    integer_field,
    message_field,
    split_record,
    text_field,
    time_field,
)

HISTORY, SUMMARY, OUTPUT, CONFIG, STATS, OUTPUT_RAW, RUN, EXIT = 2, 3, 4, 5, 7, 13, 17, 18
"""Kinds of records, by their fields in W&B's ``Record``."""

KINDS = frozenset({HISTORY, SUMMARY, OUTPUT, CONFIG, STATS, OUTPUT_RAW, RUN, EXIT})
ITEM, UPDATE, REMOVE, STEP = 1, 1, 2, 2
STEP_TAG = b"\x12"
"""Fields of records of history, and of summary and settings."""


class Described(TypedDict, total=False):
    """What a run's record says of it, by our names; what is empty there is left out."""

    name: str
    project: str
    entity: str
    group: str
    job_type: str
    notes: str
    sweep: str
    host: str
    tags: list[str]
    created: float


@dataclass
class Log:
    """
    What the log of one run holds.

    Attributes
    ----------
    described
        What the run's record says of it.
    config, summary
        Nested, as logged.
    curves
        Names of the metrics with values per step.
    exit_code
        ``None`` if the run did not come to its end.
    latest
        When the last thing with a time was written, in seconds since 1970; 0 if nothing was.
    damaged
        How many stretches could not be read.
    """

    described: Described = field(default_factory=lambda: Described())
    config: Json = field(default_factory=dict)
    summary: Json = field(default_factory=dict)
    curves: list[str] = field(default_factory=list)
    exit_code: int | None = None
    latest: float = 0.0
    damaged: int = 0


def read_log(path: Path) -> Log:
    """
    Read a log but for the values of its curves: all whole records of one that is torn or still growing.

    Raises
    ------
    SourceError
        If it cannot be opened, or is no log of W&B; the message names it.
    """
    log, payloads = Log(), Payloads(path)
    names: dict[bytes, Name] = {}
    config, summary, history = _Tree(names), _Tree(names), _Names(names)
    timed = b""
    for kind, data in _records(payloads):
        try:
            if kind == HISTORY:
                history.see(data)
            elif kind == SUMMARY:
                summary.apply(data)
            elif kind == CONFIG:
                config.apply(data)
            elif kind == RUN:
                run = decode_fields(data)
                if not log.described:
                    config.apply(_last_bytes(run, 4))
                    summary.apply(_last_bytes(run, 5))
                log.described |= _described(run)
            elif kind == EXIT:
                ended = decode_fields(data)
                log.exit_code = None if integer_field(ended, 3) else integer_field(ended, 1)
            else:
                timed = data
        except (ValueError, IndexError):
            payloads.damaged += 1
    for seen in (config, summary, history):
        seen.settle()
    if all(name[0] in CLOCKS for name in summary.leaves):  # older releases wrote a summary only at the end
        summary.leaves |= history.last
    logged = _number(history.last.get(("_timestamp",), b"")) or 0.0
    log.latest = max(log.described.get("created", 0.0), logged, _time(timed))
    log.config, log.summary, log.curves = config.nested(), summary.nested(), history.curves()
    log.damaged = payloads.damaged
    return log


def read_curves(path: Path) -> dict[str, tuple[list[float], list[float]]]:
    """Return the steps and values of every metric in a log; `SourceError` as from `read_log`."""
    names: dict[bytes, Name] = {}
    curves: dict[Name, tuple[list[float], list[float]]] = {}
    media: set[Name] = set()
    for kind, data in _records(Payloads(path)):
        if kind != HISTORY:
            continue
        try:
            row, step = _row(data, names)
        except (ValueError, IndexError):
            continue
        for name, value in row:
            if value is None:
                media.add(name[:-1])
            elif name[0] not in CLOCKS:
                steps, values = curves.get(name) or curves.setdefault(name, ([], []))
                steps.append(step)
                values.append(value)
    return {".".join(name): curve for name, curve in curves.items() if not _within(name, media)}


def _row(data: bytes, names: dict[bytes, Name]) -> tuple[list[tuple[Name, float | None]], float]:
    """Return the numbers of one record of history, and ``None`` for what says the type of a medium; and its step."""
    plain, end = decode_plain_items(data)
    row: list[tuple[Name, float | None]] = [(_look_up_name(spelled, names), float(value)) for spelled, value in plain]
    others: list[bytes] = []
    for name, value in _leaves_of(decode_items(data[end:], ITEM, names, others)):
        number = _number(value)
        if number is not None or name[-1] == "_type":
            row.append((name, number))
    step = next((number for name, number in row if name == ("_step",)), None)
    return row, float(integer_field(message_field(decode_fields(b"".join(others)), STEP), 1)) if step is None else step


def _records(payloads: Payloads) -> Iterator[tuple[int, bytes]]:
    """Give the records of the kinds that are read."""
    for payload in payloads:
        try:
            kind, data = split_record(payload, KINDS)
        except (ValueError, IndexError):
            payloads.damaged += 1
            continue
        if kind:
            yield kind, data


def _described(run: Fields) -> Described:
    described = Described(
        name=text_field(run, 8),
        project=text_field(run, 3),
        entity=text_field(run, 2),
        group=text_field(run, 6),
        job_type=text_field(run, 7),
        notes=text_field(run, 9),
        sweep=text_field(run, 12),
        host=text_field(run, 13),
        tags=[tag.decode("utf-8", "replace") for tag in run.get(10, ()) if isinstance(tag, bytes)],
        created=time_field(run, 17),
    )
    return cast(Described, {name: value for name, value in described.items() if value})


def _last_bytes(found: Fields, number: int) -> bytes:
    value = found.get(number, [b""])[-1]
    return value if isinstance(value, bytes) else b""


def _time(data: bytes) -> float:
    """Return the time of a line of output or of a measurement of the machine; 0 if it has none."""
    try:
        return time_field(decode_fields(data), 2)
    except (ValueError, IndexError):
        return 0.0


def _number(value: bytes) -> float | None:
    """Return the number that JSON spells, NaN and infinity also as text in quotes; ``None`` for anything else."""
    try:
        return float(value)
    except ValueError:
        return SPELLED.get(value[1:-1].decode("ascii", "replace")) if value[:1] == b'"' and len(value) < 12 else None


def _within(name: Name, media: set[Name]) -> bool:
    """Say whether a name is that of a part of an image, a table, a histogram, …."""
    return bool(media) and any(name[:i] in media for i in range(1, len(name)))


def _leaves_of(logged: Iterator[tuple[Name, bytes]]) -> Iterator[tuple[Name, bytes]]:
    """Give what was logged, and of a mapping that was logged as one value its leaves."""
    for name, value in logged:
        if value[:1] == b"{":
            parsed = _parse_json(value)
            if isinstance(parsed, Mapping):
                yield from _leaves(name, parsed)
        elif name:
            yield name, value


def _leaves(name: Name, value: Mapping[str, Any]) -> Iterator[tuple[Name, bytes]]:
    for key, inner in value.items():
        if isinstance(inner, Mapping):
            yield from _leaves((*name, key), inner)
        else:
            yield (*name, key), json.dumps(inner).encode()


def _parse_json(value: bytes) -> Any:
    """Return what JSON stands for; ``None`` if it is none."""
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        return None


class _Tree:
    """Settings or outcomes as a log updates them; a value is parsed only when it is known to be the last."""

    def __init__(self, names: dict[bytes, Name]) -> None:
        self.names, self.leaves, self.recent = names, dict[Name, bytes](), dict[bytes, bytes]()

    def apply(self, data: bytes) -> None:
        """Apply the updates and removals of a record."""
        plain, end = decode_plain_items(data)
        if end == len(data):
            self.recent.update(plain)
            return
        self.settle()
        others: list[bytes] = []
        for name, value in decode_items(data, UPDATE, self.names, others):
            if value[:1] == b"{":  # a mapping takes the place of all that was below
                self.remove(name)
            if name:
                self.leaves[name] = value
        for removed in decode_fields(b"".join(others)).get(REMOVE, ()) if others else ():
            if isinstance(removed, bytes):
                self.remove(decode_item(removed)[0])

    def settle(self) -> None:
        """Take over what was set by the names' bytes."""
        self.leaves.update({_look_up_name(spelled, self.names): value for spelled, value in self.recent.items()})
        self.recent.clear()

    def remove(self, name: Name) -> None:
        """Remove a value and all below it."""
        for other in [n for n in self.leaves if n[: len(name)] == name]:
            del self.leaves[other]

    def nested(self) -> Json:
        """Return the values as they are nested."""
        root: Json = {}
        for name, value in self.leaves.items():
            inner = root
            for key in name[:-1]:
                below = inner.get(key)
                if not isinstance(below, dict):
                    below = inner[key] = {}
                inner = below
            inner[name[-1]] = _parse_json(value)
        return root


class _Names:
    """What was logged per step: the names of numbers, and the last value of each."""

    def __init__(self, names: dict[bytes, Name]) -> None:
        self.names, self.last, self.recent = names, dict[Name, bytes](), dict[bytes, bytes]()
        self.numbers: dict[Name, None] = {}
        self.media: set[Name] = set()

    def see(self, data: bytes) -> None:
        """Take note of the items of one record."""
        plain, end = decode_plain_items(data)
        self.recent.update(plain)
        if data[end : end + 1] in (b"", STEP_TAG) and (end == len(data) or end + 2 + data[end + 1] == len(data)):
            return
        self.settle()
        for name, value in decode_items(data[end:], ITEM, self.names, []):
            self._note(name, value)

    def settle(self) -> None:
        """Take over what was seen by the names' bytes."""
        for spelled, value in self.recent.items():
            self._note(_look_up_name(spelled, self.names), value)
        self.recent.clear()

    def _note(self, name: Name, value: bytes) -> None:
        self.last[name] = value
        if name in self.numbers:
            return
        for inner, leaf in _leaves_of(iter([(name, value)])):
            if inner[-1] == "_type":
                self.media.add(inner[:-1])
            elif inner[0] not in CLOCKS and _number(leaf) is not None:
                self.numbers[inner] = None

    def curves(self) -> list[str]:
        """Return the names of the metrics."""
        return [".".join(name) for name in self.numbers if not _within(name, self.media)]


def _look_up_name(spelled: bytes, names: dict[bytes, Name]) -> Name:
    name = names.get(spelled)
    if name is None:
        name = names[spelled] = decode_name(spelled)
    return name
