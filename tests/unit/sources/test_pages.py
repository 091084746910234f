"""The address of a run's page in its tracker."""

from dataclasses import replace

import pandas as pd
import pytest

from panel.data.project import from_frames
from panel.sources import page_of
from panel.sources.mlflow import reader as mlflow
from panel.sources.wandb import api as wandb_api
from panel.sources.wandb import folder as wandb_folder


@pytest.fixture(autouse=True)
def no_server(monkeypatch):
    for variable in ("WANDB_BASE_URL", "WANDB_APP_URL"):
        monkeypatch.delenv(variable, raising=False)


@pytest.fixture
def page():
    """Return the page of run ``a/1`` of a project from a source; keywords are what else is known of the run."""

    def page(uri, words, run="a/1", **about):
        frame = pd.DataFrame({"x": [1]}, index=[run])
        project = from_frames(frame, frame, runs=pd.DataFrame(about, index=[run]))
        return page_of(replace(project, source=uri, format=words), run)

    return page


@pytest.mark.parametrize("uri", ["wandb://me/digits", "wandb://me/digits/sweeps/s1", "https://wandb.ai/me/digits"])
def test_of_wandb(page, uri):
    assert page(uri, wandb_api.WORDS) == "https://wandb.ai/me/digits/runs/a%2F1"


def test_on_a_server_of_ones_own(page, monkeypatch):
    monkeypatch.setenv("WANDB_BASE_URL", "https://wandb.example.org/")
    assert page("wandb://me/digits", wandb_api.WORDS) == "https://wandb.example.org/me/digits/runs/a%2F1"
    assert page("https://wandb.ai/me/digits", wandb_api.WORDS).startswith("https://wandb.ai/")


def test_of_a_wandb_folder_that_says_where_its_runs_were_sent(page):
    sent = page("/data/wandb", wandb_folder.WORDS, entity="me", project="digits")
    assert sent == "https://wandb.ai/me/digits/runs/a%2F1"
    assert page("/data/wandb", wandb_folder.WORDS, project="digits") == ""


def test_of_an_mlflow_server_and_never_its_password(page):
    assert page("http://me:secret@host:5000/ml/#digits", mlflow.WORDS) == "http://host:5000/ml/#/runs/a%2F1"
    assert page("/data/mlflow.db", mlflow.WORDS) == ""


def test_of_one_of_several_sources(page):
    both = f"{mlflow.WORDS} + {wandb_api.WORDS}"
    found = page("http://host:5000\nwandb://me/digits", both, run="digits:a", source="digits")
    assert found == "https://wandb.ai/me/digits/runs/a"


def test_of_a_table_there_is_none(page):
    assert page("https://host/runs.csv", "a table", url="javascript:alert(1)") == ""
