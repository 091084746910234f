"""What the names of columns tell: settings and outcomes, seeds, whether a metric is to be made small or large."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from .laboratory import MEASURES, PEAKS, PROCESSES
from .more_translations import MORE_INSIDE, MORE_WHOLE, PHRASES
from .phrases import NAMES_OF_LIBRARIES, PAIRS, SHARED
from .translations import INSIDE, WHOLE
from .vocabulary import (
    AGGREGATES,
    BEFORE_WEAK,
    CLOCKS,
    CORE,
    COUNTERS,
    LARGE,
    NEITHER,
    RESOURCES,
    SEED,
    SETTING,
    SETTING_FIRST,
    SMALL,
    SPLITS,
    SPREADS,
    UNITS,
    WEAK_SETTING,
    WEAK_WITH_OTHERS,
)

OUTCOME = LARGE | SMALL | NEITHER | CLOCKS | RESOURCES
"""Last words of the names of outcomes."""

_AROUND = (
    SPREADS
    | AGGREGATES
    | UNITS
    | MEASURES
    | SPLITS.keys()
    | {
        "max",
        "min",
        "n",
        "b",
        "x",
        "seed",
        "cv",
        "at",
        "k",
        "rank",
        *"r p50 p75 p90 p95 p99 p999 squared absolute abs relative rel percentile".split(),
    }
)
"""Words after the head of a name that say how, on what, or in which unit it was measured."""

_OF_A_RUN = frozenset("global best train training env final last current total counters".split())
"""Before the word step: the steps that a run went, not one of its settings."""

_REACHED = frozenset("used actual stopped trained completed reached ran done".split())
"""Beside a counter: how far a run went, not how far it was to go."""

_MATCHED = frozenset("iou conf anchor nms match".split())
"""Before a lone t these name a threshold from which on something counts as found: ``iou_t``."""

_AIMS = frozenset("target converge convergence opt optimal optimum solution threshold goal solve".split())
"""After the word to: what was reached, as in rounds to target, or how far it is, as in gap to optimum."""

_NUMBERED = frozenset("trades visitors visits sessions orders clicks purchases collisions vehicles routes".split())
"""What is counted of a run, where the word before says number: ``num_trades`` is no setting."""

_STARTING = frozenset("initial init".split())
"""First words of settings that say nothing before a time: ``initial_lr``, but not ``initial connection time``."""

_OF_CONTROLLERS = frozenset(
    "proportional integral derivative p i d feedback feedforward controller loop damping".split()
)

_SHARES = frozenset("rate ratio quotient percent percentage pct fraction count number index frequency".split())
"""Heads of a name that leave it to the word before them what is counted: a learning rate, an error rate."""


_HEADS_AT_A_PEAK = frozenset("temp temperature pressure".split())


@lru_cache(maxsize=20_000)
def translate(name: str) -> str:
    """
    Return a name in English, as far as its words are known.

    Examples
    --------
    >>> translate("検証損失"), translate("Trainingsverlust"), translate("val_loss")
    ('validation loss', 'train loss', 'val_loss')
    """
    text = _NUMBER_SIGN.sub(" number ", unicodedata.normalize("NFC", name))
    text = _PHRASE.sub(lambda match: f" {_ENGLISH_PHRASES[_SPACES.sub(' ', match[0].lower())]} ", text)
    lower = text.lower()
    if not lower.isascii() or any(len(word) > 4 and word in lower for word in _GERMAN):
        text = _INSIDE.sub(lambda match: f" {_ENGLISH_INSIDE[match[0].lower()]} ", text)
    words = re.sub(r"[^\W\d_]+", lambda match: _ENGLISH.get(match[0].lower(), match[0]), text)
    return name if words == name else " ".join(_OF.sub(r"\2 \1", words).split())


_NUMBER_SIGN = re.compile(r"(?i)№|\b(?:n[°º]|n[úu]m\.|nr\.)")
_OF = re.compile(
    r"(?i)\b(?!n\b|number\b)([^\W\d_]+) (?:d['’]|l['’]|(?:de|di|del|du|des|do|da|della) (?:l[ae]s? )?)([^\W\d_]+)"
)
"""The order of words in Romance languages: a rate of learning."""


_SPACES = re.compile(r"[\s_-]+")
_ENGLISH_PHRASES = {foreign: english for english, phrases in PHRASES.items() for foreign in phrases}
_PHRASE = re.compile(
    r"(?i)(?<![^\W_])(?:" + "|".join(phrase.replace(" ", r"[\s_-]+") for phrase in _ENGLISH_PHRASES) + r")(?![^\W_])"
)
_ENGLISH_INSIDE = {
    foreign: english for more in (INSIDE, MORE_INSIDE) for english, words in more.items() for foreign in words.split()
}
_ENGLISH = {
    foreign: english for more in (MORE_WHOLE, WHOLE) for english, words in more.items() for foreign in words.split()
}
_GLUED = re.compile(
    r"(?i)(?<![a-z])(tr|tst|te|va|val|valid|train|test|mean|avg|best|final|total)"
    r"(loss|acc|accuracy|err|error|f1|auc|mse|mae|rmse|reward|return|score|time|result)(?![a-z])"
)
"""Two words of an outcome's name that are written as one: ``trloss``."""

