"""TensorBoard's event files: what was logged into one folder, read with TensorBoard's own protocol buffers."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import numpy as np

from ...data.messages import Message, say
from ...data.records import Json
from ...errors import SourceError

MISSING = "holds event files; to read them, this needs the tensorboard package: pip install 'sweeplens[tensorboard]'."

PLACEHOLDER = ("hp_metric", -1.0)
"""What Lightning logs first, so that TensorBoard's table of hyperparameters shows the run."""

RESTARTED = 1
"""`SessionLog.START`: what earlier files hold from its step on was logged in vain."""

LENGTH = struct.Struct("<Q")
CHECKSUM = struct.Struct("<I")
DOUBLE = struct.Struct("<d")
FLOAT = struct.Struct("<f")
SHORTEST = 20
"""Bytes that an event with a plain value has at least."""
HEADER = LENGTH.size + CHECKSUM.size

# Of a tensor with one number: its kind, how its bytes are read, and where it stands if not as bytes.
NUMBERS = {
    1: ("<f4", "float_val"),
    2: ("<f8", "double_val"),
    3: ("<i4", "int_val"),
    9: ("<i8", "int64_val"),
    10: ("?", "bool_val"),
}
Point = tuple[int, float, float]
"""Step, time, value."""


@dataclass(frozen=True)
class Declared:
    """What the hparams plugin declares of one parameter: its choices, its limits, or nothing but its name."""

    name: str
    choices: tuple[Any, ...] | None = None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Session:
    """The start of a session as the hparams plugin records it: its settings by name, and the group that it is of."""

    settings: Json = field(default_factory=dict)
    group: str = ""


@dataclass
class Log:
    """
    What the event files of one folder hold.

    Attributes
    ----------
    series
        Points by tag, as logged.
    first, last
        When the first thing and the last value were logged, in seconds since 1970.
    session
        The hparams plugin's start of a session; ``None`` if there is none.
    status
        How the session ended, as the plugin says: 1 success, 2 failure, 3 running; 0 if it does not say.
    ended
        When that was logged.
    timed
        Whether the end carries a time of its own.
    late
        Whether a tag was logged more than once after the end.
    declared
        What the plugin declares of parameters.
    outcomes
        Names of the metrics that the plugin declares.
    damaged
        The files that are damaged, and where.
    """

    series: dict[str, list[Point]] = field(default_factory=dict)
    first: float | None = None
    last: float | None = None
    session: Session | None = None
    status: int = 0
    ended: float = 0.0
    timed: bool = False
    late: bool = False
    declared: list[Declared] = field(default_factory=list)
    outcomes: list[str] = field(default_factory=list)
    damaged: list[tuple[str, Message]] = field(default_factory=list)


def read_log(files: Iterable[Path | str]) -> Log:
    """
    Read the event files of a folder in the order of their names, which is that of time.

    A file that another program is still writing, or that was cut off, gives all its whole records.

    Raises
    ------
    SourceError
        If a file cannot be opened.
    """
    event_type, plugin_type = _import_protocol()
    log = Log()
    kinds: dict[str, str] = {}
    tails: dict[bytes, str] = {}
    after: dict[str, int] = {}
    for file in files:
        for data in _records(file, log):
            scalar = read_plain_value(data, tails)
            if scalar is not None:
                _add(log, *scalar, after)
                continue
            try:
                event = event_type.FromString(data)
            except Exception:  # its kind depends on which implementation of protobuf is installed
                why = say("tensorboard.no_event", "holds a record that is no event; what follows it was not read")
                log.damaged.append((str(file), why))
                break
            if log.first is None or 0 < event.wall_time < log.first:
                log.first = event.wall_time
            kind = event.WhichOneof("what")
            if kind == "summary":
                for value in event.summary.value:
                    if value.WhichOneof("value") == "simple_value":
                        tails[tail_of(value.tag)] = value.tag
                        _add(log, value.tag, (event.step, event.wall_time, value.simple_value), after)
                    elif not _take_other(log, event, value, kinds, after, plugin_type):
                        why = say("tensorboard.no_value", "holds a value that cannot be read; it was left out")
                        log.damaged.append((str(file), why))
            elif kind == "session_log" and event.session_log.status == RESTARTED:
                log.series = {t: [p for p in s if p[0] < event.step] for t, s in log.series.items()}
    _drop_placeholder(log)
    log.series = {tag: points for tag, points in log.series.items() if points}
    log.last = max((point[1] for points in log.series.values() for point in points), default=None)
    log.late = any(n > 1 for n in after.values())
    return log


