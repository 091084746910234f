"""Files of results that a job left beside its settings: which they are, and what they hold."""

from __future__ import annotations

import csv
import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from ...data.names import names_setting, split_words
from ...data.plain import flatten
from ...data.records import Json
from ...errors import SourceError
from .cells import NAN, parse_cell
from .curves import Curve, as_number, curve_of
from .documents import name_the_file, read_json_lines

TABLE_ENDINGS = (".csv", ".tsv")
LINE_ENDINGS = (".jsonl", ".ndjson")
RESULT_ENDINGS = (*TABLE_ENDINGS, *LINE_ENDINGS, ".json")

PROGRESS = "progress.txt"
"""A table with tabs in it, as Spinning Up writes it."""

SETTINGS_WORDS = frozenset(
    "config configs configuration cfg args arguments params parameters hparams hyperparams hyperparameters hparam opt"
    " opts options hyp settings".split()
)
"""A word of the name of a file of settings."""

LIKELY = frozenset(
    "result results metric metrics history log logs progress summary score scores eval evaluation stats statistics"
    " performance report loss losses monitor output outputs final".split()
)
"""A word of the name of a file that most likely holds results."""

SPLITS = {"val": "val", "valid": "val", "validation": "val", "dev": "val", "test": "test", "train": "train"}
"""Words of a file's name that say what part of the data its metrics are of."""

OF_A_SPLIT = frozenset({*SPLITS, "training", "testing", "eval", "evaluation"})

OTHERS = frozenset(
    "prediction predictions pred preds confusion dataset data sample samples embedding embeddings feature features"
    " importance importances vocab tokenizer package annotation annotations index indices class classes label labels"
    " schema requirements environment env meta metadata manifest launch split splits tokens map mapping matrix".split()
)
"""A word of the name of a file of something else that jobs leave behind."""

BELOW = frozenset("log logs result results metric metrics output outputs eval evaluation csv".split())
"""Folders below a run's own in which its results may lie."""

STEPS = (
    "step global_step iteration iter epoch training_iteration timestep timesteps timesteps_total total_timesteps"
    " num_timesteps env_steps round generation episode update updates epochs_done iterations steps".split()
)
"""Columns that count, the finest first; after a slash, too (``time/total_timesteps``)."""

MOST_VALUES = 2_000
"""A file with more final values than this holds something else."""

LARGEST = 200_000_000
"""Bytes; a larger file is no log of one run."""


@dataclass(frozen=True)
class Results:
    """
    What files of results hold.

    Attributes
    ----------
    final
        One value a metric, for the run as a whole.
    rows
        What was logged at each step, and the step; columns that count are left out.
    """

    final: Json = field(default_factory=dict)
    rows: list[tuple[float, Json]] = field(default_factory=list)

    @property
    def summary(self) -> Json:
        """The last value of every metric; one that stands for the whole run before one of a step."""
        values = {k: v for _, row in self.rows for k, v in row.items()} | self.final
        return {k: v for k, v in values.items() if isinstance(v, bool | int | float | str)}

    @property
    def curves(self) -> tuple[str, ...]:
        """Names of the metrics that have values per step."""
        return tuple(dict.fromkeys(k for _, row in self.rows for k, v in row.items() if as_number(v) is not None))

    @property
    def last_step(self) -> float | None:
        """The last step that was logged; ``None`` if there is none."""
        return max((step for step, _ in self.rows), default=None)

    @property
    def curve(self) -> Curve:
        """The values per step."""
        return curve_of(self.rows)

    def has_numbers(self) -> bool:
        """Say whether there is a number in it at all."""
        return any(as_number(v) is not None for v in self.summary.values())


@lru_cache(maxsize=10_000)  # the files of many runs have few names
def names_settings_file(name: str) -> bool:
    """
    Say whether a file is named as settings are.

    Examples
    --------
    >>> names_settings_file("eval_args.json"), names_settings_file("config_2.yaml"), names_settings_file("results.json")
    (True, True, False)
    """
    words = split_words(name.rpartition(".")[0])
    return bool(words) and (words[-1] in SETTINGS_WORDS or (words[0] in SETTINGS_WORDS and not set(words) & LIKELY))


def choose_results(names: Iterable[str]) -> list[str]:
    """
    Return which files of a run's folder hold its results, by their names: those with a likely name, else all that may.

    Examples
    --------
    >>> choose_results(["config.json", "notes.json", "metrics.csv"]), choose_results(["labels.csv", "points.csv"])
    (['metrics.csv'], ['points.csv'])
    """
    could = [name for name in names if could_hold_results(name)]
    return [name for name in could if is_likely(name)] or could


@lru_cache(maxsize=10_000)
def could_hold_results(name: str) -> bool:
    """Say whether a file's name lets it hold results."""
    return (
        (name.endswith(RESULT_ENDINGS) or name == PROGRESS)
        and not name.startswith(".")
        and not set(split_words(name.rpartition(".")[0])) & OTHERS
        and not names_settings_file(name)
    )


