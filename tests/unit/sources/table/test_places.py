import numpy as np
import pandas as pd
import pytest

from panel.errors import SourceError
from panel.sources.common.corrections import Corrections
from panel.sources.table.places import infer_places


def places(table):
    columns, how = infer_places(table)
    return {c.name: c.place for c in columns}, {c.name: c for c in columns}, how


def wandb(config, metrics, n=20, **run):
    rng = np.random.default_rng(0)
    head = {"Name": [f"run-{i}" for i in range(n)], "State": ["finished"] * n, "Created": ["2026-01-01T00:00:00Z"] * n}
    return pd.DataFrame(
        head | run | {c: rng.choice([1, 2, 4], n) for c in config} | {m: rng.random(n) for m in metrics}
    )


def test_prefixes_say_it_themselves():
    found, columns, how = places(
        pd.DataFrame({"config.lr": [1], "summary.loss": [2], "run.state": ["finished"], "metrics.acc": [1]})
    )
    assert found == {"config.lr": "config", "summary.loss": "metric", "run.state": "run", "metrics.acc": "metric"}
    assert {c.sure for c in columns.values()} == {"given"}
    assert columns["config.lr"].label == "lr"
    assert not how


def test_a_wandb_export_is_split_where_the_alphabet_starts_again():
    table = wandb(["batch_size", "lr", "zeta"], ["accuracy", "lr_now", "zorro"])
    found, columns, how = places(table)
    assert [found[c] for c in ("batch_size", "lr", "zeta", "accuracy", "lr_now", "zorro")] == ["config"] * 3 + [
        "metric"
    ] * 3
    assert how == "Columns were placed by the order of a Weights & Biases export."
    assert columns["zorro"].sure == "sure"
    assert found["Name"] == "run"


def test_without_an_order_names_and_values_decide(rng):
    n = 60
    table = pd.DataFrame(
        {
            "model": rng.choice(["a", "b"], n),
            "conv_layers": rng.integers(1, 4, n),
            "use_bn": rng.random(n) < 0.5,
            "best_test_acc": rng.random(n),
            "train/loss": rng.random(n),
            "max_epoch": rng.integers(20, 80, n),
            "runtime": rng.random(n) * 1000,
        }
    )
    found, _, how = places(table)
    assert not how
    assert found == {
        "model": "config",
        "conv_layers": "config",
        "use_bn": "config",
        "best_test_acc": "metric",
        "train/loss": "metric",
        "max_epoch": "config",
        "runtime": "run",
    }


def test_a_column_with_no_evidence_goes_with_its_neighbours(rng):
    table = pd.DataFrame(
        {
            "lr": rng.random(40),
            "qux": rng.integers(0, 99, 40),
            "val_loss": rng.random(40),
            "quux": rng.integers(0, 99, 40),
        }
    )
    found, columns, _ = places(table)
    assert (found["qux"], found["quux"]) == ("config", "metric")
    assert columns["qux"].sure == columns["quux"].sure == "guess"


def test_columns_missing_with_the_metrics_are_outcomes(rng):
    failed = rng.random(60) < 0.3
    table = pd.DataFrame({"lr": rng.random(60), "val_loss": np.where(failed, np.nan, rng.random(60))})
    table["qux"] = np.where(failed, np.nan, rng.random(60))
    assert places(table)[0]["qux"] == "metric"


def test_seed_columns_are_metrics():
    table = pd.DataFrame({"width": [1, 2], "size_seed0": [3, 4], "size_seed1": [3, 4]})
    assert places(table)[0] == {"width": "config", "size_seed0": "metric", "size_seed1": "metric"}


def test_a_row_counter_and_a_lineage_are_ignored():
    uid = [f"u{i}" for i in range(30)]
    table = pd.DataFrame(
        {"Unnamed: 0": range(30), "uid": uid, "from_uid": [None, *uid[:-1]], "lr": np.linspace(0, 1, 30)}
    )
    found, _, _ = places(table)
    assert found == {"Unnamed: 0": "ignored", "uid": "run", "from_uid": "ignored", "lr": "config"}


def test_optunas_table():
    table = pd.DataFrame(
        {"number": [0, 1], "value": [1.5, 2.5], "params_x": [1, 2], "user_attrs_a": ["", ""], "state": ["COMPLETE"] * 2}
    )
    found, columns, _ = places(table)
    assert found["params_x"] == "config"
    assert columns["params_x"].label == "x"
    assert found["number"] == "run"


def test_mlflows_table():
    table = pd.DataFrame(
        {"run_id": ["a", "b"], "status": ["FINISHED"] * 2, "params.lr": ["1", "2"], "metrics.rmse": [1.0, 2.0]}
    )
    assert places(table)[0] == {"run_id": "run", "status": "run", "params.lr": "config", "metrics.rmse": "metric"}


class TestCorrections:
    @pytest.fixture
    def columns(self):
        return infer_places(pd.DataFrame({"config.a": [1], "config.b": [2], "summary.loss": [3]}))[0]

    def test_patterns_then_single_columns(self, columns):
        corrections = Corrections(metric=("config.*",), exact=(("config.b", "ignored"),))
        found = {c.name: (c.place, c.sure) for c in corrections.apply(columns)}
        assert found == {
            "config.a": ("metric", "given"),
            "config.b": ("ignored", "given"),
            "summary.loss": ("metric", "given"),
        }

    @pytest.mark.parametrize(
        "corrections", [Corrections(config=("nothing*",)), Corrections(exact=(("nothing", "run"),))]
    )
    def test_what_matches_nothing_is_refused(self, columns, corrections):
        with pytest.raises(SourceError, match="nothing"):
            corrections.apply(columns)


def test_real_exports(shared):
    from panel.sources import load

    gnn = load(str(shared / "wandb_csv_gnn/wandb_export.csv"))
    assert list(gnn.summary) == ["best_test_acc", "best_test_f1", "best_val_acc", "best_val_f1"]
    apd = load(str(next((shared / "wandb_csv_small").glob("apd*.csv"))))
    assert list(apd.config) == ["lr", "schatten_coeff", "topk_recon_coeff"]
    mlai = load(str(shared / "wandb_csv_mlai/wandb_export.csv"))
    assert list(mlai.config) == ["data.classes", "seed", "optimizer_name", "training.early_epoch", "training.max_epoch"]
    quant = load(str(shared / "wandb_csv_small/quant_ui_10runs.csv"))
    assert next(iter(quant.summary)) == "activation_mem_fp32_mb"
    assert list(quant.config)[-1] == "weight_bits"


def test_p50_of_a_numbered_series_is_a_setting(rng):
    settings = {f"p{i}": rng.normal(size=60) for i in range(120)}
    found, _, _ = places(pd.DataFrame(settings | {"loss": rng.random(60)}))
    assert {name for name, place in found.items() if place == "metric"} == {"loss"}


def test_p50_among_few_others_is_a_percentile(rng):
    settings = {"threads": rng.choice([1, 2, 4], 40), "cache": rng.choice([64, 128, 256], 40)}
    few = {f"p{i}": rng.random(40) * i for i in (50, 90, 95, 99)}
    for beside in ({}, {"throughput": rng.random(40)}):
        found, _, _ = places(pd.DataFrame(settings | few | beside))
        assert {name for name, place in found.items() if place == "metric"} == few.keys() | beside.keys()
    found, _, _ = places(pd.DataFrame(settings | {f"latency_{name}": column for name, column in few.items()}))
    assert [name for name, place in found.items() if place == "config"] == ["threads", "cache"]
