"""
The exact functional decomposition of a regression tree: how its variance is shared among axes and pairs of axes.

A tree is constant on boxes, its leaves. Under independent axes its main effects and interactions are sums over these
boxes (Hutter, Hoos and Leyton-Brown 2014, "An efficient approach for assessing hyperparameter importance"). Here every
box is added into a grid of the tree's own split cells by its corners alone, and the grid is summed up once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from .trees import walk_levels


@dataclass(frozen=True)
class Axis:
    """
    What one axis is weighed by: points, and the probability of each.

    Attributes
    ----------
    points
        Ascending, shape (n_points,). A split at a threshold has the points up to it on its left.
    weights
        Not negative, adding up to 1, shape (n_points,).
    """

    points: np.ndarray
    weights: np.ndarray


@dataclass(frozen=True)
class Decomposition:
    """
    The variance of one tree and its parts.

    Attributes
    ----------
    mean, total
        Mean and variance of the tree's prediction.
    main
        Variance of every main effect, shape (n_axes,).
    pairs
        Variance of every interaction of two axes without their main effects, shape (n_paired, n_paired): what belongs
        to the paired axes number i < j stands at (i, j), 0 elsewhere.
    """

    mean: float
    total: float
    main: np.ndarray
    pairs: np.ndarray


@dataclass(frozen=True)
class _Boxes:
    """Leaves in the grid of a tree's own cells; all axes lie in one array, each with a closing slot of weight 0."""

    low: np.ndarray  # first slot of every leaf on every axis, shape (n_leaves, n_axes)
    high: np.ndarray  # slot behind its last, shape (n_leaves, n_axes)
    value: np.ndarray
    weights: np.ndarray
    start: np.ndarray  # first slot of every axis, and the number of slots


def decompose(tree: Any, axes: list[Axis], paired: np.ndarray | None = None) -> Decomposition:
    """
    Share the variance of a tree among its axes.

    Parameters
    ----------
    tree
        A scikit-learn tree (``DecisionTreeRegressor.tree_``) with one column an axis.
    axes
        The distribution of every axis. The axes are taken as independent.
    paired
        Numbers of the axes, ascending, of which all pairs are decomposed too.
    """
    boxes = _find_boxes(tree, axes)
    summed = np.concatenate([[0.0], np.cumsum(boxes.weights)])
    width = summed[boxes.high] - summed[boxes.low]
    volume = width.prod(axis=1)
    mean = float(volume @ boxes.value)
    mass = volume * (boxes.value - mean)
    total = float(mass @ (boxes.value - mean))
    width = np.where(width > 0, width, np.inf)  # what weighs nothing adds nothing
    main = _find_main_effects(boxes, mass[:, None] / width)
    pairs = _find_interactions(boxes, mass, width, np.empty(0, int) if paired is None else paired)
    return Decomposition(mean, total, main, pairs)


def _find_boxes(tree: Any, axes: list[Axis]) -> _Boxes:
    p, nodes = len(axes), tree.node_count
    feature, inner = tree.feature, np.flatnonzero(tree.children_left >= 0)
    cut = np.zeros(nodes, np.int64)  # slot of every node's split on its axis
    slots, weights = np.empty(p + 1, np.int64), []
    slots[0] = 0
    for j, axis in enumerate(axes):
        here = inner[feature[inner] == j]
        left = np.searchsorted(axis.points, tree.threshold[here], side="right")
        edges, place = np.unique(left, return_inverse=True)
        cut[here] = slots[j] + place + 1
        summed = np.concatenate([[0.0], np.cumsum(axis.weights)])
        weights += [np.diff(summed[edges], prepend=0.0, append=summed[-1]), [0.0]]
        slots[j + 1] = slots[j] + len(edges) + 2
    low = np.empty((nodes, p), np.int64)
    high = np.empty((nodes, p), np.int64)
    low[0], high[0] = slots[:-1], slots[1:] - 1
    for parents, left, right in walk_levels(tree):
        for children in (left, right):
            low[children], high[children] = low[parents], high[parents]
        high[left, feature[parents]] = cut[parents]
        low[right, feature[parents]] = cut[parents]
    leaves = np.flatnonzero(tree.children_left < 0)
    return _Boxes(low[leaves], high[leaves], tree.value[leaves, 0, 0], np.concatenate(weights), slots)


def _find_main_effects(boxes: _Boxes, mass: np.ndarray) -> np.ndarray:
    """Return the variance of every main effect; `mass` is centred, per leaf and axis, shape (n_leaves, n_axes)."""
    n, mass = len(boxes.weights), mass.ravel()
    effect = np.cumsum(np.bincount(boxes.low.ravel(), mass, n) - np.bincount(boxes.high.ravel(), mass, n))
    split = np.diff(boxes.start) > 2
    return np.where(split, np.add.reduceat(boxes.weights * effect**2, boxes.start[:-1]), 0.0)


def _find_interactions(boxes: _Boxes, mass: np.ndarray, width: np.ndarray, paired: np.ndarray) -> np.ndarray:
    """
    Return the variance of every interaction.

    What depends on one axis alone vanishes when an interaction is centred, so that of all leaves only those count that
    are bounded on both axes.
    """
    slots = np.diff(boxes.start)[paired]
    start = np.concatenate([[0], np.cumsum(slots)])
    low, high = (edges[:, paired] - boxes.start[paired] for edges in (boxes.low, boxes.high))
    weights = [boxes.weights[boxes.start[j] : boxes.start[j + 1]] for j in paired]
    width = width[:, paired]
    bounded = (low > 0) | (high < slots - 1)
    variance = np.zeros((len(paired), len(paired)))
    for i in range(len(paired) - 1):
        of = np.flatnonzero(bounded[:, i])
        leaf, other = np.nonzero(bounded[of, i + 1 :])
        if not len(leaf):
            continue
        leaf, other = of[leaf], other + i + 1
        begin, columns = start[other] - start[i + 1], start[-1] - start[i + 1]
        part = mass[leaf] / (width[leaf, i] * width[leaf, other])
        top, bottom = low[leaf, i] * columns, high[leaf, i] * columns
        first, last = begin + low[leaf, other], begin + high[leaf, other]
        corners = np.concatenate([top + first, bottom + last, top + last, bottom + first])
        effect = np.bincount(corners, np.concatenate([part, part, -part, -part]), slots[i] * columns)
        effect = effect.reshape(slots[i], columns)[:-1]
        np.cumsum(effect, axis=0, out=effect)
        np.cumsum(effect, axis=1, out=effect)
        of_row, of_column = weights[i][:-1], np.concatenate(weights[i + 1 :])
        parts = start[i + 1 : -1] - start[i + 1]
        columns_mean = of_row @ effect
        effect_weighed = effect * of_column
        rows_mean = np.add.reduceat(effect_weighed, parts, axis=1)
        effect_weighed *= effect
        squares = np.add.reduceat(of_row @ effect_weighed - columns_mean**2 * of_column, parts)
        grand = np.add.reduceat(columns_mean * of_column, parts)
        variance[i, i + 1 :] = np.maximum(squares - of_row @ rows_mean**2 + grand**2, 0.0)
    return variance
