from typing import get_args

import pytest

from panel.question.parameter import Kind, Parameter, see_roles
from panel.question.roles import find_default_role, keep_modelled_roles
from panel.question.selection import Role

NAMES = {
    (
        "nuisance",
        "optimizer",
    ): "lr LR learningRate learning_rate learning_rate_init optimizer.lr optim.params.lr lr_decay"
    " lr_scheduler scheduler.name adam_beta1 beta_2 optimizer.betas eps momentum optimizer.foo batch_size batchSize"
    " per_device_train_batch_size warmup_steps num_warmup_steps max_grad_norm grad_clip trainer.gradient_clip_val"
    " gradient_accumulation_steps eta lr_patience",
    ("nuisance", "regularisation"): "weight_decay wd optimizer.weight_decay l2 l2_reg lambda_l1 reg_lambda C dropout"
    " model.dropout p_drop attn_pdrop dropout_1 drop_path_rate label_smoothing mixup_alpha data.augmentation"
    " early_stopping_patience max_depth subsample colsample_bytree min_samples_leaf num_leaves",
    ("nuisance", "training"): "gamma gae_lambda clip_range ent_coef vf_coef n_steps buffer_size tau learning_starts"
    " target_update_interval use_target_network init loss_weight",
    ("nuisance", "budget"): "epochs n_epochs max_epoch num_train_epochs total_timesteps max_iter n_estimators",
    ("scientific", "architecture"): "hidden_dim hidden_size n_layers num_layers num_heads d_model n_units_l1 units_2"
    " activation act_fn activation_fn_1 model model.name model_type arch backbone kernel_size batch_norm layer_norm"
    " norm model.hidden_sizes embedding_dim depth width layers.0.units model.foo lora_r bidirectional",
    ("scientific", "optimizer choice"): "optimizer optimizer.name optimizer_name optim opt solver optimizer._target_",
    ("scientific", "objective"): "loss criterion loss_fn",
    ("scientific", "data"): "dataset task env_id data.name",
    ("scientific", "method"): "algo agent classifier:__choice__",
    ("none", "technical"): "num_workers data.num_workers device logging_steps eval_every eval_batch_size",
    ("none", "ambiguous"): "alpha beta k",
    ("none", "unknown"): "foo data.pca data.standardize Op0 lora_alpha act_bits convergence_tol",
}
CHOSEN = "name type optim opt solver _target_ loss criterion fn dataset task env_id algo agent __choice__"


@pytest.mark.parametrize(
    ("expected", "names"), NAMES.items(), ids=lambda value: "-".join(value) if len(value) == 2 else ""
)
def test_names_that_are_in_use(expected, names):
    words = set(CHOSEN.split())
    kind = {
        n: "categorical" if n.startswith("opt") or any(n.endswith(w) for w in words) else "real" for n in names.split()
    }
    found = {name: tuple(find_default_role(name, kind[name]))[:2] for name in names.split()}
    assert found == dict.fromkeys(names.split(), expected)


def test_what_is_chosen_is_chosen_by_a_word():
    assert find_default_role("optimizer", "categorical").role == "scientific"
    assert find_default_role("optimizer", "real").role == "none"
    assert find_default_role("loss", "real").role == "none"  # that of a setting, not of a run


@pytest.mark.parametrize(
    "name", ["", ".", "...", "___", "/", "1", "学習率", "a" * 5000, "layer_" * 300, "_".join("ab" * 500)]
)
@pytest.mark.parametrize("kind", get_args(Kind))
def test_odd_names(name, kind):
    found = find_default_role(name, kind)
    assert found.role in get_args(Role)
    assert found.words


def test_a_default_never_takes_a_parameter_out_of_a_model():
    for names in NAMES.values():
        assert {find_default_role(name, kind).role for name in names.split() for kind in get_args(Kind)} <= {
            "scientific",
            "nuisance",
            "none",
        }


def test_models_see_of_roles_only_what_is_in_and_out():
    roles = (("a", "scientific"), ("b", "ignored"), ("c", "fixed"), ("d", "none"), ("e", "seed"), ("f", "ignored"))
    assert keep_modelled_roles(roles, frozenset("abe")) == (
        ("b", "ignored"),
        ("c", "none"),
        ("d", "none"),
        ("e", "seed"),
        ("f", "ignored"),
    )


def test_a_given_role_says_so_as_a_reason_only_where_models_see_it():
    lr = Parameter("lr", "real", role="nuisance", default_role="nuisance")
    assert lr.with_role("fixed").reason == ""
    assert lr.with_role("ignored").words == "ignored: you said so"
    assert Parameter("s", "integer", role="seed", default_role="seed").with_role("nuisance").words == (
        "nuisance: you said so"
    )


def test_only_roles_that_no_model_sees_are_seen_afterwards():
    lr = Parameter("lr", "real", role="nuisance", default_role="nuisance")
    out = Parameter("lr", "real", role="ignored", default_role="nuisance")
    assert see_roles([lr], {}) == (lr,)
    assert see_roles([lr], {"lr": "scientific"})[0].role == "scientific"
    assert see_roles([lr], {"lr": "ignored"}) == (lr,)
    assert see_roles([out], {"lr": "scientific"}) == (out,)
