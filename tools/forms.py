"""Types of records to JSON Schema: the form that `panel.data.records.Record.to_json` gives them."""

from __future__ import annotations

import inspect
import re
import types
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from panel.data.messages import Message
from panel.data.records import Record

Schema = dict[str, Any]

PLAIN: dict[Any, Schema] = {
    str: {"type": "string"},
    Message: {"type": "string"},
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    float: {"type": "number"},
    type(None): {"type": "null"},
    Record: {"type": "object"},
    Any: {},
    object: {},
}


def refer_to(name: str) -> Schema:
    """Return the schema that stands for a definition."""
    return {"$ref": f"#/$defs/{name}"}


def list_of(items: Schema) -> Schema:
    """Return the schema of a list."""
    return {"type": "array", "items": items}


def close_object(properties: Mapping[str, Schema], optional: Sequence[str] = (), description: str = "") -> Schema:
    """Return the schema of an object that has these properties, and no others; what is not optional is there."""
    return {
        "type": "object",
        **({"description": description} if description else {}),
        "properties": dict(properties),
        "required": [name for name in properties if name not in optional],
        "additionalProperties": False,
    }


def describe_type(kind: Any, definitions: dict[str, Schema]) -> Schema:
    """
    Return the schema of a type.

    Parameters
    ----------
    kind
        A plain type, a dataclass, or a collection or union of them.
    definitions
        The schema of every dataclass by its name; those that were not there are added.

    Raises
    ------
    TypeError
        If JSON has no such type.
    """
    if is_dataclass(kind) and isinstance(kind, type):
        name = name_definition(kind)
        if name not in definitions:
            definitions[name] = {}  # it may hold itself
            definitions[name] = describe_record(kind, definitions)
        return refer_to(name)
    origin, inner = get_origin(kind), get_args(kind)
    if origin is Literal:
        return {"enum": list(inner)}
    if origin in (Union, types.UnionType):
        return {"anyOf": [describe_type(one, definitions) for one in inner]}
    if origin is tuple and Ellipsis not in inner:
        return {
            "type": "array",
            "prefixItems": [describe_type(one, definitions) for one in inner],
            "minItems": len(inner),
            "maxItems": len(inner),
        }
    if origin is tuple or (isinstance(origin, type) and issubclass(origin, Sequence)):
        return list_of(describe_type(inner[0], definitions))
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return {"type": "object", "additionalProperties": describe_type(inner[1], definitions)}
    if kind not in PLAIN:
        raise TypeError(f"JSON has no {kind}.")
    return dict(PLAIN[kind])


def name_definition(record: type) -> str:
    """Return how a dataclass is called; one of a check after the check too, because each has ``Facts``."""
    folder, _, module = record.__module__.rpartition(".")
    if folder != "panel.checks" or module == "base":
        return record.__name__
    return "".join(word.capitalize() for word in module.split("_")) + record.__name__


def describe_record(record: type, definitions: dict[str, Schema]) -> Schema:
    """Return the schema of a dataclass: its fields, and ``messages`` where any of them holds messages."""
    kinds, told = get_type_hints(record), read_attributes(record.__doc__ or "")
    properties: dict[str, Schema] = {}
    for field in fields(record):
        about = {"description": told[field.name]} if field.name in told else {}
        properties[field.name] = {**about, **describe_type(kinds[field.name], definitions)}
    said = [name for name in properties if holds_messages(kinds[name])]
    if said:
        properties["messages"] = describe_messages(said)
    return close_object(properties, ["messages"], first_sentence(record.__doc__ or ""))


def describe_messages(names: Sequence[str]) -> Schema:
    """Return the schema of what the messages of some fields are made of."""
    made_of = {"anyOf": [refer_to("Message"), list_of({"anyOf": [refer_to("Message"), {"type": "string"}]})]}
    return close_object(dict.fromkeys(names, made_of), names)


def holds_messages(kind: Any) -> bool:
    """Say whether a field of a type has messages that `Record.to_json` tells beside it."""
    if kind is Message:
        return True
    return get_origin(kind) in (tuple, list, Union, types.UnionType) and any(map(holds_messages, get_args(kind)))


def first_sentence(text: str) -> str:
    """Return the first paragraph of a docstring in one line."""
    return " ".join(text.strip().split("\n\n")[0].split())


def read_attributes(text: str) -> dict[str, str]:
    """Return what a docstring in numpydoc style says of each attribute, in one line."""
    _, _, section = (inspect.cleandoc(text) + "\n").partition("Attributes\n----------\n")
    told: dict[str, str] = {}
    for names, lines in re.findall(r"^(\w[\w, ]*)\n((?:^    .*\n)+)", section, re.MULTILINE):
        told |= dict.fromkeys(names.split(", "), " ".join(lines.split()))
    return told
