"""What the checks found of a search, and which of it fails: what the page shows, from the same cache."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ..answers.asking import read_question
from ..answers.base import get
from ..answers.ranking import OVERVIEW
from ..answers.study import CHECKS as ANSWER
from ..checks import CHECKS
from ..checks.base import FIRES, Verdict
from ..data.records import Json
from ..errors import QuestionError, nearest
from ..settings import Settings
from ..sources.common.given import hide_password
from ..starting import load_project, show_progress

ORDER: tuple[Verdict, ...] = (*FIRES, "can't tell", "fine")
"""The verdicts, the most pressing first."""


@dataclass(frozen=True)
class Outcome:
    """
    What the checks found, and which of it fails.

    Attributes
    ----------
    project
        Name of the project.
    sources
        What it was read from, without passwords.
    target
        What the search was for, in words.
    checked
        What `answers.study.CHECKS` returned, of the checks that were asked.
    failing
        The verdicts that fail.
    empty
        Why nothing can be computed; empty if something can.
    """

    project: str
    sources: tuple[str, ...]
    target: str
    checked: Json
    failing: tuple[Verdict, ...]
    empty: str = ""

    @property
    def findings(self) -> list[Json]:
        """What was found: one a check, in the order in which the page asks."""
        return self.checked["findings"]

    @property
    def failed(self) -> list[str]:
        """Names of the checks that fail."""
        return [finding["check"] for finding in self.findings if self.fails(finding)]

    @property
    def untold(self) -> list[str]:
        """Names of the checks that cannot tell."""
        return [finding["check"] for finding in self.findings if finding["verdict"] == "can't tell"]

    def fails(self, finding: Json) -> bool:
        """Say whether a finding fails."""
        return finding["verdict"] in self.failing


def find_names(only: Sequence[str]) -> frozenset[str]:
    """
    Return the names of the checks to ask: those given, or all.

    Raises
    ------
    QuestionError
        If there is no check of a name.
    """
    names = [check.NAME for check in CHECKS]
    for name in only:
        if name not in names:
            raise QuestionError(f"--only {name!r}: there is no such check. {nearest(name, names, len(names))}")
    return frozenset(only or names)


def ask_checks(settings: Settings, options: dict[str, Any], names: frozenset[str], mildest: str) -> Outcome:
    """
    Read the sources, and ask the checks.

    Parameters
    ----------
    settings
        What was set, the cache folder among it: it can be written.
    options
        What `options.QUESTION` and `options.READING` declare.
    names
        Names of the checks that are asked.
    mildest
        The mildest verdict that fails: ``act`` or ``look``.

    Raises
    ------
    SourceError, QuestionError
        If a source cannot be read, or the question does not fit it, or no metric is likely and none is given.
    """
    folder = settings.cache_dir
    asked = read_question(load_project(settings, options), folder, options)
    overview = get(OVERVIEW.make_request(asked), folder)
    if not asked.target.metric and overview["empty"]["reason"] != "no metric":
        raise QuestionError(f"{overview['project']['name']}: nothing could be checked. {overview['empty']['words']}")
    if not asked.target.metric:
        raise QuestionError(
            f"No metric is likely to be meant: choose one with --metric. {nearest('', overview['metrics'])}"
        )
    with show_progress("checking") as done:
        checked = get(ANSWER.make_request(asked), folder, done)
    target, project = overview["target"], overview["project"]
    return Outcome(
        project["name"],
        tuple(map(hide_password, settings.sources)),
        f"{target['label']}, {target['goal']}, {target['value']} value",
        {**checked, "findings": [finding for finding in checked["findings"] if finding["check"] in names]},
        FIRES[: FIRES.index(mildest) + 1],
        _say_empty(overview),
    )


def _say_empty(overview: Json) -> str:
    """Return why nothing can be computed of what a question keeps; empty if something can."""
    if not overview["empty"]:
        return ""
    runs = overview["runs"]
    if runs["used"] or not runs["left_out"]:
        return overview["empty"]["words"]
    reasons = ", ".join(f"{n:,} {reason}" for reason, n in runs["left_out"].items())
    return f"No run is left of {runs['loaded']:,}: {reasons}."


def refuse_nothing(outcome: Outcome) -> None:
    """
    Refuse an outcome of nothing: where nothing can be computed nothing was checked, so nothing passes.

    Raises
    ------
    QuestionError
        If nothing can be computed and no check fails all the same, such as for runs that all diverged.
    """
    if outcome.empty and not outcome.failed:
        raise QuestionError(f"{outcome.project}: nothing could be checked. {outcome.empty}")
