"""``sweeplens check``: its exit codes, and what it prints."""

import csv
import json
import os
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from panel.checks import CHECKS
from panel.cli import main
from panel.gate.command import OUTPUTS
from panel.gate.command import main as gate
from panel.gate.sarif import as_uri
from panel.gate.writers import WRITERS

HOSTILE = "<b>&\"'\x01\ufffe{0}[x](1) 😀\u200d </failure>]]>"
"""A name with markup, a placeholder, a link, an emoji with a joiner, and characters that XML cannot hold."""


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    """Return a cache folder in which what was found of the sample stays for the next test."""
    return tmp_path_factory.mktemp("kept")


@pytest.fixture
def write_runs(tmp_path, rng):
    """Write a table of runs whose best lie at the upper end of one setting, so that the check `boundary` says *act*."""

    def write(name="lr"):
        file = tmp_path / "rising.csv"
        with file.open("w", newline="", encoding="utf-8") as opened:
            lines = csv.writer(opened)
            lines.writerow([f"config.{name}", "config.opt", "summary.val_loss"])
            for i in range(60):
                power = rng.uniform(-4, 0)
                lines.writerow([f"{10**power:.6g}", "ab"[i % 2], f"{1 - power + 0.01 * rng.normal():.8g}"])
        return file

    return write


def call_into(stdout, tmp_path, arguments):
    """Call the command as a process of its own that prints somewhere."""
    environment = {**os.environ, "SWEEPLENS_CACHE_DIR": str(tmp_path / "cache")}
    command = [sys.executable, "-m", "panel", *arguments]
    return subprocess.run(command, stdout=stdout, stderr=subprocess.PIPE, text=True, env=environment, timeout=120)


def test_it_fails_where_a_check_says_act(sweeplens, write_runs):
    done = sweeplens("check", write_runs())
    assert (done.returncode, done.stderr) == (1, "")
    head, first, *_, last = done.stdout.rstrip("\n").split("\n\n")
    assert head == "rising: val_loss, minimize, last value; 60 runs, 60 configs"
    assert first.splitlines()[0] == "boundary: act (fails). Are the best runs at a boundary of the search space?"
    assert "upper limit" in first.splitlines()[1]
    assert first.splitlines()[2].startswith("  What to do: Next sweep: raise the upper limit of lr")
    assert last == "1 of 12 checks fails: boundary. Of 5 nothing can be told."
    assert all(f"\n{check.NAME}: " in done.stdout for check in CHECKS)


def test_a_mistake_is_one_line_and_exit_code_2(sweeplens, write_runs):
    done = sweeplens("check", write_runs(), "--metric", "val_los")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.count("\n") == 1
    assert "Did you mean 'val_loss'" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "no SOURCE"),
        ([""], "no SOURCE"),
        (["/no/such.csv"], "does not exist"),
        (["{table}", "--only", "bondary"], "Did you mean 'boundary'"),
        (["{table}", "--role", "opt=king"], "king"),
        (["{table}", "--ignore", "summary.val_loss"], "--metric"),
    ],
)
def test_bad_input_is_one_clear_line_and_exit_code_2(ask, write_runs, monkeypatch, arguments, words):
    monkeypatch.delenv("SWEEPLENS_SOURCES", raising=False)
    done = ask("check", *[a.format(table=write_runs()) for a in arguments])
    assert (done.exit_code, done.stdout) == (2, "")
    assert len(done.stderr.strip().splitlines()) == 1
    assert words in done.stderr


@pytest.mark.parametrize(
    ("name", "row", "more", "words"),
    [
        ("lr", None, ["--filter", "lr<0"], "rising: nothing could be checked. No run is left of 60: 60 filtered."),
        ("few", "{i},a,{i}", [], "table: nothing could be checked. There are only 6 runs; importance and checks need"),
        ("constant", "{i},a,1", [], "table: nothing could be checked. All 60 runs have the same value, 1"),
        ("fixed", "1,a,{i}", [], "table: nothing could be checked. No parameter varies among these 60 runs."),
    ],
)
def test_nothing_passes_where_nothing_can_be_checked(ask, write_runs, tmp_path, name, row, more, words):
    table = tmp_path / "table.csv"
    rows = [row.format(i=i) for i in range(6 if name == "few" else 60)] if row else []
    table.write_text("\n".join(["lr,opt,val_loss", *rows]) + "\n")
    done = ask("check", table if row else write_runs(), *more, "--output", "json")
    assert (done.exit_code, done.stdout) == (2, "")
    assert len(done.stderr.strip().splitlines()) == 1
    assert done.stderr.startswith(f"Error: {words}")


