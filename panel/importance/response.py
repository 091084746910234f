"""
What a forest predicts along one parameter or two: partial dependence with single curves, and a pair's response surface.

Partial dependence is the mean prediction over the configurations, all else as it is there (Friedman 2001, "Greedy
function approximation"); the single curves are some of these configurations (Goldstein et al. 2015, "Peeking inside the
black box"). The band comes from trees that are grown on half of the configurations: it says how far the curve would
move with other runs, and knows nothing of what no tree sees (``benchmarks/RESULTS.md`` has how often it held the true
curve). All of it is what the forest learnt, not what would happen: where there are no runs, it guesses.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ..data.messages import Count, Message, Names, say
from ..data.progress import Progress, no_progress
from ..errors import QuestionError, nearest
from ..question.conditions import name_value
from ..question.design import Design
from ..question.features import Feature, code_column, find_distinct_numbers
from .axes import Columns, make_columns
from .bags import ROWS_PER_TREE, draw_configs, pool_rows, thin_rows
from .basis import PREDICTS_NOTHING
from .explained import measure_oob_r2
from .record import LEVEL, Surrogate, find_half_width, keep_finite
from .response_record import Place, Point, Response, ResponseAxis, Surface

TREES, SHARE_PER_TREE = 32, 0.9
"""Trees that predict, and the share of the configurations that each is grown on."""

HALVES = 16
"""Trees on half of the configurations, for the band."""

AVERAGED, AVERAGED_PAIR = 200, 100
"""Configurations over which a curve and a surface are averaged, at most."""

CURVES = 25
POINTS, SIDE = 25, 20
"""Values of a parameter at which a curve and a surface are asked, at most."""

CELLS = 20
"""Bars of a distribution."""

MOST_RUNS = 500
"""Runs that are drawn as points, at most."""


@dataclass(frozen=True)
class Tree:
    """One tree: scikit-learn's model, the seed by which it filled gaps and ordered categories, and whom it saw."""

    model: Any
    seed: int
    inside: np.ndarray  # whether each configuration was drawn for it


@dataclass(frozen=True)
class Forest:
    """
    A forest for asking: its trees per bag, and what is needed to ask them.

    Attributes
    ----------
    design
        The question as numbers.
    columns
        The parameters as axes, one row a configuration.
    trees
        `TREES` that predict, then `HALVES` for the band.
    config
        Number of the configuration of every run in `rows`.
    rows
        The rows of the design that it was grown from.
    surrogate
        What it predicts, and what it was grown from.
    """

    design: Design
    columns: Columns
    trees: list[Tree]
    config: np.ndarray
    rows: np.ndarray
    surrogate: Surrogate


def grow(design: Design, progress: Progress = no_progress) -> Forest:
    """
    Grow the forest.

    Parameters
    ----------
    design
        The question as numbers; not empty.
    progress
        Called with the share that is done; may raise to cancel.
    """
    rows = pool_rows(design)
    _, first, config = np.unique(design.config_id[rows], return_index=True, return_inverse=True)
    columns, y = make_columns(design, rows[first]), design.y[rows]
    n = len(first)
    grown = []
    total, count = np.zeros(len(rows)), np.zeros(len(rows))

    def grow_tree(seed: int, share: float) -> tuple[Tree, np.ndarray, np.ndarray]:
        from sklearn.tree import DecisionTreeRegressor  # takes a second to import

        codes, _ = columns.draw(np.random.default_rng(seed))
        rng = np.random.default_rng([seed, 1])
        inside = draw_configs(n, share, rng)
        seen, out = (thin_rows(ROWS_PER_TREE, np.flatnonzero(part), rng) for part in (inside[config], ~inside[config]))
        model = DecisionTreeRegressor(random_state=int(rng.integers(2**31)))
        model.fit(codes[config[seen]], y[seen], check_input=False)
        prediction = model.tree_.predict(codes[config[out]])[:, 0] if len(out) else np.empty(0)
        return Tree(model, seed, inside), out, prediction

    seeds = np.random.default_rng([design.seed, 7]).integers(2**31, size=TREES + HALVES).tolist()
    portions = [SHARE_PER_TREE] * TREES + [0.5] * HALVES
    with ThreadPoolExecutor() as threads:
        jobs = [threads.submit(grow_tree, seed, share) for seed, share in zip(seeds, portions, strict=True)]
        try:
            for done, job in enumerate(jobs, 1):
                tree, out, prediction = job.result()
                grown.append(tree)
                total[out] += prediction
                count[out] += 1
                progress(done / len(jobs))
        except BaseException:
            for job in jobs:
                job.cancel()
            raise
    with np.errstate(invalid="ignore", divide="ignore"):
        r2 = measure_oob_r2(y, total / count, config)
    surrogate = Surrogate(keep_finite(r2), len(rows), n, trees=TREES)
    return Forest(design, columns, grown, config, rows, surrogate)


