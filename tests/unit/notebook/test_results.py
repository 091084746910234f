"""Results show themselves: as text, as HTML that stands alone, as the page's figures."""

import json
from html.parser import HTMLParser

import numpy as np
import pandas as pd
import pytest

import panel as sl

HOSTILE = "<script>alert(1)</script>&\"'"


@pytest.fixture(scope="module")
def project():
    return sl.load("sample")


@pytest.fixture(scope="module")
def shown(project):
    return {
        "project": project,
        "ranking": sl.importance(project),
        "correlation": sl.correlation(project),
        "findings": sl.findings(project),
        "proposal": sl.propose(project),
        "comparison": sl.compare(project, parameter="optimizer.name"),
    }


class Read(HTMLParser):
    """The tags of HTML, and its text."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.addresses, self.text = [], [], ""
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.addresses += [value for name, value in attributes if name in ("src", "href")]

    def handle_data(self, data):
        self.text += data


@pytest.mark.parametrize("kind", ["project", "ranking", "correlation", "findings", "proposal", "comparison"])
def test_html_stands_alone_in_light_and_dark_and_is_small(shown, kind):
    text = shown[kind]._repr_html_()
    read = Read(text)
    assert len(text.encode()) < 200_000
    assert not read.addresses
    assert "script" not in read.tags
    assert "prefers-color-scheme:dark" in text
    assert "var(--importance)" not in text or "--importance:#" in text


def test_what_is_without_the_figure_says_nothing_of_its_axis(shown):
    comparison = shown["comparison"]
    assert any("The axis of val_loss ends" in note for note in comparison.notes)
    for text in (repr(comparison), comparison._repr_html_()):
        assert "axis" not in text
        assert all(str(note) in text for note in comparison.notes if note.code == "isolation.replicates")


def test_text_is_short_and_says_the_same(shown):
    assert repr(shown["ranking"]).splitlines()[3].startswith("optimizer.lr matters most by far")
    assert shown["ranking"].answer["trust"]["headline"] in Read(shown["ranking"]._repr_html_()).text
    assert repr(shown["findings"]).startswith("2 of 12 checks ask for something\nlook")
    assert len(repr(shown["findings"])) < 6_000
    assert repr(shown["proposal"]).startswith(f"{shown['proposal'].budget} runs for val_loss")
    assert repr(shown["comparison"]).startswith(str(shown["comparison"].lead))
    assert repr(shown["project"]).startswith("digits-mlp: SweepLens folder, 800 runs")


def test_every_result_has_a_frame(shown):
    assert shown["ranking"].to_frame().shape[0] == len(shown["ranking"].rows)
    assert set(shown["findings"].to_frame()["verdict"]) <= {"act", "look", "fine", "can't tell"}
    assert list(shown["proposal"].to_frame()["parameter"]) == [line.parameter for line in shown["proposal"].lines]
    assert list(shown["comparison"].to_frame()["label"]) == [one.label for one in shown["comparison"].buckets]
    assert "summary.val_loss" in shown["project"].to_frame()
    assert {"parameter", "correlation"} <= set(shown["correlation"].to_frame())


def test_a_ranking_is_what_the_command_prints_as_json(shown, tmp_path):
    from panel.answers.defaults import choose_default_selection
    from panel.answers.ranking import answer_ranking
    from panel.store import cache, loading

    folder = cache.prepare(tmp_path / "cache")[0]
    asked = choose_default_selection(loading.load_source(loading.Wanted(("sample",)), folder), folder)
    printed, mine = answer_ranking(asked, "forest", folder), shown["ranking"].to_json()
    assert {**printed, "project": 0, "columns": 0} == json.loads(json.dumps({**mine, "project": 0, "columns": 0}))


def test_figures_are_the_page_s_in_the_colours_of_a_theme(shown):
    light, dark = shown["ranking"].plot(), shown["ranking"].plot(theme="dark")
    assert list(light.data[0].x) == [row.importance for row in shown["ranking"].rows]
    assert "var(--" not in light.to_json() + dark.to_json()
    assert light.to_json() != dark.to_json()
    assert shown["findings"].plot("infeasible").data
    assert shown["comparison"].plot().data
    assert list(shown["correlation"].plot().data[0].x) == [row.correlation for row in shown["correlation"]._whole()]
    assert len(shown["project"].plot().data) > 1
    with pytest.raises(sl.SweepLensError, match="use one of light, dark"):
        shown["ranking"].plot(theme="blue")
    with pytest.raises(sl.SweepLensError, match="There is no check 'nois'"):
        shown["findings"].plot("nois")


def test_names_are_never_markup_and_many_long_ones_stay_small():
    draw = np.random.default_rng(0)
    config = pd.DataFrame(draw.random((60, 300)), columns=[f"{HOSTILE}.{'x' * 80}.{i}" for i in range(300)])
    project = sl.from_frames(config, pd.DataFrame({HOSTILE: draw.random(60)}), name=HOSTILE)
    asked = (project, HOSTILE)
    for result in (project, sl.importance(*asked), sl.correlation(*asked), sl.findings(*asked), sl.propose(*asked)):
        text = result._repr_html_()
        assert len(text.encode()) < 200_000
        assert "script" not in Read(text).tags
        assert repr(result)


def test_where_nothing_can_be_ranked_it_says_why():
    project = sl.from_frames(pd.DataFrame({"lr": [0.1, 0.2]}), pd.DataFrame({"loss": [1.0, 2.0]}))
    ranking = sl.importance(project, "loss")
    assert ranking.answer["empty"]["words"] in Read(ranking._repr_html_()).text
    assert ranking.answer["trust"]["words"] in repr(ranking)


def test_one_of_a_kind_is_counted_in_the_singular():
    project = sl.from_frames(pd.DataFrame({"lr": [0.1]}), pd.DataFrame({"loss": [1.0]}), name="one")
    assert repr(project).splitlines() == ["one: frames, 1 run (1 unknown)", "1 setting: lr", "1 metric: loss"]
    assert sl.findings(project, "loss").get("stability").basis == "1 config."


def test_a_proposal_without_runs_says_no_run():
    combinations = pd.DataFrame({"a": [0, 0, 1, 1] * 3, "b": [0, 1, 0, 1] * 3, "seed": range(12)})
    loss = pd.DataFrame({"loss": combinations["a"] + combinations["b"] / 10 + np.arange(12) / 1000})
    proposal = sl.propose(sl.from_frames(combinations, loss), "loss")
    assert proposal.budget == 0
    assert repr(proposal).startswith("No run for loss (minimize)")


def test_a_proposal_is_written_for_a_tool(shown):
    assert "import optuna" in shown["proposal"].write("optuna")
    with pytest.raises(sl.SweepLensError, match="wandb"):
        shown["proposal"].write("wnb")
