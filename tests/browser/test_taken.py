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


@IN_LIGHT
def test_runs_taken_as_failed_are_counted_by_a_click(panel, tmp_path, rng):
    lr = rng.random(60)
    loss = np.where(np.arange(60) % 10 == 0, 999.0, lr + 0.1 * rng.random(60))
    pd.DataFrame({"lr": lr, "width": rng.integers(1, 9, 60), "val_loss": loss}).to_csv(tmp_path / "f.csv", index=False)
    panel.open(tmp_path / "f.csv")
    panel.expect("#notes").to_contain_text("6 runs taken as failed and left out (6 of val_loss = 999).")
    with panel.asking():
        panel.page.get_by_role("button", name="Count them").click()
    panel.expect("#notes").not_to_contain_text("and left out")
    assert panel.cell("lr", "n").strip() == "60"
    with panel.asking():
        panel.page.get_by_role("button", name="Leave them out").click()
    panel.expect("#notes").to_contain_text("6 runs taken as failed and left out")
    assert panel.cell("lr", "n").strip() == "54"


@IN_LIGHT
def test_the_step_at_which_runs_that_stopped_are_compared_is_chosen_by_a_click(panel, tmp_path, rng):
    lr, rows = rng.random(60), []
    for run, rate in enumerate(lr):
        for step in range(1, (27 if run < 8 else 9 if run < 20 else 3) + 1):
            row = {"run_id": f"r{run:02d}", "epoch": step, "lr": rate, "width": 8 * (1 + run % 4)}
            rows.append({**row, "val_loss": rate + 2 / step + 0.05 * rng.random()})
    pd.DataFrame(rows).to_csv(tmp_path / "s.csv", index=False)
    panel.open(tmp_path / "s.csv")
    panel.expect("#taken").to_contain_text("val_loss at step 3")
    panel.expect("#notes").to_contain_text("stopped early")
    with panel.asking():
        panel.page.locator("#notes").get_by_role("button", name="9", exact=True).click()
    panel.expect("#taken").to_contain_text("val_loss at step 9")
    assert "step=9" in panel.page.url and panel.cell("lr", "n").strip() == "20"
    with panel.asking():
        panel.page.get_by_role("button", name="as logged, at unequal lengths").click()
    panel.expect("#taken").to_contain_text("explained: val_loss (")
    assert "step=last" in panel.page.url and panel.cell("lr", "n").strip() == "60"
