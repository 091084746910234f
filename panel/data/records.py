"""What an analysis returns: frozen dataclasses that become plain JSON values, and are made of them again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from math import isfinite
from typing import Any, Self

import msgspec
import numpy as np

from .messages import Message

Json = dict[str, Any]
"""An object of plain JSON values: what the browser sends and gets, what is cached, what somebody else wrote."""

MESSAGES = "messages"
"""Where the JSON of a record keeps what its messages were made of, by the name of their field."""


_ITSELF = {str, int, bool, type(None)}
"""Of what kind a value is that is its own JSON. Long rows hold nothing else, and are not walked through."""


class Record:
    """What its frozen dataclasses have in common: JSON, in both directions."""

    def to_json(self) -> Json:
        """
        Return the record as plain JSON values: numbers that are not finite become ``None``, a message its words.

        Beside its fields it then has ``messages``: by field, what these words were made of (see `Message.to_json`).
        """
        return _as_json(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """
        Return the record that `to_json` made such plain values of.

        Raises
        ------
        ValueError
            If something is missing, or of another kind.
        """
        return msgspec.convert(_with_messages(data), cls, dec_hook=_decode)


def plain(value: Any) -> Any:
    """
    Return records, numbers, arrays and what holds them as plain JSON values; what is not finite becomes ``None``.

    Examples
    --------
    >>> plain({"shares": np.array([0.5, np.nan])})
    {'shares': [0.5, None]}
    """
    if isinstance(value, str):
        return str(value)
    if isinstance(value, Record):
        return value.to_json()
    if is_dataclass(value) and not isinstance(value, type):
        return _as_json(value)
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, np.ndarray):
        return [plain(item) for item in value.tolist()]
    if isinstance(value, list | tuple):
        kinds = set(map(type, value))
        if kinds <= _ITSELF:
            return list(value)
        if kinds <= {*_ITSELF, float}:
            return [None if type(item) is float and not isfinite(item) else item for item in value]
        return [plain(item) for item in value]
    if isinstance(value, np.generic):
        value = value.item()
    return None if isinstance(value, float) and not np.isfinite(value) else value


def _as_json(record: Any) -> Json:
    values = {field.name: getattr(record, field.name) for field in fields(record)}
    return {**{name: plain(value) for name, value in values.items()}, **messages_in(values)}


def messages_in(values: Mapping[str, Any]) -> Json:
    """Return ``messages``: by name what the values that say something were made of; nothing if none does."""
    made_of = {name: _made_of(value) for name, value in values.items() if _says(value)}
    return {MESSAGES: made_of} if made_of else {}


def _says(value: Any) -> bool:
    """Say whether a value is a message that says anything, or several of them."""
    if isinstance(value, Mapping):
        return _says(list(value.values()))
    if isinstance(value, list | tuple):
        return Message in set(map(type, value))
    return isinstance(value, Message) and value != ""


def _made_of(value: Any) -> Any:
    if isinstance(value, Message):
        return value.to_json()
    if isinstance(value, Mapping):
        return dict(zip(map(str, value), _made_of(list(value.values())), strict=True))
    return [item.to_json() if isinstance(item, Message) else item for item in value]


def _with_messages(data: Any) -> Any:
    """Return JSON with what its messages were made of in place of their words."""
    if isinstance(data, Mapping):
        made_of: Json = dict(data[MESSAGES]) if _has_messages(data) else {}
        return {key: _with_messages(value) for key, value in data.items() if not made_of or key != MESSAGES} | made_of
    if not isinstance(data, list | tuple) or set(map(type, data)) <= {*_ITSELF, float}:
        return data
    return [_with_messages(item) for item in data]


def _has_messages(data: Mapping[str, Any]) -> bool:
    """Say whether a record put its messages here; a dictionary by names of the user's may have such a key, too."""
    made_of = data.get(MESSAGES)
    return isinstance(made_of, Mapping) and bool(made_of) and made_of.keys() <= data.keys()


def _decode(kind: type, value: Any) -> Any:
    if kind is Message:
        return Message.from_json(value)
    raise NotImplementedError(kind)
