"""Where the page shows what a tool told: its address on the page's server, or the command that opens it."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any
from urllib.parse import urlencode

from ..data.records import Json
from ..importance import METHODS
from ..question.selection import Selection, Target
from .desk import Question
from .told import LONGEST_LINK, LONGEST_ROW, count_bytes


def write_link(question: Question, address: str) -> str:
    """
    Return how to see the same on the page, in words.

    An address with which the line would be too long is left out: the page opens all the same.

    Parameters
    ----------
    question
        The question, which knows where the page is, or else which sources it would show.
    address
        The part of the page's address behind the ``#``, as of `write_address`.
    """
    if question.page:
        link = f"See it: {question.page}#{address}"
        return link if count_bytes(link) <= LONGEST_LINK else f"See it: {question.page}"
    command = f"See it: sweeplens {' '.join(map(shlex.quote, question.sources))}"
    whole = f"{command}, then #{address} behind the page's address"
    return whole if count_bytes(whole) <= LONGEST_ROW else command


def write_address(
    selection: Selection, project: Json, method: str = "", tab: str = "", options: Mapping[str, Any] | None = None
) -> str:
    """
    Return what ``assets/page/address.mjs`` reads.

    Parameters
    ----------
    selection
        The question.
    project
        The facts of its project: ``content`` and ``name``.
    method
        A method of importance; empty for the usual one.
    tab
        Name of a view; empty for the overview.
    options
        What is chosen within that view.
    """
    parts = [("v", "1"), ("project", selection.project)]
    if project["content"]:
        parts += [("content", project["content"]), ("of", project["name"])]
    if method and method != METHODS[0].NAME:
        parts.append(("method", method))
    plain, usual = asdict(selection.target), asdict(Target())
    parts += [(name, _write_plain(value)) for name, value in plain.items() if value != usual[name]]
    if selection.states != Selection("").states:
        parts.append(("states", ",".join(selection.states)))
    parts += [("filter", _write_json(asdict(condition))) for condition in selection.filters]
    if selection.group:
        parts.append(("group", selection.group))
    parts += [("role", f"{role}:{name}") for name, role in selection.roles]
    if tab:
        parts.append(("tab", tab))
    if options:
        parts.append(("options", _write_json({tab: dict(options)})))
    return urlencode(parts)


def _write_plain(value: Any) -> str:
    """Return a value as the page writes it: a whole number without a point."""
    return str(value).removesuffix(".0") if isinstance(value, float) else str(value)


def _write_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
