"""The outcome as JSON: the ``checks`` of ``sweeplens --json``, and which of them fail."""

from __future__ import annotations

import json

from .outcome import Outcome


def write(outcome: Outcome) -> str:
    """Return the outcome as JSON."""
    return json.dumps({**outcome.checked, "failed": outcome.failed}, ensure_ascii=False, indent=1)
