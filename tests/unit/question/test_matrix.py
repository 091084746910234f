import numpy as np
import pandas as pd

from panel.data.project import from_frames
from panel.question.design import build
from panel.question.matrix import group_associated, make_matrix, measure_associations
from panel.question.selection import Selection, Target


def ask(project, metric="loss", **target):
    return build(project, Selection("p", Target(metric, **target)))


def test_matrix_codes():
    columns = {
        "flag": [True, False] * 8,
        "four": list("abcd") * 4,
        "many": [f"v{i:02d}" for i in range(12)] + ["v00"] * 4,
        "sizes": [[8], [8, 4], [16], [16, 2]] * 4,
        "gap": [np.nan, 1.0, 5.0, 2.0] * 4,
        "mixed": [1, 2, "auto", 3] * 4,
    }
    rng = np.random.default_rng(1)
    config = pd.DataFrame({k: pd.Series([v[i] for i in rng.permutation(16)]) for k, v in columns.items()})
    design = ask(from_frames(config, pd.DataFrame({"loss": np.random.default_rng(0).random(16)})))
    made = make_matrix(design, np.arange(16))
    names = [f.parameter.name for f in design.features]
    width = {name: int((made.parents == i).sum()) for i, name in enumerate(names)}
    # sizes: four indicators, the length, two elements; mixed: the number and an indicator of the word
    assert width == {"flag": 1, "four": 4, "many": 1, "sizes": 7, "gap": 1, "mixed": 2}
    assert len(made.inactive[names.index("gap")]) == 4
    assert all(len(made.inactive[names.index(n)]) == 0 for n in names if n != "gap")
    assert made.X.dtype == np.uint8


def test_a_monotone_rescaling_changes_no_matrix(sweep):
    project = sweep(50)
    rescaled = project.config.assign(lr=np.log(project.config["lr"]) * 3 + 7)
    a = make_matrix(ask(project), np.arange(50)).X
    b = make_matrix(ask(from_frames(rescaled, project.summary)), np.arange(50)).X
    assert np.sort(a[:, 0]).tolist() == np.sort(b[:, 0]).tolist()


def test_associated_parameters_are_grouped_and_conditional_ones_are_not(rng):
    n = 300
    a = rng.random(n)
    kind = rng.choice(["p", "q"], n)
    config = pd.DataFrame(
        {
            "a": a,
            "almost_a": a + 0.05 * rng.random(n),
            "b": rng.random(n),
            "kind": kind,
            "child": np.where(kind == "p", rng.random(n), np.nan),
        }
    )
    design = ask(from_frames(config, pd.DataFrame({"loss": rng.random(n)})))
    names = [f.parameter.name for f in design.features]
    groups = [[names[i] for i in group] for group, _ in group_associated(measure_associations(design, np.arange(n)))]
    assert groups == [["a", "almost_a"]]
