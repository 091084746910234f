"""Odd tables and damaged folders of every tracker: answered or refused in one line, and nothing of them is changed."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from tests.fuzz.folders import Damaged, damaged_folders
from tests.fuzz.running import FOLDERS, TABLES, run_examples
from tests.fuzz.tables import Table, tables

pytestmark = pytest.mark.timeout(3 * 3600, method="thread")  # alarms are taken: each example has a limit of its own

FEW_TABLES, FEW_FOLDERS = 40, 24


def write_table(table: Table, folder: Path) -> Path:
    file = folder / table.file
    file.write_bytes(table.content())
    return file


def check_tables(examples: int) -> None:
    tell(run_examples(tables(), write_table, examples), examples)


def check_folders(examples: int) -> None:
    tell(run_examples(damaged_folders(), Damaged.write, examples), examples)


def tell(told: Counter[str], examples: int) -> None:
    print(f"{examples:,} examples: {told['answered']:,} answered, {told['refused']:,} refused in one line")
    assert told["answered"] > told["refused"], "most are to be such that something is computed"


def test_a_few_odd_tables_are_answered_or_refused_in_one_line():
    check_tables(FEW_TABLES)


def test_a_few_damaged_folders_are_answered_or_refused_in_one_line():
    check_folders(FEW_FOLDERS)


@pytest.mark.slow
def test_many_odd_tables_are_answered_or_refused_in_one_line():
    check_tables(TABLES)


@pytest.mark.slow
def test_many_damaged_folders_are_answered_or_refused_in_one_line():
    check_folders(FOLDERS)
