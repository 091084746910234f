"""What clients may ask about: each its own source, if it can be told from others."""

import pytest

from panel.errors import QuestionError, SourceError
from panel.mcp import desk as module
from panel.mcp.desk import Asked, Desk
from panel.settings import Settings

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
    def make(*named, shared=True):
        sources = tuple(str(place / name) for name in named)
        return Desk(Settings(sources=sources, root=(str(place),), cache_dir=folder), shared)

    return make


@pytest.fixture
def open_for(place):
    """Open a source for a client; return whether it is then told about it."""

    def open_source(desk, name, client=""):
        return desk.open_source(str(place / name), "", say_nothing, client)

    return open_source


def name_source(desk, client=""):
    (source,) = desk.ask(Asked(client=client), say_nothing).sources
    return source.rpartition("/")[2]


def test_each_session_has_its_own_source(make_desk, open_for):
    desk = make_desk("start.csv")
    assert open_for(desk, "a.csv", "one")
    assert open_for(desk, "b.csv", "two")
    assert [name_source(desk, client) for client in ("one", "two", "three", "")] == [
        "a.csv",
        "b.csv",
        "start.csv",
        "start.csv",
    ]
    assert open_for(desk, "b.csv", "one")
    assert name_source(desk, "one") == "b.csv"


def test_what_one_opens_is_open_for_no_other_session(make_desk, open_for):
    desk = make_desk()
    open_for(desk, "a.csv", "one")
    for client in ("two", ""):
        with pytest.raises(SourceError, match="No source is open"):
            desk.ask(Asked(client=client), say_nothing)


def test_clients_without_sessions_share_what_was_opened_first(make_desk, open_for):
    desk = make_desk()
    assert open_for(desk, "a.csv")
    assert not open_for(desk, "b.csv")
    assert open_for(desk, "a.csv")
    assert name_source(desk) == "a.csv"
    named = make_desk("start.csv")
    assert not open_for(named, "a.csv")
    assert name_source(named) == "start.csv"


def test_a_client_alone_is_told_about_what_it_opened_last(make_desk, open_for):
    desk = make_desk("start.csv", shared=False)
    assert open_for(desk, "a.csv")
    assert open_for(desk, "b.csv")
    assert name_source(desk) == "b.csv"


def test_of_too_many_clients_the_first_is_forgotten(make_desk, open_for, monkeypatch):
    monkeypatch.setattr(module, "MOST_CLIENTS", 2)
    desk = make_desk("start.csv")
    for client in ("one", "two", "one", "three"):
        open_for(desk, "a.csv", client)
    assert [name_source(desk, client) for client in ("one", "two", "three")] == ["a.csv", "start.csv", "a.csv"]


def test_step_group_and_roles_are_asked_as_by_the_command(make_desk):
    desk = make_desk("start.csv")
    asked = Asked(group="lr", roles=(("lr", "ignored"),))
    selection = desk.ask(asked, say_nothing).selection
    assert (selection.group, selection.roles) == ("config.lr", (("lr", "ignored"),))
    with pytest.raises(QuestionError, match="start has no values by step"):
        desk.ask(Asked(step="5"), say_nothing)
    with pytest.raises(QuestionError, match="'king' is not known; use one of"):
        desk.ask(Asked(roles=(("lr", "king"),)), say_nothing)
