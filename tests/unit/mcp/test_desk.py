"""What clients may ask about: what was named at the start, and what they open."""

import pytest

from panel.errors import QuestionError, SourceError
from panel.mcp.desk import Asked, Desk
from panel.settings import Settings
from panel.sources.common.corrections import Corrections
from panel.store.loading import Wanted

TABLE = "lr,val_loss\n" + "".join(f"{i / 7},{i}\n" for i in range(20))


def say_nothing(done, now=""):
    pass


@pytest.fixture
def place(tmp_path):
    for name in ("start", "a", "b"):
        (tmp_path / f"{name}.csv").write_text(TABLE)
    return tmp_path


@pytest.fixture
def make_desk(place, folder):
    def make(*named, shared=False, start=None):
        sources = tuple(str(place / name) for name in named)
        return Desk(Settings(sources=sources, root=(str(place),), cache_dir=folder), start, shared)

    return make


@pytest.fixture
def open_for(place):
    """Open a source; return its name, and whether the client is then told about it."""

    def open_source(desk, name, format=""):
        question, stays = desk.open_source(str(place / name), format, say_nothing)
        return question.sources[0].rpartition("/")[2], stays

    return open_source


def name_source(desk, project=""):
    (source,) = desk.ask(Asked(project), say_nothing).sources
    return source.rpartition("/")[2]


def test_a_client_alone_is_told_about_what_it_opened_last(make_desk, open_for):
    desk = make_desk("start.csv")
    assert name_source(desk) == "start.csv"
    assert open_for(desk, "a.csv") == ("a.csv", True)
    assert open_for(desk, "b.csv") == ("b.csv", True)
    assert name_source(desk) == "b.csv"


def test_nobody_is_told_about_what_another_one_opened(make_desk, open_for, place):
    desk = make_desk("start.csv", shared=True)
    assert open_for(desk, "a.csv") == ("a.csv", False)
    assert name_source(desk) == "start.csv"
    assert name_source(desk, str(place / "a.csv")) == "a.csv"
    assert open_for(desk, "start.csv") == ("start.csv", True)
    nothing = make_desk(shared=True)
    open_for(nothing, "a.csv")
    with pytest.raises(SourceError, match="No source is open"):
        nothing.ask(Asked(), say_nothing)


def test_a_format_holds_for_a_client_alone(make_desk, open_for, place):
    with pytest.raises(SourceError, match="nosuch"):
        open_for(make_desk(), "a.csv", "nosuch")
    for shared in (False, True):
        desk = make_desk("start.csv", shared=shared)
        assert open_for(desk, "a.csv", "table") == ("a.csv", not shared)
        assert name_source(desk, str(place / "a.csv")) == "a.csv"
        assert open_for(desk, "start.csv", "table") == ("start.csv", not shared)


def test_the_start_is_read_as_it_was_read_then_by_whatever_name(make_desk, place, monkeypatch):
    start = Wanted((str(place / "start.csv"),), corrections=Corrections(metric=("lr",)))
    desk = make_desk("start.csv", shared=True, start=start)
    monkeypatch.chdir(place)
    for project in ("", "start.csv", "./start.csv", str(place / "start.csv")):
        assert desk.ask(Asked(project, metric="lr"), say_nothing).selection.target.metric == "lr"
    with pytest.raises(QuestionError, match="no metric 'lr'"):
        desk.ask(Asked("a.csv", metric="lr"), say_nothing)


def test_step_group_and_roles_are_asked_as_by_the_command(make_desk):
    desk = make_desk("start.csv")
    asked = Asked(group="lr", roles=(("lr", "ignored"),))
    selection = desk.ask(asked, say_nothing).selection
    assert (selection.group, selection.roles) == ("config.lr", (("lr", "ignored"),))
    with pytest.raises(QuestionError, match="start has no values by step"):
        desk.ask(Asked(step="5"), say_nothing)
    with pytest.raises(QuestionError, match="'king' is not known; use one of"):
        desk.ask(Asked(roles=(("lr", "king"),)), say_nothing)