def check_installed(source: str) -> None:
    """Raise the one error that says what to install."""
    try:
        _import_protocol()
    except ImportError as error:
        raise SourceError(f"{source} {MISSING}") from error


def _import_protocol() -> tuple[Any, Any]:
    """Return the classes that parse an event and the hparams plugin's data."""
    from tensorboard.compat.proto.event_pb2 import Event
    from tensorboard.plugins.hparams.plugin_data_pb2 import HParamsPluginData

    return Event, HParamsPluginData


def _records(path: Path | str, log: Log) -> Iterator[bytes]:
    """Give every whole record of a file: a length and its checksum, the record and its checksum."""
    try:
        with open(path, "rb") as file:  # noqa: PTH123
            size = file.seek(0, 2)
            file.seek(0)
            yield from _whole(file, size, path, log)
    except OSError as error:
        raise SourceError(f"{path} cannot be opened: {error.strerror or error}.") from error


def _whole(file: IO[bytes], size: int, path: Path | str, log: Log) -> Iterator[bytes]:
    at, header = 0, file.read(HEADER)
    while len(header) == HEADER:
        length = LENGTH.unpack_from(header)[0]
        at += HEADER + length + CHECKSUM.size
        if at > size:
            if CHECKSUM.unpack_from(header, LENGTH.size)[0] != masked_crc32c(header[: LENGTH.size]):
                why = say("tensorboard.damaged", "is damaged or no event file; what follows was not read")
                log.damaged.append((str(path), why))
            return
        data = file.read(length + CHECKSUM.size + HEADER)
        yield data[:length]
        header = data[length + CHECKSUM.size :]


def tail_of(tag: str) -> bytes:
    """Return how the record of an event ends that holds one plain value of this tag and no more, but for the value."""
    name = tag.encode()
    value = b"\x0a" + _varint(len(name)) + name + b"\x15"
    summary = b"\x0a" + _varint(len(value) + 4) + value
    return b"\x2a" + _varint(len(summary) + 4) + summary


def _varint(number: int) -> bytes:
    found = bytearray()
    while number > 127:
        found.append(number & 127 | 128)
        number >>= 7
    found.append(number)
    return bytes(found)


def read_plain_value(data: bytes, tails: Mapping[bytes, str]) -> tuple[str, Point] | None:
    """
    Read the record of an event that holds one plain value of a tag that was met before.

    Nearly all records are of this kind, and this takes a fifth of the time of parsing any event.

    Parameters
    ----------
    data
        The record: the time, the step unless it is 0, and one of `tails`, and the value.
    tails
        Tags by `tail_of`.

    Returns
    -------
    tuple of str and Point, or None
        ``None`` for any other record.
    """
    if len(data) < SHORTEST or data[0] != 0x09:
        return None
    step, at = 0, 9
    if data[9] == 0x10:
        at, shift, byte = 10, 0, 128
        while byte & 128 and at < len(data):
            byte = data[at]
            step |= (byte & 127) << shift
            at, shift = at + 1, shift + 7
        if step >> 63:
            return None
    tag = tails.get(data[at:-4])
    return None if tag is None else (tag, (step, DOUBLE.unpack_from(data, 1)[0], FLOAT.unpack_from(data, -4)[0]))


def _add(log: Log, tag: str, point: Point, after: dict[str, int]) -> None:
    series = log.series.get(tag)
    if series is None:
        series = log.series[tag] = []
    series.append(point)
    if log.status:
        after[tag] = after.get(tag, 0) + 1


