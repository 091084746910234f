"""YAML as trackers write it, read without ever making an object of another kind than plain values."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from ...data.records import Json
from ...errors import SourceError

try:
    from yaml import CSafeLoader as _Fast
except ImportError:  # PyYAML without its C library
    from yaml import SafeLoader as _Fast  # type: ignore[assignment]

LARGEST = 10_000_000
"""Bytes; a file of settings is never larger."""

DEEPEST = 100
"""PyYAML lets ten times as much through; what is done with the values would overflow Python's stack."""

MOST_VALUES = 200_000
"""With every alias counted as what it stands for: ten aliases of ten aliases of … would fill the memory."""

_FLOAT = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)[eE][-+]?\d+$")
_NUMPY = re.compile(r"[fiub][1248]")


class Loader(_Fast):
    """A safe loader that takes unknown tags for the plain value that they stand before."""


def _plain(loader: Loader, tag: str, node: yaml.Node) -> Any:
    """Return what stands behind a tag that is not known, such as ``!!python/tuple``, as list, mapping or text."""
    if isinstance(node, yaml.SequenceNode):
        items = _sequence(loader, node)
        return _plain_object(tag, items) if "python/object/" in tag else items
    if isinstance(node, yaml.MappingNode):
        mapping = _mapping(loader, node)
        return mapping.get("dictitems", mapping)
    # Classes and functions stand in the tag, and what follows it is empty.
    assert isinstance(node, yaml.ScalarNode)  # noqa: S101
    return loader.construct_scalar(node) or tag.rpartition(":")[2]


def _plain_object(tag: str, items: list[Any]) -> Any:
    """Return the plain value of an object that PyYAML wrote as a call: an enum, a path, a NumPy scalar, …."""
    match items:
        case [{"args": [str(kind), *_]}, bytes(data)] if _NUMPY.fullmatch(kind) and len(data) == int(kind[1]):
            return np.frombuffer(data, np.dtype("?" if kind == "b1" else f"<{kind}"))[0].item()
        case [[*pairs]] if tag.endswith("OrderedDict") and all(isinstance(p, list) and len(p) == 2 for p in pairs):
            return {str(key): value for key, value in pairs}
        case [str() | int() | float() | None as only]:
            return only
        case [str(), *_] if ":pathlib." in tag:
            return "/".join(map(str, items)).replace("//", "/", 1)
    return items


def _mapping(loader: Loader, node: yaml.MappingNode) -> Json:
    loader.flatten_mapping(node)
    return {
        str(loader.construct_object(key, deep=True)): loader.construct_object(value, deep=True)
        for key, value in node.value
    }


def _sequence(loader: Loader, node: yaml.SequenceNode) -> list[Any]:
    return [loader.construct_object(item, deep=True) for item in node.value]


def _set(loader: Loader, node: yaml.MappingNode) -> list[str]:
    return list(_mapping(loader, node))


def _text(loader: Loader, node: yaml.ScalarNode) -> str:
    return str(loader.construct_scalar(node))


Loader.add_multi_constructor(None, _plain)
for _kind, _constructor in (("map", _mapping), ("seq", _sequence), ("set", _set), ("timestamp", _text)):
    Loader.add_constructor(f"tag:yaml.org,2002:{_kind}", _constructor)
# YAML 1.1 takes 1e-3 for text, as it lacks a point.
Loader.add_implicit_resolver("tag:yaml.org,2002:float", _FLOAT, list("-+.0123456789"))


def parse_yaml(text: str) -> Any:
    """
    Read YAML.

    Parameters
    ----------
    text
        One document.

    Returns
    -------
    Any
        Mappings with text as keys, lists, text, numbers, booleans, bytes or ``None``. A value with a tag such as
        ``!!python/tuple`` or ``!!python/object:…`` is the plain value behind the tag: nothing is imported or made.

    Raises
    ------
    ValueError
        If it is malformed, nested too deeply, or grows without measure through its aliases; in one line.
    """
    try:
        loader = Loader(text)
        try:
            node = loader.get_single_node()
            if node is None:
                return None
            _count(node, {}, 0)
            return loader.construct_document(node)
        finally:
            loader.dispose()
    except yaml.MarkedYAMLError as error:
        where = f"line {error.problem_mark.line + 1}: " if error.problem_mark else ""
        raise ValueError(f"{where}{error.problem or error.context}") from error
    except yaml.YAMLError as error:
        raise ValueError(" ".join(str(error).split())) from error
    except (KeyError, IndexError, TypeError, AttributeError) as error:
        raise ValueError("a value does not fit its tag") from error
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error


def _count(node: yaml.Node, counted: dict[int, int], depth: int) -> int:
    """Return how many values a node stands for; a node inside itself counts as one too deep."""
    if depth > DEEPEST:
        raise ValueError("it is nested too deeply")
    if id(node) in counted:
        return counted[id(node)]
    total = 1
    if isinstance(node, yaml.CollectionNode):
        for item in node.value:
            for part in item if isinstance(item, tuple) else (item,):
                total += _count(part, counted, depth + 1)
    if total > MOST_VALUES:
        raise ValueError(f"with its aliases it holds more than {MOST_VALUES:,} values")
    counted[id(node)] = total
    return total


def read_yaml(path: Path, without: str = "") -> Any:
    """
    Read a YAML file; see `parse_yaml`.

    Parameters
    ----------
    path
        The file.
    without
        A name at the top whose value is long and not needed: it is left out before the rest is parsed.

    Raises
    ------
    SourceError
        If it cannot be opened or is no YAML; the message names it.
    """
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
        if len(data) > LARGEST:
            raise ValueError(f"it is larger than {LARGEST:,} bytes")
        text = data.decode("utf-8-sig")
        if without:
            text = re.sub(rf"(?m)^{re.escape(without)}:.*\n?(?:(?:[ \t#].*)?\n|[ \t].*\Z)*", "", text)
        return parse_yaml(text)
    except OSError as error:
        raise SourceError(f"{path} cannot be opened: {error.strerror or error}.") from error
    except ValueError as error:
        raise SourceError(f"{path} cannot be read as YAML: {error}.") from error


def read_settings(path: Path) -> Json:
    """
    Read a YAML file that holds a mapping, such as Lightning's ``hparams.yaml``; an empty file holds no settings.

    Raises
    ------
    SourceError
        If it cannot be read, or holds something else.
    """
    settings = read_yaml(path)
    if settings is None:
        return {}
    if not isinstance(settings, dict):
        raise SourceError(f"{path} holds no settings: a mapping of names to values is expected.")
    return settings
