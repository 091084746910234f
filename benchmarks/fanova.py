"""
Hold functional ANOVA against exact answers and against Optuna: complete grids of other people's runs; time, memory.

Accuracy: samples of 500, 2,000 and 10,000 rows (20 each) of three complete grids, whose main effects and interactions
are known exactly. For each sample the largest error among the main effects and among the five truly largest pairs;
given are the mean over the samples and its standard error, beside a reference on the same samples: a random forest of
scikit-learn, 64 trees, one row a leaf, categories as codes, marginalised exactly.
Usage: python -m benchmarks.fanova [SAMPLES]
"""

from __future__ import annotations

import itertools
import json
import os
import resource
import subprocess
import sys
import time
from concurrent.futures import ProcessPoolExecutor

import numpy as np
import pandas as pd

from benchmarks.grids import FOLDER, GRIDS, read
from panel import from_frames
from panel.importance import axes, bags, fanova
from panel.importance.marginals import Axis, decompose
from panel.question.design import Design, build
from panel.question.selection import Selection, Target

ROWS = (500, 2_000, 10_000)
TREES = 64


def exact(name: str) -> tuple[pd.Series, dict[frozenset[str], float]]:
    """Return the exact main effects, and the exact interactions by their two parameters."""
    answer = GRIDS[name][4](json.loads((FOLDER / name / "EXACT_FANOVA.json").read_text()))
    return pd.Series(answer["main"]), {frozenset(pair.split(" x ")): share for pair, share in answer["pair"].items()}


def ours(X: pd.DataFrame, y: np.ndarray, scale: str, seed: int) -> tuple[np.ndarray, np.ndarray, list[str]]:
    """Return main effects and pairs as SweepLens computes them, without intervals."""
    project = from_frames(X, pd.DataFrame({"y": y}, index=X.index))
    design = build(project, Selection("p", Target("y", "minimize", scale=scale), seed=seed))  # type: ignore[arg-type]
    found = alone(design)
    return found.main, found.pairs, [f.parameter.name for f in design.features]


def alone(design: Design) -> fanova.Forest:
    """Return the decomposition of a design, without intervals."""
    rows = bags.pool_rows(design)
    _, first, config = np.unique(design.config_id[rows], return_index=True, return_inverse=True)
    return fanova.grow(axes.make_columns(design, rows[first]), design.y[rows], config, design.seed)


def reference(X: pd.DataFrame, y: np.ndarray, scale: str, seed: int) -> tuple[np.ndarray, np.ndarray, list[str]]:
    """Return main effects and pairs of scikit-learn's random forest."""
    from sklearn.ensemble import RandomForestRegressor

    codes = np.column_stack([np.unique(X[name], return_inverse=True)[1] for name in X]).astype(np.float32)
    levels = codes.max(axis=0).astype(int) + 1
    every = [Axis(np.arange(k), np.full(k, 1 / k)) for k in levels]
    model = RandomForestRegressor(TREES, random_state=seed).fit(codes, np.log(y) if scale == "log" else y)
    found = [decompose(tree.tree_, every, np.arange(len(levels))) for tree in model.estimators_]
    main = np.mean([d.main / d.total for d in found], axis=0)
    return main, np.mean([d.pairs / d.total for d in found], axis=0), list(X)


def once(job: tuple[str, int, int]) -> list[tuple[float, float, bool]]:
    """Return for us and for the reference the largest error of main effects and of pairs, and if the first is right."""
    name, n, sample = job
    grid = read(name, str(FOLDER))
    main, pairs = exact(name)
    rows = np.random.default_rng([n, sample]).choice(len(grid.y), n, replace=False)
    largest = sorted(pairs, key=lambda pair: -pairs[pair])[:5]
    results = []
    for method in (ours, reference):
        found, together, names = method(grid.X.iloc[rows], grid.y[rows], grid.scale, sample)
        of = {frozenset((a, b)): together[i, j] for (i, a), (j, b) in itertools.combinations(enumerate(names), 2)}
        error = np.abs(found - main[names]).max()
        results.append((error, max(abs(of[p] - pairs[p]) for p in largest), max(of, key=lambda p: of[p]) == largest[0]))
    return results


def accuracy(samples: int) -> None:
    """Print the table of errors."""
    print("| grid | rows | main effects: ours | reference | five largest pairs: ours | reference | top pair found |")
    print("|---|---|---|---|---|---|---|")
    with ProcessPoolExecutor(initializer=_one_core) as pool:
        for name, n in itertools.product(GRIDS, ROWS):
            found = np.array(list(pool.map(once, [(name, n, k) for k in range(samples)])), float)
            mean, error = found.mean(axis=0), found.std(axis=0, ddof=1) / np.sqrt(samples)
            cells = [f"{mean[m, k]:.4f} ± {error[m, k]:.4f}" for k in (0, 1) for m in (0, 1)]
            print(
                f"| {name} | {n:,} | {' | '.join(cells)} | {mean[0, 2]:.0%}, reference {mean[1, 2]:.0%} |", flush=True
            )


