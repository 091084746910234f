"""What the names of columns tell: settings and outcomes, seeds, whether a metric is to be made small or large."""

from __future__ import annotations

import re

OUTCOME = frozenset(
    "loss acc accuracy f1 auc auroc auprc precision recall specificity sensitivity error err mse rmse mae mape r2 score"
    " scores reward rewards return returns perplexity ppl bleu rouge iou dice psnr ssim fid kappa mcc performance cost"
    " nll elbo logloss runtime duration elapsed latency throughput time timestamp step epoch iteration diff magnitude"
    " acc1 acc5 top1 top5 wer cer map ndcg mrr objective fitness regret gflops flops kl js entropy central".split()
)
"""Last words of the names of outcomes."""

SETTING = frozenset(
    "lr rate size epochs dropout optimizer optim momentum decay layers hidden units heads dim dims embedding activation"
    " scheduler schedule warmup seed dataset data model arch architecture alpha beta gamma lambda eps epsilon tau clip"
    " patience workers device path dir file type kernel depth width max min num n weight weights smoothing fraction"
    " ratio bits coeff coef rho reg regularization penalty init bias norm strategy mode method fn function every"
    " frequency interval split folds classes augment freeze pretrained batch mixed monitor rank channels groups blocks"
    " length vocab temperature topk budget rule name project limit bn aggr verbose steps iters buffer horizon".split()
)
"""Last words of the names of settings."""

OUTCOME_FIRST = frozenset("val valid validation test train eval best final mean std avg total calculated".split())
"""First words of the names of outcomes."""

SETTING_FIRST = frozenset("max min num n early use enable no save warmup target".split())
"""First words of the names of settings, even where the last word names an outcome: ``target_accuracy``."""

COUNTERS = frozenset("epoch step iteration time timestamp duration".split())
"""Outcomes whose largest or smallest allowed value is a setting: ``max_epoch``, but not ``max_accuracy``."""

NULLS = frozenset({"none", "null", "n/a", "na", "<na>", "nil"})
"""Words for no value, in lower case."""

SEED = frozenset({"seed", "seeds", "random_state", "rng"})

_LARGE = frozenset(
    "acc accuracy f1 auc auroc auprc precision recall specificity sensitivity r2 score scores reward rewards return"
    " returns bleu rouge iou dice psnr ssim kappa mcc performance throughput acc1 acc5 top1 top5 map ndcg mrr fitness"
    " elbo".split()
)

CLOCKS = frozenset("time runtime epoch step steps duration timestamp iteration latency".split())
"""Outcomes that count how long a run went on: seldom what it is for."""

_TARGETS = ("loss", "error", "err", "rmse", "mse", "mae", "accuracy", "acc", "f1", "auc", "score", "reward", "return")


def split_words(name: str) -> list[str]:
    """
    Split a name into lower-case words.

    Examples
    --------
    >>> split_words("valLoss"), split_words("val/top-1 acc")
    (['val', 'loss'], ['val', 'top', '1', 'acc'])
    """
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name)
    return [word for word in re.split(r"[^A-Za-z0-9]+", spaced.lower()) if word]


def is_seed(name: str) -> bool:
    """
    Say whether a parameter's name is that of a random seed.

    Examples
    --------
    >>> is_seed("data.random_state"), is_seed("lr")
    (True, False)
    """
    words = split_words(name)
    return bool(words) and (words[-1] in SEED or "_".join(words[-2:]) in SEED)


def is_id(name: str) -> bool:
    """Say whether a name is that of an identifier or a time, one for every run."""
    words = split_words(name)
    return bool(words) and words[-1] in {"id", "uid", "uuid", "hash", "timestamp"}


