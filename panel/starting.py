"""What every command begins with: settings, a cache folder, its sources; a bar while it works; a line for a mistake."""

from __future__ import annotations

import importlib.util
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from .errors import SettingsError, SweepLensError
from .settings import Settings


@contextmanager
def refuse_in_one_line() -> Iterator[None]:
    """Turn an error that is meant for the user into one line on standard error and exit code 2."""
    try:
        yield
    except SweepLensError as error:
        from .answers.printing import clean

        click.echo(f"Error: {clean(str(error))}", err=True)
        sys.exit(2)


def prepare_settings(**given: Any) -> Settings:
    """
    Return what was set, with a cache folder that can be written; what this process logs goes there.

    Where the folder that was asked for cannot be written, a line on standard error says which is used instead.

    Parameters
    ----------
    **given
        Settings from the command line; ``None`` and the empty tuple count as not given.

    Raises
    ------
    SettingsError
        If a setting has a value that cannot be used, or not even a temporary folder can be written.
    """
    from .store import cache

    settings = Settings.from_environment(**given)
    folder, warning = cache.prepare(settings.cache_dir)
    if warning:
        click.echo(f"Warning: {warning}", err=True)
    settings = replace(settings, cache_dir=folder)
    furnish_process(settings)
    return settings


EXTRAS = {"mcp": ("mcp", "mcp"), "metrics": ("metrics", "prometheus_client"), "scheduler": ("dask", "distributed")}
"""Settings that need an extra: its name, and the package that it brings."""


def check_extra(name: str) -> None:
    """Raise a `SettingsError` that says what to install, unless what a setting needs is installed; import nothing."""
    extra, package = EXTRAS[name]
    if importlib.util.find_spec(package) is None:
        raise SettingsError(f"--{name} needs the extra {extra!r}: pip install 'sweeplens[{extra}]'.")


def check_extras(settings: Settings) -> None:
    """Raise a `SettingsError` that says what to install, if a setting needs what is not installed."""
    for name in EXTRAS:
        if getattr(settings, name):
            check_extra(name)
    if settings.metrics:
        from .operating import metrics

        metrics.check_together()


def furnish_process(settings: Settings) -> None:
    """
    Have this process log into the cache folder, and know where else results and loaded projects are.

    Raises
    ------
    SettingsError
        If the address of a place is none, or what reads it is not installed.
    """
    from .store import faults, places

    faults.keep_log(settings.cache_dir)
    elsewhere = places.Places(settings.results, settings.snapshots)
    places.check_places(elsewhere)
    places.use_places(settings.cache_dir, elsewhere)


def print_out(text: str | bytes) -> None:
    """
    Print what was asked for on standard output, to its end.

    Who reads a pipe may leave before that, as ``head`` does: nothing is wrong then.

    Raises
    ------
    SettingsError
        If it cannot be written, as on a full disk.
    """
    try:
        click.echo(text)
    except OSError as error:
        # What is still to be written would be tried again when Python ends, and end with a trace.
        with suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if not isinstance(error, BrokenPipeError):
            raise SettingsError(f"Standard output cannot be written: {error.strerror or error}.") from error


@contextmanager
def show_progress(what: str) -> Iterator[Callable[..., None]]:
    """
    Show a bar on a terminal; anywhere else nothing.

    Yields a function to call with the share that is done and, if known, what is being done.
    """
    from .answers.printing import clean

    if not sys.stderr.isatty():
        yield lambda done, now="": None
        return
    shown = {"": what}
    bar: Any = click.progressbar(length=100, file=sys.stderr, item_show_func=lambda _: clean(shown[""]))
    with bar:

        def report(done: float, now: str = "") -> None:
            shown[""] = now or what
            bar.update(max(0, int(100 * done) - bar.pos), current_item=shown[""])

        yield report


def warn_of_places(folder: Path) -> None:
    """Say on standard error which places beside the cache folder are away."""
    from .store.places import look_at_places

    for line in look_at_places(folder):
        click.echo(f"Warning: {line}", err=True)


def load_project(settings: Settings, options: dict[str, Any]) -> str:
    """
    Read the sources as the options say; return the id of the project.

    Raises
    ------
    SourceError
        If a source cannot be read.
    """
    from .sources.common.corrections import Corrections
    from .store import loading

    corrections = Corrections(options["config"], options["metric_columns"], options["ignore"])
    wanted = loading.Wanted(settings.sources, options["format"] or "", corrections)
    with show_progress("reading") as done:
        project_id = loading.load_source(wanted, settings.cache_dir, done, settings.memory)
    warn_of_places(settings.cache_dir)
    return project_id