def _take_other(
    log: Log, event: Any, value: Any, kinds: dict[str, str], after: dict[str, int], plugin_type: Any
) -> bool:
    """
    Take what is no plain value of a summary: a tensor with one number, or a record of the hparams plugin.

    Returns
    -------
    bool
        Whether it could be read.
    """
    plugin = value.metadata.plugin_data
    if plugin.plugin_name == "hparams":
        try:
            data = plugin_type.FromString(plugin.content)
        except Exception:  # its kind depends on which implementation of protobuf is installed
            return False
        _take_hparams(log, data, event.wall_time)
        after.clear()
    # Only the first value of a tag need say which plugin it is for.
    elif value.HasField("tensor") and kinds.setdefault(value.tag, plugin.plugin_name) in ("scalars", ""):
        number = number_of(value.tensor)
        if number is not None:
            _add(log, value.tag, (event.step, event.wall_time, number), after)
    return True


def number_of(tensor: Any) -> float | None:
    """Return the number in a tensor that holds one number; ``None`` for any other tensor."""
    kind, where = NUMBERS.get(tensor.dtype, ("", ""))
    if not kind or any(d.size != 1 for d in tensor.tensor_shape.dim):
        return None
    data = tensor.tensor_content
    if len(data) == np.dtype(kind).itemsize:
        return float(np.frombuffer(data, kind)[0])
    values = getattr(tensor, where)
    return float(values[0]) if len(values) else None


def _take_hparams(log: Log, data: Any, time: float) -> None:
    """Take what the hparams plugin recorded: the declaration, the start or the end of a session."""
    kind = data.WhichOneof("data")
    if kind == "experiment":
        log.declared += [_declaration(info) for info in data.experiment.hparam_infos]
        log.outcomes += ["/".join(filter(None, (m.name.group, m.name.tag))) for m in data.experiment.metric_infos]
    elif kind == "session_start_info":
        start = data.session_start_info
        settings = {name: as_plain(value) for name, value in sorted(start.hparams.items())}
        before = log.session.settings if log.session else {}
        log.session = Session(before | settings, start.group_name)
        if start.start_time_secs:
            log.first = min(log.first or start.start_time_secs, start.start_time_secs)
    elif kind == "session_end_info":
        log.status, log.ended = data.session_end_info.status, time
        log.timed = data.session_end_info.end_time_secs > 0


def _declaration(info: Any) -> Declared:
    """Return what the plugin declares of one parameter."""
    match info.WhichOneof("domain"):
        case "domain_discrete":
            return Declared(info.name, choices=tuple(as_plain(value) for value in info.domain_discrete.values))
        case "domain_interval":
            return Declared(info.name, low=info.domain_interval.min_value, high=info.domain_interval.max_value)
    return Declared(info.name)


def as_plain(value: Any) -> Any:
    """Return a protobuf value as a plain one; it keeps all numbers as floats, so that 16.0 is 16 again."""
    match value.WhichOneof("kind"):
        case "number_value":
            number = value.number_value
            return int(number) if number.is_integer() and abs(number) < 2**53 else number
        case "bool_value":
            return value.bool_value
        case "string_value":
            return value.string_value
        case "list_value":
            return [as_plain(item) for item in value.list_value.values]
        case "struct_value":
            return {name: as_plain(item) for name, item in value.struct_value.fields.items()}
    return None


def _drop_placeholder(log: Log) -> None:
    tag, value = PLACEHOLDER
    points = log.series.get(tag)
    if points and points[0][2] == value:
        del points[0]


def _crc_table() -> tuple[int, ...]:
    table = []
    for byte in range(256):
        for _ in range(8):
            byte = (byte >> 1) ^ (0x82F63B78 if byte & 1 else 0)
        table.append(byte)
    return tuple(table)


_CRC = _crc_table()


def masked_crc32c(data: bytes) -> int:
    """Return the checksum that event files carry: CRC-32C, rotated and shifted."""
    crc = 0xFFFFFFFF
    for byte in data:
        crc = _CRC[(crc ^ byte) & 0xFF] ^ (crc >> 8)
    crc ^= 0xFFFFFFFF
    return (((crc >> 15) | (crc << 17)) + 0xA282EAD8) & 0xFFFFFFFF
