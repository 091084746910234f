"""Tables with odd cells, headers, names and forms."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd

from benchmarks.placing_tables.sheet import Draw, Sheet, dip, pay, peak, write_markdown, write_semicolons, write_tabs


def two_headers(d: Draw) -> Sheet:
    lr, width = d.log(1e-4, 1e-1), d.pick(64, 128)
    acc = d.near(0.6 + 0.3 * peak(lr, 0.01), 0.01)

    def write(frame: pd.DataFrame) -> str:
        upper = pd.MultiIndex.from_tuples([("params", "lr"), ("params", "width"), ("metrics", "acc")])
        return frame.set_axis(upper, axis=1).to_csv(index=False)

    return Sheet([("lr", "c", lr), ("width", "c", width), ("acc", "m", acc)], ["+acc"], write=write)


def some_words(d: Draw) -> Sheet:
    lr, clip = d.log(1e-4, 3), d.pick(0.5, 1.0, 5.0)
    ppl = d.near_factor(60 - 25 * peak(lr, 0.05), 0.02)
    return Sheet(
        [
            ("lr", "c", lr),
            ("grad_clip", "c", clip),
            ("bptt", "c", d.pick(35, 70, 140)),
            ("test ppl", "m", ["diverged" if x > 0.7 else "OOM" if i == 7 else p
                               for i, (x, p) in enumerate(zip(lr, ppl, strict=True))]),
            ("hours", "mr", d.even(2, 6, 1)),
        ],
        ["-test ppl"],
    )  # fmt: skip


def plus_minus(d: Draw) -> Sheet:
    tau, layers = d.pick(0.1, 0.5, 1.0), d.whole(1, 4)
    acc = d.near(78 + 2 * layers - 3 * tau, 0.3, 1)
    return Sheet(
        [
            ("Layers", "c", layers),
            ("τ", "c", tau),
            ("Pooling", "c", d.pick("mean", "max", "sum")),
            ("Accuracy (%)", "m", [f"{a} ± {s}" for a, s in zip(acc, d.even(0.2, 1, 1), strict=True)]),
            ("Time", "rm", [f"{m}min {s:02d}s" for m, s in zip(d.whole(1, 9), d.whole(0, 59), strict=True)]),
        ],
        ["+Accuracy (%)"],
        write=write_markdown,
        suffix=".md",
    )


def percent_and_comma(d: Draw) -> Sheet:
    lr, ratio = d.log(1e-4, 1e-1), d.pick(0.1, 0.25, 0.5)
    err = d.near(22 - 9 * peak(lr, 0.01) + 10 * ratio, 0.3, 2)
    return Sheet(
        [
            ("Lernrate", "c", lr),
            ("Dropout-Rate", "c", ratio),
            ("Optimierer", "c", d.pick("Adam", "SGD")),
            ("Fehlerrate", "m", [f"{e}%".replace(".", ",") for e in err]),
            ("Verlust (Validierung)", "m", d.near(err / 20, 0.02)),
        ],
        ["-Verlust (Validierung)", "-Fehlerrate"],
        write=write_semicolons,
    )


def remarks_at_the_end(d: Draw) -> Sheet:
    lr, noise = d.log(1e-4, 1e-1), d.even(0, 0.5, 2)
    acc = d.near(0.6 + 0.3 * peak(lr, 0.01) - 0.1 * noise, 0.01)
    return Sheet(
        [("lr", "c", lr), ("label_noise", "c", noise), ("balanced_acc", "m", acc)],
        ["+balanced_acc"],
        write=lambda frame: (
            "# results of march\n" + frame.to_csv(index=False) + "# best is the third\n# do not delete\n"
        ),
    )


def plain_letters(d: Draw) -> Sheet:
    x1, x2, x3 = d.even(-5, 5), d.even(-5, 5), d.even(-5, 5)
    return Sheet(
        [("x1", "c", x1), ("x2", "c", x2), ("x3", "c", x3), ("y", "m", d.near(x1**2 + 3 * x2, 0.3))],
        ["?y"],
    )


def one_result(d: Draw) -> Sheet:
    lam, kappa, mode = d.log(1e-3, 10), d.even(0, 4, 2), d.pick("a", "b", "c")
    return Sheet(
        [
            ("id", "r", range(d.n)),
            ("lam", "c", lam),
            ("kappa", "c", kappa),
            ("mode", "c", mode),
            ("result", "m", d.near(3 * np.log10(lam) + kappa + pay(mode, a=0, b=1, c=2), 0.1)),
        ],
        ["?result"],
    )


def nested_names(d: Draw) -> Sheet:
    lr, wd = d.log(1e-4, 1e-1), d.log(1e-6, 1e-2)
    return Sheet(
        [
            ("cfg.data.name", "cr", ["coco"] * d.n),
            ("cfg.optim.lr", "c", lr),
            ("cfg.optim.wd", "c", wd),
            ("cfg.model.neck.channels", "c", d.pick(128, 256)),
            ("cfg.trainer.max_epochs", "c", [12] * d.n),
            ("out.bbox_mAP", "m", d.near(0.3 + 0.1 * peak(lr, 0.02), 0.004)),
            ("out.bbox_mAP_small", "m", d.near(0.15 + 0.06 * peak(lr, 0.02), 0.006)),
            ("out.n_params", "mc", [41_000_000] * d.n),
        ],
        ["+out.bbox_mAP"],
    )


def columns_of_lists(d: Draw) -> Sheet:
    lr, depth = d.log(1e-4, 1e-1), d.whole(2, 8)
    return Sheet(
        [("lr", "c", lr), ("depth", "c", depth), ("r2", "m", d.near(0.5 + 0.4 * peak(lr, 0.01), 0.01))],
        ["+r2"],
        write=lambda frame: json.dumps(frame.to_dict("list"), default=lambda value: value.item()),
        suffix=".json",
    )


def nothing_measured(d: Draw) -> Sheet:
    return Sheet(
        [
            ("lr", "c", d.log(1e-4, 1e-1)),
            ("batch_size", "c", d.pick(16, 32)),
            ("optimizer", "c", d.pick("adam", "sgd")),
            ("dropout", "c", d.even(0, 0.5, 1)),
        ],
        [],
        refusable=True,
    )


def with_a_baseline(d: Draw) -> Sheet:
    noise, k = d.even(0, 1, 2), d.pick(1, 5, 10)
    ours = d.near(0.8 - 0.3 * noise + 0.01 * k, 0.01)
    return Sheet(
        [
            ("noise", "c", noise),
            ("k_shot", "c", k),
            ("metric", "cr", d.pick("cosine", "l2")),
            ("baseline_acc", "m", d.near(0.7 - 0.3 * noise, 0.01)),
            ("ours_acc", "m", ours),
            ("gain", "m", d.near(0.1 + 0.01 * k, 0.01)),
        ],
        ["+ours_acc", "+gain"],
        write=write_tabs,
        suffix=".tsv",
    )


def counted_in_groups(d: Draw) -> Sheet:
    strategy, eps = np.repeat(["random", "tpe", "cma", "grid"], d.n // 4), d.log(1e-3, 1)
    return Sheet(
        [
            ("strategy", "c", strategy),
            ("trial", "r", np.tile(np.arange(d.n // 4), 4)),
            ("eps", "c", eps),
            ("width", "c", d.pick(8, 16, 32)),
            ("objective", "m", d.near(dip(np.log10(eps), -1.5, 1), 0.05)),
        ],
        ["?objective"],
    )