_INSIDE = re.compile("|".join(map(re.escape, sorted(_ENGLISH_INSIDE, key=len, reverse=True))), re.IGNORECASE)
_GERMAN = tuple(word for word in _ENGLISH_INSIDE if word.isascii())


def split_words(name: str) -> list[str]:
    """
    Split a name into lower-case words.

    Examples
    --------
    >>> split_words("valLoss"), split_words("val/top-1 acc"), split_words("mAP50")
    (['val', 'loss'], ['val', 'top1', 'acc'], ['map50'])
    """
    return list(_split(name))


_IN_A_TIME = re.compile(
    r"(?i)(?<=[a-z])\s?/\s?(?=(?:s|sec|secs|seconds?|hr|hours?|ms|us)\b)|(?<=^s)/(?=[a-z])"
    r"|(?:(?<=^ms)|(?<=^us)|(?<=^sec)|(?<=^min)|(?<=^seconds))/(?=[a-z])"
)
"""A stroke that says per: ``tokens/s``, ``ms/image``."""


_TOP = re.compile(r"(?i)(?<![a-z])(top)[-_@ ](\d+)(?!\d)")
"""The first so many of a ranking, a word in two parts: ``top-5 acc``."""

_MIXED_UNIT = re.compile(
    r"(?<![A-Za-z])(?:[mk]?eV|mAh?|[mu]?L|[kM]?Wh|kW|kN|[mk]V|[kMG]Hz|[kM]J|kPa|MPa|GPa|mmHg|pH)(?![A-Za-z])"
)
"""Units and the like that change their case: ``energy_eV``, ``titer_mg_mL``."""


