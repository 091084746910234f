"""
Print the path of a Chromium for the browser tests: one that is there, else playwright's own, else Debian's package.

Run as a script by `make test`. Ends with a message if none can be had.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
MAC = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")


def present() -> str:
    """Return a Chromium that is installed, or the empty text."""
    named = os.environ.get("CHROMIUM", "")
    if named:
        return named
    found = next(filter(None, map(shutil.which, NAMES)), "")
    return found or (str(MAC) if MAC.exists() else "")


def playwrights() -> str:
    """Return playwright's own Chromium, downloaded if need be, or the empty text."""
    command = [sys.executable, "-m", "playwright", "install", "chromium"]
    try:
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=600)
        from playwright.sync_api import sync_playwright

        with sync_playwright() as p:
            path = p.chromium.executable_path
        return path if Path(path).exists() else ""
    except (subprocess.SubprocessError, OSError):
        return ""


def debians() -> str:
    """Return Debian's Chromium, installed if this is root on Debian, or the empty text."""
    if not shutil.which("apt-get") or not hasattr(os, "geteuid") or os.geteuid() != 0:
        return ""
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["apt-get", "update"], ["apt-get", "install", "-y", "chromium", "fonts-noto-core"]):
        done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment)
        if done.returncode:
            return ""
    return present()


def main() -> int:
    """Print the path."""
    for look in (present, playwrights, debians):
        path = look()
        if path:
            print(path)
            return 0
    print(
        "The browser tests need a Chromium, and none could be found or installed. "
        "Install one (Debian: apt-get install chromium), "
        "or set CHROMIUM to its path.",
        file=sys.stderr,
    )
    return 1


if __name__ == "__main__":
    sys.exit(main())
