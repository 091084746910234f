"""Where runs come from: one module a kind of source. To add one, write its module and name it in `SOURCES`."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from ..data.magnitudes import limit_magnitudes
from ..data.messages import join, say
from ..data.project import HISTORY_COLUMNS, History, Project
from ..errors import SourceError, nearest
from ..question.emptiness import FEWEST_RUNS
from . import hiplot, huggingface, keras_tuner, native, refusing
from .common.corrections import Corrections
from .common.given import Given, check_kind, given_files, hide_password, local_path, match_pattern, split_lines
from .common.merging import ALL, FIELD, merge, shorten_names
from .common.passwords import split_part
from .common.records import Reading
from .common.servers import is_server
from .common.source import Source
from .folders import reader as folders
from .hydra import reader as hydra
from .mlflow import reader as mlflow
from .optuna import reader as optuna
from .ray import reader as ray_tune
from .smac import reader as smac
from .table import reader as table
from .table.charts import say_line_plot
from .table.reading import ENDINGS, say_why_no_table
from .tables import reader as tables
from .tables.kinds import is_table
from .tensorboard import lightning
from .tensorboard import reader as tensorboard
from .trackio import reader as trackio
from .wandb import api as wandb_api
from .wandb import folder as wandb_folder

SOURCES: tuple[Source, ...] = (
    wandb_api,
    native,
    wandb_folder,
    mlflow,
    optuna,
    ray_tune,
    keras_tuner,
    smac,
    hydra,
    huggingface,
    trackio,
    lightning,
    folders,
    tensorboard,
    tables,
    hiplot,
    table,
)
"""All kinds of source, the most specific first; `Source` says what each has."""

LAST: tuple[Source, ...] = (folders, tables)
"""Kinds of source that are none but for want of another: what a tracker wrote has settings and results, too."""

SAMPLE = "sample"


def sample_path() -> Path:
    """Return the sample project: inside the package in a wheel, beside it in a checkout."""
    package = Path(__file__).parent.parent
    inside = package / "sample_data" / "digits-mlp"
    return inside if inside.is_dir() else package.parent / "sample_data" / "digits-mlp"


def locate(uri: str) -> Given:
    """
    Return what `uri` names: a path, ``sample`` or an address, and after a ``#`` the part of it.

    Several files are a path a line, or a pattern with ``*`` and ``?`` that matches tables alone.

    Raises
    ------
    SourceError
        If it is a path and nothing is there.
    """
    if uri == SAMPLE:
        return Given(uri, sample_path())
    lines = split_lines(uri)
    if len(lines) > 1:
        return given_files([str(locate(line).path) for line in lines])
    marks = [i for i, letter in enumerate(uri) if letter == "#"]
    if "://" in uri and not uri.startswith(("sqlite://", "file://")):
        whole, part = split_part(uri)
        if "#" in whole:
            raise SourceError(f"{hide_password(uri)} has a # in its password; write %23 for it.")
        shown = hide_password(whole)
        return Given(shown, None, part, secret=whole if whole != shown else "")
    for name, chosen in ((uri, ""), *((uri[:i], uri[i + 1 :]) for i in reversed(marks))):
        path = local_path(name)
        try:
            if path.exists():
                check_kind(path)
                return Given(name, path, chosen)
        except OSError as error:
            raise SourceError(f"{hide_password(uri)} cannot be opened: {error.strerror or error}.") from error
    matched = match_pattern(uri)
    if len(matched) == 1:
        return locate(matched[0])
    if matched:
        return given_files(matched, str(Path(uri).expanduser().absolute()))
    raise SourceError(
        f"{hide_password(uri)} does not exist. Give a table of runs or a folder, or 'sample' for the sample project."
    )


def gather(uris: Sequence[str]) -> list[str]:
    """
    Return what is to be read each by itself.

    Tables of one kind are one, a path a line; a pattern is what it matches, unless that is tables alone.

    Parameters
    ----------
    uris
        As they were given.
    """
    spread: list[str] = []
    for uri in uris:
        matched = match_pattern(uri) if uri != SAMPLE and not local_path(uri).exists() else []
        spread += [uri] if all(map(_is_table, matched)) else matched
    several = list(dict.fromkeys(locate(uri).where for uri in spread if _is_table(uri)))
    if len(several) < 2 or not tables.are_of_one_kind(given_files(several)):
        return spread
    return ["\n".join(several), *(uri for uri in spread if not _is_table(uri))]


def _is_table(uri: str) -> bool:
    path = local_path(uri)
    return path.is_file() and is_table(path.name) and not hiplot.recognises(Given(uri, path))


ADDRESSES = (
    "Give wandb://ENTITY/PROJECT, with /sweeps/ID for one sweep, or the project's page on the web; "
    "http://HOST:PORT of an MLflow tracking server; or the address of a database that Optuna or MLflow writes, "
    "such as postgresql://USER@HOST/NAME."
)


def _find_fitting(given: Given) -> list[Source]:
    """Return the modules that recognise a source; those for what no tracker's own knows are not asked after another."""
    json = given.path is not None and given.path.suffix == ".json"  # which may be anything's
    last = (*LAST, table) if json else LAST
    fitting: list[Source] = []
    for source in sorted(SOURCES, key=lambda source: json and source is table):
        if not (fitting and source in last) and source.recognises(given):
            fitting.append(source)
            if given.path is None:
                break
    return sorted(fitting, key=lambda source: source is table)  # a table only if no tracker knows the file


