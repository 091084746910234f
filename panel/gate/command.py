"""The command: ``sweeplens check SOURCE…``."""

from __future__ import annotations

import os
import sys
from typing import Any

import click

from ..options import CACHE_DIR, HELP_NAMES, QUESTION, READING, GroupedCommand, add_options, declare
from ..starting import prepare_settings, print_out, refuse_in_one_line

OUTPUTS = ("text", "junit", "sarif", "json")
"""The forms of what is printed; `outcome` and `WRITERS` are imported when they are needed."""


@click.command(cls=GroupedCommand, context_settings=HELP_NAMES)
@click.argument("sources", nargs=-1, type=click.Path(), metavar="SOURCE...")
@declare("Gate", "--fail-on", type=click.Choice(["act", "look"]), default="act", help="The mildest verdict that fails.")
@declare("Gate", "--only", multiple=True, metavar="NAME", help="Ask this check alone, e.g. boundary; repeatable.")
@declare("Gate", "--output", type=click.Choice(OUTPUTS), default="text", help="What is printed.")
@add_options(QUESTION)
@add_options(READING)
@CACHE_DIR
def main(**options: Any) -> None:
    """
    Ask whether the search was any good, and fail where it was not.

    Exit code 0 if no check fails, 1 if one does, 2 with one line on standard error for bad input. What cannot be told
    does not fail, unless there is nothing to check at all, such as where a filter leaves no run: that is bad input.
    SOURCE is what 'sweeplens' opens.
    """
    with refuse_in_one_line():
        failed = run(**options)
    sys.exit(1 if failed else 0)


def run(sources: tuple[str, ...], fail_on: str, only: tuple[str, ...], output: str, **options: Any) -> bool:
    """
    Ask the checks, and print what they found; return whether one fails.

    Raises
    ------
    SweepLensError
        If the input is bad.
    """
    from ..errors import SettingsError
    from ..sources.common.given import hide_password
    from ..store import faults, housekeeping
    from .outcome import ask_checks, find_names, refuse_nothing
    from .writers import WRITERS

    # In a script an empty word is a variable that was not set: nothing was checked, so nothing passes.
    if "" in sources or not (sources or os.environ.get("SWEEPLENS_SOURCES")):
        raise SettingsError("There is no SOURCE to check. Name one; for the sample project 'sample'.")
    names = find_names(only)
    settings = prepare_settings(sources=sources, cache_dir=options["cache_dir"])
    shown = " ".join(map(hide_password, settings.sources))
    with faults.catch_faults(f"{shown} could not be checked", settings.cache_dir):
        outcome = ask_checks(settings, options, names, fail_on)
        refuse_nothing(outcome)
        written = WRITERS[output].write(outcome)
    housekeeping.tidy_now_and_then(settings.cache_dir, settings.cache_size)
    # XML and JSON are UTF-8 by what they say of themselves, whatever the terminal's encoding is.
    print_out(written if output == "text" else written.encode())
    return bool(outcome.failed)
