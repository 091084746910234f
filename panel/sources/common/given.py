"""What the user named: a file, a folder or an address, and a look at it that is taken once for all readers."""

from __future__ import annotations

import fnmatch
import glob
import hashlib
import os
import re
import stat
from collections.abc import Callable, Iterable, Iterator, Mapping, Sized
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TypeVar

from ...data.messages import Message, say
from ...errors import SourceError
from .databases import tables_of
from .passwords import hide_password, reveal_password
from .servers import is_server, tables_on_server

Chosen = TypeVar("Chosen", bound=Sized)
Seen = TypeVar("Seen")

DEEPEST = 8
"""Folders below this depth are not looked into."""

SKIPPED_FOLDERS = frozenset({".git", ".venv", "node_modules", "__pycache__"})
"""No tracker writes into folders of these names, and they hold many files."""

SPECIAL = {
    stat.S_ISFIFO: "a named pipe",
    stat.S_ISSOCK: "a socket",
    stat.S_ISCHR: "a device",
    stat.S_ISBLK: "a device",
}
"""What is neither file nor folder, in words."""

MOST_FILES = 1_000_000
"""A folder with more files than this is not looked through to its end."""

_MAGIC = re.compile(r"[*?[]")


@dataclass(frozen=True)
class Given:
    """
    A source as the user named it.

    Attributes
    ----------
    uri
        What was given, without the part and without a password.
    path
        The file or folder; ``None`` for an address such as ``wandb://…``.
    part
        Which study or experiment of it, by name; empty for the reader's choice.
    only
        Where several files were given, or a pattern that matches some: their paths, relative to `path`, which is the
        folder that holds them all. Empty where all of it was given.
    secret
        The address with the password that was given with it; empty where none was.
    """

    uri: str
    path: Path | None
    part: str = ""
    only: tuple[str, ...] = ()
    secret: str = field(default="", repr=False, compare=False)
    unreadable: list[tuple[str, Message]] = field(default_factory=list, compare=False)

    @property
    def name(self) -> str:
        """What the page calls it unless the source has a name of its own."""
        if self.only:
            first, *others = (file.rpartition("/")[2] for file in self.only)
            return f"{first} and {len(others)} more" if others else first
        return self.path.resolve().name if self.path is not None else self.uri.rstrip("/").rsplit("/", 1)[-1]

    @property
    def where(self) -> str:
        """The absolute path or the address: the same however it was named. Of several files a path a line."""
        if self.only:
            return self.uri
        return str(self.path.resolve()) if self.path is not None else self.uri

    def with_part(self, part: str) -> Given:
        """Return the same source with a part chosen; its folder is not looked through again."""
        other = replace(self, part=part)
        other.__dict__.update(
            {name: value for name, value in vars(self).items() if name not in ("part", "uri", "path")}
        )
        return other

    @property
    def address(self) -> str:
        """The address with its password, if that was given or this process knows it. Never to be shown."""
        return self.secret or reveal_password(self.uri)

    @property
    def located(self) -> str:
        """What names the source and its part from anywhere on this machine."""
        return self._with_part(self.where)

    @property
    def reachable(self) -> str:
        """The same with its password, by which another process can read it. Never to be shown."""
        return self._with_part(self.where if self.path is not None else self.address)

    def _with_part(self, where: str) -> str:
        return where + (f"#{self.part}" if self.part else "")

    @property
    def is_folder(self) -> bool:
        """Whether it is a folder, the whole of it."""
        return self.path is not None and not self.only and self.path.is_dir()

    @property
    def is_file(self) -> bool:
        """Whether it is a file."""
        return self.path is not None and self.path.is_file()

    @cached_property
    def files(self) -> tuple[str, ...]:
        """
        The paths of all files below the folder, relative and with ``/``, sorted; empty if it is no folder.

        Links to folders are not followed, so that no loop and no ``latest-run`` counts twice. Folders that may not be
        read are named in `unreadable`.
        """
        if self.only:
            return self.only
        if not self.is_folder:
            return ()
        found: list[str] = []
        waiting = [("", str(self.path))]  # by hand, because `os.walk` asks twice of every folder whether it is a link
        while waiting:
            prefix, folder = waiting.pop()
            try:
                entries = os.scandir(folder)
            except OSError as error:
                why = say("given.unreadable_folder", "cannot be opened: {reason}", reason=str(error.strerror))
                self.unreadable.append((folder, why))
                continue
            with entries:
                for entry in entries:
                    if entry.is_dir(follow_symlinks=False):
                        if entry.name not in SKIPPED_FOLDERS and prefix.count("/") < DEEPEST:
                            waiting.append((f"{prefix}{entry.name}/", entry.path))
                    elif _may_be_file(entry):
                        found.append(prefix + entry.name)
            if len(found) > MOST_FILES:
                raise SourceError(f"{self.uri} holds more than {MOST_FILES:,} files; give a folder further down.")
        return tuple(sorted(found))

    @cached_property
    def _by_name(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for path in self.files:
            found.setdefault(path.rpartition("/")[2], []).append(path)
        return found

    def files_named(self, *patterns: str) -> list[str]:
        """
        Return the relative paths of the files whose own name matches one of the patterns, sorted.

        Patterns have ``*`` and ``?``, and match upper and lower case as they are.
        """
        exact = {p for p in patterns if not _MAGIC.search(p)}  # most are, and need no look at every name
        matched = [name for name in exact if name in self._by_name]
        if len(exact) < len(patterns):
            like = re.compile("|".join(fnmatch.translate(p) for p in patterns if p not in exact)).match
            matched += [name for name in self._by_name if like(name) and name not in exact]
        return sorted(path for name in matched for path in self._by_name[name])

    def folders_with(self, *patterns: str) -> list[str]:
        """Return the relative paths of the folders that hold a file matching `patterns`, sorted; ``""`` is the root."""
        return sorted({path.rpartition("/")[0] for path in self.files_named(*patterns)})

    def once(self, what: str, find: Callable[[], Seen]) -> Seen:
        """Return what a reader finds among the files: it looks once, as `files` does, and each may ask again."""
        seen: dict[str, Seen] = self.__dict__.setdefault("_seen", {})
        if what not in seen:
            seen[what] = find()
        return seen[what]

    def place(self, relative: str) -> str:
        """Return the path of the file at a relative one as text: to make a Path of each takes long."""
        return f"{self.path}/{relative}" if self.path is not None else relative

    def at(self, relative: str) -> Path:
        """Return the file at a relative path."""
        return Path(self.path or "") / relative

    @cached_property
    def tables(self) -> frozenset[str]:
        """The names of the tables in a SQLite file, or in a database on a server; empty for anything else."""
        if self.path is not None:
            return tables_of(self.path) if self.is_file else frozenset()
        return tables_on_server(self.address, self.uri) if is_server(self.uri) else frozenset()


def given_files(paths: Iterable[str], uri: str = "") -> Given:
    """
    Return several files as one source.

    Parameters
    ----------
    paths
        At least one.
    uri
        What named them, such as a pattern; by default themselves, a path a line.
    """
    whole = list(dict.fromkeys(str(Path(path).resolve()) for path in paths))
    root = os.path.commonpath([str(Path(path).parent) for path in whole])
    only = (Path(path).relative_to(root).as_posix() for path in whole)
    return Given(uri or "\n".join(whole), Path(root), only=tuple(sorted(only, key=natural_key)))


def _may_be_file(entry: os.DirEntry[str]) -> bool:
    """Say whether an entry of a folder is a file, or a link that leads nowhere, which reading will name."""
    try:
        return entry.is_file() or (entry.is_symlink() and not Path(entry.path).exists())
    except OSError:
        return True


def part_names(found: Mapping[str, Sized]) -> dict[str, int | None]:
    """Return the parts that lie in folders with their numbers of runs, most first; ``.`` is the folder itself."""
    ordered = sorted(found, key=lambda name: (-len(found[name]), natural_key(name)))
    return {name or ".": len(found[name]) for name in ordered}


def choose_part(given: Given, found: Mapping[str, Chosen], nothing: str) -> tuple[str, Chosen]:
    """Return the folder of the part to be read, and what was found there; `SourceError` if there is no part at all."""
    if not found:
        raise SourceError(f"{given.uri} holds {nothing}.")
    part = given.part or next(iter(part_names(found)))
    name = "" if part == "." else part
    return name, found[name]


def local_path(name: str) -> Path:
    """
    Return the path that a name or a ``sqlite:///`` or ``file://`` address stands for.

    Raises
    ------
    SourceError
        If no file can have such a name, or it begins with the home of a user whom this machine does not know.
    """
    for scheme in ("sqlite:///", "file://"):
        name = name.removeprefix(scheme)
    try:
        if b"\0" in os.fsencode(name):
            raise ValueError("a path ends at a null byte")
    except ValueError:  # a half of a surrogate pair has no bytes
        raise SourceError(f"{hide_password(name)!r} has a character that no path can have.") from None
    try:
        return Path(name).expanduser()
    except RuntimeError:
        raise SourceError(f"{hide_password(name)} does not exist: there is no such user.") from None


def split_lines(uri: str) -> list[str]:
    """Return the paths of which there is one a line; a file whose own name has several lines is one."""
    whole = "\n" not in uri or os.path.exists(local_path(uri))  # noqa: PTH110 – a Path refuses many lines as too long
    return [uri] if whole else uri.split("\n")


def check_kind(path: Path) -> None:
    """
    Check that something is a file or a folder. Opening a pipe would wait for its writer, perhaps for ever.

    Raises
    ------
    SourceError
        If it is anything else; the message says what.
    """
    mode = path.stat().st_mode
    if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
        words = next((words for is_it, words in SPECIAL.items() if is_it(mode)), "something else")
        raise SourceError(
            f"{path} is {words}, and only files and folders are read. Save what it gives as a file first."
        )


def match_pattern(name: str) -> list[str]:
    """Return what a pattern with ``*``, ``?`` or ``[…]`` matches, in order; none for what is no pattern."""
    path = str(local_path(name))
    if "://" in name or not glob.has_magic(path):
        return []
    return sorted(glob.glob(path, recursive=True), key=natural_key)  # noqa: PTH207 – a Path takes no absolute pattern


def digest(parts: Iterable[str]) -> str:
    """Return a short text that changes if one of the parts does."""
    total = hashlib.blake2b(digest_size=12)
    for part in parts:
        total.update(part.encode())
        total.update(b"\0")
    return total.hexdigest()


def stamps(paths: Iterable[Path | str]) -> Iterator[str]:
    """Return name, size and time of every file that is there, as text: it changes if the file does."""
    for path in paths:
        try:
            about = os.stat(path)  # noqa: PTH116 – a Path takes ten times as long to make as this takes
        except OSError:
            continue
        yield f"{path}:{about.st_size}:{about.st_mtime_ns}"


def stamp_of(*paths: Path) -> str:
    """Return a text that changes if one of the files does."""
    return digest(stamps(paths))


def natural_key(path: str) -> list[tuple[int, str]]:
    """Return what sorts ``run-10`` after ``run-9``, and ``0.01`` before ``0.1`` whatever follows."""
    return [(int(part), part) if part.isdecimal() else (-1, part) for part in re.split(r"(\d+)", path)]
