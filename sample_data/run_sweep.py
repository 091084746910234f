"""Run the sample sweep again: `python sample_data/run_sweep.py`.

A multi-layer perceptron in NumPy is trained, epoch by epoch, on scikit-learn's bundled digits, once for
every configuration drawn at random from the search space below. Every number in `digits-mlp/` comes out of
this script. Runs that diverge log NaN; runs whose settings cannot work (`data.pca` beyond the 64 pixels)
raise in scikit-learn and are logged as failed. Only the times differ when it is run again.
"""

from __future__ import annotations

import itertools
import json
import time
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.datasets import load_digits
from sklearn.decomposition import PCA
from sklearn.model_selection import train_test_split

HERE = Path(__file__).parent / "digits-mlp"
CONFIGS = 720
REPLICATED, SEEDS = 20, 4  # the first 20 configurations are run with four further seeds each

SPACE = {
    "optimizer.name": {"type": "categorical", "choices": ["sgd", "adam", "rmsprop"]},
    "optimizer.lr": {"type": "real", "low": 3e-4, "high": 1.0, "scale": "log"},
    "optimizer.momentum": {
        "type": "real",
        "low": 0.0,
        "high": 0.98,
        "condition": {"parameter": "optimizer.name", "values": ["sgd"]},
    },
    "optimizer.weight_decay": {"type": "real", "low": 1e-6, "high": 1e-2, "scale": "log"},
    "model.hidden_sizes": {
        "type": "categorical",
        "choices": [[32], [64], [128], [64, 32], [128, 64], [64, 64, 32]],
    },
    "model.activation": {"type": "categorical", "choices": ["relu", "tanh", "logistic", "identity"]},
    "model.dropout": {"type": "real", "low": 0.0, "high": 0.5},
    "batch_size": {"type": "categorical", "choices": [16, 32, 64, 128, 256], "scale": "log"},
    "epochs": {"type": "integer", "low": 8, "high": 40},
    "data.pca": {"type": "integer", "low": 4, "high": 68},
    "data.standardize": {"type": "categorical", "choices": [True, False]},
    "data.num_workers": {"type": "integer", "low": 0, "high": 8},
}

ACTIVATIONS = {
    "relu": (lambda z: np.maximum(z, 0), lambda a: a > 0),
    "tanh": (np.tanh, lambda a: 1 - a**2),
    "logistic": (lambda z: 1 / (1 + np.exp(-np.clip(z, -60, 60))), lambda a: a * (1 - a)),
    "identity": (lambda z: z, lambda a: np.ones_like(a)),
}


def draw(name: str, rng: np.random.Generator) -> object:
    """One value of a parameter, uniform on its declared scale."""
    space = SPACE[name]
    if space["type"] == "categorical":
        return space["choices"][rng.integers(len(space["choices"]))]
    if space["type"] == "integer":
        return int(rng.integers(space["low"], space["high"] + 1))
    if space.get("scale") == "log":
        return float(f"{np.exp(rng.uniform(np.log(space['low']), np.log(space['high']))):.6g}")
    return float(f"{rng.uniform(space['low'], space['high']):.4g}")


def draw_config(rng: np.random.Generator) -> dict[str, object]:
    """One configuration; a conditional parameter is drawn only where its parent asks for it."""
    config: dict[str, object] = {}
    for name, space in SPACE.items():
        condition = space.get("condition")
        if condition is None or config[condition["parameter"]] in condition["values"]:
            config[name] = draw(name, rng)
    return config


def softmax_loss(logits: np.ndarray, y: np.ndarray) -> tuple[float, float, np.ndarray]:
    """Mean cross-entropy, accuracy and the gradient at the logits."""
    shifted = logits - logits.max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    rows = np.arange(len(y))
    gradient = np.exp(log_p)
    gradient[rows, y] -= 1
    return float(-log_p[rows, y].mean()), float((logits.argmax(axis=1) == y).mean()), gradient / len(y)


