"""The outcome as JUnit XML, which CI servers show as tests: one test case a check."""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from ..data.records import Json
from .outcome import Outcome

_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 (section 2.2) has no way to write, not even escaped."""


def write(outcome: Outcome) -> str:
    """
    Return the outcome as XML.

    A check that fails is a failure, one that cannot tell is skipped with its reason, any other passes.
    """
    counts = {
        "tests": len(outcome.findings),
        "failures": len(outcome.failed),
        "skipped": len(outcome.untold),
        "errors": 0,
    }
    suites = Element("testsuites", {name: str(n) for name, n in counts.items()})
    suite = SubElement(suites, "testsuite", {"name": "sweeplens check", **suites.attrib})
    properties = SubElement(suite, "properties")
    for name in ("project", "target"):
        SubElement(properties, "property", {"name": name, "value": keep_legal(getattr(outcome, name))})
    for finding in outcome.findings:
        _add_case(suite, finding, outcome)
    indent(suites)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(suites, encoding="unicode")


def _add_case(suite: Element, finding: Json, outcome: Outcome) -> None:
    case = SubElement(suite, "testcase", {"classname": keep_legal(outcome.project), "name": finding["check"]})
    sentence = keep_legal(finding["sentence"])
    more = keep_legal("\n".join(filter(None, [finding["question"], finding["advice"], finding["basis"]])))
    if outcome.fails(finding):
        SubElement(case, "failure", {"type": finding["verdict"], "message": sentence}).text = more
    elif finding["verdict"] == "can't tell":
        SubElement(case, "skipped", {"message": sentence}).text = more
    else:
        SubElement(case, "system-out").text = f"{finding['verdict']}: {sentence}\n{more}"


def keep_legal(text: str) -> str:
    """
    Return text with U+FFFD in place of each character that no XML may hold.

    Examples
    --------
    >>> keep_legal("a" + chr(0) + "<b>")
    'a�<b>'
    """
    return _FORBIDDEN.sub("\ufffd", text)
