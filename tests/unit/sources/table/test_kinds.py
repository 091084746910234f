"""Tables as strangers leave them: what each column is, which rows are runs, what they were for."""

import json

import numpy as np
import pandas as pd
import pytest

from panel.answers.defaults import choose_default_target, find_default_metric
from panel.answers.projects import get_project
from panel.data.project import Column
from panel.question.goal import choose_goal
from panel.question.selection import Selection
from panel.sources import load
from panel.sources.common.corrections import Corrections
from panel.sources.table.assemble import assemble
from panel.store import loading


def read(frame, **more):
    return assemble(pd.DataFrame(frame), name="t", source="t.csv", format="table", **more)


def draw(rng, names, n=60):
    return {name: rng.random(n) for name in names.split()}


@pytest.mark.parametrize(
    ("settings", "metrics"),
    [
        ("lr wd eta subsample bs", "val_acc"),
        ("lr clip_range gae_lambda ent_coef", "mean_reward"),
        ("foo bar qux_1", "rmse r2"),
        ("MaxIter ListSize ErrorTolerance", "Cost"),
        ("loss_weight reward_scale lr", "val_loss"),
        ("学習率 重み減衰", "検証損失"),
        ("학습률 드롭아웃", "검증손실"),
        ("学习率 权重衰减", "验证准确率"),
        ("Lernrate Gewichtsabnahme", "Validierungsverlust"),
        ("taux_apprentissage abandon", "perte_validation"),
        ("tasa_aprendizaje capas", "exactitud_validacion"),
    ],
)
def test_a_column_that_could_be_either_is_a_setting_beside_a_metric(rng, settings, metrics):
    project = read(draw(rng, f"{settings} {metrics}"))
    assert list(project.config) == settings.split()
    assert list(project.summary) == metrics.split()


@pytest.mark.parametrize("name", ["value", "result", "objective", "score", "target", "y", "zorb"])
def test_what_stands_last_is_the_outcome_if_nothing_better_is_there(rng, name):
    project = read(draw(rng, f"x1 x2 {name}"))
    assert list(project.config) == ["x1", "x2"]
    assert choose_default_target(project).metric == name


def test_a_generic_name_is_no_target_beside_a_loss(rng):
    assert choose_default_target(read(draw(rng, "lr value val_loss"))).metric == "val_loss"


def test_what_varies_within_a_full_grid_was_measured(rng):
    grid = [(a, b) for a in (1, 2, 4) for b in ("x", "y", "z") for _ in range(4)]
    frame = pd.DataFrame(grid, columns=["short", "kind"]).assign(zorb=rng.random(36), blip=rng.random(36))
    assert list(read(frame).summary) == ["zorb", "blip"]


def test_scores_of_methods_on_benchmarks_are_outcomes(rng):
    frame = {"Method": [f"m{i}" for i in range(12)] * 2, "Kind": list("ab") * 12}
    frame |= {name: rng.uniform(30, 90, 24).round(1) for name in ("WTQ", "MIMO(ch)", "FeTa", "Avg")}
    project = read(frame)
    assert list(project.summary) == ["WTQ", "MIMO(ch)", "FeTa", "Avg"]
    assert choose_default_target(project).metric == "Avg"


def test_a_threshold_called_as_an_outcome_is_a_setting(rng):
    frame = {"cosine_distance": rng.choice([0.1, 0.2, 0.4], 60), "nn_budget": rng.choice([50, 100], 60)}
    project = read(frame | draw(rng, "HOTA fps"))
    assert list(project.config) == ["cosine_distance", "nn_budget"]
    assert choose_default_target(project).metric == "HOTA"


@pytest.mark.parametrize(
    ("metrics", "target"),
    [
        ("lr-Adam wd train_loss", "train_loss"),
        ("val/box_loss metrics/mAP50-95(B)", "metrics/mAP50-95(B)"),
        ("baseline_wer final_wer elapsed_min", "final_wer"),
        ("split0_test_score mean_test_score std_test_score", "mean_test_score"),
        ("fps accuracy", "accuracy"),
        ("train_accuracy test_accuracy", "test_accuracy"),
        ("avg_reward max_reward", "avg_reward"),
        ("ndcg_std ndcg_mean", "ndcg_mean"),
        ("Time GFLOPS", "GFLOPS"),
    ],
)
def test_which_outcome_the_runs_were_for(rng, metrics, target):
    frame = pd.DataFrame({"depth": rng.integers(1, 9, 60)} | {m: rng.random(60) for m in metrics.split()})
    assert choose_default_target(read(frame)).metric == target


def test_where_only_counters_were_recorded_the_user_is_asked(rng):
    frame = {"config.lr": rng.random(30), "summary.epoch": rng.integers(1, 9, 30), "summary._step": rng.random(30)}
    assert find_default_metric(read(frame)) == ("", "guess")


def test_a_counter_within_groups_is_the_order_of_the_runs(rng):
    frame = {"strategy": ["a", "b", "c"] * 20, "trial": np.repeat(range(20), 3), "accuracy": rng.random(60)}
    assert list(read(frame).config) == ["strategy"]