class MLP:
    """A fully connected classifier with dropout, trained by SGD, Adam or RMSProp."""

    def __init__(self, config: dict[str, object], inputs: int, rng: np.random.Generator):
        sizes = [inputs, *config["model.hidden_sizes"], 10]
        pairs = list(itertools.pairwise(sizes))
        self.W = [rng.normal(0, np.sqrt(2 / a), (a, b)).astype(np.float32) for a, b in pairs]
        self.b = [np.zeros(b, np.float32) for b in sizes[1:]]
        self.act, self.slope = ACTIVATIONS[config["model.activation"]]
        self.config, self.rng, self.steps = config, rng, 0
        self.first = [np.zeros_like(p) for p in self.W + self.b]
        self.second = [np.zeros_like(p) for p in self.W + self.b]

    def forward(self, X: np.ndarray, dropout: float = 0.0) -> tuple[list[np.ndarray], list[np.ndarray]]:
        """Return every layer's output, the last as logits, and the dropout masks."""
        activations, masks = [X], []
        for W, b in zip(self.W[:-1], self.b[:-1], strict=True):
            a = self.act(activations[-1] @ W + b)
            masks.append((self.rng.random(a.shape) >= dropout) * np.float32(1 / (1 - dropout)))
            activations.append(a * masks[-1])
        activations.append(activations[-1] @ self.W[-1] + self.b[-1])
        return activations, masks

    def step(self, X: np.ndarray, y: np.ndarray) -> tuple[float, float]:
        """Learn from one batch; return its loss and accuracy."""
        activations, masks = self.forward(X, self.config["model.dropout"])
        loss, accuracy, delta = softmax_loss(activations[-1], y)
        gradients_W: list[np.ndarray] = []
        gradients_b: list[np.ndarray] = []
        for i in reversed(range(len(self.W))):
            gradients_W.insert(0, activations[i].T @ delta + self.config["optimizer.weight_decay"] * self.W[i])
            gradients_b.insert(0, delta.sum(axis=0))
            if i:
                delta = (delta @ self.W[i].T) * masks[i - 1] * self.slope(activations[i])
        self.update(gradients_W + gradients_b)
        return loss, accuracy

    def update(self, gradients: list[np.ndarray]) -> None:
        """Move every weight by its gradient, as the optimizer says."""
        name, lr = self.config["optimizer.name"], self.config["optimizer.lr"]
        self.steps += 1
        for p, g, m, v in zip(self.W + self.b, gradients, self.first, self.second, strict=True):
            if name == "sgd":
                m *= self.config["optimizer.momentum"]
                m += g
                p -= lr * m
                continue
            v *= 0.999 if name == "adam" else 0.9
            v += (1e-3 if name == "adam" else 0.1) * g * g
            if name == "adam":
                m *= 0.9
                m += 0.1 * g
                p -= lr * (m / (1 - 0.9**self.steps)) / (np.sqrt(v / (1 - 0.999**self.steps)) + 1e-8)
            else:
                p -= lr * g / (np.sqrt(v) + 1e-8)


