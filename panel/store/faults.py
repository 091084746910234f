"""What nobody expected: one line for the user, and the whole trace in a log in the cache folder."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from logging.handlers import RotatingFileHandler
from pathlib import Path

from ..errors import SourceError, SweepLensError, describe_fault

LARGEST = 1_000_000
"""Bytes of the log; one older log of this size is kept beside it."""

PACKAGE = __name__.partition(".")[0]

log = logging.getLogger(__name__)


def name_log(folder: Path) -> Path:
    """Return the file in the cache folder that traces are written to."""
    return folder / "logs" / "faults.log"


class _FaultLog(RotatingFileHandler):
    """The log; that it cannot be written is no reason to write traces to the terminal."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 (the library's name)
        """Do nothing."""


def keep_log(folder: Path) -> None:
    """
    Write what this process logs to a file in the cache folder, and not to the terminal.

    Called by what has the process to itself: the command and the workers. A notebook has its own idea of a log.
    """
    logger = logging.getLogger(PACKAGE)
    for handler in [handler for handler in logger.handlers if isinstance(handler, _FaultLog)]:
        logger.removeHandler(handler)
        handler.close()
    handler = _FaultLog(name_log(folder), maxBytes=LARGEST, backupCount=1, encoding="utf-8", delay=True)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logger.addHandler(handler)


@contextmanager
def catch_faults(what: str, folder: Path, kind: type[SweepLensError] = SourceError) -> Iterator[None]:
    """
    Turn an exception that nobody expected into an error of one line; the trace is logged.

    Parameters
    ----------
    what
        What could not be done, and of which source.
    folder
        The cache folder, where the log lies.
    kind
        The error to raise in its place.

    Raises
    ------
    SweepLensError
        Of this kind; its cause is the exception. Errors that are meant for the user pass as they are.
    """
    try:
        yield
    except SweepLensError:
        raise
    except Exception as error:
        raise kind(tell_fault(what, error, folder)) from error


def tell_fault(what: str, error: BaseException, folder: Path) -> str:
    """Log an exception with its trace; return the line that says so."""
    log.error("%s", what, exc_info=error)
    return f"{describe_fault(what, error)} The trace is in {name_log(folder)}."
