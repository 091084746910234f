"""What comes after a search: going on, telling what was run, and repeating it."""

import json

import numpy as np
import pandas as pd
import pytest

from panel.checks import Finding, boundary, noise
from panel.data.project import Domain, Space, from_frames
from panel.next_sweep import Proposal, propose
from panel.next_sweep.prior import Repeat, find_next_seeds
from panel.next_sweep.words import say_repeat

from .searches import asked, basin, made


def study(n: int = 80, **more):
    config, loss = basin(n)
    return asked(made(config | {"seed": np.arange(n)} | more, loss))


def found(**facts) -> Finding:
    return Finding(noise.NAME, noise.QUESTION, "look", "Something is so.", facts=noise.Facts(**facts))


def line(proposal: Proposal, name: str):
    return next(one for one in proposal.lines if one.parameter == name)


def adaptive(n: int = 90, **more):
    """A search whose later runs lie nearer to the best."""
    draw = np.random.default_rng(4)
    near = np.linspace(2.5, 0.05, n)
    lr, width = 10 ** (-2 + near * draw.uniform(-1, 1, n)), draw.choice([16, 32, 64, 128], n)
    space = Space("m", "minimize", "bayes", {"lr": Domain("real", 1e-5, 1.0, scale="log")})
    return asked(made({"lr": lr, "width": width}, (np.log10(lr) + 2) ** 2 + draw.normal(0, 0.02, n), space), **more)


@pytest.mark.parametrize("search", [adaptive, lambda **more: asked(made(*basin(80)), **more)])
def test_values_that_are_compared_are_tried_equally_often(search):
    proposal = propose(search(roles=(("width", "scientific"),)), [])
    assert proposal.method in ("quasi-random", "random")
    assert "values of width are compared" in proposal.why_method
    assert propose(search(), []).method == "bayesian"


def test_an_adaptive_search_goes_on_from_where_it_is():
    study = adaptive()
    assert study.adaptive
    proposal = propose(study, [])
    assert proposal.method == "bayesian" and proposal.explore == 0.0
    assert {one.action for one in proposal.lines} == {"keep"} and line(proposal, "lr").domain.high == 1.0
    assert len(proposal.prior) == len(study.configs) and proposal.prior[0].value == study.runs.target.min()
    assert proposal.prior[0].config["lr"] == float(study.runs.column("lr").iloc[int(np.argmin(study.runs.target))])


def test_it_can_stop_where_the_last_runs_brought_nothing():
    assert "Stop here" in propose(adaptive(), []).stop
    assert not propose(study(), []).stop  # which is not adaptive
    assert not propose(adaptive(30), []).stop


def test_it_does_not_stop_where_a_limit_moves():
    """Optimum at the upper limit of lr, of which the last 30 of 60 runs are within noise."""
    draw = np.random.default_rng(1)
    near = np.concatenate([draw.uniform(-4, 0, 30), draw.uniform(-0.03, 0, 30)])
    space = Space("m", "maximize", "bayes", {"lr": Domain("real", 1e-4, 1.0, scale="log")})
    search = asked(
        made({"lr": 10**near, "wd": draw.random(60)}, near + draw.normal(0, 0.01, 60), space), goal="maximize"
    )
    raised = boundary.check(search)
    assert raised.verdict == "look" and "Stop here" in propose(search, []).stop
    proposal = propose(search, [raised])
    assert (line(proposal, "lr").action, proposal.stop) == ("widen", "")


def test_the_prior_of_many_configs_is_the_best_and_some_of_the_rest():
    proposal = propose(study(300), [])
    values = [one.value for one in proposal.prior]
    assert len(values) == 100 and values == sorted(values)
    assert values[:50] == sorted(study(300).runs.target)[:50] and values[-1] == max(study(300).runs.target)


def test_what_the_noise_check_asks_for_is_beside_it():
    facts = {"repeat": (noise.Repeat("run3", 4),)}
    proposal = propose(study(), [found(**facts)])
    [repeat] = proposal.repeats
    assert (repeat.run, repeat.times) == ("run3", 4)
    assert repeat.config["lr"] == float(study().runs.column("lr").iloc[3])
    assert "seed" not in repeat.config and repeat.seeds == {"seed": (80, 81, 82, 83)}
    assert say_repeat(repeat) == "run3: 4 more runs, with seed = 80, 81, 82, 83"
    assert Proposal.from_json(json.loads(json.dumps(proposal.to_json()))) == proposal


def test_of_runs_that_were_stopped_the_metric_is_searched_and_none_is_told():
    rng = np.random.default_rng(0)
    n, rows = 90, []
    lr = 10 ** rng.uniform(-4, 0, n)
    for run in range(n):
        for step in range(1, (27 if run % 9 == 0 else 3) + 1):
            loss = (np.log10(lr[run]) + 2) ** 2 + 2 / step + 0.01 * rng.normal()
            rows.append({"run_id": f"run{run}", "step": float(step), "metric": "m", "value": loss})
    index = pd.Index([f"run{i}" for i in range(n)])
    last = pd.DataFrame(rows).groupby("run_id")["value"].last().reindex(index)
    project = from_frames(
        pd.DataFrame({"lr": lr}, index=index), pd.DataFrame({"m": last}, index=index), history=pd.DataFrame(rows)
    )
    stopped = asked(project)
    assert stopped.runs.label == "m at step 3"
    proposal = propose(stopped, [])
    assert proposal.metric == "m" and not proposal.prior
    assert not propose(stopped, [found(repeat=(noise.Repeat("run3", 4),))]).repeats, "the best at a step are no best"
    assert any("m at step 3" in caveat and "says nothing of the end" in caveat for caveat in proposal.caveats)


def test_each_repeat_gets_the_next_seeds_that_no_run_has():
    facts = {"repeat": (noise.Repeat("run3", 2), noise.Repeat("run5", 1))}
    seeds = np.arange(80) % 5
    first, second = propose(study(seed=seeds, data_seed=3.0 + seeds), [found(**facts)]).repeats
    assert first.seeds == {"seed": (5, 6), "data_seed": (8, 9)}
    assert second.seeds == {"seed": (5,), "data_seed": (8,)}
    assert first.list_seeds() == [{"seed": 5, "data_seed": 8}, {"seed": 6, "data_seed": 9}]
    always = propose(study(seed=np.full(80, 42)), [found(**facts)]).repeats[0]
    assert always.seeds == {"seed": (43, 44)} and "seed" not in always.config


@pytest.mark.parametrize(
    ("values", "seeds"),
    [
        ([0, 1, 2**32 - 1], {"seed": (2, 3, 4)}),
        ([0, 1, np.nan], {"seed": (2, 3, 4)}),
        (["a", "b", "c"], {}),
        ([-1, 0, 1], {}),
    ],
)
def test_a_seed_stays_one_that_training_code_takes(values, seeds):
    assert find_next_seeds(study(seed=np.resize(np.array(values, object), 80)), 3) == seeds


def test_a_proposal_of_before_has_no_seeds_in_its_repeats():
    proposal = propose(study(), [found(repeat=(noise.Repeat("run3", 1),))])
    data = proposal.to_json()
    del data["repeats"][0]["seeds"]
    [repeat] = Proposal.from_json(data).repeats
    assert repeat == Repeat("run3", "run3", proposal.repeats[0].config, 1)
    assert say_repeat(repeat) == "run3: 1 more run, with other seeds"
