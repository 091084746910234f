"""Write a proposal as JSON, and read it."""

from __future__ import annotations

import json

from ..errors import SweepLensError
from .base import Proposal

NAME = "json"
LABEL = "JSON"
FILE = "next_sweep.json"


def write(proposal: Proposal) -> str:
    """Return the whole proposal as JSON."""
    data = proposal.to_json()
    text = json.dumps(data, indent=1, ensure_ascii=False, allow_nan=False)
    try:
        text.encode()
    except UnicodeEncodeError:  # half of a pair of surrogates
        text = json.dumps(data, indent=1, allow_nan=False)
    return text + "\n"


def read(text: str) -> Proposal:
    """
    Return the proposal from what `write` returned.

    Raises
    ------
    SweepLensError
        If it is no JSON, or not of a proposal.
    """
    try:
        data = json.loads(text)
    except ValueError as error:
        raise SweepLensError(f"This is no JSON: {error}.") from error
    return Proposal.from_json(data)
