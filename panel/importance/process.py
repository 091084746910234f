"""
A Gaussian process: how far what one config tells reaches along each dimension, and how surely a dimension matters.

Its covariance is Matérn's with smoothness 5/2 and one length scale a dimension (Rasmussen and Williams 2006, "Gaussian
processes for machine learning", sections 4.2 and 5.4). Length scales and noise are those of the largest posterior
density, the signal's variance being maximised out. The importance of parameters and the next sweep both rest on it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import scipy  # its linalg and optimize come when first used: a tenth of a second that a start need not take

JITTER, TINY = 1e-6, 1e-12

SHORTEST, LONGEST, NOISIEST = -3.0, 6.0, 3.0
"""Limits of the logarithms of length scales and of the noise's variance."""


@dataclass(frozen=True)
class Prior:
    """
    What is expected of the scales before the data are seen; each is lognormal.

    Attributes
    ----------
    length_spread
        A dimension's length scale lies about the root of the number of dimensions, with this standard deviation of its
        logarithm: one that is never seen to matter gets long, but a few dozen configs do not make it so.
    noise, noise_spread
        The median of the noise's variance, as a share of the signal's, and the spread of its logarithm.
    least_noise
        The smallest logarithm of the noise's variance.
    """

    length_spread: float
    noise: float
    noise_spread: float
    least_noise: float


@dataclass(frozen=True)
class Scales:
    """
    The scales of a process.

    Attributes
    ----------
    lengths
        Of every dimension, shape (n_dimensions,).
    noise
        Variance of the noise, the signal's being 1.
    """

    lengths: np.ndarray
    noise: float

    @property
    def near(self) -> np.ndarray:
        """What the squared distances along every dimension are multiplied by."""
        return self.lengths**-2.0


def compute_squares(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Return the squared Euclidean distances of the rows of two arrays, shape (len(a), len(b))."""
    return np.maximum((a**2).sum(1)[:, None] + (b**2).sum(1)[None, :] - 2 * a @ b.T, 0.0)


def compute_matern(squares: np.ndarray) -> np.ndarray:
    """Return Matérn's covariance with smoothness 5/2 at squared distances."""
    r = np.sqrt(5 * squares)
    kernel = np.exp(-r)
    kernel *= 1 + r * (1 + r / 3)
    return kernel


def start_scales(dimensions: int, prior: Prior) -> Scales:
    """Return the scales in the middle of the prior."""
    return Scales(np.full(dimensions, np.sqrt(dimensions)), prior.noise)


def measure_surprise(scales: Scales, prior: Prior) -> np.ndarray:
    """Return by how much the log of the prior's density falls from its middle to each scale, the noise's last."""
    middle = start_scales(len(scales.lengths), prior)
    off = np.log(np.append(scales.lengths, scales.noise) / np.append(middle.lengths, middle.noise))
    return 0.5 * (off / np.append(np.full(len(scales.lengths), prior.length_spread), prior.noise_spread)) ** 2


def fit_scales(squares: np.ndarray, y: np.ndarray, prior: Prior, starts: Sequence[Scales], steps: int) -> Scales:
    """
    Return the most likely scales, by L-BFGS.

    Parameters
    ----------
    squares
        Squared distances of the configs along every dimension, shape (n_dimensions, n_configs, n_configs).
    y
        Target with mean 0, shape (n_configs,).
    prior
        What is expected of the scales.
    starts
        Where to begin; the best end is taken.
    steps
        How many are made from each at most.
    """
    d, n = len(squares), len(y)
    flat = squares.reshape(d, n * n)
    middle = start_scales(d, prior)
    centre = np.log(np.append(middle.lengths, middle.noise))
    spread = np.append(np.full(d, prior.length_spread), prior.noise_spread)

    def worse(t: np.ndarray) -> tuple[float, np.ndarray]:
        """Return minus the log of the posterior density, signal's variance maximised out, and its gradient."""
        near = np.exp(-2 * t[:d])
        r = np.sqrt(5 * (near @ flat)).reshape(n, n)
        fall = np.exp(-r)
        kernel = (1 + r + r * r / 3) * fall
        kernel[np.diag_indices(n)] += np.exp(t[d]) + JITTER
        root = scipy.linalg.cholesky(kernel, lower=True, check_finite=False)
        inverse = scipy.linalg.cho_solve((root, True), np.eye(n), check_finite=False)
        dual = inverse @ y
        fit = max(float(y @ dual), TINY)
        outer = 0.5 * (n / fit * np.outer(dual, dual) - inverse)
        slope = outer * (1 + r) * fall
        gradient = np.append(5 / 3 * near * (flat @ slope.ravel()), np.trace(outer) * np.exp(t[d]))
        off = (t - centre) / spread
        density = -0.5 * n * np.log(fit / n) - np.log(np.diag(root)).sum() - 0.5 * (off @ off)
        return -float(density), -(gradient - off / spread)

    bounds = [(SHORTEST, LONGEST)] * d + [(prior.least_noise, NOISIEST)]
    ends = [
        scipy.optimize.minimize(
            worse,
            np.log(np.append(start.lengths, start.noise)),
            jac=True,
            method="L-BFGS-B",
            bounds=bounds,
            options={"maxiter": steps},
        )
        for start in starts
    ]
    found = min(ends, key=lambda end: float(end.fun)).x
    return Scales(np.exp(found[:d]), float(np.exp(found[d])))


def measure_likelihood(squares: np.ndarray, y: np.ndarray, noise: float) -> float:
    """Return the log-likelihood of a target at scaled squared distances, the signal's variance maximised out."""
    kernel = compute_matern(squares)
    kernel[np.diag_indices(len(y))] += noise + JITTER
    root = scipy.linalg.cholesky(kernel, lower=True, check_finite=False)
    z = scipy.linalg.solve_triangular(root, y, lower=True, check_finite=False)
    return float(-0.5 * len(y) * np.log(max(float(z @ z), TINY)) - np.log(np.diag(root)).sum())


def measure_evidence(whole: np.ndarray, parts: Iterable[np.ndarray], y: np.ndarray, noise: float) -> np.ndarray:
    """
    Return by how much the log-likelihood falls without each dimension, all other scales being as they are.

    Parameters
    ----------
    whole, parts
        Scaled squared distances along all dimensions together, and along each of them.
    y, noise
        The target with mean 0, and the variance of its noise, the signal's being 1.
    """
    likelihood = measure_likelihood(whole, y, noise)
    return likelihood - np.array([measure_likelihood(np.maximum(whole - part, 0.0), y, noise) for part in parts])
