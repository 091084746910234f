"""A check as small as one can be: it counts."""

from __future__ import annotations

from dataclasses import dataclass

from ..data.messages import Count, say
from ..data.records import Record
from .base import Finding, Study

NAME = "toy"
QUESTION = "Is there a toy?"


@dataclass(frozen=True)
class Facts(Record):
    """
    What was measured.

    Attributes
    ----------
    configs
        How many configs there are.
    """

    configs: int


def check(study: Study) -> Finding:
    """Count the configs, and say how many there are."""
    return tell(study, measure(study))


def measure(study: Study) -> Facts:
    """Count the configs."""
    return Facts(len(study.configs))


def tell(study: Study, facts: Facts | None) -> Finding:
    """Say how many configs there are."""
    configs = facts.configs if facts else 0
    sentence = say("toy.counted", "{configs} and a toy.", configs=Count(configs, "config"))
    return Finding(NAME, QUESTION, "fine", sentence, facts=facts)
