"""
How often tables as strangers leave them are read right: places of columns, target and goal, runs.

The tables are made by code (`benchmarks.placing_tables`), each with a label of what a careful person would accept. They
were written without a look at the vocabulary or at the rules that place columns, so that they tell what others' tables
would meet; a rule that is made for one of them makes these figures worth less. The figures of the *unseen* were taken
when the rules were settled. A table that is refused where a refusal is as good as an answer does not count.

Usage: python -m benchmarks.placing [NAME ...]
"""

from __future__ import annotations

import sys
import tempfile
import warnings
import zlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.placing_tables import READING_OF, READINGS, SHEETS
from benchmarks.placing_tables.sheet import Draw, Sheet
from panel.answers.defaults import choose_default_target
from panel.data.project import Column, Project
from panel.errors import SourceError
from panel.question.parameters import describe
from panel.question.target import resolve_goal
from panel.sources import load

SURENESSES = ("given", "sure", "likely", "guess")


@dataclass(frozen=True)
class Placed:
    """A column's acceptable places, best first; where it was put, how sure that is, and whether it enters no model."""

    name: str
    places: list[str]
    got: str
    sure: str = ""
    unused: bool = False

    @property
    def right(self) -> bool:
        """Whether it was put where it may be."""
        return self.got in self.places

    @property
    def harmless(self) -> bool:
        """Whether it is right, or a setting that no model uses though it should be no metric."""
        return self.right or (self.unused and self.places != ["metric"])

    @property
    def counts(self) -> bool:
        """Whether it is a setting or a metric, or was taken for one."""
        return bool({self.places[0], self.got} & {"config", "metric"})

    def __str__(self) -> str:
        told = f"{self.sure or 'not listed'}{', enters no model' if self.unused else ''}"
        return f"{self.name.strip()!r} {self.got}, {told} (right: {' or '.join(self.places)})"


@dataclass
class Judged:
    """What was right of a table, and what was wrong in words."""

    columns: list[Placed] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    target: bool = False
    rows: bool = False
    refused: bool = False


def make_sheet(name: str) -> Sheet:
    """Return the table of a name, drawn with a seed of its own."""
    return SHEETS[name](Draw(zlib.crc32(name.encode())))


def judge(name: str, folder: Path) -> Judged:
    """Write a table, read it, and compare with its label."""
    sheet, judged = make_sheet(name), Judged()
    frame = sheet.make_frame()
    file = folder / f"{name}{sheet.suffix}"
    file.write_text(sheet.write(frame), encoding="utf-8")
    try:
        project = load(str(file))
    except SourceError as error:
        judged.refused = sheet.refusable
        judged.wrong.append(f"not read: {error}")
        judged.columns = [Placed(column, places, "not read") for column, places in sheet.list_places()]
        return judged
    described = describe(project.config, space=project.space, summary=project.summary, columns=project.columns)
    unused = {parameter.name for parameter in described if parameter.role == "ignored"}
    for column, places in sheet.list_places():
        found = _find_column(project, column)
        judged.columns.append(
            Placed(column, places, found.place, found.sure, found.place == "config" and found.label in unused)
            if found
            else Placed(column, places, "ignored")
        )
    judged.wrong += [str(placed) for placed in judged.columns if not placed.right]
    _judge_target(project, sheet, judged)
    judged.rows = len(project.runs) in (sheet.runs or (len(frame),))
    if not judged.rows:
        judged.wrong.append(f"{len(project.runs)} runs (right: {' or '.join(map(str, sheet.runs or (len(frame),)))})")
    return judged


def _find_column(project: Project, name: str) -> Column | None:
    names = {name, " ".join(name.split())} if name else {"", "index", "Unnamed: 0", "column 1"}
    for column in project.columns:
        if column.name in names or column.label in names:
            return column
    return None


def _judge_target(project: Project, sheet: Sheet, judged: Judged) -> None:
    target, right = choose_default_target(project), sheet.list_targets()
    chosen, goal = target.metric, ""
    if chosen:
        goal = resolve_goal(project, target)
        chosen = next((c.name.strip() for c in project.columns if c.place == "metric" and c.label == chosen), chosen)
    judged.target = {(chosen, goal), (target.metric, goal)} & set(right) != set() if right else not chosen
    if not judged.target:
        wanted = " or ".join(f"{metric!r} {goal}" for metric, goal in right) or "none"
        judged.wrong.append(f"target {target.metric!r} {goal} (right: {wanted})")


def main(*names: str) -> None:
    """Print what is wrong in each table, and the shares that are right of all."""
    warnings.filterwarnings("ignore")
    with tempfile.TemporaryDirectory(prefix="sweeplens-bench-") as place:
        told = {name: judge(name, Path(place)) for name in names or SHEETS}
    for name, judged in told.items():
        if judged.wrong:
            print(f"- {name}{' (may be refused)' if judged.refused else ''}: {'; '.join(judged.wrong)}", flush=True)
    for reading in READINGS:
        _print_shares(reading, [judged for name, judged in told.items() if READING_OF[name] == reading])


def _print_shares(reading: str, told: list[Judged]) -> None:
    counted = [judged for judged in told if not judged.refused]
    if not counted:
        return
    shares = {
        "columns, mean of the tables": [_share(c.right for c in j.columns) for j in counted],
        "tables with every setting and metric right": [all(c.right for c in j.columns if c.counts) for j in counted],
        "the same, a setting that enters no model being no harm": [
            all(c.harmless for c in j.columns if c.counts) for j in counted
        ],
        "target and goal": [j.target for j in counted],
        "rows": [j.rows for j in counted],
    }
    print(f"\n{reading}: {len(told)} tables, {len(told) - len(counted)} of them refused where that is right\n")
    print("| right | % |\n|---|---|")
    for what, right in shares.items():
        print(f"| {what} | {100 * _share(right):.1f} |")
    for sure in SURENESSES:
        of_it = [c.right for j in counted for c in j.columns if c.sure == sure]
        print(f"| columns that are *{sure}* | {100 * _share(of_it):.1f} of {len(of_it)} |")


def _share(right: Iterable[float]) -> float:
    values = list(right)
    return sum(values) / max(len(values), 1)


if __name__ == "__main__":
    main(*sys.argv[1:])
