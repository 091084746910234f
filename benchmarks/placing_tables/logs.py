"""Logs of one run, and of several in long form."""

from __future__ import annotations

import numpy as np

from benchmarks.placing_tables.sheet import Draw, Sheet, peak, write_indexed


def keras_log(d: Draw) -> Sheet:
    loss = d.near(2 * np.exp(-np.arange(d.n) / 12) + 0.2, 0.01)
    return Sheet(
        [
            ("epoch", "rmi", range(d.n)),
            ("accuracy", "mri", d.near(1 - loss / 3, 0.01)),
            ("loss", "mri", loss),
            ("lr", "mric", [0.001] * 20 + [0.0001] * (d.n - 20)),
            ("val_accuracy", "mri", d.near(0.95 - loss / 3, 0.02)),
            ("val_loss", "mri", d.near(loss + 0.1, 0.03)),
        ],
        ["+val_accuracy", "-val_loss"],
        runs=(1,),
        refusable=True,
    )


def lightning_log(d: Draw) -> Sheet:
    odd = np.arange(d.n) % 4 == 3
    loss = d.near(1.5 * np.exp(-np.arange(d.n) / 15) + 0.3, 0.02)
    return Sheet(
        [
            ("epoch", "rmi", np.arange(d.n) // 4),
            ("step", "rmi", 50 * np.arange(d.n) + 49),
            ("train_loss", "mri", np.where(odd, "", loss.astype(str))),
            ("val_f1", "mri", np.where(odd, d.near(0.9 - loss / 4, 0.01).astype(str), "")),
            ("val_loss", "mri", np.where(odd, d.near(loss + 0.1, 0.02).astype(str), "")),
        ],
        ["+val_f1", "-val_loss"],
        runs=(1,),
        refusable=True,
    )


def wandb_history(d: Draw) -> Sheet:
    loss = d.near(3 * np.exp(-np.arange(d.n) / 10) + 0.4, 0.03)
    return Sheet(
        [
            ("_step", "rmi", range(d.n)),
            ("_runtime", "rmi", np.arange(d.n) * 12 + 4),
            ("_timestamp", "rmi", 1_700_000_000 + np.arange(d.n) * 12.2),
            ("train/loss", "mri", loss),
            ("train/grad_norm", "mri", d.near(loss / 2, 0.05)),
            ("eval/loss", "mri", d.near(loss + 0.2, 0.02)),
        ],
        ["-eval/loss"],
        write=write_indexed,
        runs=(1,),
        refusable=True,
    )


def yolo_log(d: Draw) -> Sheet:
    rise = 1 - np.exp(-np.arange(d.n) / 12)
    parts = [f"{side}/{part}_loss" for side in ("train", "val") for part in ("box", "cls", "dfl")]
    return Sheet(
        [
            ("                  epoch", "rmi", range(1, d.n + 1)),
            *[(f"         {part}", "mri", d.near(2 - rise, 0.03, 5)) for part in parts[:3]],
            ("   metrics/precision(B)", "mri", d.near(0.7 * rise, 0.02, 5)),
            ("      metrics/recall(B)", "mri", d.near(0.6 * rise, 0.02, 5)),
            ("       metrics/mAP50(B)", "mri", d.near(0.65 * rise, 0.01, 5)),
            ("    metrics/mAP50-95(B)", "mri", d.near(0.45 * rise, 0.01, 5)),
            *[(f"         {part}", "mri", d.near(2.1 - rise, 0.03, 5)) for part in parts[3:]],
            ("                 lr/pg0", "mric", np.linspace(0.01, 0.0001, d.n).round(6)),
        ],
        ["+metrics/mAP50-95(B)"],
        runs=(1,),
        refusable=True,
    )


def _draw_long(d: Draw, runs: int, epochs: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    lr, bs = np.repeat(d.log(1e-4, 1e-1)[:runs], epochs), np.repeat(d.pick(16, 32, 64)[:runs], epochs)
    epoch = np.tile(np.arange(1, epochs + 1), runs)
    return lr, bs, epoch, d.near(0.2 + np.exp(-epoch * peak(lr, 3e-3) / 3) + bs / 900, 0.01)


def log_of_many(d: Draw) -> Sheet:
    lr, bs, epoch, loss = _draw_long(d, 12, 10)
    return Sheet(
        [
            ("run", "r", np.repeat([f"run_{i:02d}" for i in range(12)], 10)),
            ("lr", "c", lr),
            ("batch_size", "c", bs),
            ("epoch", "rmi", epoch),
            ("train_loss", "m", d.near(loss - 0.05, 0.01)),
            ("val_loss", "m", loss),
            ("val_acc", "m", d.near(1 - loss / 2, 0.01)),
        ],
        ["-val_loss", "+val_acc"],
        runs=(12,),
    )


def log_without_names(d: Draw) -> Sheet:
    lr, bs, epoch, loss = _draw_long(d, 12, 8)
    return Sheet(
        [
            ("learning_rate", "c", lr),
            ("batch_size", "c", bs),
            ("epoch", "rmi", epoch),
            ("loss", "m", loss),
            ("accuracy", "m", d.near(1 - loss / 2, 0.01)),
        ],
        ["-loss", "+accuracy"],
        runs=(12,),
    )


def one_setting_a_row(d: Draw) -> Sheet:
    lr, momentum = d.log(1e-4, 1e-1), d.even(0.5, 0.99, 2)
    acc = d.near(0.6 + 0.3 * peak(lr, 0.01), 0.01)
    values = np.stack([lr, momentum, acc], axis=1).ravel()
    return Sheet(
        [
            ("trial", "", np.repeat(np.arange(d.n), 3)),
            ("name", "", np.tile(["lr", "momentum", "accuracy"], d.n)),
            ("value", "", values),
        ],
        ["+accuracy"],
        runs=(d.n,),
        refusable=True,
        more=(("lr", "c"), ("momentum", "c"), ("accuracy", "m")),
    )
