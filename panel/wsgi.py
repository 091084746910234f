"""The page for any WSGI host: ``waitress-serve sweeplens.wsgi:server``. `SWEEPLENS_SOURCES` says what it opens."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .starting import check_extras, prepare_settings, warn_of_places

if TYPE_CHECKING:
    from flask import Flask


def make_server() -> Flask:
    """
    Read the sources that the environment names, and return the application that shows them.

    Raises
    ------
    SweepLensError
        If a setting has a value that cannot be used, or a source cannot be read.
    """
    from .access.decision import check_decided
    from .answers.defaults import choose_default_selection
    from .mcp.mounting import mount_tools
    from .page.web import create_app
    from .store import housekeeping, loading

    settings = prepare_settings()
    check_extras(settings)
    check_decided(settings)
    project_id = loading.load_source(loading.Wanted(settings.sources), settings.cache_dir, memory=settings.memory)
    warn_of_places(settings.cache_dir)
    app, jobs = create_app(settings, choose_default_selection(project_id, settings.cache_dir))
    server = app.server
    housekeeping.begin(settings.cache_dir, settings.cache_size, (project_id,), jobs.forget_old)
    if settings.mcp:
        mount_tools(server, settings, project_id)
    return server


def __getattr__(name: str) -> Any:
    """Make ``server`` when a host asks for it: what only looks at this module waits for nothing."""
    if name != "server":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()[name] = make_server()
    return globals()[name]
