"""Which values a metric can have at all, as far as its name and its values say so: an accuracy of 1.007 is none."""

from __future__ import annotations

import numpy as np

from ..data.names import find_last_words
from .base import Runs

SHARES = frozenset(
    "acc accuracy bacc auc auroc auprc aucroc rocauc aucpr prauc f1 f2 fbeta fscore f1score precision recall"
    " sensitivity specificity tpr tnr ppv npv dice jaccard iou miou ap map ndcg mrr top1 top5 acc1 acc5".split()
)
"""Words of metrics from 0 to 1, or to 100 where they are logged in per cent."""

NEVER_NEGATIVE = frozenset("loss mse rmse mae mape err error errors ppl perplexity wer cer crossentropy".split())
"""Words of metrics that are not negative, unless a value says otherwise."""


def find_possible(runs: Runs) -> tuple[float, float]:
    """
    Return the smallest and the largest value that the target can have; infinite where neither name nor values tell.

    What only its name says holds no longer when one value lies beyond: a log likelihood may be called a loss.
    """
    words, values = find_last_words(runs.metric), runs.target[runs.feasible]
    if not len(values) or not words & (SHARES | NEVER_NEGATIVE) or values.min() < 0:
        return -np.inf, np.inf
    if not words & SHARES:
        return 0.0, np.inf
    return 0.0, next((top for top in (1.0, 100.0) if values.max() <= top), np.inf)
