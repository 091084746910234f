"""Each user in turn, and of each what was asked for first."""

from panel.store.turns import Turns


def make(*asked):
    turns = Turns()
    for user, key in asked:
        turns.add(user, key)
    return turns


def take_all(turns):
    return [turns.take() for _ in range(len(turns))]


def test_one_user_has_what_was_asked_for_first():
    assert take_all(make(("ann", "a"), ("ann", "b"), ("ann", "c"))) == ["a", "b", "c"]


def test_users_take_turns():
    turns = make(("ann", "a1"), ("ann", "a2"), ("ann", "a3"), ("bob", "b1"), ("cy", "c1"), ("bob", "b2"))
    assert take_all(turns) == ["a1", "b1", "c1", "a2", "b2", "a3"]


def test_what_is_removed_has_no_turn_and_its_user_keeps_theirs():
    turns = make(("ann", "a1"), ("bob", "b1"), ("ann", "a2"))
    assert turns.remove("a1")
    assert not turns.remove("a1")
    assert len(turns) == 2
    assert take_all(turns) == ["a2", "b1"]
    assert turns.take() is None