@lru_cache(maxsize=10_000)
def is_likely(name: str) -> bool:
    """Say whether a file is named as results are."""
    return could_hold_results(name) and bool(set(split_words(name.rpartition(".")[0])) & LIKELY)


def results_of(files: Iterable[str], runs: Iterable[str]) -> dict[str, list[str]]:
    """
    Return the files of results of every run.

    Parameters
    ----------
    files
        Relative paths of all files.
    runs
        The folders of the runs.

    Returns
    -------
    dict
        For every run the paths of its files. They lie in its folder, or below it in one that is named as results are;
        ``metrics.csv`` at any depth.
    """
    found: dict[str, dict[str, list[str]]] = {run: {} for run in runs}
    homes: dict[str, tuple[str, bool]] = {}
    for file in files:
        folder, _, name = file.rpartition("/")
        if not (name.endswith(RESULT_ENDINGS) or name == PROGRESS):
            continue
        if folder not in homes:
            homes[folder] = _home_of(folder, found)
        home, named = homes[folder]
        if home in found and (named or name == "metrics.csv"):
            found[home].setdefault(folder, []).append(name)
    chosen = {}
    for run, of_folder in found.items():
        paths = {folder: choose_results(names) for folder, names in of_folder.items()}
        beside = [f"{run}/{name}".lstrip("/") for name in paths.pop(run, [])]
        below = [f"{folder}/{name}" for folder, names in paths.items() for name in _single(names) if is_likely(name)]
        chosen[run] = beside + below if not below or any(map(is_likely, map(_name_of, beside))) else below
    return chosen


def _single(names: Sequence[str]) -> list[str]:
    """Return the names that no other is like but for a number: a folder of numbered files holds the results of many."""
    kinds = Counter(re.sub(r"\d+", "", name) for name in names)
    return [name for name in names if kinds[re.sub(r"\d+", "", name)] == 1]


def _name_of(path: str) -> str:
    return path.rpartition("/")[2]


def _home_of(folder: str, runs: Mapping[str, Any]) -> tuple[str, bool]:
    """Return the run that a folder is in, and whether all between them are named as results are."""
    home = folder
    while home and home not in runs:
        home = home.rpartition("/")[0]
    return home, is_named_as_results(folder.removeprefix(home))


def is_named_as_results(below: str) -> bool:
    """Say whether all folders of a relative path are named as those are in which a run's results lie."""
    return all(part.lower() in BELOW for part in below.split("/") if part)


def read_results(path: Path, prefix: bool = True) -> Results:
    """
    Read a file of results.

    JSON with one object holds final values, or, as lists of one length, a column a metric; JSON lines, a list of
    objects and CSV hold a row a step, or final values if there is one row and nothing counts.

    Parameters
    ----------
    path
        A file of `RESULT_ENDINGS`.
    prefix
        Whether metrics of a file that is named for a part of the data are, too: ``test/acc`` of ``test_results.json``.

    Raises
    ------
    SourceError
        If it cannot be read; the message names it.
    """
    if path.suffix in TABLE_ENDINGS or path.name == PROGRESS:
        results = results_of_rows(read_log(path))
    elif path.suffix in LINE_ENDINGS:
        results = results_of_rows([flatten(row) for row in read_json_lines(path)])
    else:
        results = _read_json(path)
    return _of_split(results, path.stem) if prefix else results


def join_results(parts: Iterable[Results]) -> Results:
    """Return what several files of one run hold together."""
    final: Json = {}
    rows: list[tuple[float, Json]] = []
    for part in parts:
        final |= part.final
        rows += part.rows
    return Results(final, rows)


def _of_split(results: Results, stem: str) -> Results:
    """Put the part of the data before names that do not say it, if the file's name does."""
    splits = {SPLITS[word] for word in split_words(stem) if word in SPLITS}
    if len(splits) != 1:
        return results
    split = splits.pop()
    names: dict[str, str] = {}

    def rename(row: Json) -> Json:
        for name in row:
            if name not in names:
                names[name] = name if set(split_words(name)) & OF_A_SPLIT else f"{split}/{name}"
        return {names[name]: value for name, value in row.items()}

    return Results(rename(results.final), [(step, rename(row)) for step, row in results.rows])