class Found(NamedTuple):
    """What a source is: what was given, the module that reads it, and the others that could."""

    given: Given
    source: Source
    others: list[Source]


def find(uri: str, format: str = "") -> Found:
    """
    Return what `uri` names, the module that reads it, and the others that could (not looked for behind an address).

    Parameters
    ----------
    uri
        A path, an address, or ``sample``.
    format
        ``NAME`` of the module to use; by default the first that recognises the source.

    Raises
    ------
    SourceError
        If nothing is there, or nothing that is there can be read; the message says what could be given.
    """
    given = locate(uri)
    try:
        fitting = _find_fitting(given)
        if not fitting and given.path is not None and not given.only:
            os.scandir(given.path).close() if given.is_folder else given.path.open("rb").close()
    except OSError as error:
        raise SourceError(f"{given.uri} cannot be opened: {error.strerror or error}.") from error
    if format:
        names = [source.NAME for source in SOURCES]
        if format not in names:
            raise SourceError(f"Format {format!r} is not known. {nearest(format, names, len(names))}")
        chosen = SOURCES[names.index(format)]
        return Found(given, chosen, [source for source in fitting if source is not chosen])
    if fitting:
        return Found(given, fitting[0], fitting[1:])
    if given.tables:
        shown = ", ".join(sorted(given.tables)[:5])
        what = "SQLite database" if given.path is not None else "database"
        raise SourceError(f"{given.uri} is a {what} with the tables {shown}, of no tracker that SweepLens knows.")
    if given.path is not None and given.is_file and (why := say_why_no_table(given.path)):
        raise SourceError(f"{given.uri} is no file of runs that SweepLens can read. {why}")
    if given.path is None and is_server(given.uri):
        raise SourceError(f"{given.uri} is a database without tables: nothing has been logged into it.")
    if given.path is None:
        raise SourceError(f"{given.uri} is no address of runs that SweepLens can read. {ADDRESSES}")
    if given.is_folder and (inside := refusing.find_inside(given, _opens)):
        raise SourceError(
            f"{given.uri} is no folder of runs by itself{refusing.say_seen(given)}, but it holds {inside}: give that."
        )
    if given.is_folder and (chart := refusing.find_chart(given)):
        raise SourceError(f"{given.uri} is no folder of runs by itself. {say_line_plot(chart)}")
    what = "folder" if given.is_folder else "file"
    raise SourceError(
        f"{given.uri} is no {what} of runs that SweepLens can read{refusing.say_seen(given)}. Give a table "
        f"({', '.join(ENDINGS)}), a folder that holds runs.csv or runs.parquet, one with settings and results in a "
        f"folder a run, or what one of these left behind: {', '.join(s.WORDS for s in SOURCES)}."
    )


def _opens(path: Path) -> bool:
    """Say whether a file alone opens, with settings and metrics."""
    given = Given(str(path), path)
    try:
        fitting = _find_fitting(given)
        project = fitting[0].load(given, Reading()) if fitting else None
    except (OSError, SourceError):
        return False
    return project is not None and len(project.config.columns) > 0 and len(project.metrics) > 0


def load(
    what: str | Found, reading: Reading | None = None, format: str = "", stamp: str = "", *, propose: bool = False
) -> Project:
    """
    Read a source.

    Parameters
    ----------
    what
        A path, an address, or ``sample``; after a ``#`` the study or experiment. Or what `find` made of it.
    reading
        What the reader is given, and where it leaves what it found; by default a new one.
    format
        ``NAME`` of the module to use; by default the first that recognises the source.
    stamp
        The source's stamp, if that is known already.
    propose
        Whether all studies or experiments are read together where none was chosen and each alone has too few runs; else
        the largest is read.

    Raises
    ------
    SourceError
        If it cannot be read; the message names the file, the place in it, and what would be right.
    """
    given, source, others = what if isinstance(what, Found) else find(what, format)
    reading = reading or Reading()
    counts = source.parts(given)
    names = list(counts)
    together = list_together(given.part, counts, propose)
    if given.part and given.part not in names and not together:
        raise SourceError(f"{given.uri} has no part {given.part!r}. {nearest(given.part, names)}")
    project = _load_together(given, source, together, reading) if together else None
    if project is None and len(names) > 1 and not given.part:
        given = given.with_part(names[0])
    project = limit_magnitudes(project or source.load(given, reading))
    if reading.corrections != Corrections() and project.table is None:
        raise SourceError(
            f"{given.uri} was read as {source.WORDS}, which says itself what is a setting and what a metric; "
            "places can be given to the columns of tables only. Give its parameters roles instead."
        )
    notes = project.notes
    if others:
        formats = join(
            (say("sources.format", "{words} (--format {name})", words=s.WORDS, name=s.NAME) for s in others), " and "
        )
        notes = (
            *notes,
            say(
                "sources.several_formats",
                "Read as {words}; it could also be read as {others}.",
                words=source.WORDS,
                others=formats,
            ),
        )
    history = project.history
    if history.stamp:
        origin = history.origin or ((source.NAME, project.source, ""),)
        stamp = stamp or read_stamp(Found(given, source, []))
        history = replace(history, stamp=stamp, origin=origin, read=partial(read_history, origin))
    several = len(names) > 1
    parts = tuple(f"{given.where}#{name}" for name in names) if several else ()
    return replace(project, notes=notes, history=history, parts=parts, part_runs=tuple(counts.values()) * several)