def respond(forest: Forest, parameters: tuple[str, ...]) -> Response:
    """
    Return what the forest predicts along one parameter or two.

    Parameters
    ----------
    forest
        The forest.
    parameters
        One or two different names of parameters that entered the model.

    Raises
    ------
    QuestionError
        If a parameter did not enter the model, or is named twice.
    """
    design = forest.design
    names = [f.parameter.name for f in design.features]
    for name in parameters:
        if name not in names:
            raise QuestionError(f"{name!r} is not in the model. {nearest(name, names)}")
    if not 1 <= len(parameters) <= 2 or len(set(parameters)) < len(parameters):
        raise QuestionError(f"One parameter or two different ones can be looked at, not {', '.join(parameters)}.")
    numbers = [names.index(name) for name in parameters]
    every = np.arange(len(forest.columns.codes))
    recorded = [np.setdiff1d(every, forest.columns.gaps[k], assume_unique=True) for k in numbers]
    for k, name, configs in zip(numbers, parameters, recorded, strict=True):
        if not len(configs) or not len(_choose_codes(forest, k, POINTS)):
            raise QuestionError(f"No run that counts records a finite value of {name!r}: there is no curve to draw.")
    axes = tuple(_respond_along(forest, k, configs) for k, configs in zip(numbers, recorded, strict=True))
    both = np.intersect1d(recorded[0], recorded[-1], assume_unique=True)
    return Response(
        parameters=parameters,
        axes=axes,
        surface=_respond_over(forest, numbers, both) if len(numbers) == 2 and len(both) else None,
        points=_choose_points(forest, [design.features[k] for k in numbers]),
        surrogate=forest.surrogate,
        level=LEVEL,
        metric=design.label,
        goal=design.target.goal,
        scale=design.scale,
        notes=tuple(_list_notes(forest, axes, len(both))),
    )


def name_runs(response: Response, ids: Sequence[object]) -> Response:
    """Return a response whose points say which run they are; `ids` has those of all runs of the project."""
    points = tuple(replace(point, run=str(ids[point.row])) for point in response.points)
    return replace(response, points=points)


def _list_notes(forest: Forest, axes: tuple[ResponseAxis, ...], both: int) -> Iterator[Message]:
    r2 = forest.surrogate.oob_r2
    if r2 is None or r2 <= PREDICTS_NOTHING:
        yield say(
            "response.predicts_nothing", "The forest predicts no better than the mean: these shapes mean nothing."
        )
    if not both:
        yield say(
            "response.apart",
            "No run records both {parameters}: they cannot be seen together.",
            parameters=Names(tuple(axis.parameter for axis in axes)),
        )
    for axis in axes:
        if axis.infinite:
            yield say(
                "response.infinite",
                "{parameter} is infinite in {runs}, not drawn.",
                parameter=axis.parameter,
                runs=Count(axis.infinite, "run"),
            )
        if axis.recorded < axis.runs:
            yield say(
                "response.conditional",
                "Averaged where {parameter} is recorded: {recorded} of {runs} runs.",
                parameter=axis.parameter,
                recorded=Count(axis.recorded),
                runs=Count(axis.runs),
            )
        if axis.values > len(axis.x) and axis.labels:
            yield say(
                "response.most_frequent",
                "Of {values} values of {parameter} the {shown} most frequent are shown.",
                values=Count(axis.values),
                parameter=axis.parameter,
                shown=Count(len(axis.x)),
            )
    if forest.design.adaptive:
        yield say(
            "response.adaptive",
            "The search is adaptive ({reason}): where it hardly looked, the forest guesses.",
            reason=forest.design.adaptive,
        )


