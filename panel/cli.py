"""The command: ``sweeplens [SOURCE…]``."""

from __future__ import annotations

import os
from dataclasses import fields
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from .options import ACCESS, CACHE_DIR, HELP_NAMES, QUESTION, READING, GroupedCommand, add_options, declare
from .settings import ACCESS_LOGS, Settings
from .starting import prepare_settings, refuse_in_one_line

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

NAME = "sweeplens"

PRINTED = ("print_", "json_", "next_sweep", "report")
"""Options that answer without a browser."""

if f"_{NAME.upper()}_COMPLETE" in os.environ:
    from . import completion  # noqa: F401 (what a shell asks for, when it asks)


class Other(NamedTuple):
    """
    Another command.

    Attributes
    ----------
    module
        Its module, relative to this package: the command is its ``main``. It is imported when it is called.
    words
        What it does, in a line of the help.
    """

    module: str
    words: str


OTHERS: dict[str, Other] = {
    "check": Other(".gate.command", "Fail where a check asks for something: a gate for scripts and CI."),
    "mcp": Other(".mcp.command", "Give an assistant the same answers as tools (Model Context Protocol)."),
}
"""What the first word may be in place of a source: another command."""


class Command(GroupedCommand):
    """The command, or another one that its first word names; a file of that name is opened as ``./check``."""

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        """Read the arguments of the command that is meant."""
        if not args or args[0] not in OTHERS:
            return super().make_context(info_name, args, parent, **extra)
        other = import_module(OTHERS[args[0]].module, __package__).main
        return other.make_context(f"{info_name} {args[0]}", args[1:], parent, **extra)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command that is meant."""
        return super().invoke(ctx) if ctx.command is self else ctx.command.invoke(ctx)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options into the help, and the other commands beneath them."""
        super().format_options(ctx, formatter)
        with formatter.section("Other commands"):
            formatter.write_dl([(f"{ctx.command_path} {name}", other.words) for name, other in OTHERS.items()])


def complete_source(ctx: click.Context, argument: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Return what completes a source in a shell: files, and as the first word the other commands."""
    from click.core import ParameterSource
    from click.shell_completion import CompletionItem

    files = CompletionItem(incomplete, type="file")
    if any(ctx.get_parameter_source(name) is ParameterSource.COMMANDLINE for name in ctx.params):
        return [files]
    others = [CompletionItem(name, help=other.words) for name, other in OTHERS.items() if name.startswith(incomplete)]
    return [files, *others]


@click.command(cls=Command, context_settings=HELP_NAMES)
@click.argument("sources", nargs=-1, metavar="[SOURCE]...", shell_complete=complete_source)
@declare("Answers", "--print", "print_", is_flag=True, help="Print the ranking instead of opening a browser.")
@declare("Answers", "--json", "json_", is_flag=True, help="Print everything as JSON instead of opening a browser.")
@declare(
    "Answers", "--report", type=click.Path(path_type=Path), metavar="FILE", help="Write a report to this HTML file."
)
@declare("Answers", "--next-sweep", metavar="TOOL", help="Print the next sweep for wandb, optuna, ray, vizier or json.")
@add_options(QUESTION)
@declare(
    "Question",
    "--method",
    default="forest",
    help="forest, permutation, fanova, gaussian_process, top, article or shap.",
)
@declare("Question", "--top", default=0.1, help="Which share of the runs counts as the best, for the method top.")
@add_options(READING)
@declare("Page", "--root", multiple=True, help="Folder or address from which it may open sources. Default: here.")
@declare("Page", "--refresh", type=int, help="Seconds between looks at whether the source has changed; 0 for never.")
@declare("Page", "--host", help="Address to listen on. Default: 127.0.0.1, which only this machine can reach.")
@declare("Page", "--port", type=int, help="Port to listen on, or the next free one. Default: 8050.")
@declare("Page", "--url-prefix", help="Path under which a proxy serves the page, e.g. /sweeplens/.")
@declare("Page", "--allowed-host", multiple=True, help="Further names by which browsers may call the server.")
@declare("Page", "--frame-ancestor", metavar="ORIGINS", help="Origins whose pages may show this one in a frame.")
@declare("Page", "--mcp/--no-mcp", default=None, help="Whether it has the tools for assistants, too, at /mcp.")
@add_options(ACCESS)
@declare("Page", "--metrics/--no-metrics", default=None, help="Whether it has numbers for Prometheus, at /metrics.")
@declare("Page", "--access-log", type=click.Choice(ACCESS_LOGS), help="Write each request to standard error.")
@declare("Page", "--browser/--no-browser", default=None, help="Whether to open a browser.")
@CACHE_DIR
@declare("Machine", "--cache-size", type=int, help="Largest size of that folder in megabytes.")
@declare("Machine", "--processes", type=int, help="Processes that answer requests. Default: 1.")
@declare("Machine", "--threads", type=int, help="Threads of each that answer requests.")
@declare("Machine", "--workers", type=int, help="Processes that compute what takes long.")
@declare(
    "Machine", "--scheduler", metavar="ADDRESS", help="A Dask scheduler whose workers compute, e.g. tcp://host:8786."
)
@declare("Machine", "--time-limit", type=int, help="Minutes after which a computation is ended. Default: 60.")
@declare(
    "Machine",
    "--memory",
    type=int,
    help="Megabytes that reading, and each computation, may take. Default: half of the machine's, and at least 4000.",
)
@declare("Page", "--question", hidden=True, help="A question about a project in the cache folder, as JSON.")
@click.version_option(package_name=NAME, prog_name=NAME)
def main(**options: Any) -> None:
    """
    See which hyperparameters matter in a project of training runs.

    SOURCE is what your tracker left behind: a folder, a file, a database or an address; or a table of runs (CSV,
    Parquet, JSON lines). Several are read together as one project. Without one, the sample project opens, as with
    'sample'. (For a file of that name, write ./sample.)
    """
    with refuse_in_one_line():
        run(**options)


def run(sources: tuple[str, ...], **options: Any) -> None:
    """
    Run the command.

    What is imported here takes two seconds in all, which ``--help`` need not wait for; the worker takes its own while
    this process takes what reads and shows.
    """
    from .answers.warming import make_jobs
    from .store import faults

    names = [setting.name for setting in fields(Settings) if setting.name in options]
    settings = prepare_settings(sources=sources, **{name: options[name] for name in names})
    folder = settings.cache_dir
    jobs = None if any(options[name] for name in PRINTED) else make_jobs(settings)
    try:
        from .command import open_and_answer
        from .sources.common.given import hide_password

        with faults.catch_faults(f"{' '.join(map(hide_password, settings.sources))} could not be shown", folder):
            open_and_answer(settings, options, jobs)
    finally:
        if jobs:
            jobs.close()


if __name__ == "__main__":
    main(prog_name=NAME)