def test_a_check_that_fails_is_told_though_little_can_be_computed(ask, tmp_path):
    table = tmp_path / "few.csv"
    table.write_text("lr,opt,val_loss\n" + "".join(f"{i / 7},{'ab'[i % 2]},{i}\n" for i in range(6)))
    done = ask("check", table, "--fail-on", "look")
    assert done.exit_code == 1
    assert "enough: look (fails). " in done.stdout


def test_a_secret_is_not_in_a_refusal(ask):
    done = ask("check", "sqlite:///x?password=secret")
    assert (done.exit_code, done.stdout) == (2, "")
    assert "sqlite:///x?password=*** does not exist" in done.stderr
    assert "secret" not in done.stderr


def test_a_file_whose_name_has_two_lines_is_checked(ask, write_runs, tmp_path):
    renamed = write_runs().rename(tmp_path / "two\nlines é.csv")
    assert ask("check", renamed, "--only", "boundary").exit_code == 1


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no disk that is always full")
@pytest.mark.parametrize(
    "arguments", [("check", "{table}", "--output", "json"), ("check", "{table}"), ("{table}", "--print")]
)
def test_a_full_disk_is_one_line_and_exit_code_2(write_runs, tmp_path, arguments):
    with Path("/dev/full").open("w") as full:
        done = call_into(full, tmp_path, [a.format(table=write_runs()) for a in arguments])
    assert done.returncode == 2
    assert done.stderr == "Error: Standard output cannot be written: No space left on device.\n"


@pytest.mark.parametrize(("arguments", "code"), [(("check", "{table}"), 1), (("{table}", "--print"), 0)])
def test_who_reads_may_leave(write_runs, tmp_path, arguments, code):
    reader, writer = os.pipe()
    os.close(reader)
    try:
        done = call_into(writer, tmp_path, [a.format(table=write_runs()) for a in arguments])
    finally:
        os.close(writer)
    assert (done.returncode, done.stderr) == (code, "")


def test_only_some_checks_are_asked(ask, write_runs):
    table = write_runs()
    done = ask("check", table, "--only", "noise", "--only", "leaks")
    assert done.exit_code == 0
    assert done.stdout.endswith("\n\nNo failure in 2 checks. Of 1 nothing can be told.\n")
    assert "boundary" not in done.stdout
    assert ask("check", table, "--only", "boundary").exit_code == 1


def test_look_fails_where_it_is_asked_to(ask, kept):
    asked = ("check", "sample", "--only", "infeasible", "--only", "same_name", "--only", "leaks")
    passed = ask(*asked, cache=kept)
    assert passed.exit_code == 0
    assert "infeasible: look. " in passed.stdout
    assert passed.stdout.endswith("No failure in 3 checks.\n")
    failed = ask(*asked, "--fail-on", "look", cache=kept)
    assert failed.exit_code == 1
    assert failed.stdout.endswith("2 of 3 checks fail: infeasible, same_name.\n")


def test_the_question_is_that_of_the_command(ask, write_runs):
    table = write_runs()
    asked = (table, "--goal", "maximize", "--filter", "lr<0.5", "--role", "opt=ignored")
    here = json.loads(ask("check", *asked, "--output", "json").stdout)
    there = json.loads(ask(*asked, "--json").stdout)["checks"]
    assert here.pop("failed") == [f["check"] for f in there["findings"] if f["verdict"] == "act"]
    assert here == there


