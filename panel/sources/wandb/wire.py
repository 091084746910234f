"""
The records in a W&B log as bytes: blocks as LevelDB writes them, and in them messages of protobuf.

Read by hand: the numbers of protobuf's fields never change, and W&B's own classes need its package, most of a second to
be imported, and twice the time for every log.
"""

from __future__ import annotations

import json
import re
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path

from ...errors import SourceError

MAGIC = b":W&B\xe1\xbe"
HEADER = 7
"""Bytes of the file's header, and of the header of every piece of a record."""

BLOCK = 32_768
FULL, FIRST, MIDDLE, LAST = 1, 2, 3, 4

KEY, NESTED_KEY, VALUE = 0x0A, 0x12, b"\x82\x01"
"""How the fields 1, 2 and 16 of an item begin."""

TYPED = {3: "none", 4: "boolean", 5: "integer", 6: "number", 7: "text", 8: "json"}
"""Fields of an item that hold its value instead of ``value_json``."""

_SPELLED = rb"[\0-\x7f][^\0-\x1f\x82]*+(?:\x12[\0-\x7f][^\0-\x1f\x82]*+)*+"
_PLAIN = rb"\n[\0-\x7f][\n\x12](?P<name>" + _SPELLED + rb")\x82\x01[\0-\x7f](?P<number>[-+.0-9EINaefinty]++)"
_PLAIN_ITEM = re.compile(_PLAIN)
_PLAIN_ITEMS = re.compile(b"(?:" + re.sub(rb"\?P<\w+>", b"?:", _PLAIN) + b")*")

Name = tuple[str, ...]
Fields = dict[int, list[int | bytes]]


class Payloads:
    """The whole records of a log, as bytes, in order; `damaged` counts the stretches that were left out."""

    def __init__(self, path: Path):
        self.path, self.damaged = path, 0

    def __iter__(self) -> Iterator[bytes]:
        try:
            with self.path.open("rb") as file:
                start = file.read(HEADER)
                if start[: len(MAGIC)] != MAGIC[: len(start)]:
                    raise SourceError(f"{self.path} is no log of W&B: it starts with {start[:6]!r}.")
                if start[len(MAGIC) :] not in (b"", b"\0"):
                    raise SourceError(f"{self.path} is a log of W&B of a kind that SweepLens does not know.")
                full = BLOCK - HEADER
                begun: list[bytes] = []
                while block := file.read(full):
                    yield from self._of_block(block, len(block) == full, begun)
                    if len(block) < full:
                        return
                    full = BLOCK
        except OSError as error:
            raise SourceError(f"{self.path} cannot be opened: {error.strerror or error}.") from error

    def _of_block(self, block: bytes, whole: bool, begun: list[bytes]) -> Iterator[bytes]:
        """Give the records that end in a block. After a damaged piece, the next block counts, as in LevelDB."""
        position, size, crc32, header = 0, len(block), zlib.crc32, struct.Struct("<IHB").unpack_from
        while size - position >= HEADER:
            checksum, length, kind = header(block, position)
            end = position + HEADER + length
            if not (checksum or length or kind) or (end > size and not whole):
                return  # the rest is not written yet, or never was
            if end > size or crc32(block[position + HEADER - 1 : end]) != checksum:
                self.damaged += 1
                begun.clear()
                return
            piece = block[position + HEADER : end]
            position = end
            if kind == FULL:
                begun.clear()
                yield piece
            elif kind == FIRST:
                begun[:] = [piece]
            elif begun:
                begun.append(piece)
                if kind == LAST:
                    yield b"".join(begun)
                    begun.clear()


def decode_varint(data: bytes, position: int) -> tuple[int, int]:
    """Return the whole number that begins at a position, and where it ends; `IndexError` if it does not end."""
    value = shift = 0
    while True:
        byte = data[position]
        position += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, position
        shift += 7


def _after(data: bytes, position: int) -> int:
    """Return where the field that begins at a position ends; `ValueError` or `IndexError` if that is no field."""
    tag, position = decode_varint(data, position)
    wire = tag & 7
    if wire == 0:
        return decode_varint(data, position)[1]
    if wire == 2:
        length, position = decode_varint(data, position)
    elif wire in (1, 5):
        length = 8 if wire == 1 else 4
    else:
        raise ValueError(f"a field of protobuf's type {wire}")
    if position + length > len(data):
        raise ValueError("a field that is cut off")
    return position + length


def each_field(data: bytes) -> Iterator[tuple[int, int | bytes]]:
    """
    Give the fields of a message: their numbers, and whole numbers, or bytes for all else.

    Raises
    ------
    ValueError, IndexError
        If it is no message.
    """
    position, size = 0, len(data)
    while position < size:
        end = _after(data, position)
        tag, position = decode_varint(data, position)
        if tag & 7 == 2:
            _, position = decode_varint(data, position)
        yield tag >> 3, decode_varint(data, position)[0] if tag & 7 == 0 else data[position:end]
        position = end


def decode_fields(data: bytes) -> Fields:
    """Return the fields of a message by their numbers; errors as from `each_field`."""
    found: Fields = {}
    for number, value in each_field(data):
        found.setdefault(number, []).append(value)
    return found


