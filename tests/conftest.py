"""What all tests share: small projects with known answers, and a cache folder of their own."""

from __future__ import annotations

from collections.abc import Callable, Generator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from panel.data.project import Project, from_frames
from tests.services import why_absent

SHARED = Path(__file__).parent.parent.parent / "shared" / "data"


def list_services(item: pytest.Item) -> list[str]:
    return [service for mark in item.iter_markers("service") for service in mark.args]


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip a test whose service is not there."""
    for reason in filter(None, map(why_absent, list_services(item))):
        pytest.skip(reason)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Let a test fail that was skipped though its services are there."""
    report = yield
    services = list_services(item)
    if report.skipped and services and not any(map(why_absent, services)):
        report.outcome = "failed"
        report.longrepr = f"skipped, though {' and '.join(services)} can be asked: {report.longrepr}"
    return report


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(7)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A cache folder."""
    from panel.store.cache import prepare

    return prepare(tmp_path / "cache")[0]


@pytest.fixture
def shared() -> Path:
    """Real runs of other people, where they are at hand."""
    if not SHARED.is_dir():
        pytest.skip("the shared data is not here")
    return SHARED


@pytest.fixture
def sweep(rng: np.random.Generator) -> Callable[..., Project]:
    """Make a sweep: a learning rate and an optimizer that matter, others that do not."""

    def make(n: int = 200, **extra: object) -> Project:
        config = pd.DataFrame(
            {
                "lr": 10 ** rng.uniform(-4, 0, n),
                "optimizer": rng.choice(["adam", "sgd", "rmsprop"], n),
                "useless": rng.random(n),
                "workers": rng.integers(0, 8, n),
            }
        )
        loss = 1.6 * (np.log10(config["lr"]) + 2) ** 2 + 2.0 * (config["optimizer"] == "sgd") + 0.2 * rng.normal(size=n)
        for name, column in extra.items():
            config[name] = column
        return from_frames(config, pd.DataFrame({"loss": loss + 1, "acc": -loss}))

    return make
