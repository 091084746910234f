import pandas as pd
import pytest

from panel.data.project import from_frames
from panel.question.spellings import find_spellings, merge_spellings


@pytest.fixture
def config():
    return pd.DataFrame(
        {
            "opt": ["Adam", "adam", "adam", "sgd", None],
            "aug": ["rand_aug", "RandAug", "Rand-Aug", "no", "no"],
            "lr": range(5),
        }
    )


def test_values_that_differ_in_case_and_signs_alone_are_found_the_most_frequent_first(config):
    found = {s.parameter: s.values for s in find_spellings(config)}
    assert found.keys() == {"opt", "aug"}
    assert found["opt"] == (("adam", "Adam"),)
    assert set(found["aug"][0]) == {"rand_aug", "RandAug", "Rand-Aug"}


def test_merged_they_are_the_most_frequent_one_and_gaps_stay(config):
    project = from_frames(config, pd.DataFrame({"loss": range(5)}))
    merged = merge_spellings(project, ["opt", "lr", "nothing"])
    assert merged.config["opt"].tolist()[:4] == ["adam", "adam", "adam", "sgd"]
    assert merged.config["opt"].isna().sum() == 1
    assert merged.config["aug"].equals(project.config["aug"])
    assert project.config["opt"].tolist()[0] == "Adam"


def test_numbers_and_different_words_are_left_alone():
    assert not find_spellings(pd.DataFrame({"x": [1, 2], "y": ["relu", "gelu"]}))
