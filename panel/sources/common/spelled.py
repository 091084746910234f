"""Settings that the names of folders and files spell, such as ``lr=0.1,seed=1``."""

from __future__ import annotations

import re
from typing import Any

from .cells import parse_cell

_KEY = r"[A-Za-z][A-Za-z0-9_.]*="
_SETTING = re.compile(rf"(?:^|[,;&_ \-+])(?P<key>{_KEY})(?P<value>[^,;& ]*?)(?=[,;&_ \-+]+{_KEY}|[,;&]|$)")

_KIND_OF_NAME = re.compile(r"^(?:runs?|logs?|exp|experiment|trial|job|results?|metrics|history)[_\- ]", re.IGNORECASE)
"""What a name begins with to say what it is of, before its settings: ``run_lr=0.1``."""


def read_name(path: str) -> dict[str, Any]:
    """
    Return the settings that the names in a path spell.

    Examples
    --------
    >>> read_name("a/lr=0.1,bs=32"), read_name("run_lr=1e-3_batch_size=8/seed=1")
    ({'lr': 0.1, 'bs': 32}, {'lr': 0.001, 'batch_size': 8, 'seed': 1})
    """
    found = (
        match for part in path.split("/") if "=" in part for match in _SETTING.finditer(_KIND_OF_NAME.sub("", part))
    )
    return {match["key"][:-1]: parse_cell(match["value"]) for match in found}
