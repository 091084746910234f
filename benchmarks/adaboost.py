"""
Hold functional ANOVA against published importances: AdaBoost's settings on 100 OpenML tasks, 400 runs each.

van Rijn and Hutter (2018), "Hyperparameter importance across datasets", computed them with their own functional ANOVA.
Counted is on how many tasks our most important parameter is theirs. Usage: python -m benchmarks.adaboost
"""

from __future__ import annotations

import gzip

import pandas as pd
from scipy.io import arff

from benchmarks.fanova import alone
from benchmarks.grids import FOLDER
from panel import from_frames
from panel.data.project import Domain, Space
from panel.importance import compute
from panel.question.design import build
from panel.question.selection import Selection, Target

PUBLISHED = {"max. depth": "max_depth", "iterations": "n_estimators", "learning rate": "learning_rate"}

SPACE = {
    "learning_rate": Domain("real", 0.01, 2.0, scale="log"),
    "max_depth": Domain("integer", 1, 10),
    "n_estimators": Domain("integer", 50, 500),
}


def read() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the runs, and the published importances by task."""
    folder = FOLDER / "openml_pimp"
    with gzip.open(folder / "adaboost.arff.gz", "rt") as file:
        runs = pd.DataFrame(arff.loadarff(file)[0])
    runs.columns = [name.rpartition("__")[2] for name in runs]
    for name in ("algorithm", "strategy"):
        runs[name] = runs[name].str.decode("utf-8")
    published = pd.read_csv(folder / "published_fanova" / "adaboost_ranks_all.csv", index_col="task_id")
    published.index = published.index.str.removeprefix("Task ").astype(int)
    return runs.rename(columns={"strategy": "imputation"}), published.rename(columns=PUBLISHED)


def main() -> None:
    """Print on how many tasks the first parameter agrees."""
    runs, published = read()
    agree = dict.fromkeys(("main effects without intervals", "the method fanova", "the method forest"), 0)
    tasks = sorted(set(runs["task_id"].astype(int)) & set(published.index))
    for task in tasks:
        part = runs[runs["task_id"] == task].reset_index(drop=True)
        config = part[["algorithm", "learning_rate", "max_depth", "n_estimators", "imputation"]]
        space = Space("predictive_accuracy", "maximize", "random", SPACE)
        project = from_frames(config, part[["predictive_accuracy"]], space=space)
        design = build(project, Selection("p", Target("predictive_accuracy", "maximize", scale="raw")))
        names = [f.parameter.name for f in design.features]
        first = [
            names[int(alone(design).main.argmax())],
            compute(design, "fanova").rows[0].parameter,
            compute(design, "forest").rows[0].parameter,
        ]
        for words, name in zip(agree, first, strict=True):
            agree[words] += name == published.loc[task].idxmax()
    print(f"| our most important parameter by | is the published one, of {len(tasks)} tasks |")
    print("|---|---|")
    for words, count in agree.items():
        print(f"| {words} | {count} |")


if __name__ == "__main__":
    main()
