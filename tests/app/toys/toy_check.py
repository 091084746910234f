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
    """Count the configs."""
    configs = len(study.configs)
    sentence = say("toy.counted", "{configs} and a toy.", configs=Count(configs, "config"))
    return Finding(NAME, QUESTION, "fine", sentence, facts=Facts(configs))
