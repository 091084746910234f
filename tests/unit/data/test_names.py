import pytest

from panel.data.names import is_seed, names_outcome, names_setting, split_words, translate
from panel.data.outcomes import guess_goal, guess_target, read_goal


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


@pytest.mark.parametrize(
    "name",
    ["initial connection time (ms)", "initial_val_acc", "residual_p", "mae_e (meV)", "Núm. operaciones", "grad_norm",
     "tokens/s", "s/img", "Sharpe-Quotient", "wall_clock", "Taux de réussite (%)", "平均絶対誤差", "用时",
     "num_trades"],
)  # fmt: skip
def test_more_names_of_outcomes(name):
    assert names_outcome(name)
    assert not names_setting(name)


@pytest.mark.parametrize(
    "name",
    ["Gain proportionnel", "integral gain", "initial_lr", "Media rápida", "Tasa de aprendizaje", "Taille du lot",
     "交叉率", "ビーム幅", "max_grad_norm", "clip_grad_norm", "stop_loss", "mass_flow_cap"],
)  # fmt: skip
def test_more_names_of_settings(name):
    assert not names_outcome(name)


@pytest.mark.parametrize(
    ("metrics", "settings", "target"),
    [
        (["aux_loss", "lm_loss"], ["aux_alpha", "lr"], "lm_loss"),
        (["kl_loss", "recon_loss", "val_loss"], ["kl_weight"], "val_loss"),
        (["loss_pde", "rel_error"], ["lambda_pde"], "rel_error"),
        (["registers", "time_ms", "compile_time"], ["block_size", "tile_x", "unroll"], "time_ms"),
        (["params", "time_ms", "flux"], ["lr", "depth"], "flux"),
        (["wins", "win_rate"], ["c_puct"], "win_rate"),
        (["conversions", "conversion_rate"], ["price"], "conversion_rate"),
        (["hellaswag", "mmlu", "average"], ["shots"], "average"),
        (["loss", "accuracy"], ["lr"], "accuracy"),
        (["loss", "val_loss", "accuracy"], ["lr"], "val_loss"),
        (["Elo error", "Elo"], ["margin"], "Elo"),
        (["pixelAcc", "mIoU"], ["lr"], "mIoU"),
        (["overshoot", "tracking_error"], ["kp"], "tracking_error"),
        (["total_energy (Ry)", "pressure"], ["cutoff"], "total_energy (Ry)"),
        (["energy_kwh", "acc"], ["lr"], "acc"),
    ],
)
def test_likely_target_beside_settings(metrics, settings, target):
    assert guess_target(metrics, settings) == target


@pytest.mark.parametrize(
    ("metric", "goal"),
    [
        ("tokens_per_sec", "maximize"),
        ("img/s", "maximize"),
        ("tokens_per_joule", "maximize"),
        ("seconds_per_step", "minimize"),
        ("lcoh_eur_per_kg", "minimize"),
        ("titer_g_L", "maximize"),
        ("tensile_strength_MPa", "maximize"),
        ("pressure_drop_Pa", "minimize"),
        ("brier_score", "minimize"),
        ("timeout_rate", "minimize"),
        ("omega_ratio", "maximize"),
        ("bits_per_dim", "minimize"),
        ("bandgap_eV", ""),
    ],
)
def test_goals_of_rates_shares_and_measures(metric, goal):
    assert read_goal(metric) == goal


@pytest.mark.parametrize("name", ["min_split_gain", "base_score", "iou_t", "annealing_time_h", "work_mem", "top_p"])
def test_settings_whose_words_name_outcomes(name):
    assert names_setting(name)
    assert not names_outcome(name)


@pytest.mark.parametrize("name", ["num_iterations_used", "early_stopped", "peak_temp_C", "draw_rate", "top-5 (%)"])
def test_outcomes_whose_words_name_settings(name):
    assert not names_setting(name)


@pytest.mark.parametrize(
    ("metrics", "target"),
    [
        ("td_error mean_reward", "mean_reward"),
        ("error_rate p99_ms throughput_rps", "throughput_rps"),
        ("seg_score pose_score rate_score total_score", "total_score"),
        ("kwh_per_kg lcoe_usd_per_mwh", "lcoe_usd_per_mwh"),
        ("loss_rate draw_rate win_rate", "win_rate"),
    ],
)
def test_what_stands_aside_of_the_target(metrics, target):
    assert guess_target(metrics.split()) == target


def test_a_name_that_tells_its_spread_is_no_spread():
    names = ["F1 (mean ± std)", "F1 (mean ± std) ±", "Fit Time (s)"]
    assert guess_target(names) == "F1 (mean ± std)"


@pytest.mark.parametrize(
    ("name", "english"),
    [
        ("скорость_обучения", "learning rate"),
        ("Число деревьев", "number trees"),
        ("współczynnik uczenia", "learning rate"),
        ("strata walidacja", "loss validation"),
        ("leersnelheid", "learning rate"),
        ("test verlies", "test loss"),
        ("产率", "yield"),
        ("tiempo de reacción", "reaction time"),
    ],
)
def test_names_in_other_languages(name, english):
    assert translate(name) == english
