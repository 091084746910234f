"""Temporary folders of this program: named by the process that has them, so that what a killed one left can be told."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path

LEFT_AFTER = 24 * 3600.0
"""Seconds after which the folder of a process that is no more is removed."""

_NAME = re.compile(r"sweeplens-(\d+)-\w+")


def name_prefix() -> str:
    """Return what the name of a temporary folder of this process begins with."""
    return f"sweeplens-{os.getpid()}-"


def make_temporary() -> Path:
    """Return a new folder, for this user alone, that stays when this process ends."""
    return Path(tempfile.mkdtemp(prefix=name_prefix()))


def is_alive(pid: int) -> bool:
    """Say whether a process is there; of one that cannot be asked, it is believed."""
    if pid <= 0 or os.name == "nt":  # there the call below would end the process
        return pid > 0
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def remove_left(now: float) -> None:
    """
    Remove temporary folders of this user whose process has ended, a day after something was last put into them.

    Parameters
    ----------
    now
        Seconds since 1970. Those that another process uses are kept if it marks them as used.
    """
    for place in Path(tempfile.gettempdir()).glob("sweeplens-*"):
        found = _NAME.fullmatch(place.name)
        with suppress(OSError):  # another process was faster
            about = place.lstat()
            own = not hasattr(os, "getuid") or about.st_uid == os.getuid()
            old = now - about.st_mtime > LEFT_AFTER
            if found and own and old and place.is_dir() and not place.is_symlink() and not is_alive(int(found[1])):
                shutil.rmtree(place, ignore_errors=True)
