"""The cached answer about the path to the best config."""

import json

import numpy as np
import pytest

from panel.answers.ablation import ABLATION
from panel.answers.base import get, make_key
from panel.answers.defaults import choose_default_selection
from panel.answers.registry import read_request
from panel.runs import ablation
from panel.store import loading


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="module")
def selection(tmp_path_factory, folder):
    rng = np.random.default_rng(3)
    file = tmp_path_factory.mktemp("runs") / "runs.csv"
    lines = ["lr,kind,dropout,val_loss"]
    for _ in range(60):
        lr, kind = 10 ** rng.uniform(-4, 0), rng.choice(["a", "b"])
        lines.append(f"{lr:.6g},{kind},{rng.random():.4f},{(np.log10(lr) + 2) ** 2 + (kind == 'b') + 1:.8f}")
    file.write_text("\n".join(lines) + "\n")
    return choose_default_selection(loading.load_source(loading.Wanted((str(file),)), folder), folder)


def test_the_path_is_told_once_and_kept(selection, folder):
    request = ABLATION.make_request(selection, baseline="first")
    answer = get(request, folder)
    found = ablation.from_json(json.loads(json.dumps(answer)))
    assert {setting.parameter for step in found.steps for setting in step.settings} <= {"lr", "kind", "dropout"}
    assert found.lead.startswith("From the baseline (val_loss ")
    assert read_request(request.to_json()) == request
    assert get(request, folder, pytest.fail) == answer


def test_another_baseline_is_another_question(selection, folder):
    keys = {make_key(ABLATION.make_request(selection, baseline=b), folder) for b in ("first", "usual")}
    assert len(keys) == 2
