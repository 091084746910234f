"""What the name of a metric tells: its goal, and whether it is what the runs are for."""

from __future__ import annotations

import re
from collections.abc import Sequence

from .laboratory import MEASURES
from .names import find_head, names_outcome, split_words
from .phrases import BAD_SHARES, GOOD_SHARES, PAIRS
from .vocabulary import (
    AGGREGATES,
    ASIDE,
    CLOCKS,
    COMPONENTS,
    COUNTS,
    GAINS,
    GENERIC,
    LARGE,
    LOADS,
    MACHINE,
    MEANS,
    MINOR,
    MONEY,
    NEITHER,
    OUTCOME_FIRST,
    PAID,
    REFERENCES,
    RESOURCES,
    SHARES,
    SMALL,
    SPLITS,
    SPREADS,
    THROUGHPUT,
    TIMES,
    UNITS,
    UNSAID_SPLIT,
    WEIGHTS,
)

_KINDS = (
    "loss error err ppl perplexity bpb bpc wer cer miou accuracy acc map map50 bacc f1 auc auroc auprc roc ndcg mrr"
    " bleu iou dice rmse mse mae mape smape score reward rewards return returns balance profit pf sharpe fitness"
    " objective"
).split()
"""Kinds of metrics in the order in which they are studied if several are there."""

_ENERGIES = frozenset("binding formation free potential ground state adsorption interaction cohesive total".split())
_PHYSICAL = re.compile(r"(?i)[\[(_ ](?:ry|rydberg|m?ev|ha|hartree|k?cal|k?j)(?:\s?/|\s?mol|[\])]|$)")
"""Energies that a computation finds; others are used up."""

_DECLARED = re.compile(r"\b(maxim|minim)i[sz](?:e|ing|ation)\b", re.IGNORECASE)


def read_goal(metric: str) -> str:
    """
    Return the goal that a metric's name tells.

    Returns
    -------
    str
        ``maximize``, ``minimize``, or nothing where the name tells none.

    Examples
    --------
    >>> read_goal("val_acc"), read_goal("val_loss"), read_goal("value"), read_goal("neg_mean_squared_error")
    ('maximize', 'minimize', '', 'maximize')
    """
    declared = _DECLARED.search(metric)
    if declared or re.search("[↑↓]", metric):
        return "maximize" if "↑" in metric or (declared and declared[1].lower() == "maxim") else "minimize"
    words = split_words(metric)
    if {"maximize", "maximise", "minimize", "minimise"} & set(words):
        return "maximize" if {"maximize", "maximise"} & set(words) else "minimize"
    bare = [w for i, w in enumerate(words) if not i or w not in MEASURES]
    goal = _read_goal_of(find_head(metric)) or _read_goal_of(bare)
    if goal and (words[0] in ("neg", "negative") or re.match(r"(1|one)\s*[-_]\s*(minus)?", metric.lower())):
        return "minimize" if goal == "maximize" else "maximize"
    return goal


def _read_goal_of(words: Sequence[str]) -> str:
    """Return the goal of the last words that tell one."""
    for i in range(len(words) - 1):
        if pair := PAIRS.get((words[i], words[i + 1])):
            return pair
        if words[i] in GOOD_SHARES | BAD_SHARES and words[i + 1] in SHARES:
            return "maximize" if words[i] in GOOD_SHARES else "minimize"
    if list(words[:2]) == ["bits", "per"]:
        return "minimize"
    if "per" in words[1:-1]:
        at = list(words).index("per", 1)
        used = words[at - 1] in UNITS or words[at - 1] in TIMES or words[at - 1] in PAID
        if words[at + 1] in UNITS or words[at + 1] in CLOCKS or words[at + 1] in PAID:
            return "minimize" if used else "maximize"
        return "minimize" if used else _read_goal_of(words[:at])
    if {"loss", "error", "err", "losses", "regret"} & set(words) or ("false" in words and "rate" in words):
        return "minimize"
    for word in reversed(words):
        for spelled in (word, re.sub(r"\d+$", "", word)):
            if spelled in LARGE:
                return "maximize"
            if spelled in SMALL or spelled in CLOCKS or spelled in RESOURCES:
                return "minimize"
    return ""


def guess_goal(metric: str) -> str:
    """
    Guess from a metric's name whether small or large values are good: ``minimize`` where it does not tell.

    Examples
    --------
    >>> guess_goal("val_acc"), guess_goal("val_loss"), guess_goal("foo")
    ('maximize', 'minimize', 'minimize')
    """
    return read_goal(metric) or "minimize"


