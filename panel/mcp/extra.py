"""The extra ``mcp``: without the protocol's SDK there are no tools."""

from __future__ import annotations

import importlib.util

from ..errors import SettingsError

NEEDED = "mcp"
"""The package of the extra that is asked for."""


def require_extra() -> None:
    """Raise a `SettingsError` that says what to install, unless it is installed; import nothing."""
    if importlib.util.find_spec(NEEDED) is None:
        raise SettingsError("The tools for assistants need the extra 'mcp': pip install 'sweeplens[mcp]'.")
