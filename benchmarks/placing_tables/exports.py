"""Tables as tools export them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from benchmarks.placing_tables.sheet import Draw, Sheet, peak, write_indexed


def optuna_frame(d: Draw) -> Sheet:
    lr, layers = d.log(1e-5, 1e-1, 17), d.whole(1, 5)
    value = d.near(0.7 + 0.2 * peak(lr, 1e-3), 0.01, 6)
    begun = d.times(3)
    return Sheet(
        [
            ("number", "r", range(d.n)),
            ("value", "m", [*value[:-4], *[""] * 4]),
            ("datetime_start", "r", begun),
            ("datetime_complete", "r", [str(pd.Timestamp(t) + pd.Timedelta(seconds=95)) for t in begun]),
            ("duration", "r", ["0 days 00:01:35"] * d.n),
            ("params_lr", "c", lr),
            ("params_n_layers", "c", layers),
            ("params_activation", "c", d.pick("relu", "tanh")),
            ("user_attrs_n_params", "mc", layers * 4096),
            ("user_attrs_val_loss", "m", d.near(1 - value, 0.01)),
            ("system_attrs_completed_rung_0", "im", value),
            ("state", "r", ["COMPLETE"] * (d.n - 4) + ["PRUNED"] * 4),
        ],
        ["?value"],
    )


def grid_search(d: Draw) -> Sheet:
    c, gamma, kernel = d.pick(0.1, 1, 10, 100), d.pick("scale", "auto"), d.pick("rbf", "linear")
    folds = [d.near(0.8 + 0.1 * peak(c, 10), 0.01) for _ in range(3)]
    mean = np.mean(folds, axis=0)
    told = [str({"C": float(a), "gamma": str(b), "kernel": str(k)}) for a, b, k in zip(c, gamma, kernel, strict=True)]
    return Sheet(
        [
            ("mean_fit_time", "rm", d.even(0.01, 0.3, 5)),
            ("std_fit_time", "rmi", d.even(0.001, 0.01, 6)),
            ("mean_score_time", "rm", d.even(0.01, 0.1, 5)),
            ("std_score_time", "rmi", d.even(0.001, 0.01, 6)),
            ("param_C", "c", c),
            ("param_gamma", "c", gamma),
            ("param_kernel", "c", kernel),
            ("params", "ri", told),
            *[(f"split{i}_test_score", "mi", fold) for i, fold in enumerate(folds)],
            ("mean_test_score", "m", mean),
            ("std_test_score", "mi", np.std(folds, axis=0)),
            ("rank_test_score", "mri", pd.Series(-mean).rank(method="min").astype(int)),
        ],
        ["+mean_test_score"],
        write=write_indexed,
        more=(("", "ri"),),
    )


def search_runs(d: Draw) -> Sheet:
    lr, rank = d.log(1e-4, 1e-1), d.pick(8, 16, 32)
    return Sheet(
        [
            ("run_id", "r", d.ids(32)),
            ("experiment_id", "ri", [3] * d.n),
            ("status", "r", ["FINISHED"] * d.n),
            ("artifact_uri", "ri", [f"s3://bucket/3/{i}/artifacts" for i in range(d.n)]),
            ("start_time", "r", d.times()),
            ("metrics.valid_loss", "m", d.near(1 - 0.4 * peak(lr, 0.01), 0.02)),
            ("metrics.epoch_time", "mr", d.even(20, 30, 2)),
            ("params.rank", "c", rank),
            ("params.lr", "c", lr),
            ("params.data_path", "cri", ["/mnt/data/v2"] * d.n),
            ("tags.mlflow.user", "ri", ["anna"] * d.n),
            ("tags.mlflow.runName", "ri", d.ids(6)),
        ],
        ["-valid_loss"],
    )


def ray_frame(d: Draw) -> Sheet:
    lr, width = d.log(1e-4, 1e-1), d.pick(64, 128, 256)
    return Sheet(
        [
            ("loss", "m", d.near(1 - 0.5 * peak(lr, 0.01), 0.02)),
            ("mean_accuracy", "m", d.near(0.5 + 0.4 * peak(lr, 0.01), 0.01)),
            ("timestamp", "r", 1_690_000_000 + 60 * np.arange(d.n)),
            ("done", "ri", [True] * d.n),
            ("training_iteration", "rm", d.whole(8, 30)),
            ("trial_id", "r", d.ids(8)),
            ("date", "r", [t.replace(" ", "_").replace(":", "-") for t in d.times()]),
            ("time_total_s", "rm", d.even(40, 90, 2)),
            ("pid", "ri", d.whole(1000, 9000)),
            ("hostname", "ri", ["node1"] * d.n),
            ("iterations_since_restore", "rmi", d.whole(8, 30)),
            ("config/lr", "c", lr),
            ("config/width", "c", width),
            ("logdir", "ri", d.ids(9)),
        ],
        ["+mean_accuracy", "-loss"],
    )


def ax_frame(d: Draw) -> Sheet:
    lr, momentum = d.log(1e-6, 0.4, 17), d.even(0, 1, 6)
    return Sheet(
        [
            ("trial_index", "r", range(d.n)),
            ("arm_name", "r", [f"{i}_0" for i in range(d.n)]),
            ("trial_status", "r", ["COMPLETED"] * d.n),
            ("generation_method", "ri", ["Sobol"] * 8 + ["GPEI"] * (d.n - 8)),
            ("accuracy", "m", d.near(0.6 + 0.35 * peak(lr, 1e-3), 0.01)),
            ("lr", "c", lr),
            ("momentum", "c", momentum),
        ],
        ["+accuracy"],
    )


def hyperopt_frame(d: Draw) -> Sheet:
    c, depth = d.log(1e-3, 10, 17), d.whole(2, 12)
    return Sheet(
        [
            ("tid", "r", range(d.n)),
            ("loss", "m", d.near(0.4 + 0.02 * (depth - 7) ** 2 - 0.2 * peak(c, 0.5), 0.01, 6)),
            ("status", "r", ["ok"] * d.n),
            ("book_time", "r", d.times()),
            ("reg", "c", c),
            ("max_depth", "c", depth),
        ],
        ["-loss"],
    )


def smac_history(d: Draw) -> Sheet:
    rate, trees = d.log(1e-3, 1, 17), d.whole(10, 400)
    return Sheet(
        [
            ("config_id", "r", range(1, d.n + 1)),
            ("seed", "rc", [209652396] * d.n),
            ("budget", "cr", d.pick(5.0, 15.0, 45.0)),
            ("cost", "m", d.near(0.3 - 0.15 * peak(rate, 0.1), 0.01, 6)),
            ("time", "rm", d.even(1, 9, 4)),
            ("status", "r", ["StatusType.SUCCESS"] * d.n),
            ("learning_rate", "c", rate),
            ("n_estimators", "c", trees),
        ],
        ["-cost"],
    )


def runs_table(d: Draw) -> Sheet:
    lr, opt = d.log(1e-5, 1e-1), d.pick("adam", "sgd")
    return Sheet(
        [
            ("Name", "r", [f"{a}-sweep-{i}" for i, a in enumerate(d.pick("dainty", "lunar", "vivid"), 1)]),
            ("State", "r", ["finished"] * (d.n - 2) + ["crashed"] * 2),
            ("Notes", "ri", ["-"] * d.n),
            ("User", "ri", ["kim"] * d.n),
            ("Tags", "ri", [""] * d.n),
            ("Created", "r", [t.replace(" ", "T") + ".000Z" for t in d.times()]),
            ("Runtime", "r", d.whole(60, 900)),
            ("Sweep", "ri", ["x1y2z3"] * d.n),
            ("batch_size", "c", d.pick(16, 32, 64)),
            ("learning_rate", "c", lr),
            ("optimizer", "c", opt),
            ("epoch", "mrc", [9] * d.n),
            ("val_accuracy", "m", d.near(0.6 + 0.3 * peak(lr, 1e-3), 0.01)),
            ("val_loss", "m", d.near(1 - 0.5 * peak(lr, 1e-3), 0.01)),
        ],
        ["+val_accuracy", "-val_loss"],
        runs=(40, 38),
    )
