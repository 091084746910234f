"""
Ask whether a locked dependency has a known vulnerability: ``python -m tools.audit``.

It fails where one has. Where the list of vulnerabilities (OSV) cannot be reached nothing is known: a line says so, and
it does not fail.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

LOCKED = Path(__file__).parent.parent / "constraints.txt"

COMMAND = (
    *("-m", "pip_audit", "--requirement", str(LOCKED), "--no-deps", "--disable-pip"),
    *("--vulnerability-service", "osv", "--format", "json", "--progress-spinner", "off", "--timeout", "10"),
)
"""Each package is pinned there, so that nothing is resolved and nothing installed."""

AWAY = ("ConnectionError", "ConnectTimeout", "ReadTimeout", "ProxyError", "SSLError", "ServiceError", "HTTPError")
"""What stands in its complaint where it cannot be reached."""


def read_outcome(out: str, complaint: str) -> tuple[int, str]:
    """
    Return the exit code, and what is to be said.

    Parameters
    ----------
    out
        What was printed: JSON, if all were asked about.
    complaint
        What was said on standard error.

    Examples
    --------
    >>> read_outcome("", "requests.exceptions.ConnectionError: no route to host")
    (0, 'Not checked: the list of known vulnerabilities cannot be reached.')
    >>> read_outcome('{"dependencies": [{"name": "dash", "version": "1", "vulns": []}]}', "")
    (0, 'None of 1 locked packages has a known vulnerability.')
    """
    try:
        packages = json.loads(out)["dependencies"]
    except (ValueError, KeyError):
        if any(word in complaint for word in AWAY):
            return 0, "Not checked: the list of known vulnerabilities cannot be reached."
        return 1, complaint.strip() or "It ended without an answer."
    found = [_describe(package, one) for package in packages for one in package.get("vulns", ())]
    return (
        (1, "\n".join(found)) if found else (0, f"None of {len(packages)} locked packages has a known vulnerability.")
    )


def _describe(package: dict[str, Any], one: dict[str, Any]) -> str:
    mended = ", ".join(one.get("fix_versions", ())) or "no release"
    return f"{package['name']} {package['version']} has {one['id']}; mended in {mended}."


def main() -> int:
    """Ask; say what came of it."""
    asked = subprocess.run(  # noqa: S603 (our own command)
        [sys.executable, *COMMAND], capture_output=True, text=True, check=False
    )
    code, words = read_outcome(asked.stdout, asked.stderr)
    print(words)
    return code


if __name__ == "__main__":
    sys.exit(main())
