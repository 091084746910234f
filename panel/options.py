"""The options that several commands share, and how a command's help lists its options: in groups under headings."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypeVar, get_args

import click

from .data.terms import Goal, TargetScale, Value

Declared = TypeVar("Declared", bound=Callable[..., Any])

Declare = Callable[[Declared], Declared]
"""A decorator that declares an option of the function it decorates."""

HELP_NAMES = {"help_option_names": ["-h", "--help"]}

HELP = "Help"
"""The heading of options that click itself declares: they are given none."""


class Option(click.Option):
    """
    An option under a heading of the help.

    Attributes
    ----------
    heading
        The heading.
    """

    def __init__(self, *arguments: Any, heading: str, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self.heading = heading


class GroupedCommand(click.Command):
    """A command whose help lists its options under their headings, both in the order of declaration."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options into the help."""
        groups: dict[str, list[tuple[str, str]]] = {}
        for parameter in self.get_params(ctx):
            record = parameter.get_help_record(ctx) if isinstance(parameter, click.Option) else None
            if record:
                groups.setdefault(getattr(parameter, "heading", HELP), []).append(record)
        for heading, records in groups.items():
            with formatter.section(heading):
                formatter.write_dl(records)


def declare(heading: str, *names: str, **more: Any) -> Declare:
    """Return the declaration of an option under a heading of the help; `more` is for `click.option`."""
    return click.option(*names, cls=Option, heading=heading, **more)


def add_options(declarations: Iterable[Declare]) -> Declare:
    """Return the declaration of several options, in their order."""

    def add(command: Any) -> Any:
        for declaration in reversed(tuple(declarations)):
            command = declaration(command)
        return command

    return add


QUESTION: tuple[Declare, ...] = (
    declare("Question", "--metric", default="", help="The metric under study. Default: the sweep's, or a likely one."),
    declare("Question", "--goal", type=click.Choice(get_args(Goal)), help="Whether small or large values are good."),
    declare(
        "Question",
        "--value",
        type=click.Choice(get_args(Value)),
        default="last",
        help="Which value of the metric counts.",
    ),
    declare(
        "Question",
        "--step",
        default="",
        metavar="STEP",
        help="Compare runs at this step; 'last' for all that was logged.",
    ),
    declare(
        "Question",
        "--target-scale",
        type=click.Choice(get_args(TargetScale)),
        default="auto",
        help="Scale of the metric.",
    ),
    declare(
        "Question", "--keep-failures", is_flag=True, help="Count runs whose value looks like a failure, such as 999."
    ),
    declare(
        "Question",
        "--filter",
        "filters",
        multiple=True,
        metavar="TEXT",
        help="Keep runs: 'lr>=0.001', 'state=finished'.",
    ),
    declare(
        "Question",
        "--group",
        default="",
        metavar="FIELD",
        help="One of several runs: 'replicates' (equal but seeds) or a field.",
    ),
    declare(
        "Question",
        "--merge",
        "merged",
        multiple=True,
        metavar="NAME",
        help="Setting whose spellings of one value are one.",
    ),
    declare(
        "Question",
        "--role",
        "roles",
        multiple=True,
        metavar="NAME=ROLE",
        help="Role of a parameter, e.g. gpu=ignored.",
    ),
    declare("Question", "--seed", default=0, help="Seed of every random draw."),
)
"""What is asked of the runs: `asking.read_question` makes a question of it."""

READING: tuple[Declare, ...] = (
    declare("Reading", "--config", multiple=True, metavar="GLOB", help="Columns that are settings."),
    declare("Reading", "--metric-columns", multiple=True, metavar="GLOB", help="Columns that are metrics."),
    declare("Reading", "--ignore", multiple=True, metavar="GLOB", help="Columns that are neither."),
    declare("Reading", "--format", help="Read the source as this, where it could be several; a wrong name lists them."),
)
"""How the sources are read: `asking.load_project` does."""

CACHE_DIR = declare("Machine", "--cache-dir", type=click.Path(path_type=Path), help="Folder for results.")

ACCESS: tuple[Declare, ...] = (
    declare(
        "Page",
        "--auth/--no-auth",
        default=None,
        help="Whether a token is asked for. Default: where other machines can reach the page.",
    ),
    declare("Page", "--trust-proxy", metavar="HEADER", help="The header by which a proxy names the user."),
    declare("Page", "--proxy-address", multiple=True, help="Where that proxy is. Default: on this machine."),
    declare("Page", "--session-hours", type=int, help="Hours after which a token is asked for again. Default: 12."),
)
"""Who may come in; `access.decision` says what follows."""
