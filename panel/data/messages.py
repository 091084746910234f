"""
Sentences that the analysis says: a code, a template with named parts, and the parts. They become words here alone.

A `Message` is its English words, so that it can be printed, compared and joined like any text; and it still knows what
they were made of, so that a program reads the numbers from the parts, and a translation starts from code and parts.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

import msgspec
import numpy as np

from .statistics import measured, round_text, short

Style = Literal["short", "measured", "percent", "fixed", "signed", "decimals", "figures"]


@dataclass(frozen=True)
class Number:
    """
    A number in a sentence.

    Attributes
    ----------
    value
        The number; of a ``percent`` the share, so 0.25 is ``25 %``.
    digits
        Decimals of ``fixed``, ``signed`` and ``decimals``, significant digits of the other styles.
    style
        ``short`` as `statistics.short`, ``measured`` as `statistics.measured`; ``decimals`` is ``fixed`` without commas
        between thousands, and ``figures`` has an exponent where there are not digits enough.
    unit
        What follows the number, after a space; empty if it has none.
    """

    value: int | float
    digits: int = 3
    style: Style = "measured"
    unit: str = ""

    def to_words(self) -> str:
        """Return the number as it is read."""
        unit = "%" if self.style == "percent" else self.unit
        return self._digits() + (f" {unit}" if unit else "")

    def _digits(self) -> str:
        match self.style:
            case "short":
                return short(self.value, self.digits)
            case "measured":
                return measured(self.value, self.digits)
            case "percent":
                return short(100 * self.value, self.digits)
            case "fixed":
                return f"{self.value:,.{self.digits}f}".replace("-", "−")
            case "signed":
                return f"{self.value:+.{self.digits}f}".replace("-", "−")
            case "decimals":
                return f"{self.value:.{self.digits}f}".replace("-", "−")
            case "figures":
                return round_text(self.value, self.digits).replace("-", "−")


@dataclass(frozen=True)
class Count:
    """
    How many there are of something: ``1 run``, ``2,000 runs``.

    Attributes
    ----------
    n
        How many.
    one, many
        What one, and what any other number of them is called; by default with an s. Empty names nothing: ``2,000``.
    """

    n: int
    one: str = ""
    many: str = ""

    def to_words(self) -> str:
        """Return the number with what is counted."""
        noun = self.one if self.n == 1 or not self.one else self.many or f"{self.one}s"
        return f"{self.n:,} {noun}".rstrip()


@dataclass(frozen=True)
class Form:
    """
    A word that follows a number: ``was`` or ``were``.

    Attributes
    ----------
    n
        The number that decides.
    one, many
        The word for one, and for any other number.
    """

    n: int
    one: str
    many: str

    def to_words(self) -> str:
        """Return the word that fits the number."""
        return self.one if self.n == 1 else self.many


@dataclass(frozen=True)
class Names:
    """
    Names in a row: ``lr, momentum and 3 more``.

    Attributes
    ----------
    names
        The names, in the order in which they are read.
    most
        So many are read at most; the others are counted. By default all are read.
    last
        What stands before the last one; empty if a comma does there too.
    """

    names: tuple[str, ...]
    most: int = 0
    last: str = "and"

    def to_words(self) -> str:
        """Return the names as they are read."""
        shown = list(self.names if not self.most else self.names[: self.most])
        if len(shown) < len(self.names):
            shown.append(f"{len(self.names) - len(shown):,} more")
        if not self.last:
            return ", ".join(shown)
        return f" {self.last} ".join(filter(None, [", ".join(shown[:-1]), *shown[-1:]]))


class Message(str):
    """
    A sentence, or a part of one: its words, and what they were made of.

    Attributes
    ----------
    code
        Names the sentence, whatever it is about; ``text`` if it is a text of somebody else, such as a file's name.
    template
        Its words in English, with ``{name}`` for each part.
    parts
        What stands in its place, by name: text, a number as it is, or one of the classes of this module.
    """

    code: str
    template: str
    parts: Mapping[str, Part]

    def __new__(cls, code: str, template: str, parts: Mapping[str, Part]) -> Message:
        """Make the words."""
        message = super().__new__(cls, _fill(template, parts))
        message.code, message.template, message.parts = code, template, dict(parts)
        return message

    def __reduce__(self) -> tuple[Any, ...]:
        return Message, (self.code, self.template, dict(self.parts))

    def to_json(self) -> dict[str, Any]:
        """Return ``code``, ``template``, ``parts`` and the words as ``text``, as plain JSON values."""
        parts = {name: _part_to_json(part) for name, part in self.parts.items()}
        return {"code": self.code, "template": self.template, "parts": parts, "text": str(self)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any] | str) -> Message:
        """Return the message that `to_json` made such plain values of; of a text the message that says it."""
        if isinstance(data, str):
            return as_message(data)
        return cls(
            data["code"], data["template"], {name: _part_from_json(part) for name, part in data["parts"].items()}
        )


Part = str | int | float | Number | Count | Form | Names
"""What can stand in a template; a `Message` is a text."""

_PARTS: dict[str, type[Number | Count | Form | Names]] = {
    "number": Number,
    "count": Count,
    "form": Form,
    "names": Names,
}


def say(code: str, template: str, **parts: Part) -> Message:
    """
    Return a message.

    Parameters
    ----------
    code
        Names the sentence: ``room.sentence``, such as ``boundary.too_few``. One code has one template.
    template
        Its words, with ``{name}`` for each part; ``{{`` is a brace.
    **parts
        The parts by name.

    Examples
    --------
    >>> say("doc.left_out", "{runs} {were} left out.", runs=Count(2, "run"), were=Form(2, "was", "were"))
    '2 runs were left out.'
    """
    return Message(code, template, parts)


def join(messages: Iterable[str], between: str = " ") -> Message:
    """Return several sentences as one message; those that say nothing are passed over."""
    there = [message for message in messages if message]
    if len(there) == 1:
        return as_message(there[0])
    template = between.join(f"{{{number}}}" for number in range(len(there)))
    return (
        Message("joined", template, {str(number): message for number, message in enumerate(there)})
        if there
        else NOTHING
    )


def as_message(text: str) -> Message:
    """Return a text as a message; one that is a message stays what it is."""
    return text if isinstance(text, Message) else Message("text", "{text}", {"text": text}) if text else NOTHING


def _fill(template: str, parts: Mapping[str, Part]) -> str:
    def words(found: re.Match[str]) -> str:
        if found[0] in ("{{", "}}"):
            return found[0][0]
        return _words_of(parts[found[1]])

    return re.sub(r"\{\{|\}\}|\{(\w+)\}", words, template)


def _words_of(part: Part) -> str:
    if isinstance(part, Number | Count | Form | Names):
        return part.to_words()
    return short(part) if isinstance(part, float) else f"{part:,}" if isinstance(part, int) else str(part)


def _part_to_json(part: Part) -> Any:
    if isinstance(part, Message):
        return {"kind": "message", **part.to_json()}
    if isinstance(part, Number | Count | Form | Names):
        kind = next(kind for kind, made in _PARTS.items() if isinstance(part, made))
        values = {name: list(v) if isinstance(v, tuple) else _as_python(v) for name, v in asdict(part).items()}
        if isinstance(part, Number) and not math.isfinite(part.value):
            values["value"] = None
        return {"kind": kind, **values, "text": part.to_words()}
    return _words_of(part) if isinstance(part, float) and not math.isfinite(part) else _as_python(part)


def _as_python(value: Any) -> Any:
    """Return a number of NumPy's as Python's own, which JSON takes; all else as it is."""
    return value.item() if isinstance(value, np.generic) else value


def _part_from_json(data: Any) -> Part:
    if not isinstance(data, Mapping):
        return data
    if data["kind"] == "message":
        return Message.from_json(data)
    if data.get("value", 0) is None:  # JSON has no number that is not finite
        return data["text"]
    return msgspec.convert(data, _PARTS[data["kind"]])


NOTHING = Message("nothing", "", {})
"""What is said where there is nothing to say."""
