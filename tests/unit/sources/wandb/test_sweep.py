import math

import pytest
import yaml

from panel.data.project import Domain
from panel.sources.wandb.sweep import domain_of, space_of

SWEEP = """
program: train.py
method: bayes
metric: {name: val/loss, goal: minimize}
parameters:
  lr: {distribution: log_uniform_values, min: 1e-5, max: 0.1}
  layers: {values: [[16], [32, 16]]}
  batch_size: {distribution: q_log_uniform_values, q: 8, min: 16, max: 256}
  epochs: {value: 10}
  warmup: {min: 0, max: 5}
  dropout: {min: 0.0, max: 0.5}
  optimizer:
    parameters:
      name: {values: [adam, sgd], probabilities: [0.3, 0.7]}
      momentum: {distribution: q_uniform, q: 0.1, min: 0, max: 1}
      betas:
        parameters:
          first: {distribution: normal, mu: 0.9, sigma: 0.01}
"""


def test_a_whole_sweep():
    space = space_of(yaml.safe_load(SWEEP))
    assert (space.metric, space.goal, space.method) == ("val/loss", "minimize", "bayes")
    assert space.parameters == {
        "lr": Domain("real", 1e-5, 0.1, scale="log"),
        "layers": Domain("categorical", choices=("[16]", "[32, 16]")),
        "batch_size": Domain("integer", 16, 256, scale="log"),
        "epochs": Domain("categorical", choices=(10,)),
        "warmup": Domain("integer", 0, 5, scale="linear"),
        "dropout": Domain("real", 0.0, 0.5, scale="linear"),
        "optimizer.name": Domain("categorical", choices=("adam", "sgd")),
        "optimizer.momentum": Domain("real", 0, 1, scale="linear"),
        "optimizer.betas.first": Domain("real", scale="linear"),
    }


@pytest.mark.parametrize(
    ("entry", "domain"),
    [
        ({"distribution": "log_uniform", "min": -3, "max": 0}, Domain("real", math.exp(-3), 1.0, scale="log")),
        ({"distribution": "inv_log_uniform", "min": 0, "max": 2}, Domain("real", math.exp(-2), 1.0, scale="log")),
        ({"distribution": "inv_log_uniform_values", "min": 0.1, "max": 1}, Domain("real", 0.1, 1, scale="log")),
        ({"distribution": "q_log_uniform", "q": 1, "min": 0, "max": 1}, Domain("integer", 1.0, math.e, scale="log")),
        ({"distribution": "int_uniform", "min": 1, "max": 9}, Domain("integer", 1, 9, scale="linear")),
        ({"distribution": "uniform", "min": 0, "max": 1}, Domain("real", 0, 1, scale="linear")),
        ({"distribution": "q_uniform", "min": 0, "max": 10}, Domain("integer", 0, 10, scale="linear")),
        ({"distribution": "log_normal", "mu": 0, "sigma": 1}, Domain("real", scale="log")),
        ({"distribution": "beta", "a": 1, "b": 2}, Domain("real", scale="linear")),
        ({"distribution": "constant", "value": None}, Domain("categorical", choices=(None,))),
        ({"values": ["5e-4", "1e-4", "relu"]}, Domain("categorical", choices=(0.0005, 0.0001, "relu"))),
        ({"values": [True, {"a": 1}]}, Domain("categorical", choices=(True, '{"a": 1}'))),
        ({"distribution": "log_uniform", "min": 0, "max": 1e6}, Domain("real", 1.0, math.inf, scale="log")),
        ({"min": "low", "max": True}, Domain("real", scale="linear")),
        ({}, None),
        ({"distribution": "categorical"}, None),
    ],
)
def test_every_distribution(entry, domain):
    assert domain_of(entry) == domain


@pytest.mark.parametrize(
    "config", [{}, {"parameters": [1]}, {"parameters": {"lr": 3}}, {"metric": "loss"}, {"metric": {"goal": "up"}}]
)
def test_what_is_malformed_is_left_out(config):
    space = space_of(config)
    assert (space.metric, space.goal, space.parameters) == ("", None, {})
