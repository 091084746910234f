"""
Run SweepLens from a checkout: `python app.py [SOURCE…]`.

For a WSGI host, `server` is the application: `waitress-serve app:server`. What it opens is set by `SWEEPLENS_SOURCES`.
"""

from __future__ import annotations

from typing import Any


def __getattr__(name: str) -> Any:
    """Make the WSGI application when a host asks for it."""
    if name != "server":
        raise AttributeError(name)
    from dataclasses import replace

    from panel.answers.defaults import choose_default_selection
    from panel.page.web import create_app
    from panel.settings import Settings
    from panel.store import cache, faults, loading

    settings = Settings.from_environment()
    settings = replace(settings, cache_dir=cache.prepare(settings.cache_dir)[0])
    faults.keep_log(settings.cache_dir)
    project_id = loading.load_source(loading.Wanted(settings.sources), settings.cache_dir)
    question = choose_default_selection(project_id, settings.cache_dir)
    globals()["server"] = create_app(settings, question)[0].server
    return globals()["server"]


if __name__ == "__main__":
    from panel.cli import main

    main()
