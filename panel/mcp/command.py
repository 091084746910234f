"""The command ``sweeplens mcp``, which an assistant's program starts: its options."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from ..errors import SweepLensError
from ..starting import check_extra, prepare_settings, refuse_in_one_line


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("sources", nargs=-1, metavar="[SOURCE]...")
@click.option("--root", multiple=True, help="Folder or address from which sources may be opened. Default: here.")
@click.option("--cache-dir", type=click.Path(path_type=Path), help="Folder for results.")
@click.option("--cache-size", type=int, help="Largest size of that folder in megabytes.")
def main(**options: Any) -> None:
    """
    Give an assistant tools that answer which hyperparameters matter.

    Started by the assistant's program, it speaks the Model Context Protocol on standard input and output. SOURCE is
    what the tools are about unless they are asked about another one; several are read together as one project. (The
    same tools over HTTP are beside the page: sweeplens SOURCE --mcp.)
    """
    with refuse_in_one_line():
        run(**options)


def run(sources: tuple[str, ...], **given: Any) -> None:
    """
    Serve the tools until the client leaves.

    Raises
    ------
    SettingsError
        If the extra is not installed, or a setting cannot be used.
    """
    check_extra("mcp")
    settings = prepare_settings(sources=sources, **given)
    if not sources and "SWEEPLENS_SOURCES" not in os.environ:
        settings = replace(settings, sources=())
    from ..store import faults, housekeeping
    from .serving import serve_stdio

    housekeeping.begin(settings.cache_dir, settings.cache_size)
    with faults.catch_faults("The tools could not be served", settings.cache_dir, SweepLensError):
        serve_stdio(settings)
