"""
Runs in the form in which Ultralytics 8.3 and YOLOv5 7.0 leave them, written by hand: both need torch to run.

Their tables have names padded with blanks, a row an epoch.
"""

from pathlib import Path

METRICS = (
    "train/box_loss",
    "metrics/precision(B)",
    "metrics/mAP50(B)",
    "metrics/mAP50-95(B)",
    "val/box_loss",
    "lr/pg0",
)
OLD_METRICS = (
    "train/box_loss",
    "metrics/precision",
    "metrics/mAP_0.5",
    "metrics/mAP_0.5:0.95",
    "val/box_loss",
    "x/lr0",
)
ARGS = """task: detect
mode: train
model: yolo11n.pt
data: coco8.yaml
epochs: 3
project: null
name: {name}
lr0: {lr}
box: 7.5
save_dir: runs/detect/{name}
"""


def write_table(file: Path, names: tuple[str, ...], best: float, epochs: int = 3) -> None:
    lines = [",".join(name.rjust(23) for name in ("epoch", *names))]
    for epoch in range(epochs):
        share = (epoch + 1) / epochs
        values = (2 - share, 0.5, best * share, best * share / 2, 2.5 - share, 0.01 * (1 - share))
        lines.append(",".join(f"{value:>23.5g}" for value in (epoch, *values)))
    file.write_text("\n".join(lines) + "\n")


def write_ultralytics(folder: Path, lr: float, best: float) -> None:
    folder.mkdir(parents=True)
    (folder / "args.yaml").write_text(ARGS.format(name=folder.name, lr=lr))
    write_table(folder / "results.csv", METRICS, best)
    (folder / "weights").mkdir()
    (folder / "weights" / "best.pt").write_bytes(b"PK")


def write_yolov5(folder: Path, lr: float, best: float) -> None:
    folder.mkdir(parents=True)
    hyp = f"lr0: {lr}\nmomentum: 0.937\nbox: 0.05\n"
    (folder / "hyp.yaml").write_text(hyp)
    nested = "".join(f"  {line}\n" for line in hyp.splitlines())
    (folder / "opt.yaml").write_text(f"weights: yolov5s.pt\nhyp:\n{nested}epochs: 3\nbatch_size: 16\nname: exp\n")
    write_table(folder / "results.csv", OLD_METRICS, best)
    (folder / "events.out.tfevents.1700000000.host.1.0").write_bytes(b"\x00" * 40)
