"""The line above the ranking: what was read as what, and the clicks that correct it."""

import numpy as np
import pandas as pd
import pytest

from .panel_page import IN_LIGHT


@pytest.fixture
def guessed(panel, tmp_path, rng):
    """Open a table whose target and one setting are guesses, and one setting has two spellings of a value."""
    n = 60
    frame = {
        "lr": rng.random(n),
        "zorb": rng.random(n),
        "opt": np.array(["adam", "Adam", "Adam", "sgd"])[np.arange(n) % 4],
    }
    frame["value"] = frame["lr"] * 3 - rng.random(n) * 5
    pd.DataFrame(frame).to_csv(tmp_path / "t.csv", index=False)
    panel.open(tmp_path / "t.csv")
    panel.expect("#taken").to_contain_text("explained: value (a guess)")  # until then the page before is shown
    return panel


@IN_LIGHT
def test_a_goal_that_was_guessed_is_turned_by_a_click(guessed):
    guessed.expect("#taken").to_contain_text("Read as 3 settings and 1 metric; explained: value (a guess)")
    guessed.expect("#taken").to_contain_text("Guessed: zorb and value.")
    with guessed.asking():
        guessed.page.get_by_role("button", name="Larger is better").click()
    guessed.expect("#taken").to_contain_text("larger is better (as you chose)")
    assert guessed.page.get_by_role("button", name="Smaller is better").count() == 0


@IN_LIGHT
def test_the_guesses_stand_first_under_columns_and_roles(guessed):
    guessed.page.locator("#taken").get_by_role("button", name="Correct").click()
    guessed.expect("#columns-table .ag-row[row-id='config.zorb']").to_have_attribute("row-index", "0")
    guessed.expect("#columns-table .ag-row[row-id='metric.value']").to_have_attribute("row-index", "1")
    guessed.expect("#columns-table .ag-row[row-id='config.zorb']").to_contain_text("guess")


@IN_LIGHT
def test_spellings_of_one_value_become_one_by_a_click(guessed):
    guessed.expect("#notes").to_contain_text("opt has several spellings of one value: “Adam” and “adam”.")
    with guessed.asking():
        guessed.page.get_by_role("button", name="Make them one").click()
    guessed.expect("#notes").to_contain_text("Spellings of opt count as one.")
    assert "merge=opt" in guessed.page.url
