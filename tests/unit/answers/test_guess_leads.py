"""An outcome of unknown name among the settings leads the ranking: then that it is a setting is called a guess."""

import numpy as np
import pandas as pd
import pytest

from panel.answers.defaults import choose_default_selection
from panel.answers.ranking import answer_ranking
from panel.store import loading


@pytest.fixture
def answer(tmp_path, rng):
    def ask(unknown):
        n = 80
        lr, wd = rng.random(n), rng.random(n)
        acc = rng.random(n)
        frame = {unknown: acc + rng.normal(0, 0.1, n), "lr": lr, "wd": wd, "val_acc": acc}
        pd.DataFrame(frame).to_csv(tmp_path / "t.csv", index=False)
        project = loading.load_source(loading.Wanted((str(tmp_path / "t.csv"),)), tmp_path / "cache")
        return answer_ranking(choose_default_selection(project, tmp_path / "cache"), "forest", tmp_path / "cache")

    return ask


def test_a_guessed_setting_that_leads_is_called_a_guess(answer):
    said = answer("zorb")
    assert said["importance"][0]["parameter"] == "zorb"
    assert said["trust"]["caution"].startswith("That zorb, which leads, is a setting is a guess")
    assert said["taken"]["guesses"] == ["zorb"]


@pytest.mark.parametrize("name", ["psnr", "wer", "gflops", "ndcg@10"])
def test_outcomes_of_known_names_are_none(answer, name):
    said = answer(name)
    assert name not in {row["parameter"] for row in said["importance"]}
    assert said["trust"]["caution"] == ""


def test_what_the_user_placed_is_no_guess(tmp_path, rng):
    from panel.sources.common.corrections import Corrections

    frame = pd.DataFrame(
        {"zorb": np.arange(40.0), "lr": rng.random(40), "val_acc": np.arange(40.0) + rng.random(40) * 9}
    )
    frame.to_csv(tmp_path / "t.csv", index=False)
    wanted = loading.Wanted((str(tmp_path / "t.csv"),), corrections=Corrections(config=("zorb",)))
    project = loading.load_source(wanted, tmp_path / "cache")
    said = answer_ranking(choose_default_selection(project, tmp_path / "cache"), "forest", tmp_path / "cache")
    assert said["trust"]["caution"] == ""