_OF_PARTS = frozenset("loss losses reward r cost term error err penalty".split())
"""Words beside the name of a part of a loss or of a reward."""

_SIGN_OF_SPREAD = re.compile(r"(?:±|\+/-|\+-)\s*(?:std|sd|stdev|se|sem|ci)?\w*")
"""What a name says of the spread that stood in the same cells."""

_ERRORS_OF = frozenset("error err uncertainty unc stderr se ci pm".split())
"""Last words of a metric that is the error of the one before."""

FEWEST_OF_MACHINES = 2
"""So many settings of a program that is to be fast make its time the target."""

TIMED = 4
"""The first part of `rank_as_target` for clocks and resources."""

UNLIKELY = 5
"""The first part of `rank_as_target` for what no run is for."""


def rank_as_target(metric: str, others: Sequence[str] = (), settings: Sequence[str] = ()) -> tuple[int, ...]:
    """
    Return how unlikely a metric is what its runs are for; the smallest is the likeliest.

    Parameters
    ----------
    metric
        Its name.
    others
        The names of all metrics beside it.
    settings
        The names of the parameters: what one of them weighs is a part, and programs are tuned for their time.

    Returns
    -------
    tuple of int
        How far it is from a target at all (0 for a loss, a score or the like, 1 for what stands beside one, 2 for an
        unknown name, 3 for what everybody calls everything, 4 for resources and clocks, 5 for spreads, counters,
        schedules and what was so before); whether it is a part of a loss; on which data it was measured; whether it is
        one of several values that were put together; its kind.
    """
    apart = metric.endswith("±")
    metric = _SIGN_OF_SPREAD.sub("", metric)
    words, head = split_words(metric), find_head(metric)
    stems = {re.sub(r"\d+$", "", word) or word for word in words} | set(words)
    last = {head[-1], re.sub(r"\d+$", "", head[-1])} if head else set()
    split = min((SPLITS[word] for word in stems if word in SPLITS), default=UNSAID_SPLIT)
    if "train" in stems or "training" in stems:
        split = SPLITS["train"]
    part = _is_part(metric, words, others)
    told = {"map"} if "map50" in words and "95" in words else {"map50"} if "map50" in words else stems
    kind = next((i for i, known in enumerate(_KINDS) if known in told), len(_KINDS))
    if split == UNSAID_SPLIT and last & {"loss", "losses"}:  # of what is not said the loss is that of training
        split = SPLITS["train"]
    if kind == len(_KINDS) and "%" in metric:
        kind -= 1
    tier = _find_tier(metric, words, head, last, stems)
    if apart or _is_error_of(words, others):
        tier = UNLIKELY
    if tier >= TIMED and last & TIMES and not (stems & ASIDE):
        tier, kind = TIMED if tier == TIMED else tier, -1
        if _tunes_machine(settings):
            tier = 1
    if set(words) <= MEANS | SPLITS.keys() and set(words) & MEANS:
        tier, kind = 0, -1
    if {"max", "min"} & set(words) and "loss" in words:
        tier = max(tier, 1)
    if _is_aside(words, others):
        tier = max(tier, 1)
    if _is_weighed(words, settings):
        tier, part = max(tier, 1), 2
    return (tier, part // 2, split, part % 2, kind)


def _is_aside(words: list[str], others: Sequence[str]) -> bool:
    """Say whether others are what the runs are for: wins beside what was lost, gains or loads beside an error."""
    beside = {word for other in others[:200] for word in split_words(other)}
    lost = bool({"losses", "lost", "defeats"} & set(words)) or words[-2:] == ["loss", "rate"]
    failed = set(words) <= {"error", "errors", "rate", "err", "pct", "count"}
    return (
        (lost and bool({"wins", "won", "win"} & beside))
        or (words[-1:] == ["error"] and bool(GAINS & beside))
        or (failed and bool(LOADS & beside))
    )


def _is_error_of(words: list[str], others: Sequence[str]) -> bool:
    """Say whether this is how far another metric may be off: ``Elo error`` beside ``Elo``."""
    return len(words) > 1 and words[-1] in _ERRORS_OF and any(split_words(o) == words[:-1] for o in others[:200])


def _is_weighed(words: list[str], settings: Sequence[str]) -> bool:
    """Say whether a setting is the weight of this metric: ``aux_loss`` beside ``aux_alpha``."""
    part = {w for w in words if w not in _OF_PARTS and w not in AGGREGATES and w not in SPLITS}
    if not part or not (set(words) & _OF_PARTS or set(words) & COMPONENTS):
        return False
    return any(
        part == set(found := split_words(s)[-3:]) - WEIGHTS - _OF_PARTS and set(found) & WEIGHTS for s in settings
    )


def _tunes_machine(settings: Sequence[str]) -> bool:
    """Say whether parameters are those of a program that is to be fast."""
    return sum(bool(set(split_words(s)) & MACHINE) for s in settings) >= FEWEST_OF_MACHINES


def _find_tier(metric: str, words: list[str], head: list[str], last: set[str], stems: set[str]) -> int:
    throughput = "per" in words[1:-1] or bool(last & THROUGHPUT)
    minor = MINOR - COUNTS if (last | set(words[:1])) & SHARES else MINOR
    if not words:
        return 2
    if re.match(r"(?i)(split\d+_|fold_?\d+[_ ])", metric) or words[-1] in ("std", "sd", "sem", "variance", "rank"):
        return UNLIKELY
    if (
        set(words) <= SPREADS
        or words[0] in ("std", "rank", "counters", "timers", "lr")
        or stems & REFERENCES
        or "learning rate" in " ".join(words)
    ):
        return UNLIKELY
    if set(words[1:]) & SPREADS and words[-1] not in ("low", "high") and words[0] not in ("mean", "avg"):
        return UNLIKELY
    if last & {"epoch", "epochs", "step", "steps", "iteration", "timestamp", "runtime"}:
        return UNLIKELY
    if "energy" in last and (set(words) & _ENERGIES or _PHYSICAL.search(metric)):
        return 0
    if "per" in words[1:-1] and words[words.index("per", 1) - 1] in MONEY:
        return 0
    if throughput or last & (CLOCKS | RESOURCES):
        return TIMED
    generic = " ".join(words) in GENERIC or (len(words) == 2 and words[0] in GENERIC and words[1].isdigit())
    if generic:
        return 3 if " ".join(words) not in ("objective", "score") else 1
    if set(words) <= AGGREGATES | SPLITS.keys():
        return 1
    if last & {"tp", "fp", "tn", "fn"} or {"residual", "residuals"} & set(words[-2:]):
        return 2
    if last & minor or stems & {"baseline"}:
        return 1
    if last & (LARGE | SMALL | {"objective"}) or (set(words) & (LARGE | SMALL) - minor and names_outcome(metric)):
        return 0
    return 1 if last & NEITHER or set(words) & (LARGE | SMALL) else 2


_SUMMED_UP = frozenset("score scores loss cost reward rewards penalty error fitness".split())
_WHOLES = frozenset("total overall combined composite aggregate sum".split())
"""``total_score`` is what ``seg_score`` and ``rate_score`` come to."""


def _is_part(metric: str, words: list[str], others: Sequence[str]) -> int:
    """Return 2 for a part of a loss or one of several classes, 1 for one value of several that were put together."""
    if "loss" in words and set(words) & COMPONENTS:
        return 2
    if len(words) > 1 and words[-1] in _SUMMED_UP and not set(words) & AGGREGATES:
        alike = [split_words(o) for o in others[:200] if split_words(o)[-1:] == words[-1:]]
        if len(alike) > 2 and any(len(w) == 2 and w[0] in _WHOLES for w in alike):
            return 2
    bare = "".join(w for w in words if w not in AGGREGATES and w not in OUTCOME_FIRST)
    if set(words) & {"max", "min"}:
        return 1
    whole = any(
        o != metric
        and set(split_words(o)) & (AGGREGATES - {"best", "final", "last"})
        and "".join(w for w in split_words(o) if w not in AGGREGATES and w not in OUTCOME_FIRST) == bare
        for o in others[:200]
    )
    return int(whole and not set(words) & AGGREGATES)


def guess_target(metrics: Sequence[str], settings: Sequence[str] = ()) -> str:
    """
    Return the metric that people most likely study: a validation loss before a test, a test before the rest.

    Parameters
    ----------
    metrics
        Names, not empty.
    settings
        Names of the parameters.

    Examples
    --------
    >>> guess_target(["epoch", "train_loss", "val_loss"])
    'val_loss'
    """
    return min(metrics, key=lambda name: (rank_as_target(name, metrics, settings), metrics.index(name)))
