"""Numbers with which nothing can be computed."""

import numpy as np
import pandas as pd

import panel as sl
from panel.data.magnitudes import limit_magnitudes


def make(**summary):
    return sl.from_frames(pd.DataFrame({"lr": [0.1, 0.2, 0.3]}), pd.DataFrame(summary))


def test_a_loss_near_the_largest_float_is_that_of_a_run_that_diverged():
    project = limit_magnitudes(make(loss=[1.7e308, -1e308, 0.5], acc=[1.0, 2.0, 3.0]))
    assert project.summary["loss"].tolist() == [np.inf, -np.inf, 0.5]
    assert project.notes == ("Numbers beyond 1e+100 count as infinite, and those closer to 0 than 1e−290 as 0: loss.",)


def test_what_is_next_to_nothing_is_nothing():
    assert limit_magnitudes(make(loss=[5e-324, -1e-300, 1e-200])).summary["loss"].tolist() == [0.0, 0.0, 1e-200]


def test_usual_numbers_stay_as_they_are_and_nothing_is_said():
    project = make(loss=[np.inf, np.nan, 1e99])
    assert limit_magnitudes(project) is project


def test_among_words_too():
    project = sl.from_frames(pd.DataFrame({"x": ["a", 1e200, None]}), pd.DataFrame({"loss": [1.0, 2.0, 3.0]}))
    assert limit_magnitudes(project).config["x"].tolist()[:2] == ["a", np.inf]