@lru_cache(maxsize=50_000)
def _split(name: str) -> tuple[str, ...]:
    whole = re.sub(r"(?<![A-Za-z])m?(?:[a-z][A-Z]{2,}|IoU)", lambda match: match[0].lower(), translate(name))
    whole = _MIXED_UNIT.sub(lambda match: match[0].lower(), whole)
    whole = _IN_A_TIME.sub(" per ", _TOP.sub(r"\1\2", whole))
    spaced = _GLUED.sub(r"\1 \2", re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", whole))
    return tuple(word for word in re.split(r"[\W_]+", spaced.lower()) if word)


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
    candidates = [t for t in texts if "/" in t or "\\" in t or t.startswith("..")]
    dates = [bool(re.fullmatch(r"\d{1,4}/\d{1,2}/\d{1,4}.*", t)) for t in candidates]
    candidates = [t for t, is_date in zip(candidates, dates, strict=True) if not is_date]
    n = len(texts) - sum(dates)
    if not n:
        return False
    looks = [
        bool(re.match(r"([.~]?[/\\]|\.\.|[A-Za-z]:[\\/])", t)) or len(re.findall(r"[/\\]", t)) > 1 for t in candidates
    ]
    return sum(looks) / n >= 0.8 or (may_be_paths and any("/" in t or "\\" in t for t in candidates))


def split_leaf(name: str) -> list[str]:
    """Return the words of the last part of a nested name."""
    return split_words(re.split(r"[./]", name)[-1])


def begins_as_setting(name: str) -> bool:
    """Say whether its first word makes a name a setting: ``max_epoch``, ``use_loss``, but not ``max_accuracy``."""
    leaf = split_leaf(name)
    if {"_".join(leaf), "_".join(find_head(re.split(r"[./]", name)[-1]))} & NAMES_OF_LIBRARIES:
        return True
    if len(leaf) < 2 or leaf[0] not in SETTING_FIRST or name.endswith("_"):
        return False
    if leaf == ["early", "stopped"] or (leaf[-1] in _REACHED and set(leaf) & COUNTERS):
        return False
    about = find_head(re.split(r"[./]", name)[-1])[-1]
    if leaf[0] in ("n", "num", "no"):
        return about not in LARGE | SMALL | _NUMBERED
    if leaf[0] in _STARTING and ("time" in leaf or about in CORE):
        return False
    return leaf[0] not in ("max", "min") or about in COUNTERS | SETTING


def find_head(name: str) -> list[str]:
    """
    Return the words of a name up to the one that it is about: without unit, split, spread, number and brackets.

    Examples
    --------
    >>> find_head("time (min)"), find_head("ndcg_mean"), find_head("metrics/mAP50-95(B)")
    (['time'], ['ndcg'], ['metrics', 'map50'])
    """
    name = re.sub(r"(?i)\br(?:\^2|²)", "r2", name)
    bare = re.sub(r"\s*[(\[][^()\[\]]*[)\]]\s*$", "", name)
    words = split_words(re.sub(r"[_.\- ]?seed_?\d+$", "", bare)) or split_words(name)
    if words and words[0] in SETTING_FIRST and len(words) == 2:
        return words
    while len(words) > 1 and words[-2] != "per" and (words[-1] in _AROUND or words[-1].isdigit()):
        words = words[:-1]
    return words


def find_last_words(name: str) -> set[str]:
    """Return the word that a name is about, as it is and without digits at its end."""
    words = find_head(name)
    if not words:
        return set()
    return {words[-1], re.sub(r"\d+$", "", words[-1]) or words[-1]}


def names_outcome(name: str) -> bool:
    """
    Say whether a name is that of something known only after a run, such as ``best_epoch`` or ``test/acc``.

    Examples
    --------
    >>> names_outcome("best_epoch"), names_outcome("max_epoch"), names_outcome("hit@10")
    (True, False, True)
    """
    if re.search(r"[↑↓]|\w@ ?[\dk]|[a-z]_$", name):  # scikit-learn's fitted attributes end with an underscore
        return True
    if begins_as_setting(name):
        return False
    return _tells_outcome(find_head(name))


def _tells_outcome(words: list[str]) -> bool:
    """Say whether the last of some words, or the one before a word such as rate, is that of an outcome."""
    if not words:
        return False
    last = words[-1]
    if last in _SHARES and len(words) > 1:
        return words[-2] in OUTCOME - SETTING or words[-2] in SHARED
    if tuple(words[-2:]) in PAIRS:
        return True
    if words[0] in ("bytes", "gflops", "tflops") or (last in _HEADS_AT_A_PEAK and PEAKS & set(words[:-1])):
        return True
    if words[-2:] in (["grad", "norm"], ["gradient", "norm"]):
        return not {"max", "clip", "clipping"} & set(words)
    if last == "time" and PROCESSES & set(words[:-1]):
        return False
    if words[:2] == ["bits", "per"]:
        return True
    if "to" in words[1:-1] and set(words[words.index("to") :]) & _AIMS:
        return True
    if words[0] in ("ep", "episode") and last in ("len", "length", "rew"):
        return True
    if _names_control(words):
        return False
    if last == "fn" and len(words) > 1:
        return False
    if last == "t" and words[-2:-1] and words[-2] in _MATCHED:
        return False
    if len(last) == 1 and len(words) > 1:  # residual_p, mae_e: of what it was measured
        return words[-2] in OUTCOME - SETTING - {"fn", "gain", "cost"}
    if "per" in words[1:-1]:  # samples per second, seconds per step
        at = words.index("per", 1)
        return bool({words[at - 1], words[at + 1]} & (UNITS | CLOCKS))
    if last in ("step", "steps") and len(words) > 1:
        return words[-2] in _OF_A_RUN
    if _REACHED & set(words) and {"epoch", "epochs", "iterations", "iters", "steps"} & set(words):
        return True
    for spelled in (last, re.sub(r"\d+$", "", last)):
        if spelled in OUTCOME or spelled in SETTING:
            return spelled in OUTCOME - SETTING
    return False


def _names_control(words: list[str]) -> bool:
    """Say whether words of outcomes are those of an order or a controller: stop loss, take profit, integral gain."""
    before = words[-2:-1]
    return words[-2:] in (["stop", "loss"], ["take", "profit"]) or (
        words[-1:] == ["gain"] and bool(set(before) & _OF_CONTROLLERS)
    )


def names_setting(name: str) -> bool:
    """
    Say whether a name is that of a setting, such as ``optimizer.lr`` or ``max_epoch``.

    Examples
    --------
    >>> names_setting("loss_weight"), names_setting("win_rate"), names_setting("ErrorTolerance")
    (True, False, True)
    """
    if begins_as_setting(name):
        return True
    words = find_head(name)
    if not words or names_outcome(name):
        return False
    if len(words) > 1 and len(words[-1]) == 1:
        return False
    if _names_control(words):
        return True
    if words[-1] == "time" and PROCESSES & set(words[:-1]):
        return True
    loose = words[-1] in ("step", "fn") and len(words) > 1
    return loose or bool(find_last_words(name) & SETTING)


def names_setting_surely(name: str) -> bool:
    """Say whether a name is that of a setting, and its word stands in no name of an outcome (as ``size`` does)."""
    if not names_setting(name):
        return False
    words = find_head(name)
    weak = bool(find_last_words(name) & WEAK_SETTING) or (len(words) > 1 and words[-1] in WEAK_WITH_OTHERS)
    return begins_as_setting(name) or not weak or (len(words) > 1 and words[-2] in BEFORE_WEAK)
