import json
from dataclasses import replace

import pytest

from panel.data.project import Domain
from panel.next_sweep import ray_code
from panel.next_sweep.prior import Prior, Repeat
from tests.unit.next_sweep.checking import COMMANDS, NEVER, excluded, fault, run
from tests.unit.next_sweep.proposals import ALL, PLAIN, RICH, line

DRAWN = """
from ray.tune.search.variant_generator import generate_variants
def drawn(space, n):
    found = []
    while len(found) < n:
        found += [spec["config"] for _, spec in generate_variants({"config": space})]
    return found
"""


def configs(text, folder, more):
    pytest.importorskip("ray.tune", exc_type=ImportError)
    return json.loads(run(text, DRAWN + f"print(json.dumps({more}))", folder).splitlines()[-1])


def test_ray_draws_from_it(tmp_path):
    """Without a cluster, as Tuner.fit does."""
    new, old = configs(ray_code.write(RICH), tmp_path, "[drawn(SPACE, 200), drawn(BEFORE, 200)]")
    # a dict among the choices stays text, since it could be a command
    text = '[{"eval": "1/0"}]'
    lines = tuple(hidden(one, text) for one in RICH.lines)
    proposal = replace(RICH, lines=lines)
    rows = [(config, False) for config in new] + [(config, True) for config in old]
    for config, before in rows:
        out = (*NEVER, *COMMANDS) if before else (*NEVER, *COMMANDS, "lion.beta")
        assert fault(texts(config, text), proposal, before, inactive=(None,), without=out) is None
        assert not excluded(config, RICH)
    assert {config["model"]["layers"] for config in new} == {2, 3, 4, 5}  # Ray leaves its upper limit out
    assert {config["depth"] for config in new} == {1, 2, 3}
    assert {config["optimizer"]["name"] for config in old} == {"adam", "sgd", "lion"}
    assert any(config["optimizer"]["momentum"] is None for config in new)


def hidden(one, text):
    choices = tuple("a dict" if choice == text else choice for choice in one.domain.choices)
    return (
        replace(one, domain=replace(one.domain, choices=choices), before=replace(one.before, choices=choices))
        if text in one.domain.choices
        else one
    )


def texts(config, text):
    return {key: "a dict" if value == text else value for key, value in config.items()}


def test_a_setting_is_drawn_in_log(tmp_path):
    drawn = configs(ray_code.write(PLAIN), tmp_path, "drawn(SPACE, 400)")
    assert 0.4 < sum(config["lr"] < 1e-3 for config in drawn) / 400 < 0.6
    assert {fault(config, PLAIN) for config in drawn} == {None}


def test_a_grid_is_run_once_unless_it_is_larger_than_the_budget(tmp_path):
    grid = replace(PLAIN, method="grid", budget=100)
    found = configs(ray_code.write(grid), tmp_path, "[s['config'] for _, s in generate_variants({'config': SPACE})]")
    assert len(found) == len({json.dumps(config) for config in found}) == 5 * 3 * 2
    assert "num_samples=1)" in ray_code.write(grid)
    small = ray_code.write(replace(grid, budget=10))
    assert "tune.grid_search" not in small and "num_samples=10)" in small


def test_a_tuner_takes_it(tmp_path):
    pytest.importorskip("ray.tune", exc_type=ImportError)
    made = """
class Made(tune.Tuner):
    def fit(self):
        config = self._local_tuner._tune_config
        return [config.metric, config.mode, config.num_samples]
next_sweep.tune.Tuner = Made
print(json.dumps(main()))
"""
    out = run(ray_code.write(RICH), made, tmp_path).splitlines()[-1]
    assert json.loads(out) == [[RICH.metric, "max", 34], [RICH.metric, "max", 6]]


def test_upper_limits_of_integers_are_written_one_above():
    text = ray_code.write(PLAIN)
    assert "'layers': tune.randint(1, 4)," in text
    assert "'lr': tune.loguniform(0.0001, 0.01)," in text
    assert "mode='min', num_samples=12)" in text


