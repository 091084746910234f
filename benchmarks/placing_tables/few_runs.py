"""Tables of six to a few dozen runs, as stand in reports: gains of a loss, what a run came to, what others sum up."""

from __future__ import annotations

import numpy as np

from benchmarks.placing_tables.sheet import Draw, Sheet, pay, peak, write_markdown


def _few(d: Draw, n: int) -> Draw:
    return Draw(int(d.rng.integers(1 << 30)), n)


def detector_gains(d: Draw) -> Sheet:
    d = _few(d, 14)
    lr = d.log(0.003, 0.03)
    return Sheet(
        [
            ("mAP_0.5", "m", d.near(0.61 + 0.05 * peak(lr, 0.01, 0.4), 0.01)),
            ("lr0", "c", lr),
            ("box", "c", d.even(0.03, 0.09, 5)),
            ("cls", "c", d.even(0.2, 0.8, 5)),
            ("obj", "c", d.even(0.6, 1.4, 5)),
            ("iou_t", "c", d.pick(0.2, 0.25)),
            ("anchor_t", "c", d.even(2.5, 5.0, 4)),
            ("fl_gamma", "c", np.zeros(14)),
            ("mosaic", "c", d.even(0.6, 1.0, 4)),
        ],
        ["+mAP_0.5"],
    )


def gains_before(d: Draw) -> Sheet:
    d = _few(d, 20)
    box = d.pick(5.0, 7.5, 10.0)
    return Sheet(
        [
            ("lr0", "c", d.pick(0.001, 0.005, 0.01)),
            ("box", "c", box),
            ("cls", "c", d.pick(0.3, 0.5, 1.0)),
            ("dfl", "c", d.pick(1.0, 1.5)),
            ("iou", "c", d.pick(0.5, 0.6, 0.7)),
            ("conf", "c", d.pick(0.001, 0.25)),
            ("mAP50", "m", d.near(0.52 + box / 200, 0.01)),
            ("mAP50-95", "m", d.near(0.31 + box / 300, 0.01)),
            ("recall", "m", d.near(0.49 + box / 300, 0.01)),
        ],
        ["+mAP50-95", "+mAP50"],
    )


def stopped_early(d: Draw) -> Sheet:
    d = _few(d, 18)
    width = d.pick(32, 64, 128)
    return Sheet(
        [
            ("run_name", "r", [f"width{w}_{i}" for i, w in enumerate(width)]),
            ("lr", "c", d.pick(1e-4, 3e-4, 1e-3)),
            ("width", "c", width),
            ("max_epochs", "c", d.pick(50, 100)),
            ("patience", "c", [10] * 18),
            ("best_val_loss", "m", d.near(0.41 - width / 900, 0.02, 5)),
            ("total_epochs", "mr", d.whole(14, 48)),
            ("early_stopped", "mri", [True] * 18),
        ],
        ["-best_val_loss"],
    )


def pruned_and_quantized(d: Draw) -> Sheet:
    bits, share = np.repeat([2, 3, 4, 6, 8], 8), np.tile([0.0, 0.2, 0.4, 0.6], 10)
    acc = d.near(93.4 - 60 / bits**2 - 8 * share**2, 0.2, 2)
    return Sheet(
        [
            ("w_bits", "c", bits),
            ("prune_ratio", "c", share),
            ("kd", "c", d.pick(0, 1)),
            ("acc", "m", acc),
            ("acc_drop", "m", (93.4 - acc).round(2)),
            ("compression_ratio", "m", (32 / bits / (1 - 0.9 * share)).round(4)),
            ("traffic_cr", "m", (32 / bits).round(4)),
            ("model_size_mb", "m", (9.1 * bits / 32 * (1 - 0.9 * share)).round(5)),
            ("achieved_sparsity", "m", [{0.0: 0.0, 0.2: 0.1937, 0.4: 0.3918, 0.6: 0.5894}[float(s)] for s in share]),
            ("eval_s", "mr", d.even(3.1, 3.9, 1)),
        ],
        ["+acc", "+compression_ratio", "-acc_drop"],
    )


def weights_behind(d: Draw) -> Sheet:
    d = _few(d, 24)
    stocks, bonds = d.pick(40, 45, 50, 55, 60, 65, 70, 75), d.pick(10, 15, 20, 25)
    sharpe = 0.9 - (stocks - 50) / 190 + bonds / 370 + 0.01 * d.rng.standard_normal(24)
    return Sheet(
        [
            ("Sharpe", "m", sharpe),
            ("CAGR", "m", 0.1 + stocks / 900 + 0.003 * d.rng.standard_normal(24)),
            ("MaxDD", "m", -0.15 - stocks / 300 + 0.01 * d.rng.standard_normal(24)),
            ("ws", "c", stocks),
            ("wb", "c", bonds),
            ("wc", "c", 100 - stocks - bonds),
        ],
        ["+Sharpe", "+CAGR"],
    )


