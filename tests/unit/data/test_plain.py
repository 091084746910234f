"""Nested values made flat and plain, in one pass as in two."""

import math

import numpy as np
import pandas as pd
import pytest

from panel.data.plain import flatten, flatten_plain, plain_value

NESTED = {
    "lr": 0.1,
    "seed": 3,
    "on": True,
    "none": None,
    "nan": math.nan,
    "huge": 10**400,
    "text": "adam",
    "function": "<function relu at 0x7f12ab34cd56>",
    "half": "\ud800",
    "größe": 1,
    "half\ud800key": 2,
    7: "number as key",
    "list": [1, {"a": 2}],
    "empty": {},
    "optimizer": {"name": "adam", "betas": (0.9, 0.999), "deep": {"x": np.float32(0.5), "when": pd.NaT}},
    "optimizer.name": "later wins",
}


@pytest.mark.parametrize("nested", [NESTED, {}, {key: NESTED[key] for key in reversed(NESTED)}])
def test_in_one_pass_it_is_the_same(nested):
    found = flatten_plain(nested)
    assert repr(found) == repr({name: plain_value(value) for name, value in flatten(nested).items()})
