"""
What stands in a pickle, read as data: its opcodes are listed by the standard library's disassembler and never executed.

No class is looked up and nothing is called: what would have been an object is a `Thing` with the name of its class.
"""

from __future__ import annotations

import pickletools
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ...errors import SourceError

LARGEST, MOST, LONGEST = 20_000_000, 500_000, 1_000
"""Bytes and opcodes of a pickle that is still read, and letters of the name of a class."""

_EMPTY = {"EMPTY_LIST": list, "EMPTY_DICT": dict, "EMPTY_SET": list, "EMPTY_TUPLE": tuple}
_CONSTANTS = {"NONE": None, "NEWTRUE": True, "NEWFALSE": False}
_TUPLES = {"TUPLE1": 1, "TUPLE2": 2, "TUPLE3": 3}
_NOTHING = frozenset({"PROTO", "FRAME", "STOP", "READONLY_BUFFER"})
_PLAIN = (str, int, float, bool, bytes, bytearray, type(None))


@dataclass(eq=False)
class Thing:
    """What would have been an object: the name of its class, what that was called with, and its state."""

    name: str
    args: Any = ()
    state: Any = None


def read_pickle(path: Path) -> Any:
    """
    Return what a pickle holds as lists, tuples, dicts, plain values and `Thing`.

    Sets are lists; of dicts only what has a text as its key is kept.

    Raises
    ------
    SourceError
        If it cannot be opened, is larger than `LARGEST` or `MOST`, or is no whole pickle; the message names it.
    """
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
    except OSError as error:
        raise SourceError(f"{path} cannot be opened: {error.strerror or error}.") from error
    if len(data) > LARGEST:
        raise SourceError(f"{path} is larger than {LARGEST / 1e6:.0f} MB, more than is read of a pickle.")
    try:
        return _Reader().read(data)
    except (ValueError, IndexError, KeyError, TypeError, AttributeError) as error:
        raise SourceError(f"{path} is no pickle that can be read: {' '.join(str(error).split())[:200]}.") from error


class _Reader:
    """The stack of the pickle format (`pickletools` documents it), with names in place of classes."""

    def __init__(self) -> None:
        self.stack: list[Any] = []
        self.marks: list[int] = []
        self.memo: dict[int, Any] = {}

    def read(self, data: bytes) -> Any:
        for count, (opcode, value, _) in enumerate(pickletools.genops(data)):
            if count == MOST:
                raise ValueError(f"it has more than {MOST:,} opcodes")
            self.step(opcode.name, value)
        return self.stack[-1]

    def step(self, name: str, value: Any) -> None:
        push, pop = self.stack.append, self.stack.pop
        if name in _NOTHING:
            return
        if name in _EMPTY:
            push(_EMPTY[name]())
        elif name in _CONSTANTS:
            push(_CONSTANTS[name])
        elif name in _TUPLES:
            parts = [pop() for _ in range(_TUPLES[name])]
            push(tuple(reversed(parts)))
        elif name == "MARK":
            self.marks.append(len(self.stack))
        elif name in ("MEMOIZE", "PUT", "BINPUT", "LONG_BINPUT"):
            self.memo[len(self.memo) if name == "MEMOIZE" else value] = self.stack[-1]
        elif name in ("GET", "BINGET", "LONG_BINGET"):
            push(self.memo[value])
        elif name in ("LIST", "FROZENSET"):
            push(self.marked())
        elif name == "TUPLE":
            push(tuple(self.marked()))
        elif name == "DICT":
            push(_put_entries({}, self.marked()))
        elif name in ("SETITEM", "SETITEMS"):
            items = self.marked() if name == "SETITEMS" else [pop(), pop()][::-1]
            _put_entries(self.stack[-1], items)
        elif name in ("APPEND", "APPENDS", "ADDITEMS"):
            items = [pop()] if name == "APPEND" else self.marked()
            if isinstance(self.stack[-1], list):
                self.stack[-1].extend(items)
        elif name == "GLOBAL":
            push(Thing(str(value).replace(" ", ".")))
        elif name == "STACK_GLOBAL":
            last, module = pop(), pop()
            if not isinstance(module, str) or not isinstance(last, str) or len(module) + len(last) > LONGEST:
                raise ValueError("a class has a name that is no short text")
            push(Thing(f"{module}.{last}"))
        elif name in ("REDUCE", "NEWOBJ"):
            args, made = pop(), pop()
            push(Thing(getattr(made, "name", ""), args))
        elif name == "NEWOBJ_EX":
            _, args, made = pop(), pop(), pop()
            push(Thing(getattr(made, "name", ""), args))
        elif name in ("INST", "OBJ"):
            args = self.marked()
            made = str(value).replace(" ", ".") if name == "INST" else getattr(args.pop(0), "name", "")
            push(Thing(made, tuple(args)))
        elif name == "BUILD":
            state = pop()
            if isinstance(self.stack[-1], Thing):
                self.stack[-1].state = state
        elif name in ("POP", "POP_MARK"):
            self.marked() if name == "POP_MARK" or self.marks[-1:] == [len(self.stack)] else pop()
        elif name == "DUP":
            push(self.stack[-1])
        elif name == "BINPERSID":
            push(Thing("persistent", (pop(),)))
        else:
            push(value if isinstance(value, _PLAIN) else Thing(name.lower()))

    def marked(self) -> list[Any]:
        """Take what was put there since the last mark."""
        start = self.marks.pop()
        taken, self.stack[start:] = self.stack[start:], []
        return taken


def _put_entries(into: Any, items: list[Any]) -> Any:
    """Put keys and values into a dict; what has another key than a text is left out."""
    if isinstance(into, dict):
        into.update({key: value for key, value in zip(items[::2], items[1::2], strict=True) if isinstance(key, str)})
    return into
