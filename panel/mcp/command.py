"""The command ``sweeplens mcp``: its options, and what is needed before the tools are served."""

from __future__ import annotations

import importlib.util
import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from ..errors import SettingsError, SweepLensError
from ..settings import Settings

NEEDED = "mcp"
"""The package of the extra without which there is nothing to serve."""


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("sources", nargs=-1, metavar="[SOURCE]...")
@click.option("--root", multiple=True, help="Folder or address from which sources may be opened. Default: here.")
@click.option("--http", is_flag=True, help="Serve over HTTP, not over standard input and output.")
@click.option("--host", help="Address to listen on. Default: 127.0.0.1, which only this machine can reach.")
@click.option("--port", type=int, help="Port to listen on, or the next free one. Default: 8050.")
@click.option("--allowed-host", multiple=True, help="Further names by which clients may call the server.")
@click.option("--cache-dir", type=click.Path(path_type=Path), help="Folder for results.")
@click.option("--cache-size", type=int, help="Largest size of that folder in megabytes.")
def main(**options: Any) -> None:
    """
    Give an assistant tools that answer which hyperparameters matter.

    Started by the assistant's program, it speaks the Model Context Protocol on standard input and output. SOURCE is
    what the tools are about unless they are asked about another one; several are read together as one project.
    """
    try:
        run(**options)
    except SweepLensError as error:
        from ..answers.printing import clean

        click.echo(f"Error: {clean(str(error))}", err=True)
        sys.exit(2)


def run(sources: tuple[str, ...], http: bool, **given: Any) -> None:
    """
    Serve the tools until the client leaves.

    Raises
    ------
    SettingsError
        If the extra is not installed, or a setting cannot be used.
    """
    if importlib.util.find_spec(NEEDED) is None:
        raise SettingsError("The tools for assistants need the extra 'mcp': pip install 'sweeplens[mcp]'")
    from ..store import cache, faults

    settings = Settings.from_environment(sources=sources, **given)
    folder, warning = cache.prepare(settings.cache_dir)
    if warning:
        click.echo(f"Warning: {warning}", err=True)
    named = settings.sources if sources or "SWEEPLENS_SOURCES" in os.environ else ()
    settings = replace(settings, cache_dir=folder, sources=named)
    faults.keep_log(folder)
    cache.prune(folder, settings.cache_size)
    from .serving import serve_http, serve_stdio

    with faults.catch_faults("The tools could not be served", folder, SweepLensError):
        (serve_http if http else serve_stdio)(settings)