def _one_core() -> None:
    os.cpu_count = lambda: 1  # type: ignore[assignment]


def case(n: int, p: int) -> tuple[pd.DataFrame, np.ndarray]:
    """Return runs of a function with main effects, an interaction, noise, and parameters of no effect."""
    rng = np.random.default_rng(0)
    X = rng.random((n, p))
    y = 3 * X[:, 0] + 4 * X[:, 1] * X[:, 2] + np.sin(6 * X[:, 3]) + 0.3 * rng.normal(size=n)
    return pd.DataFrame(X, columns=[f"x{i:02}" for i in range(p)]), y


def timed(what: str, n: int, p: int) -> dict[str, float]:
    """Time one computation in this process: CPU and wall seconds, and peak memory in MB."""
    X, y = case(n, p)
    project = from_frames(X, pd.DataFrame({"y": y}))
    design = build(project, Selection("p", Target("y", "minimize", scale="raw")))
    run = alone
    if what == "optuna":
        import optuna

        optuna.logging.set_verbosity(optuna.logging.ERROR)
        every = {name: optuna.distributions.FloatDistribution(0, 1) for name in X}
        study = optuna.create_study()
        study.add_trials(
            [
                optuna.create_trial(params=row, distributions=every, value=value)
                for row, value in zip(X.to_dict("records"), y.tolist(), strict=True)
            ]
        )
        evaluator = optuna.importance.FanovaImportanceEvaluator(seed=0)
        run = lambda _: evaluator.evaluate(study)  # type: ignore[assignment,return-value] # noqa: E731
    elif what == "main":
        fanova.PAIRED_EVERY = fanova.TREES + 1  # but for one tree
    import sklearn.ensemble  # noqa: F401 (importing it is not timed)

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    wall, cpu = time.perf_counter(), time.process_time()
    run(design)
    peak = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1e3
    return {"wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu, "peak": peak}


def apart(*arguments: object) -> dict[str, float]:
    """Time in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.fanova", "timed", *map(str, arguments)]
    return json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def cost() -> None:
    """Print the table of times."""
    print("\n| runs × parameters | what | wall s | CPU s | peak MB | Optuna's CPU s | ratio |")
    print("|---|---|---|---|---|---|---|")
    for n, p in ((200, 8), (2_000, 20)):
        mine, theirs = apart("main", n, p), apart("optuna", n, p)
        print(
            f"| {n:,} × {p} | main effects | {mine['wall']:.2f} | {mine['cpu']:.2f} | {mine['peak']:.0f} | "
            f"{theirs['cpu']:.1f} | {theirs['cpu'] / mine['cpu']:.0f} |",
            flush=True,
        )
    for n, p in ((2_000, 20), (20_000, 50)):
        mine = apart("pairs", n, p)
        print(f"| {n:,} × {p} | with all pairs | {mine['wall']:.2f} | {mine['cpu']:.2f} | {mine['peak']:.0f} | – | – |")


def same_trees() -> None:
    """Print what the main effects of the same fitted trees cost Optuna and us, in one process, alternately."""
    from optuna.importance._fanova._tree import _FanovaTree
    from sklearn.ensemble import RandomForestRegressor

    print("\n| trees fitted to | trees | Optuna's CPU s | ours | ratio |")
    print("|---|---|---|---|---|")
    for n, p, trees in ((200, 8, 16), (2_000, 20, 4)):
        X, y = case(n, p)
        model = RandomForestRegressor(trees, random_state=0).fit(X.to_numpy(np.float32), y)
        theirs = mine = 0.0
        decompose(
            model.estimators_[0].tree_, [Axis(np.array([0.5, 1.0]), np.array([0.5, 0.5]))] * p
        )  # once, unmeasured
        for tree in (t.tree_ for t in model.estimators_):
            start = time.process_time()
            own = _FanovaTree(tree, np.array([[0.0, 1.0]] * p))
            expected = [own.get_marginal_variance(np.array([j])) for j in range(p)]
            theirs += time.process_time() - start
            start = time.process_time()
            cuts = [np.unique(tree.threshold[tree.feature == j]) for j in range(p)]
            every = [Axis(np.append(c, 1.0), np.diff(c, prepend=0.0, append=1.0)) for c in cuts]
            found = decompose(tree, every).main
            mine += time.process_time() - start
            np.testing.assert_allclose(found, expected, rtol=1e-9)
        print(f"| {n:,} × {p} | {trees} | {theirs:.2f} | {mine:.4f} | {theirs / mine:.0f} |", flush=True)


def main(samples: str = "20") -> None:
    """Print all tables."""
    cost()
    same_trees()
    print()
    accuracy(int(samples))


if __name__ == "__main__":
    if sys.argv[1:2] == ["timed"]:
        print(json.dumps(timed(sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))))
    else:
        main(*sys.argv[1:])
