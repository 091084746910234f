"""Columns that describe a run: who, which, when."""

import pandas as pd
import pytest

from panel.sources.table.run_columns import find_run_column


def find(name, values):
    return find_run_column(name, pd.Series(values), frozenset())


@pytest.mark.parametrize(
    "name",
    ["author", "Owner", "run_by", "annotator", "Bearbeiter", "Opérateur", "Responsable", "担当者", "작성자", "负责人",
     "Erstellt von", "author_name"],
)  # fmt: skip
def test_who_did_it_is_no_setting(name):
    assert find(name, ["kim", "lee", "kim", "park"]).place == "run"


def test_an_operator_or_a_judge_may_be_a_tool():
    assert find("judge", ["gpt-4", "llama-3-70b"] * 5) is None
    assert find("operator", ["Camille", "Hugo"] * 5).place == "run"


@pytest.mark.parametrize("name", ["N° essai", "case_name", "config_idx", "Exp. Nr.", "calc_id"])
def test_what_tells_rows_from_one_another_is_no_setting(name):
    assert find(name, list(range(3, 33))).place == "run"


def test_a_name_of_runs_that_comes_again_may_be_a_setting():
    assert find("config_name", ["base", "wide"] * 20) is None


@pytest.mark.parametrize("day", ["07.03.2024", "7/3/2024", "2024-03-07", "2024年3月7日", "7 March 2024", "Mar 7, 2024"])
def test_days_are_no_settings(day):
    assert find("Stand", [day] * 5).place == "run"
