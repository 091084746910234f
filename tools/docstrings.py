"""Docstrings in numpydoc style to Markdown, as the pages of the Python API have them."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from typing import Any

from panel.notebook.asking import EXPLAINED, USUAL

SECTION = re.compile(r"^(\w+)\n-+\n", re.MULTILINE)

AS_CODE = "Examples"
"""The section that is code, not a list of names."""

QUESTION = "**question\n    Arguments of the question, below."
"""What stands for the arguments that all functions with a question share."""


def write_function(name: str, function: Callable[..., Any]) -> str:
    """Return a function's signature and its docstring, the arguments of the question left to their own section."""
    text = (inspect.getdoc(function) or "").replace(EXPLAINED.strip(), QUESTION)
    return f"```py\n{write_signature(name, function)}\n```\n\n{write_docstring(text)}"


def write_class(kind: type) -> str:
    """Return a class's docstring, and a line for each public method of its own."""
    methods = [
        f"- `{name}()`: {first_line(value)}"
        for name, value in vars(kind).items()
        if not name.startswith("_") and inspect.isfunction(value)
    ]
    parts = [write_docstring(inspect.getdoc(kind) or "")]
    if methods:
        parts.append("**Methods**\n\n" + "\n".join(methods))
    return "\n\n".join(parts)


def write_signature(name: str, function: Callable[..., Any]) -> str:
    """Return a call with its arguments and their defaults; those of the question are one."""
    signature = inspect.signature(function)
    parameters = list(signature.parameters.values())
    asks = set(USUAL) <= set(signature.parameters)
    own = [p.replace(annotation=p.empty) for p in parameters if not asks or p.name not in USUAL]
    if asks:
        own.append(inspect.Parameter("question", inspect.Parameter.VAR_KEYWORD))
    return f"{name}{signature.replace(parameters=own, return_annotation=signature.empty)}"


def write_docstring(text: str) -> str:
    """
    Return a docstring as Markdown: what it says, then its sections.

    Parameters
    ----------
    text
        The docstring, without its indentation.
    """
    head, *sections = SECTION.split(text)
    parts = [write_text(head)]
    for name, body in zip(sections[::2], sections[1::2], strict=True):
        parts.append(f"**{name}**")
        parts.append(write_example(body) if name == AS_CODE else write_names(body))
    return "\n\n".join(part for part in parts if part)


def write_text(text: str) -> str:
    """Return paragraphs, each in one line, with Markdown's marks of code."""
    return "\n\n".join(" ".join(part.split()) for part in text.replace("``", "`").strip().split("\n\n"))


def write_names(body: str) -> str:
    """Return a section of names and what each is as a list."""
    found = re.findall(r"^(\S.*)\n((?:(?: {4}.*)?\n?)*)", body, re.MULTILINE)
    return "\n".join(f"- `{name}`: {write_text(told)}" for name, told in found)


def write_example(body: str) -> str:
    """Return examples as they are typed where SweepLens is installed."""
    return f"```pycon\n{body.strip().replace('import panel as sl', 'import sweeplens as sl')}\n```"


def first_line(value: object) -> str:
    """Return the first line of a docstring."""
    return write_text((inspect.getdoc(value) or "").partition("\n")[0])