def read_log(path: Path) -> list[Json]:
    """
    Return the rows of a CSV file by the names of their columns, which are stripped; an empty cell is left out.

    Lines that begin with ``#`` before the names are left out, and so is a last row that was not written to its end
    unless it is the only one.

    Raises
    ------
    SourceError
        If it cannot be opened, or another row has more or fewer cells than there are names.
    """
    with name_the_file(path, "CSV"):
        if path.stat().st_size > LARGEST:
            raise ValueError(f"it is larger than {LARGEST:,} bytes")
        lines = path.read_bytes().decode("utf-8-sig").splitlines(keepends=True)
        start = next((i for i, line in enumerate(lines) if line.strip() and not line.startswith("#")), 0)
        lines = lines[start:]
        if len(lines) > 2 and not lines[-1].endswith(("\n", "\r")):
            lines.pop()
        delimiter = next((d for d in (",", "\t", ";") if lines and d in lines[0]), ",")
        reader = csv.reader(lines, delimiter=delimiter)
        header = [name.strip() or f"column {i}" for i, name in enumerate(next(reader, []), 1)]
        rows = []
        for cells in reader:
            if not cells:
                continue
            if len(cells) != len(header):
                where = start + reader.line_num
                raise SourceError(
                    f"{path}, line {where}, has {len(cells)} cells where the first line has {len(header)}."
                )
            rows.append({n: v for n, cell in zip(header, cells, strict=True) if (v := _value(cell)) is not None})
    return [row for row in rows if row]


def _value(cell: str) -> Any:
    """Return what a cell says; most are numbers, and a whole one is asked for as such."""
    if "_" not in cell:
        try:
            return float(cell) if "." in cell or "e" in cell else int(cell)
        except ValueError:
            pass
    value = parse_cell(cell)
    return float("nan") if value == NAN else value


def find_counters(names: Iterable[str]) -> list[str]:
    """Return the columns that count the steps of a run, the finest first."""
    found = [(STEPS.index(word), name) for name in names if (word := _counting_word(name)) in STEPS]
    return [name for _, name in sorted(found, key=lambda item: item[0])]


def _counting_word(name: str) -> str:
    return "_".join(split_words(re.split(r"[/.]", name)[-1]))


def results_of_rows(rows: Sequence[Json]) -> Results:
    """Return a row a step; a single row in which nothing counts is the run's final values."""
    counters = find_counters(dict.fromkeys(name for row in rows for name in row))
    if len(rows) == 1 and not counters:
        return Results(final=dict(rows[0]))
    counting = set(counters)
    if len(rows) > 1 and not counters and any(len(name) > 1 and names_setting(name) for name in rows[0]):
        return Results()  # a table of something else: its rows are no steps; a letter alone tells nothing
    steps = []
    for position, row in enumerate(rows, 1):
        counted = next((step for name in counters if (step := as_number(row.get(name))) is not None), None)
        logged = {k: v for k, v in row.items() if k not in counting}
        steps.append((float(position) if counted is None or counted != counted else counted, logged))
    return Results(rows=steps)


def _read_json(path: Path) -> Results:
    """Read JSON; several objects in one file, a line each, are what some programs call JSON, too."""
    with name_the_file(path, "JSON"):
        if path.stat().st_size > LARGEST:
            raise ValueError(f"it is larger than {LARGEST:,} bytes")
        try:
            content = json.loads(path.read_bytes())
        except json.JSONDecodeError as error:
            if not error.msg.startswith("Extra data"):
                raise
            return results_of_rows([flatten(row) for row in read_json_lines(path)])
        return _of_content(content)


def _of_content(content: Any) -> Results:
    if isinstance(content, list):
        return results_of_rows([flatten(row) for row in content if isinstance(row, dict)])
    if not isinstance(content, dict):
        return Results()
    if content and all(key.isdecimal() and isinstance(row, dict) for key, row in content.items()):
        return Results(rows=sorted(((float(key), flatten(row)) for key, row in content.items()), key=lambda r: r[0]))
    flat = flatten(content)
    if len(flat) > MOST_VALUES:
        return Results()
    lists = {name: value for name, value in flat.items() if _is_curve(name, value)}
    final = {name: value for name, value in flat.items() if not isinstance(value, list)}
    return Results(final, _rows_of_lists(lists))


def _is_curve(name: str, value: Any) -> bool:
    """Say whether a list holds a metric's values per step: numbers, and none a class."""
    return (
        isinstance(value, list)
        and len(value) > 1
        and not {"per", "class", "classes", "confusion", "names", "shape"} & set(split_words(name))
        and all(v is None or isinstance(v, bool | int | float) for v in value)
    )


def _rows_of_lists(lists: Mapping[str, list[Any]]) -> list[tuple[float, Json]]:
    """Return lists of the length that most have as rows; one of them may count the steps."""
    if not lists:
        return []
    length = max(Counter(map(len, lists.values())).items(), key=lambda item: (item[1], item[0]))[0]
    columns = {name: values for name, values in lists.items() if len(values) == length}
    counters = find_counters(columns)
    steps = [as_number(v) for v in columns[counters[0]]] if counters else [None] * length
    names = [name for name in columns if name not in counters]
    return [
        (
            float(i + 1) if step is None else step,
            {name: columns[name][i] for name in names if columns[name][i] is not None},
        )
        for i, step in enumerate(steps)
    ]
