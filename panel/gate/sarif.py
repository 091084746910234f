"""The outcome as SARIF 2.1.0 (OASIS), which code hosts show beside the code: one rule a check."""

from __future__ import annotations

import json
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from urllib.parse import quote

from ..checks import find_check
from ..data.records import Json
from .outcome import Outcome

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"

LEVELS = {"act": "error", "look": "warning"}
"""The level of a result, by the verdict that makes it one."""

RESERVED = "/:?#@!$&'()*+,;=~%"
"""Characters that mean something in an address; a per cent sign there begins one that is escaped."""


def write(outcome: Outcome) -> str:
    """Return the outcome as JSON; what says *act* or *look* is a result, whether it fails or not."""
    names = [finding["check"] for finding in outcome.findings]
    driver: Json = {
        "name": "SweepLens",
        "rules": [{"id": name, "shortDescription": {"text": find_check(name).QUESTION}} for name in names],
    }
    with suppress(PackageNotFoundError):  # run from a checkout that is not installed
        driver["version"] = version("sweeplens")
    results = [
        _make_result(finding, place, outcome)
        for place, finding in enumerate(outcome.findings)
        if finding["verdict"] in LEVELS
    ]
    properties = {"project": outcome.project, "target": outcome.target, "failed": outcome.failed}
    run = {"tool": {"driver": driver}, "results": results, "properties": properties}
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, ensure_ascii=False, indent=1)


def _make_result(finding: Json, place: int, outcome: Outcome) -> Json:
    places = [{"physicalLocation": {"artifactLocation": {"uri": as_uri(source)}}} for source in outcome.sources]
    return {
        "ruleId": finding["check"],
        "ruleIndex": place,
        "level": LEVELS[finding["verdict"]],
        "message": {"text": _escape(" ".join(filter(None, [finding["sentence"], finding["advice"]])))},
        "locations": places,
    }


def _escape(text: str) -> str:
    """Return text as a message says it: in SARIF (section 3.11.5) a brace begins a placeholder unless it is doubled."""
    return text.replace("{", "{{").replace("}", "}}")


def as_uri(source: str) -> str:
    """
    Return a source as a URI, relative where its path is.

    Examples
    --------
    >>> as_uri("my runs/50 %.csv"), as_uri("wandb://me/my project")
    ('my%20runs/50%20%25.csv', 'wandb://me/my%20project')
    """
    if "://" in source:
        return quote(source, safe=RESERVED)
    path = Path(source)
    return path.as_uri() if path.is_absolute() else quote(path.as_posix(), safe="/#*")
