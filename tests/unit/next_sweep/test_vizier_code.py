import json
from dataclasses import replace

import pytest

from panel.data.project import Domain
from panel.next_sweep import vizier_code
from panel.next_sweep.prior import Prior, Repeat
from tests.unit.next_sweep.checking import NEVER, excluded, fault, run
from tests.unit.next_sweep.proposals import ALL, HOSTILE, PLAIN, RICH, line

TOY = """
from vizier.service import clients
clients.environment_variables.servicer_use_sql_ram()
configs = []
def train(config):
    configs.append(config)
    return float(len(configs))
next_sweep.train = train
studies = main()
best = [next(iter(study.optimal_trials())).materialize().final_measurement.metrics[METRIC].value for study in studies]
print(json.dumps([configs, best]))
"""

PROTO = """
from google.protobuf import json_format
from vizier.service import pyvizier as vz
print(json.dumps([json_format.MessageToDict(config.to_proto()) for config in (STUDY_CONFIG, EXPLORE_CONFIG)]))
for config in (STUDY_CONFIG, EXPLORE_CONFIG):
    assert vz.StudyConfig.from_proto(config.to_proto()).to_proto() == config.to_proto()
"""


TOLD = """
known = {}
for one, value in KNOWN:
    print(json.dumps([one, value]))
    STUDY_CONFIG.search_space.assert_contains(vz.ParameterDict(one))
    assert vz.Trial(parameters=one).complete(vz.Measurement({METRIC: value})).is_completed
print(json.dumps([config_of(one) for one, _ in KNOWN]))
"""

TELLING = """
class Study:
    def __init__(self):
        self.told = []
    def trials(self):
        return self.told
    def add_trial(self, trial):
        STUDY_CONFIG.search_space.assert_contains(trial.parameters)
        self.told.append(trial)
study = Study()
for _ in range(2):  # the second time it goes on, and knows them
    tell(study)
print(json.dumps([[dict(one.parameters.as_dict()), one.final_measurement.metrics[METRIC].value] for one in study.told]))
"""

RESUMED = """
from vizier.service import clients
clients.environment_variables.servicer_use_sql_ram()
next_sweep.train = lambda config: 1.0
for _ in range(2):
    [study] = main()
print(json.dumps([trial.materialize().final_measurement.metrics[METRIC].value for trial in study.trials()]))
"""

RESUMING = replace(
    PLAIN,
    method="bayesian",
    lines=(
        *PLAIN.lines,
        line("heads", Domain("categorical", choices=(1, 2, 4))),
        line("norm", Domain("categorical", choices=(None, "batch", True))),
        line("momentum", Domain("real", 0.5, 0.99, condition=("name", ("sgd",)))),
        line("beta", Domain("categorical", choices=(0.9, 0.99), condition=("name", ("adam",)))),
    ),
    prior=(
        Prior("a", {"lr": 1e-3, "layers": 2, "name": "adam", "heads": 4.0, "norm": "batch", "beta": 0.99}, 0.25),
        Prior("b", {"lr": 5e-3, "layers": 3.0, "name": "sgd", "heads": 1, "norm": True, "momentum": 0.9}, 0.5),
        Prior("c", {"lr": 1.0, "layers": 2, "name": "adam", "heads": 1, "norm": True, "beta": 0.9}, 0.1),  # outside
    ),
)


def vizier():
    pytest.importorskip("vizier.service.pyvizier", exc_type=ImportError)


def service():
    """What runs a study on this machine; it needs jax."""
    pytest.importorskip("vizier.service.servers", exc_type=ImportError)


@pytest.mark.parametrize("conditional", [False, True])
def test_vizier_takes_the_study_config(conditional, tmp_path):
    vizier()
    text = vizier_code.write(RICH)
    if conditional:
        text = text.replace("CONDITIONAL = False", "CONDITIONAL = True")
    new, old = json.loads(run(text, PROTO, tmp_path).splitlines()[-1])
    assert (new["algorithm"], new["metrics"]) == ("RANDOM_SEARCH", [{"metricId": HOSTILE, "goal": "MAXIMIZE"}])
    parameters = {one["parameterId"]: one for one in new["parameters"]}
    lr = parameters["optimizer.lr"]
    assert (lr["doubleValueSpec"], lr["scaleType"]) == ({"minValue": 3e-4, "maxValue": 0.01}, "UNIT_LOG_SCALE")
    assert parameters["model.layers"]["integerValueSpec"] == {"minValue": "2", "maxValue": "5"}
    assert parameters["dropout"]["discreteValueSpec"] == {"values": [0.0, 0.15, 0.3]}
    assert parameters["model.norm"]["categoricalValueSpec"] == {"values": ['"batch"', "3", "null", "true"]}
    assert not {"batch", "unknown"} & set(parameters)
    assert ("optimizer.momentum" in parameters) is not conditional
    if conditional:
        (child, *_) = parameters["optimizer.name"]["conditionalParameterSpecs"]
        assert child["parameterSpec"]["parameterId"] == "optimizer.momentum"
        assert child["parentCategoricalValues"] == {"values": ["sgd"]}
    assert "batch" in {one["parameterId"] for one in old["parameters"]}