def decode_plain_items(data: bytes) -> tuple[list[tuple[bytes, bytes]], int]:
    """
    Return the items at the start of a record that are numbers, each with the bytes of its name, and where they end.

    Most records hold nothing else, and this takes a tenth of the time of `decode_items`. A number's JSON ends where the
    next item begins, so that no length needs to be looked at.
    """
    end = _PLAIN_ITEMS.match(data).end()  # type: ignore[union-attr]  # (it matches nothing too)
    return _PLAIN_ITEM.findall(data, 0, end), end


def decode_name(spelled: bytes) -> Name:
    """Return the name that bytes spell which follow the tag of a key, be it ``key`` or the first ``nested_key``."""
    return _name(decode_fields(bytes((NESTED_KEY,)) + spelled))


def decode_items(
    data: bytes, number: int, names: dict[bytes, Name], others: list[bytes]
) -> Iterator[tuple[Name, bytes]]:
    """
    Give the names and the JSON of the items of a record: most of what is in a log.

    Parameters
    ----------
    data
        A record of history, summary or settings.
    number
        The field that holds an item.
    names
        Names by the bytes that spell them; what is new is added.
    others
        Gets the fields that are no items, as they stand in the record.

    Raises
    ------
    ValueError, IndexError
        If it is no such record.
    """
    position, size, wanted = 0, len(data), number << 3 | 2
    while position < size:
        start, tag, length = position, data[position], data[position + 1]
        position += 2
        if tag != wanted:
            position = _after(data, start)
            others.append(data[start:position])
            continue
        if length >= 0x80:
            length, position = decode_varint(data, position - 1)
        key_end, end = position, position + length
        if end > size:
            raise ValueError("an item that is cut off")
        while key_end < end and data[key_end] in (KEY, NESTED_KEY) and data[key_end + 1] < 0x80:
            key_end += 2 + data[key_end + 1]
        if position < key_end <= end - 3 and data[key_end : key_end + 2] == VALUE:
            begin = key_end + 3
            if data[begin - 1] >= 0x80:
                _, begin = decode_varint(data, begin - 1)
            spelled = data[position + 1 : key_end]
            name = names.get(spelled)
            if name is None:
                name = names[spelled] = decode_name(spelled)
            yield name, data[begin:end]
        else:
            yield decode_item(data[position:end])
        position = end


def decode_item(data: bytes) -> tuple[Name, bytes]:
    """Return the name and the JSON of one item, however it is stored; errors as from `each_field`."""
    found = decode_fields(data)
    value = found.get(16, [b""])[-1]
    if isinstance(value, bytes) and value:
        return _name(found), value
    return _name(found), _typed(found)


def _typed(found: Fields) -> bytes:
    """Return the JSON of a value that an item holds in a field of its own kind."""
    kind, value = next(((TYPED[n], values[-1]) for n, values in found.items() if n in TYPED), ("none", 0))
    if isinstance(value, bytes):
        if kind == "number":
            return repr(struct.unpack("<d", value)[0]).replace("inf", "Infinity").replace("nan", "NaN").encode()
        return value if kind == "json" else json.dumps(value.decode("utf-8", "replace")).encode()
    if kind == "integer":
        return b"%d" % ((value >> 1) ^ -(value & 1))
    return b"null" if kind == "none" else b"true" if value else b"false"


def _name(found: Fields) -> Name:
    parts = found.get(1) or found.get(2) or []
    return tuple(part.decode("utf-8", "replace") for part in parts if isinstance(part, bytes))


def text_field(found: Fields, number: int) -> str:
    """Return a field that holds text; empty if it is not there."""
    value = found.get(number, [b""])[-1]
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else ""


def integer_field(found: Fields, number: int) -> int:
    """Return a field that holds a whole number of 32 bits; 0 if it is not there."""
    value = found.get(number, [0])[-1]
    if not isinstance(value, int):
        return 0
    return value - (1 << 64) if value >> 63 else value


def split_record(payload: bytes, kinds: frozenset[int]) -> tuple[int, bytes]:
    """Return the first field of a record that is one of `kinds`, and what is in it; 0 if none is."""
    position, size = 0, len(payload)
    while position < size:
        start = position
        tag, position = decode_varint(payload, position)
        if tag & 7 != 2:
            position = _after(payload, start)
            continue
        length, position = decode_varint(payload, position)
        if position + length > size:
            raise ValueError("a field that is cut off")
        if tag >> 3 in kinds:
            return tag >> 3, payload[position : position + length]
        position += length
    return 0, b""


def message_field(found: Fields, number: int) -> Fields:
    """Return the fields of a message in a field; empty if it is not there."""
    value = found.get(number, [b""])[-1]
    return decode_fields(value) if isinstance(value, bytes) else {}


def time_field(found: Fields, number: int) -> float:
    """Return a time in a field, in seconds since 1970; 0 if it is not there."""
    time = message_field(found, number)
    return integer_field(time, 1) + integer_field(time, 2) / 1e9
