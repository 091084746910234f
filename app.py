"""
Run SweepLens from a checkout: `python app.py [SOURCE…]`.

For a WSGI host, `server` is the application, that of `panel.wsgi`: `waitress-serve app:server`.
"""

from __future__ import annotations

from typing import Any


def __getattr__(name: str) -> Any:
    """Return the WSGI application when a host asks for it."""
    if name != "server":
        raise AttributeError(name)
    from panel import wsgi

    return wsgi.server


if __name__ == "__main__":
    from panel.cli import main

    main()
