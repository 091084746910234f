"""The map of configs: distances that a plane can keep, coverage of searches that are known, and where the best lie."""

import itertools
import json

import numpy as np
import pandas as pd
import pytest

from panel.data.project import Domain, Space, from_frames
from panel.errors import QuestionError
from panel.runs import footprint
from panel.runs.empty import Empty
from panel.runs.footprint import Asked
from panel.runs.space import draw_places, list_dimensions, measure_squares, place_runs


def told(runs, **asked):
    found = footprint.record(runs, Asked.from_json(asked))
    data = json.loads(json.dumps(found.to_json(), allow_nan=False))
    assert footprint.from_json(data).to_json() == data
    return found


def project_of(config, loss, **more):
    config = pd.DataFrame(config)
    config.index = [f"r{i}" for i in range(len(config))]
    return from_frames(config, pd.DataFrame({"loss": np.asarray(loss, float)}, index=config.index), **more)


def uniform(n, d, seed=0):
    return pd.DataFrame(np.random.default_rng(seed).random((n, d)), columns=list("abcdefgh")[:d])


def test_of_two_numbers_the_map_keeps_all_distances(collected):
    config = uniform(60, 2)
    found = told(collected(project_of(config, config["a"])))
    assert found.kept == pytest.approx(1)
    ends = config - config.min()
    ends = ends / ends.max()
    own = ends.loc[[int(run[1:]) for run in found.points.run]].to_numpy()
    drawn = np.column_stack([found.points.x, found.points.y])

    def apart(at):
        return ((at[:, None] - at[None]) ** 2).sum(-1)

    assert apart(drawn) == pytest.approx(apart(own) / 2)
    assert {one.parameter for one in (*found.across, *found.up)} == {"a", "b"}


def test_of_eight_numbers_it_keeps_a_part_and_says_so(collected):
    found = told(collected(project_of(uniform(200, 8), np.arange(200))))
    assert 0.25 < found.kept < 0.45
    assert f"keeps {100 * found.kept:.0f} % of the squared distances" in found.axes


def test_good_configs_lie_on_the_right_and_above(collected):
    config = uniform(100, 2)
    found = told(collected(project_of(config, config["a"] + config["b"])))
    target = np.array(found.points.target)
    assert np.corrcoef(found.points.x, target)[0, 1] < 0
    assert np.corrcoef(found.points.y, target)[0, 1] < 0


def test_a_random_search_covers_the_space_as_a_random_search_does(collected):
    ratios = []
    for seed in range(20):
        found = told(collected(project_of(uniform(60, 4, seed), np.arange(60))))
        ratios.append(found.random / found.compared)
    assert 0.75 < np.median(ratios) < 1.33
    assert np.mean([0.7 <= ratio <= 1.4 for ratio in ratios]) >= 0.85


def test_a_search_that_looked_into_one_corner_covers_little(collected):
    space = Space("loss", "minimize", "random", {name: Domain("real", 0.0, 1.0) for name in "abcd"})
    found = told(collected(project_of(0.2 * uniform(60, 4), np.arange(60), space=space)))
    assert found.random < 10
    assert "no better than" in found.lead


def test_a_grid_covers_all_of_its_space(collected):
    config = pd.DataFrame(list(itertools.product(range(4), repeat=3)), columns=list("abc"))
    found = told(collected(project_of(config, config.sum(axis=1))))
    assert found.random == 2 * found.compared
    assert "better than 64 drawn at random" in found.lead


def test_the_best_lie_together_where_the_loss_has_one_valley_and_not_where_it_is_noise(collected):
    config = uniform(100, 3)
    valley = told(collected(project_of(config, ((config - 0.3) ** 2).sum(axis=1))))
    assert valley.p <= 0.01
    assert valley.apart < 0.6
    assert "the 10 best lie closer together" in valley.lead
    p = [told(collected(project_of(config, np.random.default_rng(s).random(100)))).p for s in range(20)]
    assert 0.25 < np.mean(p) < 0.75


def test_among_hundreds_of_settings_the_best_of_one_are_not_said_to_lie_closer(collected):
    config = pd.DataFrame(np.random.default_rng(0).random((200, 60))).add_prefix("p")
    found = told(collected(project_of(config, config["p0"])))
    assert found.apart > 0.97
    assert "lie about as far apart as" in found.lead or "lie no closer together than" in found.lead


def test_distances_are_of_the_settings_that_both_have(collected):
    config = pd.DataFrame(
        {"optimizer": ["sgd", "sgd", "adam", "adam"] * 3, "momentum": [0.0, 1.0, np.nan, np.nan] * 3, "x": range(12)}
    )
    runs = collected(project_of(config, np.arange(12)))
    dimensions = list_dimensions(runs, ["momentum", "optimizer"])
    places = place_runs(dimensions, np.arange(4))
    assert measure_squares(dimensions, places, places) == pytest.approx(
        np.array([[0, 0.5, 0.5, 0.5], [0.5, 0, 0.5, 0.5], [0.5, 0.5, 0, 0], [0.5, 0.5, 0, 0]])
    )
    drawn = draw_places(dimensions, 200, np.random.default_rng(0))
    assert (np.isnan(drawn[:, 0]) == (drawn[:, 1] == 0)).all(), "adam has no momentum"
    assert 0.3 < np.isnan(drawn[:, 0]).mean() < 0.7


def test_what_the_space_declares_is_what_could_have_been_drawn(collected):
    space = Space(
        "loss",
        "minimize",
        "random",
        {"lr": Domain("real", 1e-5, 1.0, scale="log"), "kind": Domain("categorical", choices=("a", "b", "c"))},
    )
    config = {"lr": 10 ** np.linspace(-3, -1, 12), "kind": ["a", "b"] * 6}
    lr, kind = list_dimensions(collected(project_of(config, np.arange(12), space=space)), ["lr", "kind"])
    assert lr.place[[0, -1]] == pytest.approx([0.4, 0.8])
    assert kind.texts == ("a", "b", "c")


def test_of_many_configs_the_best_are_drawn_and_of_failed_ones_some(collected):
    draw = np.random.default_rng(0)
    loss = draw.random(900)
    state = np.where(draw.random(900) < 0.2, "failed", "finished")
    loss[state == "failed"] = np.nan
    project = project_of(uniform(900, 3), loss)
    project = from_frames(project.config, project.summary, runs=project.runs.assign(state=state))
    found = told(collected(project))
    assert len(found.points.run) == footprint.MOST
    assert found.failed == (state == "failed").sum()
    order = np.argsort(loss)[: footprint.BEST_DRAWN]
    assert found.points.run[: footprint.BEST_DRAWN] == tuple(f"r{i}" for i in order)
    assert found.points.target[-1] is None
    assert any("400 of 900 configs drawn" in note for note in found.notes)


def test_configs_can_be_coloured_by_a_parameter(collected, project):
    assert told(collected(project)).colour.by == "target"
    assert told(collected(project), parameter="optimizer").colour.words == ("adam", "sgd")
    with pytest.raises(QuestionError, match="nosuch"):
        told(collected(project), parameter="nosuch")


def test_where_there_is_nothing_to_draw_it_says_why(collected):
    few = told(collected(project_of(uniform(5, 2), np.arange(5))))
    assert few.empty == "5 configs are too few for a map: it takes 8."
    same = told(collected(project_of({"a": [1] * 12}, np.arange(12))))
    assert isinstance(same, Empty)


def test_the_order_of_columns_does_not_matter(collected, project):
    turned = from_frames(project.config.iloc[:, ::-1], project.summary, runs=project.runs)
    assert told(collected(turned)).to_json() == told(collected(project)).to_json()
