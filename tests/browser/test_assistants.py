"""The links that tools tell on the page's server: each opens the view, with the question that was asked."""

from __future__ import annotations

import json
import re
import urllib.request
from urllib.parse import parse_qs, urlsplit

import pytest

TABLE = "lr,batch_size,val_loss\n" + "".join(f"{(i * 7 % 40) / 40},{2 ** (i % 3)},{i * 7 % 40}\n" for i in range(40))


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    folder = tmp_path_factory.mktemp("assistants")
    (folder / "runs.csv").write_text(TABLE)
    return folder


@pytest.fixture(scope="module")
def url(serve, place):
    return serve("sample", options=("--mcp", "--root", str(place), "--url-prefix", "/lens/")).url


def call(url, tool, given):
    """Ask a tool as the protocol has it; return the text of its answer."""
    asked = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": tool, "arguments": given}}
    headers = {"Content-Type": "application/json", "Accept": "application/json"}
    with urllib.request.urlopen(urllib.request.Request(f"{url}mcp", json.dumps(asked).encode(), headers)) as reply:
        return json.load(reply)["result"]["content"][0]["text"]


ASKED = [
    ("describe", {}, "overview"),
    ("rank", {"method": "permutation", "filter": "optimizer.name=adam", "metric": "val_accuracy"}, "overview"),
    ("rank", {"step": 10, "group": "replicates", "roles": {"batch_size": "ignored"}}, "overview"),
    ("findings", {"filter": ["optimizer.lr<=0.01"]}, "checks"),
    ("compare", {"parameter": "optimizer.name", "a": "adam", "b": "sgd"}, "values"),
    ("propose", {}, "next"),
    ("find_runs", {"filter": "state=failed"}, "runs"),
]


@pytest.mark.parametrize(("tool", "given", "view"), ASKED)
def test_a_link_opens_the_view_with_the_question(open_page, url, tool, given, view):
    link = re.search(r"See it: (\S+)$", call(url, tool, given))[1]
    assert link.startswith(f"{url}#v=1&project=")
    panel = open_page(link)
    panel.settle()
    told = parse_qs(urlsplit(link).fragment)
    assert {name: panel.address.get(name) for name in told} == told
    if view != "overview":
        panel.expect(f'[aria-current][data-tab="{view}"]:visible').not_to_have_count(0)
    for words in ("adam", "sgd") if tool == "compare" else ():
        panel.expect("#tab-place").to_contain_text(words)
    panel.expect(".flash:visible").to_have_count(0)


def test_a_link_opens_another_source_that_an_assistant_opened(open_page, url, place):
    source = str(place / "runs.csv")
    link = re.search(r"See it: (\S+)$", call(url, "rank", {"project": source}))[1]
    panel = open_page(link)
    assert sorted(panel.parameters()) == ["batch_size", "lr"]
    assert panel.page.url == link or panel.address["project"] == parse_qs(urlsplit(link).fragment)["project"]
    assert "lies outside" in call(url, "rank", {"project": "/etc/hostname"})