@pytest.mark.parametrize("name", ["time(min)", "time (s)", "note", "comment", "Elapsed min", "Notes"])
def test_clocks_and_remarks_are_no_settings(rng, name):
    values = (
        [f"run {i} went very well" for i in range(40)] if "not" in name.lower() or name == "comment" else rng.random(40)
    )
    assert name not in read({"lr": rng.random(40), name: values, "val_loss": rng.random(40)}).config


@pytest.mark.parametrize(
    ("column", "rest"),
    [("epoch", "loss accuracy val_loss"), ("_step", "_runtime train/loss"), ("iteration", "reward")],
)
def test_the_log_of_one_run_is_one_run(rng, column, rest):
    project = read({column: range(40), "lr": np.linspace(0.1, 0.001, 40)} | draw(rng, rest, 40))
    assert len(project.runs) == 1
    assert not len(project.config.columns)
    assert "steps of one run" in str(project.notes[0])
    assert set(project.history.metrics) >= set(rest.split()) - {"_runtime"}


def test_a_table_of_runs_by_epochs_is_no_log(rng):
    assert len(read({"epochs": range(5, 45, 5), "val_loss": rng.random(8)}).runs) == 8
    both = {"epoch": range(40), "dropout": rng.random(40), "val_loss": rng.random(40)}
    assert len(read(both).runs) == 40


def test_logs_of_many_runs_are_folded_by_their_names(rng):
    frame = {"run_name": np.repeat(["a", "b", "c"], 10), "epoch": list(range(10)) * 3, "val_loss": rng.random(30)}
    assert len(read(frame).runs) == 3


def test_one_setting_a_row_is_pivoted(rng):
    frame = {"sweep": ["lr"] * 8 + ["width"] * 8, "value": [*rng.random(8), *range(8)], "final_loss": rng.random(16)}
    project = read(frame)
    assert list(project.config) == ["sweep", "lr", "width"]
    assert project.config["lr"].notna().sum() == project.config["width"].notna().sum() == 8
    assert {c.name for c in project.columns} >= {"sweep", "value", "lr", "width", "final_loss"}


def test_an_index_that_was_sorted_away_is_no_setting(rng):
    frame = {"Unnamed: 0": rng.permutation(30), "lr": rng.random(30), "f1": rng.random(30)}
    assert list(read(frame).config) == ["lr"]


def test_every_column_is_kept_and_says_why(rng):
    frame = draw(rng, "lr foo val_loss") | {
        "Unnamed: 0": range(60),
        "note": [f"it was {i} again, sadly" for i in range(60)],
    }
    project = read(frame)
    assert [c.name for c in project.columns] == list(frame)
    assert all(isinstance(c, Column) and c.reason for c in project.columns)


def test_what_the_user_says_wins(rng):
    frame = draw(rng, "lr foo val_loss")
    project = read(frame, corrections=Corrections(exact=(("foo", "metric"),)))
    assert list(project.summary) == ["foo", "val_loss"]


class TestGoal:
    @pytest.mark.parametrize(
        ("values", "goal"),
        [
            (np.linspace(0.3, 0.9, 30), "minimize"),  # sorted, the best first
            (np.linspace(0.9, 0.3, 30), "maximize"),
        ],
    )
    def test_of_a_table_that_is_sorted_by_it(self, rng, values, goal):
        choice = choose_goal(read({"x": rng.random(30), "value": values}), "value")
        assert (choice.goal, choice.by) == (goal, "guess")

    @pytest.mark.parametrize("sign", [1, -1])
    def test_of_a_search_that_got_better(self, rng, sign):
        values = sign * np.log(np.arange(1, 41)) + rng.normal(0, 0.3, 40)
        choice = choose_goal(read({"trial": range(40), "x": rng.random(40), "value": values + 5}), "value")
        assert choice.goal == ("maximize" if sign > 0 else "minimize")
        assert choice.by == "guess"
        assert "run to run" in str(choice.reason)

    def test_of_what_goes_with_a_metric_that_is_known(self, rng):
        f1 = rng.random(40)
        choice = choose_goal(read({"x": rng.random(40), "val_f1": f1, "zorb": 1 - f1}), "zorb")
        assert (choice.goal, choice.by) == ("minimize", "guess")
        assert "val_f1" in str(choice.reason)

    def test_of_runs_that_were_stopped_early(self, rng):
        frame = {"number": range(40), "value": np.where(np.arange(40) % 2, 5.0, 3.0) + rng.random(40)}
        frame |= {"params_x": rng.random(40), "state": np.where(np.arange(40) % 2, "COMPLETE", "PRUNED")}
        choice = choose_goal(read(frame), "value")
        assert choice.goal == "maximize"
        assert "stopped early" in str(choice.reason)

    def test_nothing_tells_it(self, rng):
        choice = choose_goal(read({"x": rng.random(40), "value": rng.normal(0, 1, 40)}), "value")
        assert (choice.goal, choice.by) == ("minimize", "guess")


