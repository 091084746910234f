"""The command: ``sweeplens [SOURCE…]``."""

from __future__ import annotations

import sys
from dataclasses import fields, replace
from importlib import import_module
from pathlib import Path
from typing import Any, get_args

import click

from .answers.warming import warm_up
from .data.terms import Goal, TargetScale, Value
from .errors import SweepLensError
from .settings import Settings

PRINTED = ("print_", "json_", "next_sweep", "report")
"""Options that answer without a browser."""


OTHERS: dict[str, str] = {"mcp": ".mcp.command"}
"""What the first word may be in place of a source: another command, by the module whose `main` it is."""


class Command(click.Command):
    """The command, or another one that its first word names; a file of that name is opened as ``./check``."""

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        """Read the arguments of the command that is meant."""
        if not args or args[0] not in OTHERS:
            return super().make_context(info_name, args, parent, **extra)
        other = import_module(OTHERS[args[0]], __package__).main
        return other.make_context(f"{info_name} {args[0]}", args[1:], parent, **extra)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command that is meant."""
        return super().invoke(ctx) if ctx.command is self else ctx.command.invoke(ctx)


@click.command(cls=Command, context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("sources", nargs=-1, metavar="[SOURCE]...")
@click.option("--print", "print_", is_flag=True, help="Print the ranking in the terminal instead of opening a browser.")
@click.option("--json", "json_", is_flag=True, help="Print everything as JSON instead of opening a browser.")
@click.option("--report", type=click.Path(path_type=Path), help="Write a report to this HTML file.", metavar="FILE")
@click.option("--next-sweep", metavar="TOOL", help="Print the next sweep for wandb, optuna, ray, vizier or as json.")
@click.option("--metric", default="", help="The metric under study. Default: the sweep's, or else a likely one.")
@click.option("--goal", type=click.Choice(get_args(Goal)), help="Whether small or large values are good.")
@click.option("--value", type=click.Choice(get_args(Value)), default="last", help="Which value of the metric counts.")
@click.option("--step", default="", metavar="N|last", help="Compare runs at this step; 'last' for all that was logged.")
@click.option("--target-scale", type=click.Choice(get_args(TargetScale)), default="auto", help="Scale of the metric.")
@click.option("--keep-failures", is_flag=True, help="Count runs whose value looks like a failure, such as 999.")
@click.option("--method", default="forest", help="forest, permutation, fanova, gaussian_process, top, article or shap.")
@click.option("--top", default=0.1, help="Which share of the runs counts as the best, for the method top.")
@click.option("--filter", "filters", multiple=True, metavar="TEXT", help="Keep runs: 'lr>=0.001', 'state=finished'.")
@click.option(
    "--group", default="", metavar="FIELD", help="One of several runs: 'replicates' (equal but seeds) or a field."
)
@click.option("--merge", "merged", multiple=True, metavar="NAME", help="Setting whose spellings of one value are one.")
@click.option("--role", "roles", multiple=True, metavar="NAME=ROLE", help="Role of a parameter, e.g. gpu=ignored.")
@click.option("--seed", default=0, help="Seed of every random draw.")
@click.option("--config", multiple=True, metavar="GLOB", help="Columns that are settings.")
@click.option("--metric-columns", multiple=True, metavar="GLOB", help="Columns that are metrics.")
@click.option("--format", help="Read the source as this, where it could be several; a wrong name lists them.")
@click.option("--ignore", multiple=True, metavar="GLOB", help="Columns that are neither.")
@click.option("--root", multiple=True, help="Folder or address from which the page may open sources. Default: here.")
@click.option("--refresh", type=int, help="Seconds between looks at whether the source has changed; 0 for never.")
@click.option("--host", help="Address to listen on. Default: 127.0.0.1, which only this machine can reach.")
@click.option("--port", type=int, help="Port to listen on, or the next free one. Default: 8050.")
@click.option("--url-prefix", help="Path under which a proxy serves the page, e.g. /sweeplens/.")
@click.option("--allowed-host", multiple=True, help="Further names by which browsers may call the server.")
@click.option("--browser/--no-browser", default=None, help="Whether to open a browser.")
@click.option("--cache-dir", type=click.Path(path_type=Path), help="Folder for results.")
@click.option("--cache-size", type=int, help="Largest size of that folder in megabytes.")
@click.option("--threads", type=int, help="Threads that answer requests.")
@click.option("--workers", type=int, help="Processes that compute.")
@click.version_option(package_name="sweeplens", prog_name="sweeplens")
def main(**options: Any) -> None:
    """
    See which hyperparameters matter in a project of training runs.

    SOURCE is what your tracker left behind: a folder, a file, a database or an address; or a table of runs (CSV,
    Parquet, JSON lines). Several are read together as one project. Without one, the sample project opens, as with
    'sample'. (For a file of that name, write ./sample.)

    'sweeplens mcp' gives an assistant the same answers as tools; 'sweeplens mcp --help' says how.
    """
    try:
        run(**options)
    except SweepLensError as error:
        from .answers.printing import clean

        click.echo(f"Error: {clean(str(error))}", err=True)
        sys.exit(2)


def run(sources: tuple[str, ...], **options: Any) -> None:
    """
    Run the command.

    What is imported here takes two seconds in all, which ``--help`` need not wait for; the worker takes its own while
    this process takes what reads and shows.
    """
    from .store import cache, faults
    from .store.jobs import Jobs

    names = [setting.name for setting in fields(Settings) if setting.name != "sources"]
    settings = Settings.from_environment(sources=sources, **{name: options[name] for name in names})
    folder, warning = cache.prepare(settings.cache_dir)
    if warning:
        click.echo(f"Warning: {warning}", err=True)
    settings = replace(settings, cache_dir=folder)
    faults.keep_log(folder)
    jobs = None if any(options[name] for name in PRINTED) else Jobs(folder, settings.workers)
    if jobs:
        jobs.submit("warm", warm_up, None)
    try:
        from .command import open_and_answer
        from .sources.common.given import hide_password

        with faults.catch_faults(f"{' '.join(map(hide_password, settings.sources))} could not be shown", folder):
            open_and_answer(settings, options, jobs)
    finally:
        if jobs:
            jobs.close()


if __name__ == "__main__":
    main()
