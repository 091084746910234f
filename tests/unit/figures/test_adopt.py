"""Two sides of a comparison, drawn as they are in the record."""

from __future__ import annotations

import pytest

from benchmarks.sweeps import sound, study
from panel.figures.isolation import draw_two
from panel.runs.adopt import Asked, record


@pytest.mark.parametrize("kind", ["values", "configs"])
def test_both_sides_are_drawn_with_their_estimates(kind):
    found = record(study(sound(2, curves=False)).runs, Asked(kind=kind))
    figure = draw_two(found)
    traces = {trace.name: trace for trace in figure.data}
    estimate = next(trace for name, trace in traces.items() if "interval" in name)
    assert list(estimate.y) == [group.expected for group in found.groups]
    counted = "configs" if kind == "values" else "runs"
    assert set(traces) >= {counted}
    for group, label in zip(found.groups, figure.layout.xaxis.ticktext, strict=True):
        assert f"n = {getattr(group, counted):,}" in label
