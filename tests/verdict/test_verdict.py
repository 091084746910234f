"""No view denies what another has found: every kind of contradiction is looked for in every project."""

from __future__ import annotations

import warnings

import pytest

from panel import sources
from panel.answers.defaults import find_default_metric
from panel.errors import SweepLensError
from tests.contract.examples import EXAMPLES

from .answers import ask_everything
from .kinds import KINDS
from .sweeps import FORMS, make_sweep

SEEDS = 200
FEW = 2 * len(FORMS)


def tell_contradictions(name, asked) -> list[str]:
    return [f"{project}: {text}" for project, answers in asked.items() for text in KINDS[name](answers)]


@pytest.fixture(scope="module")
def real(tmp_path_factory):
    """Return all answers about the sample and every fixture that has a metric."""
    asked = {}
    for name, example in EXAMPLES.items():
        try:
            project = sources.load(str(example.copy(tmp_path_factory.mktemp("verdict"))))
        except SweepLensError:  # a source of no runs, which other tests are about
            continue
        metric = find_default_metric(project)[0]
        if metric:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                asked[name] = ask_everything(project, metric)
    assert len(asked) > 10
    return asked


@pytest.fixture(scope="module")
def few():
    return {f"sweep {seed}": ask_everything(make_sweep(seed), "val_loss", "minimize") for seed in range(FEW)}


@pytest.fixture(scope="module")
def many():
    seeds = range(1_000, 1_000 + SEEDS)
    return {f"sweep {seed}": ask_everything(make_sweep(seed), "val_loss", "minimize") for seed in seeds}


@pytest.mark.heavy
@pytest.mark.parametrize("name", KINDS)
def test_sample_and_fixtures_do_not_contradict_themselves(real, name):
    assert tell_contradictions(name, real) == []


@pytest.mark.heavy
@pytest.mark.parametrize("name", KINDS)
def test_synthetic_sweeps_do_not_contradict_themselves(few, name):
    assert tell_contradictions(name, few) == []


@pytest.mark.slow
@pytest.mark.timeout(3_600)
@pytest.mark.parametrize("name", KINDS)
def test_many_synthetic_sweeps_do_not_contradict_themselves(many, name):
    assert tell_contradictions(name, many) == []
