"""What is said of the locked dependencies: checked, not checked, or which has a known vulnerability."""

import doctest
import json

from tools import audit


def test_the_examples_give_what_they_say():
    assert doctest.testmod(audit).failed == 0


def test_a_vulnerability_is_named_with_what_mends_it():
    found = {"id": "GHSA-1", "fix_versions": ["2.0"]}
    packages = [
        {"name": "dash", "version": "1.0", "vulns": [found, {"id": "GHSA-2", "fix_versions": []}]},
        {"name": "panel", "skip_reason": "unknown"},
    ]
    assert audit.read_outcome(json.dumps({"dependencies": packages}), "") == (
        1,
        "dash 1.0 has GHSA-1; mended in 2.0.\ndash 1.0 has GHSA-2; mended in no release.",
    )


def test_another_failure_is_one():
    assert audit.read_outcome("", "error: no such option") == (1, "error: no such option")
    assert audit.read_outcome("", "")[0] == 1
