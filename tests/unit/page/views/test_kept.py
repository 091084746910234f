"""What a view shows is drawn once, and only what is done is kept."""

import numpy as np
import pytest

from panel.page.views import kept
from panel.question.selection import Selection, Target


@pytest.fixture(autouse=True)
def keep_all(monkeypatch):
    monkeypatch.setattr(kept, "DEAR", 0.0)


@pytest.fixture
def drawer(folder):
    drawn = []

    def show(key, shown, **more):
        def compute():
            drawn.append(key)
            return shown

        return kept.show(folder, key, compute, **more)

    show.drawn = drawn
    return show


DONE = {"state": "done", "figures": [{"x": [1, 2]}]}


def test_it_is_drawn_once(drawer):
    assert [drawer("a", DONE) for _ in range(3)] == [DONE] * 3
    assert drawer.drawn == ["a"]
    drawer("b", DONE)
    assert drawer.drawn == ["a", "b"]


@pytest.mark.parametrize("shown", [{"state": "running"}, {"state": "done", "failed": {"forest": "no"}}])
def test_what_is_not_done_or_failed_is_asked_again(drawer, shown):
    assert drawer("a", shown) == drawer("a", shown) == shown
    assert len(drawer.drawn) == 2


def test_anew_is_drawn_again(drawer):
    drawer("a", DONE)
    drawer("a", {**DONE, "more": 1}, anew=True)
    assert drawer("a", DONE) == {**DONE, "more": 1}


def test_what_came_quickly_or_is_large_is_not_kept(drawer, monkeypatch):
    for name, value in (("DEAR", 60.0), ("LARGE", 10)):
        with monkeypatch.context() as changed:
            changed.setattr(kept, name, value)
            drawer("a", DONE)
            drawer("a", DONE)
    assert len(drawer.drawn) == 4


def test_numbers_of_figures_come_back_as_the_browser_gets_them(drawer):
    shown = {"state": "done", "x": np.array([1.5, np.nan]), "y": float("inf")}
    drawer("a", shown)
    assert drawer("a", shown) == {"state": "done", "x": [1.5, None], "y": None}


def test_questions_and_views_have_keys_of_their_own():
    selection = Selection("p", Target("loss", "minimize"))
    keys = {
        kept.make_key("checks", selection, "forest"),
        kept.make_key("checks", selection, "top"),
        kept.make_key("best", selection, "forest"),
        kept.make_key("best", selection.with_target(metric="acc"), "forest"),
    }
    assert len(keys) == 4