def train(config: dict[str, object], seed: int) -> tuple[str, dict[str, float], list[tuple[int, str, float]]]:
    """Train once: final state, summary and history. A run that raises in scikit-learn is a failed run."""
    X, y = load_digits(return_X_y=True)
    rng = np.random.default_rng(seed)
    Xt, Xv, yt, yv = train_test_split(X / 16, y, test_size=0.3, random_state=seed, stratify=y)
    history: list[tuple[int, str, float]] = []
    try:
        pca = PCA(config["data.pca"], random_state=seed).fit(Xt)
    except ValueError:
        return "failed", {}, history
    Xt, Xv = pca.transform(Xt).astype(np.float32), pca.transform(Xv).astype(np.float32)
    if config["data.standardize"]:
        mean, sd = Xt.mean(axis=0), Xt.std(axis=0) + np.float32(1e-6)
        Xt, Xv = (Xt - mean) / sd, (Xv - mean) / sd
    net = MLP(config, Xt.shape[1], rng)
    logged: dict[str, float] = {}
    for epoch in range(1, config["epochs"] + 1):
        order = rng.permutation(len(yt))
        batches = [order[i : i + config["batch_size"]] for i in range(0, len(order), config["batch_size"])]
        steps = np.array([net.step(Xt[rows], yt[rows]) for rows in batches])
        val_loss, val_accuracy, _ = softmax_loss(net.forward(Xv)[0][-1], yv)
        logged = {
            "train_loss": float(steps[:, 0].mean()),
            "train_accuracy": float(steps[:, 1].mean()),
            "val_loss": float(val_loss),
            "val_accuracy": val_accuracy if np.isfinite(val_loss) else float("nan"),
        }
        history += [(epoch, metric, value) for metric, value in logged.items()]
        if not np.isfinite(val_loss):
            break
    return "finished", logged, history


def run(job: tuple[int, dict[str, object], int]) -> tuple[dict[str, object], list[tuple[int, str, float]]]:
    """One row of the table and its history."""
    number, config, seed = job
    np.seterr(all="ignore")
    created, clock = datetime.now(UTC), time.perf_counter()
    state, summary, history = train(config, seed)
    runtime = time.perf_counter() - clock
    name = f"mlp-{number:03d}-s{seed}"
    row: dict[str, object] = {
        "run.id": f"r{number:03d}s{seed}",
        "run.name": name,
        "run.state": state,
        "run.created": created.isoformat(timespec="milliseconds"),
        "run.runtime": round(runtime, 3),
    }
    extras = {
        "seed": seed,
        "dataset": "digits",
        "lr": config["optimizer.lr"],
        "run_name": name,
        "out_dir": f"outputs/digits/{name}",
    }
    for key, value in {**config, **extras}.items():
        row[f"config.{key}"] = json.dumps(value) if isinstance(value, list) else value
    for key, value in summary.items():
        row[f"summary.{key}"] = "NaN" if np.isnan(value) else float(f"{value:.6g}")
    if state == "finished":
        row["summary.runtime"] = round(runtime, 3)
        row["summary.epoch"] = max(step for step, _, _ in history)
    return row, history


def main() -> None:
    """Run the sweep and write the project in the native format."""
    rng = np.random.default_rng(20)
    configs = [draw_config(rng) for _ in range(CONFIGS)]
    jobs = [(i, config, 0) for i, config in enumerate(configs)]
    jobs += [(i, configs[i], seed) for seed in range(1, SEEDS + 1) for i in range(REPLICATED)]
    with ProcessPoolExecutor() as pool:
        results = list(pool.map(run, jobs, chunksize=4))
    table = pd.DataFrame([row for row, _ in results])
    groups = ("run.", "config.optimizer", "config.model", "config.data", "config.", "summary.")
    ordered = dict.fromkeys(column for group in groups for column in table if column.startswith(group))
    HERE.mkdir(exist_ok=True)
    table[list(ordered)].to_csv(HERE / "runs.csv", index=False)
    history = pd.DataFrame(
        [(row["run.id"], *point) for row, points in results for point in points],
        columns=["run_id", "step", "metric", "value"],
    ).astype({"run_id": "category", "metric": "category", "step": "int32"})
    # 20 bits of the mantissa, six significant digits, are plenty for a curve and compress three times better.
    bits = history["value"].to_numpy("float64").view("uint64") & np.uint64(0xFFFFFFFF00000000)
    history["value"] = bits.view("float64")
    history.to_parquet(HERE / "history.parquet", index=False, compression="zstd")
    declared = {"metric": "val_loss", "goal": "minimize", "method": "random", "parameters": SPACE}
    (HERE / "space.json").write_text(json.dumps(declared, indent=2) + "\n")


if __name__ == "__main__":
    main()