def test_a_bayesian_search_is_optunas_where_nothing_depends():
    assert "search_alg=OptunaSearch()" in ray_code.write(replace(PLAIN, method="bayesian"))
    rich = ray_code.write(replace(RICH, method="bayesian"))
    assert "OptunaSearch" not in rich and "it is random" in rich


@pytest.mark.parametrize("name", ["eval", "grid_search", "a.eval"])
def test_what_ray_would_run_as_code_is_left_out(name):
    text = ray_code.write(replace(PLAIN, lines=(line(name, Domain("categorical", choices=("1/0", "2/0"))),)))
    assert "1/0" not in "".join(row for row in text.splitlines() if not row.lstrip().startswith("#"))
    assert "since to Ray this" in text


def test_all_are_code():
    for proposal in ALL.values():
        compile(ray_code.write(proposal), "next_sweep", "exec")


TOLD = """
optimizer = OptunaSearch(space=SPACE, metric=METRIC, mode="min", points_to_evaluate=KNOWN, evaluated_rewards=REWARDS)
told = [[trial.params, trial.value] for trial in optimizer._ot_study.trials]
print(json.dumps([told, optimizer.suggest("1") is not None, REPEATS, MODE]))
"""


def test_a_bayesian_search_is_told_of_what_was_run(tmp_path):
    nested = replace(PLAIN, lines=(*PLAIN.lines[:2], replace(PLAIN.lines[2], parameter="optimizer.name")))
    config = {"lr": 1e-3, "layers": 2, "optimizer.name": "adam"}
    resumed = replace(
        nested,
        method="bayesian",
        prior=(Prior("a", config, 0.25), Prior("b", config | {"lr": 1.0}, 0.1)),
        repeats=(Repeat("a", "run a", config, 3),),
    )
    pytest.importorskip("ray.tune.search.optuna", exc_type=ImportError)
    told, suggests, repeats, mode = json.loads(run(ray_code.write(resumed), TOLD, tmp_path).splitlines()[-1])
    assert told == [[{"lr": 1e-3, "layers": 2, "optimizer/name": "adam"}, 0.25]] and suggests
    assert repeats == [[{"lr": 1e-3, "layers": 2, "optimizer": {"name": "adam"}}, 3]] and mode == "min"
    assert "points_to_evaluate=KNOWN" in ray_code.write(resumed)


@pytest.mark.parametrize(
    ("seeds", "expected"),
    [
        ({}, ["({'lr': 0.001, 'net': {'depth': 2}}, 2),"]),
        ({"net.seed": (7, 8)}, ["({'lr': 0.001, 'net': {'depth': 2, 'seed': tune.grid_search([7, 8])}}, 1),"]),
        (
            {"seed": (7, 8), "net.seed": (3, 4)},
            [
                "({'lr': 0.001, 'net': {'depth': 2, 'seed': 3}, 'seed': 7}, 1),",
                "({'lr': 0.001, 'net': {'depth': 2, 'seed': 4}, 'seed': 8}, 1),",
            ],
        ),
    ],
)
def test_repeats_pass_the_next_seeds(seeds, expected):
    text = ray_code.write(replace(PLAIN, repeats=(Repeat("a", "run a", {"lr": 1e-3, "net.depth": 2}, 2, seeds),)))
    rows = [row.strip() for row in text[text.index("REPEATS = [") :].splitlines()]
    assert rows[2 : 2 + len(expected)] == expected and rows[2 + len(expected)] == "]"


def test_ray_runs_a_repeat_with_each_seed(tmp_path):
    repeat = Repeat("a", "run a", {"lr": 1e-3}, 3, {"net.seed": (7, 8, 9)})
    every = "[spec['config'] for _, spec in generate_variants({'config': REPEATS[0][0]})]"
    again = configs(ray_code.write(replace(PLAIN, repeats=(repeat,))), tmp_path, every)
    assert again == [{"lr": 1e-3, "net": {"seed": seed}} for seed in (7, 8, 9)]
