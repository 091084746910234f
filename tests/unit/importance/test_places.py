import numpy as np
import pandas as pd
import pytest

from panel.data.project import Domain, Space, from_frames
from panel.importance.places import APART, Dimension, is_even, list_dimensions, scale_squares, stack_squares
from panel.importance.process import Scales
from panel.question.design import build
from panel.question.selection import Selection, Target


def dimensions_of(frame, space=None):
    project = from_frames(frame, pd.DataFrame({"y": np.arange(len(frame), dtype=float)}), space=space)
    design = build(project, Selection("p", Target("y")))
    rows = np.unique(design.config_id, return_index=True)[1]
    names = [f.parameter.name for f in design.features]
    return dict(zip(names, list_dimensions(design, rows)[1], strict=True))


def test_numbers_lie_on_their_own_scale_and_words_all_apart(rng):
    n = 60
    frame = pd.DataFrame(
        {
            "lr": 10 ** rng.uniform(-4, 0, n),
            "width": rng.integers(1, 4, n),
            "kind": rng.choice(list("abc"), n),
            "flag": rng.random(n) < 0.5,
        }
    )
    found = dimensions_of(frame)
    logs = np.log(np.sort(frame["lr"]))
    assert found["lr"].places == pytest.approx((logs - logs[0]) / np.ptp(logs), abs=1e-9)
    assert found["width"].places == pytest.approx([0, 0.5, 1])
    assert found["flag"].places == pytest.approx([0, 1])
    assert found["kind"].places is None
    assert found["kind"].weights == pytest.approx([1 / 3] * 3)
    a = np.array([0, 1])
    assert found["kind"].compute_squares(a, a) == pytest.approx(np.array([[0, APART], [APART, 0]]))
    assert found["width"].compute_squares(a, a) == pytest.approx(np.array([[0, 0.25], [0.25, 0]]))


def test_evenly_spread_numbers_weigh_by_their_part_of_the_range_others_by_how_many_they_are(rng):
    even, heaped = rng.random(200), rng.normal(size=200) ** 3
    found = dimensions_of(pd.DataFrame({"even": even, "heaped": heaped}))
    places = found["even"].places
    assert found["even"].weights == pytest.approx(np.diff((places[1:] + places[:-1]) / 2, prepend=0, append=1))
    assert found["heaped"].weights == pytest.approx([1 / 200] * 200)
    declared = Space("y", "minimize", "random", {"heaped": Domain("real", -40.0, 40.0)})
    assert np.ptp(dimensions_of(pd.DataFrame({"even": even, "heaped": heaped}), declared)["heaped"].weights) > 0.01


def test_even_draws_are_taken_for_even_in_nineteen_cases_of_twenty():
    draw = np.random.default_rng(3)
    assert np.mean([is_even(draw.random(60)) for _ in range(400)]) == pytest.approx(0.95, abs=0.03)
    assert not is_even(np.concatenate([draw.random(80) / 4, draw.random(20)]))
    assert not is_even(0.3 + 0.4 * draw.random(100))


def test_draws_come_from_every_part_of_the_space(rng):
    drawn = Dimension(np.array([0.0, 0.4, 1.0]), np.array([0.5, 0.25, 0.25])).draw(40, rng)
    assert np.bincount(drawn).tolist() == [20, 10, 10]
    assert len(Dimension(None, np.array([1.0])).draw(5, rng)) == 5


def test_squares_add_up_in_units_of_the_lengths():
    two = [Dimension(np.array([0.0, 1.0]), np.ones(2) / 2), Dimension(None, np.ones(2) / 2)]
    codes = np.array([[0, 0], [1, 1]])
    assert stack_squares(two, codes)[:, 0, 1] == pytest.approx([1.0, APART])
    scaled = list(scale_squares(two, codes, codes, Scales(np.array([2.0, 0.5]), 0.1)))
    assert [part[0, 1] for part in scaled] == pytest.approx([0.25, 4 * APART])