def are_paths(name: str, texts: list[str]) -> bool:
    """Say whether the values of a parameter, given as text, are paths of files; its name tells where they may be."""
    may_be_paths = bool(
        set(split_words(name)[-1:]) & {"path", "dir", "directory", "file", "folder", "root", "checkpoint", "output"}
    )
    texts = [t for t in texts if not re.fullmatch(r"\d{1,4}/\d{1,2}/\d{1,4}.*", t)]  # a date
    if not texts:
        return False
    looks = [bool(re.match(r"([.~]?[/\\]|\.\.|[A-Za-z]:[\\/])", t)) or len(re.findall(r"[/\\]", t)) > 1 for t in texts]
    return sum(looks) / len(looks) >= 0.8 or (may_be_paths and any("/" in t or "\\" in t for t in texts))


def split_leaf(name: str) -> list[str]:
    """Return the words of the last part of a nested name."""
    return split_words(re.split(r"[./]", name)[-1])


def begins_as_setting(name: str) -> bool:
    """Say whether its first word makes a name a setting: ``max_epoch``, ``use_loss``, but not ``max_accuracy``."""
    leaf = split_leaf(name)
    return (
        len(leaf) > 1 and leaf[0] in SETTING_FIRST and (leaf[0] not in ("max", "min") or leaf[-1] in COUNTERS | SETTING)
    )


def find_last_words(name: str) -> set[str]:
    """Return the last word of a name, as it is and without digits at its end; a seed at the end does not count."""
    words = split_words(re.sub(r"[_.\- ]?seed_?\d+$", "", name)) or split_words(name)
    return {words[-1], re.sub(r"\d+$", "", words[-1]) or words[-1]} if words else set()


def names_outcome(name: str) -> bool:
    """
    Say whether a name is that of something known only after a run, such as ``best_epoch`` or ``test/acc``.

    Examples
    --------
    >>> names_outcome("best_epoch"), names_outcome("max_epoch")
    (True, False)
    """
    last = find_last_words(name)
    return bool(last & OUTCOME) and not last & SETTING and not begins_as_setting(name)


def names_setting(name: str) -> bool:
    """Say whether a name is that of a setting, such as ``optimizer.lr`` or ``max_epoch``."""
    return bool(find_last_words(name) & SETTING) or begins_as_setting(name)


def guess_goal(metric: str) -> str:
    """
    Guess from a metric's name whether small or large values are good.

    Returns
    -------
    str
        ``maximize`` for names such as ``val_acc``, or where the name says so; else ``minimize``.

    Examples
    --------
    >>> guess_goal("val_acc"), guess_goal("val_loss")
    ('maximize', 'minimize')
    """
    words = split_words(metric)
    if {"maximize", "maximise"} & set(words):
        return "maximize"
    if {"minimize", "minimise", "loss", "error", "err"} & set(words):
        return "minimize"
    stems = {re.sub(r"\d+$", "", word) or word for word in words} | set(words)
    return "maximize" if stems & _LARGE else "minimize"


def guess_target(metrics: list[str]) -> str:
    """
    Return the metric that people most likely study: a validation loss before a test, a test before the rest.

    Parameters
    ----------
    metrics
        Names, not empty.

    Examples
    --------
    >>> guess_target(["epoch", "train_loss", "val_loss"])
    'val_loss'
    """

    def rank(name: str) -> tuple[int, int, int]:
        words = split_words(name)
        stems = {re.sub(r"\d+$", "", word) for word in words}
        split = 0 if stems & {"val", "valid", "validation", "dev"} else 1 if stems & {"test", "eval"} else 2
        if "train" in stems:
            split = 3
        kind = next((i for i, t in enumerate(_TARGETS) if t in stems), len(_TARGETS))
        kind = kind if kind < len(_TARGETS) or not stems & OUTCOME else len(_TARGETS) - 1
        clock = bool(
            stems & {"time", "runtime", "epoch", "step", "steps", "duration", "timestamp", "iteration", "latency"}
        )
        return (int(clock), split if kind < len(_TARGETS) else 2 + (split == 3), kind)

    return min(metrics, key=lambda name: (rank(name), metrics.index(name)))