@pytest.mark.parametrize("which", ["rich", "plain quasi-random", "plain grid"])
def test_its_service_draws_from_it(which, tmp_path):
    service()
    proposal = ALL[which]
    configs, best = json.loads(run(vizier_code.write(proposal), TOY, tmp_path).splitlines()[-1])
    outside = round(proposal.budget * proposal.explore)
    new, old = configs[:-outside], configs[-outside:]
    assert (len(new), len(old)) == (proposal.budget - outside, outside)
    if which != "plain grid":
        assert {fault(config, proposal, without=(*NEVER, "lion.beta")) for config in new} == {None}
    assert {fault(config, proposal, before=True, without=NEVER) for config in old} == {None}
    assert not any(excluded(config, proposal) for config in configs)
    if proposal.goal == "maximize":
        assert best == [len(new), len(configs)]


def test_a_study_that_learns_begins_with_what_was_run(tmp_path):
    vizier()
    text = vizier_code.write(RESUMING)
    told = list(map(json.loads, run(text, TELLING, tmp_path).splitlines()))[-1]
    assert [value for _, value in told] == [0.25, 0.5]
    first, second = (one for one, _ in told)
    assert first | {"momentum": 0.5} == first, "what does not apply has some value: Vizier wants one"
    assert (first["lr"], first["layers"], first["name"], first["heads"], first["norm"]) == (
        1e-3,
        2,
        "adam",
        4,
        '"batch"',
    )
    assert (second["momentum"], second["norm"], second["beta"]) == (0.9, "true", 0.9)
    configs = json.loads(run(text, TOLD, tmp_path).splitlines()[-1])
    assert configs[0] == {"lr": 1e-3, "layers": 2, "name": "adam", "heads": 4, "norm": "batch", "beta": 0.99}
    assert configs[1] == {"lr": 5e-3, "layers": 3, "name": "sgd", "heads": 1, "norm": True, "momentum": 0.9}


def test_repeats_pass_the_next_seeds(tmp_path):
    vizier()
    repeats = (Repeat("a", "run a", {"lr": 1e-3, "net.depth": 2}, 2, {"net.seed": (7, 8)}),)
    again = "next_sweep.train = lambda config: 1.0\nprint(json.dumps([config for config, _ in repeat()]))"
    configs = json.loads(run(vizier_code.write(replace(PLAIN, repeats=repeats)), again, tmp_path))
    assert configs == [{"lr": 1e-3, "net": {"depth": 2, "seed": seed}} for seed in (7, 8)]


def test_its_service_is_told_once(tmp_path):
    service()
    plain = replace(RESUMING, budget=2, lines=PLAIN.lines)
    values = json.loads(run(vizier_code.write(plain), RESUMED, tmp_path, 500).splitlines()[-1])
    assert values == [0.25, 0.5, 1.0, 1.0, 1.0, 1.0]


@pytest.mark.parametrize("method", ["random", "quasi-random", "grid"])
def test_a_study_that_learns_nothing_is_told_nothing(method):
    assert "KNOWN" not in vizier_code.write(replace(RESUMING, method=method))


def test_algorithms():
    for method, algorithm in vizier_code.ALGORITHMS.items():
        assert f"study_config(add_space, '{algorithm}')" in vizier_code.write(replace(PLAIN, method=method))


def test_numbers_that_vizier_cannot_tell_apart_are_categories():
    def added(*choices):
        text = vizier_code.write(replace(PLAIN, lines=(line("x", Domain("categorical", choices=choices)),)))
        return next(row.strip() for row in text.splitlines() if row.strip().startswith("p0 = "))

    assert added(4, 2, 8) == "p0 = root.add_discrete_param('x', [2, 4, 8], scale_type=vz.ScaleType.LINEAR)"
    for choices in [(1e-12, 2e-12), (1, 2.5), (2**60, 1), (True, False), (0.0, float("inf"))]:
        assert "add_categorical_param" in added(*choices)


def test_all_are_code():
    for proposal in ALL.values():
        compile(vizier_code.write(proposal), "next_sweep", "exec")