def passed_or_not(d: Draw) -> Sheet:
    d = _few(d, 6)
    trees = d.pick(50, 100, 200, 500)
    mean = d.near(0.71 + trees / 9000, 0.01, 3)
    return Sheet(
        [
            ("Label", "ri", ["baseline", "deeper", "wider", "cheap", "careful", "wild"]),
            ("n_estimators", "c", trees),
            ("max_depth", "c", d.pick(4, 8, 12)),
            ("max_features", "c", d.pick("sqrt", "log2")),
            ("F1 (mean ± std)", "m", [f"{m} ± {s}" for m, s in zip(mean, d.even(0.01, 0.03, 3), strict=True)]),
            ("Fit Time (s)", "mr", d.near(trees / 300, 0.05, 2)),
            ("Passed?", "mri", ["✅", "❌", "❌", "✅", "✅", "❌"]),
        ],
        ["+F1 (mean ± std)"],
        write=write_markdown,
        suffix=".md",
    )


def parts_and_total(d: Draw) -> Sheet:
    crf, gop = d.pick(26, 30, 34, 38), d.pick(60, 120, 240)
    rate, seg, pose = 2.1 - crf / 30, 0.3 + crf / 90, 1.2 + crf / 60
    seg, pose = d.near(seg, 0.01), d.near(pose, 0.02)
    return Sheet(
        [
            ("crf", "c", crf),
            ("gop", "c", gop),
            ("seg_score", "m", seg),
            ("pose_score", "m", pose),
            ("rate_score", "m", rate.round(4)),
            ("total_score", "m", (seg + pose + rate).round(4)),
            ("elapsed_s", "mr", d.even(100, 180, 1)),
        ],
        ["?total_score"],
    )


def put_on_one_scale(d: Draw) -> Sheet:
    d = _few(d, 24)
    beta, gamma = d.pick(0.05, 0.1, 0.5), d.pick(0.1, 0.25, 0.4)
    drift, fluency = d.near_factor(0.1 + beta / 3, 0.05, 6), d.near_factor(0.4 + gamma / 5, 0.05, 6)
    return Sheet(
        [
            ("beta", "c", beta),
            ("gamma", "c", gamma),
            ("epoch", "c", d.pick(5, 10)),
            ("drift_kl", "m", drift),
            ("fluency", "m", fluency),
            ("drift_norm", "m", ((drift.max() - drift) / np.ptp(drift)).round(6)),
            ("fluency_norm", "m", ((fluency - fluency.min()) / np.ptp(fluency)).round(6)),
            ("composite_score", "m", (fluency / fluency.max() - drift / 3).round(6)),
        ],
        ["+composite_score"],
    )


def flags_behind(d: Draw) -> Sheet:
    d = _few(d, 30)
    mode = d.pick("drop", "wait", "adapt")
    mse = np.where(mode == "wait", 0.0, d.log(1e-5, 1e-3, 7))
    return Sheet(
        [
            ("signal", "c", d.pick("chirp", "sine")),
            ("mode", "c", mode),
            ("buffer", "c", d.pick(16, 32)),
            ("repeat", "rc", np.arange(30) % 3),
            ("mse", "m", mse),
            ("max_error", "m", np.where(mode == "wait", 0.0, d.log(1e-2, 1e-1, 7))),
            ("snr_db", "m", d.even(30, 50, 4)),
            ("clipped_share", "m", np.zeros(30)),
            ("psnr_db", "m", d.even(34, 54, 4)),
            ("degenerate", "mri", (mode == "wait").astype(int)),
            ("snr_saturated", "mri", (mode == "wait").astype(int)),
        ],
        ["-mse", "+snr_db", "+psnr_db", "-max_error"],
    )


def optimizers_in_a_report(d: Draw) -> Sheet:
    d = _few(d, 6)
    kind = ["SGD", "SGD", "Adam", "Adam", "AdamW", "AdamW"]
    return Sheet(
        [
            ("Exp.", "ri", [f"E{i}" for i in range(1, 7)]),
            ("Optimizer", "c", kind),
            ("LR", "c", [0.1, 0.01, 0.001, 0.0001, 0.001, 0.0001]),
            ("Batch", "c", [128] * 6),
            ("Augment", "c", ["no", "yes"] * 3),
            ("Top-1 (%)", "m", [f"{v:.1f}" for v in 88 + pay(kind, SGD=3, Adam=1, AdamW=2) + d.even(0, 2, 1)]),
            ("Top-5 (%)", "m", [f"{v:.1f}" for v in 97 + d.even(0, 2, 1)]),
            ("min/epoch", "mr", d.even(1, 3, 1)),
        ],
        ["+Top-1 (%)", "+Top-5 (%)"],
        write=write_markdown,
        suffix=".md",
    )


def chunks_of_text(d: Draw) -> Sheet:
    size, k = np.repeat([256, 512, 1024], 3), np.tile([3, 5, 10], 3)
    return Sheet(
        [
            ("chunk_size", "c", size),
            ("top_k", "c", k),
            ("n_chunks", "cmr", np.repeat([812, 431, 226], 3)),
            ("faithfulness", "m", (0.7 + k / 100 + size / 9000).round(3)),
            ("answer_relevancy", "m", (0.6 + k / 90 + size / 8000).round(3)),
            ("avg_latency_s", "m", (0.4 + k / 12).round(2)),
        ],
        ["+faithfulness", "+answer_relevancy"],
    )