def list_together(part: str, counts: Mapping[str, int | None], propose: bool) -> list[str]:
    """
    Return the studies or experiments that are to be read together; none if one of them alone is.

    Parameters
    ----------
    part
        The part that was asked for: `ALL`, or nothing.
    counts
        The runs of each part, ``None`` where that is not known. Empty ones are not read.
    propose
        See `load`.
    """
    filled = [name for name, count in counts.items() if count != 0]
    if part in counts or len(filled) < 2:
        return []
    few = propose and all(count is not None and count < FEWEST_RUNS for count in counts.values())
    return filled if part == ALL or (not part and few) else []


def _load_together(given: Given, source: Source, names: Sequence[str], reading: Reading) -> Project | None:
    """Read several studies or experiments as one project; ``None`` if nobody asked and they do not go together."""
    projects: dict[str, Project] = {}
    for position, name in enumerate(names):

        def share(done: float, what: str, position: int = position) -> None:
            reading.progress((position + done) / len(names), what)

        own = Reading(reading.corrections, share, reading.known)
        try:
            projects[name] = source.load(given.with_part(name), own)
        except SourceError as error:
            reading.skip(f"{given.where}#{name}", str(error))
        reading.kept |= own.kept
    try:
        if not projects:
            raise SourceError(f"{given.uri} cannot be read: {reading.skipped[0][1]}")
        by_uri = {f"{given.where}#{name}": project for name, project in projects.items()}
        merged = _keep_at_hand(merge(list(projects.values()), list(by_uri), list(projects), source.NAME), by_uri)
    except SourceError:
        if given.part:
            raise
        return None
    few = say(
        "sources.together",
        "None of the {count} has {fewest} runs by itself, so all are read together.",
        count=len(names),
        fewest=FEWEST_RUNS,
    )
    return replace(
        merged,
        name=f"{given.name}, all {len(names)}",
        source=f"{given.where}#{ALL}",
        notes=(*([] if given.part else [few]), *merged.notes),
        skipped=(*reading.skipped, *merged.skipped),
    )


def _keep_at_hand(merged: Project, by_uri: Mapping[str, Project]) -> Project:
    """Return what was put together; with its history at hand, if that of a part is: it may not be read again."""
    if all(project.history.stamp for project in by_uri.values() if project.history.metrics):
        return merged
    frames = {uri: project.history.frame for uri, project in by_uri.items() if project.history.metrics}
    whole = pd.concat(
        [
            frames[uri].assign(run_id=prefix + frames[uri]["run_id"].astype("str"))
            for _, uri, prefix in merged.history.origin
        ],
        ignore_index=True,
    )
    return replace(merged, history=History(merged.history.metrics, lambda: whole))


def read_stamp(found: Found) -> str:
    """Return a text that changes whenever a source does; of all parts together, whenever one of them does."""
    given = found.given.with_part("") if found.given.part == ALL else found.given
    return found.source.stamp(given)


def stamp(uri: str, format: str = "") -> str:
    """Return a text that changes whenever the source does."""
    return read_stamp(find(uri, format))


def read_history(origin: Sequence[Sequence[str]]) -> pd.DataFrame:
    """
    Read the histories that stayed in their sources when a project was loaded.

    Parameters
    ----------
    origin
        The ``NAME`` of the reader, the source, and the prefix that its run ids got, for each source.
    """
    parts = []
    for format, uri, prefix in origin:
        given, source, _ = find(uri, format)
        frame = source.read_history(given)
        parts.append(frame.assign(run_id=prefix + frame["run_id"].astype("str")) if prefix else frame)
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=list(HISTORY_COLUMNS))


def page_of(project: Project, run: str) -> str:
    """
    Return the address of a run's page in its tracker.

    Parameters
    ----------
    project
        The project.
    run
        Id of one of its runs.

    Returns
    -------
    str
        An address that begins with ``http://`` or ``https://``; empty if none is known.
    """
    about = {str(name): value for name, value in project.runs.loc[run].items() if isinstance(value, str)}
    uris, formats = project.source.split("\n"), project.format.split(" + ")
    if len(uris) > 1:
        name = about.get(FIELD, "")
        uris = [uri for uri, short in zip(uris, shorten_names(uris), strict=True) if short == name]
        run = run.removeprefix(f"{name}:")
    for source in SOURCES:
        for uri in uris:
            address = source.page(uri, run, about) if source.WORDS in formats else ""
            if address.startswith(("http://", "https://")):
                return address
    return ""
