"""The command ``sweeplens mcp``: its options, and what is needed before the tools are served."""

from __future__ import annotations

import importlib.util
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from ..errors import SettingsError, SweepLensError
from ..starting import prepare_settings, refuse_in_one_line

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
    with refuse_in_one_line():
        run(**options)


def run(sources: tuple[str, ...], http: bool, **given: Any) -> None:
    """
    Serve the tools until the client leaves.

    Raises
    ------
    SettingsError
        If the extra is not installed, or a setting cannot be used.
    """
    if importlib.util.find_spec(NEEDED) is None:
        raise SettingsError("The tools for assistants need the extra 'mcp': pip install 'sweeplens[mcp]'.")
    settings = prepare_settings(sources=sources, **given)
    if not sources and "SWEEPLENS_SOURCES" not in os.environ:
        settings = replace(settings, sources=())
    from ..store import cache, faults
    from .serving import serve_http, serve_stdio

    cache.prune(settings.cache_dir, settings.cache_size)
    with faults.catch_faults("The tools could not be served", settings.cache_dir, SweepLensError):
        (serve_http if http else serve_stdio)(settings)
