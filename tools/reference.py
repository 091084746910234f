"""Lists of what there is to call and to set, for the pages of reference: made of the code."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import MISSING, Field, fields
from importlib import import_module
from typing import Any

import click

from panel.options import HELP

from .docstrings import write_class, write_function, write_text
from .forms import read_attributes
from .markdown import as_table

MADE = {"cache_dir": "the user's cache folder", "memory": "half of the machine's"}
"""Defaults that depend on the machine."""

FURTHER = {
    "checks": "What the checks found, and caveats.",
    "next_sweep": "The proposal, or why there is none.",
    "messages": "What the sentences beside it are made of.",
}
"""Fields of an answer that no record describes."""


def list_options(command: click.Command) -> str:
    """Return a table of a command's options for each heading of its help."""
    context = click.Context(command, info_name="sweeplens", **command.context_settings)
    groups: dict[str, list[tuple[str, str]]] = {}
    for option in command.get_params(context):
        if not isinstance(option, click.Option) or option.hidden:
            continue
        form, _ = option.get_help_record(context) or ("", "")
        heading = getattr(option, "heading", HELP)
        form = form.replace("|", ", ")  # within a table a bar ends a cell, or is shown with what keeps it from that
        groups.setdefault(heading, []).append((f"`{form}`", write_option(option)))
    tables = (f"#### {heading}\n\n{as_table(('option', 'meaning'), rows)}" for heading, rows in groups.items())
    return "\n\n".join(tables)


def write_option(option: click.Option) -> str:
    """Return what an option means, whether it can be repeated, and its default where the help does not say it."""
    words = [(option.help or "").rstrip(".").replace("; repeatable", "") + "."]
    if option.multiple:
        words.append("Repeatable.")
    usual = option.default
    if isinstance(usual, str | int | float) and not isinstance(usual, bool) and usual != "":
        words.append(f"Default: `{usual}`.")
    return " ".join(words)


def list_command_options() -> str:
    """Return the options of ``sweeplens``."""
    from panel.cli import main

    return list_options(main)


def list_other_options(name: str) -> str:
    """Return the options of another command, such as ``sweeplens check``."""
    from panel.cli import OTHERS

    return list_options(import_module(OTHERS[name].module, "panel").main)


def list_settings() -> str:
    """Return a table of the settings: variable, option, default, meaning."""
    from panel.cli import main
    from panel.settings import Settings

    told = read_attributes(Settings.__doc__ or "")
    options = {option.name: f"`{'/'.join([*option.opts, *option.secondary_opts])}`" for option in main.params}
    options |= {"sources": "`SOURCE…`"}
    rows = (
        (
            f"`SWEEPLENS_{setting.name.upper()}`",
            options.get(setting.name, ""),
            write_default(setting),
            write_text(told[setting.name]),
        )
        for setting in fields(Settings)
    )
    return as_table(("variable", "option", "default", "meaning"), rows)


def write_default(setting: Field[Any]) -> str:
    """Return a setting's default."""
    if setting.default is MISSING:
        return MADE[setting.name]
    if setting.default is None:
        return "none"
    if isinstance(setting.default, bool):
        return f"`{int(setting.default)}`"
    if isinstance(setting.default, tuple):
        return " ".join(f"`{one}`" for one in setting.default) or "none"
    return f"`{setting.default}`" if setting.default != "" else "none"


def list_functions() -> str:
    """Return what `import sweeplens` has: functions, then the arguments of the question, then records and results."""
    return "\n\n".join(_write_functions())


def _write_functions() -> Iterator[str]:
    import panel
    from panel.data.project import from_frames
    from panel.notebook.asking import EXPLAINED

    from .docstrings import write_names

    public = [(name, getattr(panel, name)) for name in panel.__all__]
    for name, value in public:
        if not isinstance(value, type):
            told = from_frames if name == "from_frames" else value
            yield f"### {name}\n\n{write_function(f'sl.{name}', told)}"
    yield f"### Arguments of the question\n\n{write_names(EXPLAINED.strip())}"
    for name, value in public:
        if isinstance(value, type):
            yield f"### {name}\n\n{write_class(value)}"
    for kind in list_results():
        yield f"### {kind.__name__}\n\n{write_class(kind)}"


def list_results() -> Iterable[type]:
    """Return the classes that the functions give back beside the records."""
    from panel.notebook import results, showing, watching

    own = [kind for kind in vars(results).values() if isinstance(kind, type) and kind.__module__ == results.__name__]
    return (*(kind for kind in own if not kind.__name__.startswith("_")), showing.Page, watching.Watch)


def list_answer() -> str:
    """Return a table of what ``--json`` prints, by its schema."""
    from .schema import FILE

    schema = json.loads(FILE.read_text(encoding="utf-8"))
    described = {name: _describe(part, schema["$defs"]) for name, part in schema["properties"].items()}
    rows = ((f"`{name}`", FURTHER.get(name, told)) for name, told in described.items())
    return as_table(("field", "what it is"), rows)


def _describe(part: dict[str, Any], definitions: dict[str, Any]) -> str:
    """
    Return what a field is, and what it holds: its own description, but of a record that of the record, and its fields.

    A list or what may be ``null`` has a description of its own as a rule; the fields are those of what it lists.
    """
    told, held = part.get("description", ""), ""
    for inner in (part, part.get("items", {}), *part.get("anyOf", ())):
        if "$ref" in inner:
            record = definitions[inner["$ref"].rpartition("/")[2]]
            told = record.get("description", "") if inner is part or not told else told
            names = [f"`{name}`" for name in record.get("properties", {})]
            held = f" {'Each has' if inner is part.get('items') else 'It has'} {', '.join(names)}." if names else ""
            break
    return write_text(told.replace("``None``", "`null`") + held)
