"""scikit-learn's trees as arrays: their nodes, and what their splits are worth on runs that they have not seen."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np


def walk_levels(tree: object) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Yield the inner nodes of a scikit-learn tree with their children, depth by depth from the root."""
    left, right = tree.children_left, tree.children_right  # type: ignore[attr-defined]
    nodes = np.array([0])
    while True:
        nodes = nodes[left[nodes] >= 0]
        if not len(nodes):
            return
        yield nodes, left[nodes], right[nodes]
        nodes = np.concatenate([left[nodes], right[nodes]])


def measure_unseen_decrease(tree: object, leaf: np.ndarray, y: np.ndarray) -> np.ndarray:
    """
    Measure a tree's impurity decrease on runs that it has not seen.

    Parameters
    ----------
    tree
        A scikit-learn tree (``DecisionTreeRegressor.tree_``).
    leaf
        The leaf that each run falls into, shape (n_runs,).
    y
        Centred target, shape (n_runs,).

    Returns
    -------
    ndarray of shape (n_columns,)
        For every column the covariance of the target with what the splits on this column add to the prediction; all
        columns together give the covariance of target and prediction.
    """
    value = tree.value[:, 0, 0]  # type: ignore[attr-defined]
    feature = tree.feature  # type: ignore[attr-defined]
    decrease = np.zeros(tree.n_features)  # type: ignore[attr-defined]
    if not len(y):
        return decrease
    below = np.bincount(leaf, weights=y, minlength=len(value))
    for nodes, left, right in reversed(list(walk_levels(tree))):
        below[nodes] = below[left] + below[right]
        step = (value[left] - value[nodes]) * below[left] + (value[right] - value[nodes]) * below[right]
        decrease += np.bincount(feature[nodes], weights=step, minlength=len(decrease))
    return decrease / len(y)