def _respond_along(forest: Forest, k: int, configs: np.ndarray) -> ResponseAxis:
    """Return a parameter's curve and distribution."""
    design, columns, f = forest.design, forest.columns, forest.design.features[k]
    codes = _choose_codes(forest, k, POINTS)
    labels = write_labels(f, forest.columns.values[k][codes])
    configs = thin_rows(AVERAGED, configs, np.random.default_rng([design.seed, 8]))
    predicted = _predict(forest.trees[:TREES], columns, [(k, codes)], configs)  # trees, values, configs
    halves = _predict(forest.trees[TREES:], columns, [(k, codes)], configs).mean(axis=2)
    mean = predicted.mean(axis=(0, 2))
    width = find_half_width(halves.var(axis=0, ddof=1), np.array(HALVES - 1.0))
    single = predicted[..., :CURVES].mean(axis=0).T
    counts, edges = _count_runs(f, forest.columns.values[k][codes] if labels else None)
    return ResponseAxis(
        parameter=f.parameter.name,
        kind=f.parameter.kind,
        scale=f.parameter.scale,
        x=tuple(range(len(codes))) if labels else tuple(forest.columns.values[k][codes].tolist()),
        labels=None if labels is None else tuple(labels),
        mean=_unscale(design, mean),
        low=_unscale(design, mean - width),
        high=_unscale(design, mean + width),
        single=tuple(_unscale(design, curve) for curve in single),
        counts=tuple(counts),
        edges=None if edges is None else tuple(edges),
        values=len(forest.columns.values[k]),
        recorded=int(f.active.sum()),
        infinite=int(np.isinf(code_column(f)).sum()),
        runs=len(design.y),
    )


def _respond_over(forest: Forest, numbers: list[int], configs: np.ndarray) -> Surface:
    """Return the predictions of a pair."""
    design = forest.design
    asked = [_choose_codes(forest, k, SIDE) for k in numbers]
    configs = thin_rows(AVERAGED_PAIR, configs, np.random.default_rng([design.seed, 9]))
    first, second = (part.ravel() for part in np.meshgrid(*asked))
    fixed = [(numbers[0], first), (numbers[1], second)]
    predicted = _predict(forest.trees[:TREES], forest.columns, fixed, configs)
    z = predicted.mean(axis=(0, 2)).reshape(len(asked[1]), len(asked[0]))
    labelled = [
        write_labels(design.features[k], forest.columns.values[k][c]) for k, c in zip(numbers, asked, strict=True)
    ]
    x, y = (
        tuple(range(len(c))) if labels else tuple(forest.columns.values[k][c].tolist())
        for k, c, labels in zip(numbers, asked, labelled, strict=True)
    )
    return Surface(x, y, tuple(_unscale(design, row) for row in z))


def _choose_codes(forest: Forest, k: int, most: int) -> np.ndarray:
    """Return the codes at which a parameter is asked: so many spread over its values, or its most frequent labels."""
    codes = np.flatnonzero(np.isfinite(forest.columns.values[k]))
    m = len(codes)
    if m <= most:
        return codes
    if forest.columns.unordered[k] or forest.design.features[k].levels is not None:
        known = np.setdiff1d(np.arange(len(forest.columns.codes)), forest.columns.gaps[k], assume_unique=True)
        counts = np.bincount(forest.columns.codes[known, k].astype(int), minlength=m)
        return np.sort(np.argsort(-counts, kind="stable")[:most])
    return codes[np.floor((np.arange(most) + 0.5) / most * m).astype(int)]  # not the ends, where single runs decide


