"""The own effect of each parameter, given all others."""

from __future__ import annotations

import numpy as np
import pandas as pd

from panel.data.project import from_frames
from panel.importance.own_effects import find_own_effects
from panel.question.design import build
from panel.question.selection import Selection, Target


def design(config: dict, loss: np.ndarray):
    project = from_frames(pd.DataFrame(config), pd.DataFrame({"loss": loss}))
    return build(project, Selection("p", Target("loss", scale="raw")))


def test_what_has_an_effect_is_clear_and_what_has_none_is_not(rng):
    a, b = rng.random(80), rng.random(80)
    asked = design({"a": a, "b": b}, (a - 0.5) ** 2 + 0.01 * rng.normal(size=80))
    found = find_own_effects(asked, np.arange(80))
    assert found.tested and found.clear.tolist() == [True, False]


def test_an_infinite_setting_has_no_place_on_a_curve(rng):
    a, b = rng.random(60), rng.random(60)
    b[3] = np.inf
    found = find_own_effects(design({"a": a, "b": b}, a + 0.1 * rng.normal(size=60)), np.arange(60))
    assert found.clear.tolist() == [True, False] and np.isfinite(found.p).all()
