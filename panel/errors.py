"""The errors that a user can do something about. Each names the wrong value, where it is, and what would be right."""

from __future__ import annotations


class SweepLensError(Exception):
    """
    Base of all errors whose message is meant for the user.

    Examples
    --------
    >>> import panel as sl
    >>> try:
    ...     sl.load(3)
    ... except sl.SweepLensError as error:
    ...     print(str(error)[:42])
    An object of type int cannot be read; give
    """


class SourceError(SweepLensError):
    """A source cannot be read: missing, malformed, or of a kind that is not supported."""


class MissingProjectError(SourceError):
    """A project is not in the cache: its source was not read here, or has changed since."""


class QuestionError(SweepLensError):
    """A question cannot be asked of this project: an unknown metric, parameter, method or filter."""


class SettingsError(SweepLensError):
    """A setting, from the command line or the environment, has a value that cannot be used."""


class Cancelled(SweepLensError):
    """The computation was cancelled by the user."""


LONGEST = 200
"""Characters of an exception's message that are shown."""


def name_kind(error: BaseException) -> str:
    """
    Return the kind of an exception and its message, in one short line.

    Examples
    --------
    >>> name_kind(ValueError("no   number."))
    'ValueError: no number'
    """
    words = " ".join(str(error).split()).encode("utf-8", "backslashreplace").decode().rstrip(".")
    shown = words if len(words) <= LONGEST else f"{words[:LONGEST]}…"
    return f"{type(error).__name__}: {shown}" if shown else type(error).__name__


def describe_fault(what: str, error: BaseException) -> str:
    """Return what went wrong inside, in one line: what could not be done, and the exception's kind and message."""
    return f"{what}: {name_kind(error)}. This is a fault of SweepLens."


def nearest(wrong: str, valid: list[str], limit: int = 5) -> str:
    """
    Say what would have been right: the nearest valid names first, then how many more there are.

    Parameters
    ----------
    wrong
        The name that was asked for.
    valid
        All names that exist, in the order of the source.
    limit
        The largest number of names to list.

    Returns
    -------
    str
        A sentence such as ``Did you mean 'val_loss'? There are: 'loss', 'val_loss', 'epoch'.``
    """
    import difflib

    if not valid:
        return "There are none."
    close = difflib.get_close_matches(wrong, valid, n=1)
    listed = ", ".join(repr(name) for name in valid[:limit])
    more = f" and {len(valid) - limit} more" if len(valid) > limit else ""
    hint = f"Did you mean {close[0]!r}? " if close else ""
    return f"{hint}There are: {listed}{more}."