def test_a_markdown_table_is_read(tmp_path):
    rows = "\n".join(f"| {0.1 * i:.1f} | {2**i} | {80 + i}.5% |" for i in range(1, 9))
    (tmp_path / "t.md").write_text(f"| lr | batch size | test acc |\n|---|:--:|---|\n{rows}\n")
    project = load(str(tmp_path / "t.md"))
    assert list(project.config) == ["lr", "batch size"]
    assert project.summary["test acc"].tolist() == [81.5, 82.5, 83.5, 84.5, 85.5, 86.5, 87.5, 88.5]


@pytest.mark.parametrize(
    ("frame", "column"),
    [
        (
            {
                "run_name": np.repeat(list("abc"), 10),
                "epoch": list(range(10)) * 3,
                "val_loss": np.arange(30.0),
                "acc": np.arange(30.0),
            },
            "acc",
        ),
        (
            {"sweep": ["lr"] * 4 + ["width"] * 4, "value": range(8), "loss": np.arange(8.0), "acc": np.arange(8.0)},
            "acc",
        ),
    ],
)
def test_a_column_that_is_placed_anew_leaves_the_runs_as_they_were(tmp_path, frame, column):
    pd.DataFrame(frame).to_csv(tmp_path / "t.csv", index=False)
    project = loading.load_source(loading.Wanted((str(tmp_path / "t.csv"),)), tmp_path / "cache")
    before = get_project(Selection(project), tmp_path / "cache")
    after = get_project(Selection(project, places=((column, "ignored"),)), tmp_path / "cache")
    assert len(after.runs) == len(before.runs)
    assert list(map(str, after.notes)) == list(map(str, before.notes))


def test_a_value_that_the_user_places_is_not_divided(tmp_path):
    frame = {"sweep": ["lr"] * 4 + ["width"] * 4, "value": range(8), "loss": np.arange(8.0)}
    project = read(frame, corrections=Corrections(exact=(("value", "metric"),)))
    assert list(project.summary) == ["value", "loss"]
    assert not project.notes


def test_what_depends_on_the_settings_is_an_outcome_though_no_name_tells(rng):
    frame = {"tile": rng.choice([8, 16, 32, 64], 60), "unroll": rng.choice([1, 2, 4], 60)}
    frame |= {"zorb": frame["tile"] * 3.7 + rng.random(60), "GFLOPS": rng.random(60)}
    assert list(read(frame).summary) == ["zorb", "GFLOPS"]


def test_a_setting_of_unknown_name_that_depends_on_nothing_stays_one(rng):
    frame = {"lr": rng.random(60), "optimizer": rng.choice(["adam", "sgd"], 60), "zorb": rng.random(60)}
    assert list(read(frame | {"val_acc": rng.random(60)}).config) == ["lr", "optimizer", "zorb"]


@pytest.mark.parametrize("name", ["Experimento", "member", "実験番号", "iteration"])
def test_a_first_column_that_numbers_the_rows_is_no_setting(rng, name):
    project = read({name: range(1, 31), "lr": rng.random(30), "depth": rng.integers(1, 9, 30), "f1": rng.random(30)})
    assert list(project.config) == ["lr", "depth"]


def test_names_of_runs_are_no_settings(rng):
    names = [f"lr{i}_wd{i}" for i in range(30)]
    project = read({"label": names, "lr": rng.random(30), "f1": rng.random(30)})
    assert list(project.config) == ["lr"]


@pytest.mark.parametrize("name", ["converged", "flow_ok", "limit_reached"])
def test_what_a_run_reached_is_an_outcome(rng, name):
    project = read(
        {"lr": rng.random(30), "use_bn": rng.random(30) < 0.5, "loss": rng.random(30), name: rng.random(30) < 0.5}
    )
    assert name not in project.config
    assert "use_bn" in project.config


def test_a_run_with_a_row_for_everything_that_is_known_of_it_is_one_row(rng):
    rows = [(t, n, v) for t in range(20) for n, v in (("lr", rng.random()), ("opt", "adam"), ("acc", rng.random()))]
    project = read(pd.DataFrame(rows, columns=["trial", "name", "value"]))
    assert len(project.runs) == 20
    assert (list(project.config), list(project.summary)) == (["lr", "opt"], ["acc"])
    assert "60 rows were read as 20 runs" in project.notes[0]
    assert len(read(pd.DataFrame(rows[:-1], columns=["trial", "name", "value"])).runs) == 59


def test_texts_of_json_that_are_numbers_are_read(tmp_path):
    rows = [{"lr": 0.1 * i, "acc": f"{80 + i}.5%", "took": f"{i}h0{i}m", "layers": "[64, 32]"} for i in range(1, 9)]
    (tmp_path / "t.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    project = load(str(tmp_path / "t.jsonl"))
    assert project.summary["acc"].tolist()[0] == 81.5
    assert project.config["layers"].nunique() == 1
