"""The outcome as text for a terminal."""

from __future__ import annotations

from ..answers.printing import clean
from ..data.messages import Count
from ..data.records import Json
from .outcome import ORDER, Outcome


def write(outcome: Outcome) -> str:
    """Return a paragraph a check, the most pressing first, and a last line that says which fail."""
    runs, configs = Count(outcome.checked["runs"], "run"), Count(outcome.checked["configs"], "config")
    head = clean(f"{outcome.project}: {outcome.target}; {runs.to_words()}, {configs.to_words()}")
    findings = sorted(outcome.findings, key=lambda finding: ORDER.index(finding["verdict"]))
    caveats = [clean(" ".join(outcome.checked["caveats"]))] if outcome.checked["caveats"] else []
    paragraphs = [_write_finding(finding, outcome) for finding in findings]
    return "\n\n".join([head, *paragraphs, *caveats, _write_last_line(outcome)])


def _write_finding(finding: Json, outcome: Outcome) -> str:
    verdict = finding["verdict"] + (" (fails)" if outcome.fails(finding) else "")
    to_do = "To find out" if finding["verdict"] == "can't tell" else "What to do"
    lines = [f"{finding['check']}: {verdict}. {finding['question']}", f"  {finding['sentence']}"]
    if finding["advice"]:
        lines.append(f"  {to_do}: {finding['advice']}")
    return "\n".join(map(clean, lines))


def _write_last_line(outcome: Outcome) -> str:
    """Return how many checks fail, and which; and of how many nothing can be told."""
    failed, asked = outcome.failed, Count(len(outcome.findings), "check").to_words()
    said = f"{len(failed)} of {asked} {'fails' if len(failed) == 1 else 'fail'}: {', '.join(failed)}."
    if not failed:
        said = f"No failure in {asked}."
    return said + (f" Of {len(outcome.untold)} nothing can be told." if outcome.untold else "")
