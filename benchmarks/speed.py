"""
Measure what a full result costs, beside the article's recipe alone in the same process.

Full result: importance, intervals, floors, out-of-bag R² and correlation, from the loaded project. The recipe:
`pandas.get_dummies` and 250 extra trees; where that would take minutes it is estimated from a few trees.
CPU seconds of all threads together. Usage: python -m benchmarks.speed
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.ensemble import ExtraTreesRegressor

from panel.data import snapshot
from panel.data.project import Project, from_frames
from panel.importance import METHODS, compute
from panel.importance.correlation import correlate
from panel.question import design
from panel.question.selection import Selection, Target

ARTICLE_TREES = 250
ASKED = Selection("benchmark", Target("y", scale="raw"))


def runs(n: int, p: int) -> tuple[pd.DataFrame, pd.Series]:
    """Return runs of three categoricals, three integers and real numbers, of which six matter."""
    rng = np.random.default_rng(0)
    X = pd.DataFrame(rng.random((n, p)), columns=[f"x{i}" for i in range(p)])
    for i in range(3):
        X[f"x{i}"] = rng.choice(list("abcd"), n)
        X[f"x{i + 3}"] = rng.integers(1, 8, n)
    y = 10 * np.sin(np.pi * X["x6"] * X["x7"]) + 20 * (X["x8"] - 0.5) ** 2 + 10 * X["x9"] + 5 * X["x10"]
    return X, y + 3 * (X["x0"] == "a") + rng.normal(size=n)


def ours(project: Project) -> tuple[float, list[str]]:
    """Return the CPU seconds of a full result, and the parameters from the top."""
    start = time.process_time()
    made = design.build(project, ASKED)
    record = compute(made)
    correlate(made)
    return time.process_time() - start, [row.parameter for row in record.rows]


def article(X: pd.DataFrame, y: pd.Series, trees: int) -> tuple[float, list[str]]:
    """Return the CPU seconds of the article's recipe, estimated from so many trees, and its parameters from the top."""
    start = time.process_time()
    coded = pd.get_dummies(X)
    prepared = time.process_time()
    model = ExtraTreesRegressor(trees, random_state=0).fit(coded, y)
    per_tree = (time.process_time() - prepared) / trees
    by_parameter = pd.Series(model.feature_importances_).groupby([c.split("_")[0] for c in coded]).sum()
    return prepared - start + ARTICLE_TREES * per_tree, list(by_parameter.sort_values(ascending=False).index)


def peak_memory(folder: str, project_id: str) -> None:
    """Open a snapshot, compute the full result, and print by how much the process grew, in bytes."""
    X, y = runs(400, 12)
    ours(from_frames(X, y.to_frame("y")))  # everything imported and used once
    Path("/proc/self/clear_refs").write_text("5")  # the peak is counted from here
    before = _status("VmRSS")
    ours(snapshot.open_project(project_id, Path(folder)))
    print(json.dumps(_status("VmHWM") - before))


def _status(field: str) -> int:
    """Return a field of Linux' account of this process, in bytes."""
    return int(Path("/proc/self/status").read_text().split(f"{field}:")[1].split()[0]) * 1024


def study(n: int, p: int, trees: int, repetitions: int) -> None:
    """Print a line of the table."""
    X, y = runs(n, p)
    project = from_frames(X, y.to_frame("y"))
    article(X, y, 1), ours(project)
    costs = [(ours(project), article(X, y, trees)) for _ in range(repetitions)]
    own, recipe = (float(np.median([c[k][0] for c in costs])) for k in (0, 1))
    agree = len(set(costs[0][0][1][:5]) & set(costs[0][1][1][:5]))
    estimated = "" if trees == ARTICLE_TREES else f" (from {trees} trees)"
    print(f"| {n:,} × {p} | {own:.2f} | {recipe:.1f}{estimated} | {own / recipe:.3f} | {agree} of 5 |", flush=True)


def memory(n: int, p: int) -> None:
    """Print the peak memory of a full result, in a process of its own, beside the size of the data."""
    X, y = runs(n, p)
    own = int(X.memory_usage(deep=True, index=False).sum() + y.memory_usage(deep=True, index=False))
    with tempfile.TemporaryDirectory() as folder:
        project_id = snapshot.save(from_frames(X, y.to_frame("y")), Path(folder))
        command = [sys.executable, "-m", "benchmarks.speed", "peak", folder, project_id]
        grown = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    words = f"{grown / 1e6:.0f} MB with the data, which is {own / 1e6:.0f} MB: {grown / own:.2f} times"
    print(f"Peak memory at {n:,} × {p}: {words}.")


def large() -> None:
    """Print what a forest of a million runs costs beside one of a tenth, from the project to the record."""
    costs = {}
    for n in (100_000, 1_000_000):
        X, y = runs(n, 50)
        project = from_frames(X, y.to_frame("y"))
        wall, cpu = time.perf_counter(), time.process_time()
        made = design.build(project, ASKED)
        built = time.perf_counter() - wall
        compute(made)
        costs[n] = (time.perf_counter() - wall, time.process_time() - cpu, built)
    (wall, cpu, built), (wall_10, cpu_10, built_10) = costs.values()
    print("\n| runs × 50 | wall s | of it the design | CPU s |")
    print("|---|---|---|---|")
    print(f"| 100,000 | {wall:.1f} | {built:.1f} | {cpu:.1f} |")
    print(f"| 1,000,000 | {wall_10:.1f} | {built_10:.1f} | {cpu_10:.1f} |")
    print(f"| ratio | {wall_10 / wall:.2f} | {built_10 / built:.2f} | {cpu_10 / cpu:.2f} |")


def together() -> None:
    """Print what all methods cost at 2,000 × 20, one after the other, as the page's comparison computes them."""
    X, y = runs(2_000, 20)
    project = from_frames(X, y.to_frame("y"))
    made = design.build(project, ASKED)
    compute(made)  # everything imported
    print("\n| method, 2,000 × 20 | wall s |")
    print("|---|---|")
    total = 0.0
    for method in METHODS:
        start = time.perf_counter()
        compute(design.build(project, ASKED), method.NAME)
        taken = time.perf_counter() - start
        total += taken * (method.NAME != "shap")
        print(f"| {method.WORDS} | {taken:.2f} |", flush=True)
    print(f"| all but SHAP | {total:.2f} |")


def main() -> None:
    """Print all tables."""
    print("| runs × parameters | ours, CPU s | article's recipe, CPU s | ratio | top five agree |")
    print("|---|---|---|---|---|")
    study(200, 12, ARTICLE_TREES, 5)
    study(2_000, 20, ARTICLE_TREES, 5)
    study(20_000, 50, 10, 1)
    study(100_000, 50, 10, 1)
    print()
    memory(100_000, 50)
    large()
    together()


if __name__ == "__main__":
    if sys.argv[1:2] == ["peak"]:
        peak_memory(*sys.argv[2:])
    else:
        main()
