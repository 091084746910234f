import pytest

from panel.data.names import is_seed, names_outcome, names_setting, split_words
from panel.data.outcomes import guess_goal, guess_target


def test_tokens_split_cases_and_punctuation():
    assert split_words("valLoss") == split_words("val_loss") == split_words("val/loss") == ["val", "loss"]


@pytest.mark.parametrize(
    ("metric", "goal"),
    [
        ("val_loss", "minimize"),
        ("val_accuracy", "maximize"),
        ("test/f1", "maximize"),
        ("rmse", "minimize"),
        ("eval/episode_reward", "maximize"),
        ("metric:accuracy [0.0; 1.0] (maximize)", "maximize"),
        ("accuracy_loss", "minimize"),
        ("something", "minimize"),
        ("top5", "maximize"),
    ],
)
def test_goal_from_the_name(metric, goal):
    assert guess_goal(metric) == goal


@pytest.mark.parametrize("name", ["seed", "random_state", "data.seed", "train/seed", "torch_seed"])
def test_seeds(name):
    assert is_seed(name)


@pytest.mark.parametrize("name", ["seedling", "seed_fraction", "lr"])
def test_no_seeds(name):
    assert not is_seed(name)


@pytest.mark.parametrize("name", ["best_epoch", "final/accuracy", "test_loss", "runtime"])
def test_names_of_outcomes(name):
    assert names_outcome(name)
    assert not names_setting(name)


@pytest.mark.parametrize(
    "name", ["optimizer.lr", "max_epoch", "early_stopping_epoch", "batch_size", "n_steps", "layer1_units2"]
)
def test_names_of_settings(name):
    assert names_setting(name) or not names_outcome(name)
    assert not names_outcome(name)


@pytest.mark.parametrize(
    ("metrics", "target"),
    [
        (["train_loss", "val_loss", "val_accuracy", "runtime"], "val_loss"),
        (["runtime", "epoch", "acc"], "acc"),
        (["train/loss", "test/acc"], "test/acc"),
        (["best_test_acc", "best_val_acc"], "best_val_acc"),
        (["foo", "bar"], "foo"),
        (["epoch"], "epoch"),
        (["train_time", "val_loss", "model_size"], "val_loss"),
    ],
)
def test_likely_target(metrics, target):
    assert guess_target(metrics) == target


def test_a_count_of_steps_is_no_target_where_there_is_a_loss():
    assert guess_target(["steps", "runtime", "epoch", "train_loss"]) == "train_loss"