def _predict(
    trees: list[Tree], columns: Columns, fixed: list[tuple[int, np.ndarray]], configs: np.ndarray
) -> np.ndarray:
    """Return every tree's predictions with parameters fixed to codes, shape (trees, n_codes, n_configs)."""
    size, known = len(fixed[0][1]), {}
    for k, _ in fixed:
        known[k] = np.setdiff1d(np.arange(len(columns.codes)), columns.gaps[k], assume_unique=True)
    predicted = np.empty((len(trees), size, len(configs)))
    for t, tree in enumerate(trees):
        codes, _ = columns.draw(np.random.default_rng(tree.seed))
        X = np.tile(codes[configs], (size, 1))
        for k, asked in fixed:
            place = np.arange(len(columns.values[k]))
            place[columns.codes[known[k], k].astype(int)] = codes[known[k], k]
            X[:, k] = np.repeat(place[asked], len(configs))
        predicted[t] = tree.model.tree_.predict(X)[:, 0].reshape(size, len(configs))
    return predicted


def write_labels(f: Feature, values: np.ndarray) -> list[str] | None:
    """Return the texts of values as `features.code_column` writes them; ``None`` if they are numbers."""
    coded = f.levels
    if f.parameter.kind == "boolean":
        return ["true" if value else "false" for value in values]
    if coded is None:
        return None
    if "" not in f.numbers:
        return [name_value(coded.values[int(v)]) for v in values]
    numbers, words = find_distinct_numbers(f), len(coded.values)
    return [name_value(coded.values[int(v) + words]) if v < 0 else name_value(numbers[int(v)]) for v in values]


def _count_runs(f: Feature, labelled: np.ndarray | None) -> tuple[list[int], list[float] | None]:
    """Return how many runs have each labelled value, or lie between the edges of bars, and these edges."""
    column = code_column(f)
    column = column[~np.isnan(column)]
    if labelled is not None:
        return [int((column == value).sum()) for value in labelled], None
    column = column[np.isfinite(column)]
    distinct = np.unique(column)
    if len(distinct) < 2:
        room = 0.1 * abs(distinct[0]) or 0.5  # one bar has to have a width too
        return [len(column)], [float(distinct[0] - room), float(distinct[0] + room)]
    log = f.parameter.scale == "log" and distinct[0] > 0
    low, high = np.log(distinct[[0, -1]]) if log else distinct[[0, -1]]
    edges = np.linspace(low, high, CELLS + 1)
    counts, _ = np.histogram(np.log(column) if log else column, edges)
    return counts.tolist(), (np.exp(edges) if log else edges).tolist()


def _choose_points(forest: Forest, features: list[Feature]) -> tuple[Point, ...]:
    """Return some runs that the forest knows."""
    design = forest.design
    active = np.any(np.array([f.active for f in features]), axis=0)
    taken = forest.rows[active[forest.rows]]
    taken = thin_rows(MOST_RUNS, taken, np.random.default_rng([design.seed, 10]))
    places = [_place_points(f, taken) for f in features]
    x, y = places[0], places[1] if len(places) > 1 else [None] * len(taken)
    return tuple(
        Point(x[i], y[i], float(design.raw[run]), int(design.rows[run])) for i, run in enumerate(taken.tolist())
    )


def _place_points(f: Feature, runs: np.ndarray) -> list[Place]:
    """Return the values of runs, or their texts if they are no numbers; ``None`` if infinite or not recorded."""
    values = code_column(f)[runs]
    known = np.isfinite(values)
    labels = write_labels(f, values[known])
    texts = iter(labels if labels is not None else values[known].tolist())
    return [next(texts) if k else None for k in known]


def _unscale(design: Design, values: np.ndarray) -> tuple[float, ...]:
    """Return values of the modelled target in its own units, cut to the range of the numbers there are."""
    if design.scale == "rank":
        return tuple(np.quantile(design.raw, np.clip(values, 0.0, 1.0)).tolist())
    with np.errstate(over="ignore"):
        unscaled = np.exp(values) if design.scale == "log" else values
    return tuple(np.nan_to_num(unscaled, nan=0.0).tolist())