def test_junit_is_a_test_case_a_check(ask, kept):
    done = ask("check", "sample", "--output", "junit", "--fail-on", "look", cache=kept)
    assert done.exit_code == 1
    root = ElementTree.fromstring(done.stdout_bytes)
    (suite,) = root
    cases = suite.findall("testcase")
    assert [case.get("name") for case in cases] == [check.NAME for check in CHECKS]
    failed = {case.get("name"): case.find("failure") for case in cases if case.find("failure") is not None}
    assert set(failed) == {"infeasible", "same_name"}
    assert failed["infeasible"].get("type") == "look"
    assert "42 of 800 runs" in failed["infeasible"].get("message")
    assert "Leave data.pca > 64 out" in failed["infeasible"].text
    for counted in (root, suite):
        assert [counted.get(name) for name in ("tests", "failures", "errors", "skipped")] == ["12", "2", "0", "0"]


def test_junit_skips_what_cannot_be_told_and_passes_a_look_that_does_not_fail(ask, kept, write_runs):
    root = ElementTree.fromstring(ask("check", write_runs(), "--output", "junit").stdout_bytes)
    skipped = {case.get("name"): case.find("skipped").get("message") for case in root.iterfind(".//testcase[skipped]")}
    assert "no metric has values per step" in skipped["overfitting"]
    assert root[0].get("skipped") == str(len(skipped)) == "5"
    passed = ElementTree.fromstring(
        ask("check", "sample", "--only", "infeasible", "--output", "junit", cache=kept).stdout_bytes
    )
    (case,) = passed.iterfind(".//testcase")
    assert [child.tag for child in case] == ["system-out"]
    assert case[0].text.startswith("look: 42 of 800 runs")


def test_sarif_has_what_its_standard_requires(ask, kept):
    done = ask("check", "sample", "--output", "sarif", cache=kept)
    assert done.exit_code == 0
    log = json.loads(done.stdout)
    assert log["version"] == "2.1.0"
    assert log["$schema"].endswith("/sarif-schema-2.1.0.json")
    (run,) = log["runs"]
    driver = run["tool"]["driver"]
    assert driver["name"] == "SweepLens"
    assert [rule["id"] for rule in driver["rules"]] == [check.NAME for check in CHECKS]
    assert [rule["shortDescription"]["text"] for rule in driver["rules"]] == [check.QUESTION for check in CHECKS]
    assert {result["ruleId"]: result["level"] for result in run["results"]} == {
        "infeasible": "warning",
        "same_name": "warning",
    }
    for result in run["results"]:
        assert driver["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["message"]["text"]
        assert result["locations"][0]["physicalLocation"]["artifactLocation"] == {"uri": "sample"}


@pytest.mark.parametrize("output", OUTPUTS)
def test_a_hostile_name_breaks_no_form(ask, write_runs, output):
    done = ask("check", write_runs(HOSTILE), "--only", "boundary", "--output", output)
    assert done.exit_code == 1
    text = done.stdout_bytes.decode("utf-8")
    if output == "junit":
        (failure,) = ElementTree.fromstring(done.stdout_bytes).iterfind(".//failure")
        assert "have <b>&\"'\ufffd\ufffd{0}[x](1) 😀\u200d </failure>]]> from" in failure.get("message")
    elif output == "sarif":
        (result,) = json.loads(text)["runs"][0]["results"]
        assert (result["ruleId"], result["level"]) == ("boundary", "error")
        assert HOSTILE.replace("{0}", "{{0}}") in result["message"]["text"]
    elif output == "json":
        assert HOSTILE in json.loads(text)["findings"][0]["sentence"]
    else:
        assert "\x01" not in text
        assert len(text.rstrip("\n").split("\n\n")) == 3


def test_a_source_is_named_as_a_uri():
    assert as_uri("/runs/my sweep.csv") == "file:///runs/my%20sweep.csv"
    assert as_uri("study.db#first") == "study.db#first"
    assert as_uri("postgresql://me:***@host/db") == "postgresql://me:***@host/db"


def test_every_form_has_its_writer():
    assert tuple(WRITERS) == OUTPUTS


def test_options_of_the_question_are_those_of_the_command():
    own = {"sources", "fail_on", "only", "output"}
    here = {parameter.name: parameter for parameter in gate.params if parameter.name not in own}
    there = {parameter.name: parameter for parameter in main.params}
    assert {name: p.to_info_dict() for name, p in here.items()} == {name: there[name].to_info_dict() for name in here}
