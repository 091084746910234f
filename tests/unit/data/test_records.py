import json
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest

from panel.data.messages import Count, Message, say
from panel.data.records import Record, plain, without_messages


@dataclass(frozen=True)
class Inner(Record):
    words: Message
    value: float | None


@dataclass(frozen=True)
class Outer(Record):
    name: str
    inner: tuple[Inner, ...]
    notes: tuple[Message, ...] = ()
    shares: dict[str, float] = field(default_factory=dict)
    left_out: dict[str, Message] = field(default_factory=dict)


WORDS = say("test.runs", "{runs} failed.", runs=Count(3, "run"))


def test_a_record_comes_back_from_json_as_it_was():
    record = Outer("a", (Inner(WORDS, 0.5), Inner(WORDS, None)), (WORDS,), {"x": 0.25}, {"y": WORDS})
    data = json.loads(json.dumps(record.to_json(), allow_nan=False))
    assert Outer.from_json(data) == record
    assert Outer.from_json(data).inner[0].words.code == "test.runs"
    assert Outer.from_json(data).left_out["y"].code == "test.runs"


def test_json_has_words_where_a_message_is_and_beside_them_what_they_are_made_of():
    data = Outer("a", (Inner(WORDS, np.nan),), (WORDS,)).to_json()
    assert data["notes"] == ["3 runs failed."] and type(data["notes"][0]) is str
    assert data["messages"]["notes"][0]["code"] == "test.runs"
    assert data["inner"][0]["value"] is None
    assert data["inner"][0]["messages"]["words"]["parts"]["runs"]["n"] == 3
    assert "messages" not in Outer("a", ()).to_json()


def test_a_parameter_may_be_called_messages():
    record = Outer("a", (), (WORDS,), {"messages": 0.5})
    assert Outer.from_json(record.to_json()) == record


@dataclass(frozen=True)
class Free(Record):
    config: dict[str, Any]


@pytest.mark.parametrize("config", [{"messages": {"a": 1}, "a": 2}, {"messages": {"messages": 1}}, {"messages": [1]}])
def test_what_a_user_calls_messages_stays(config):
    assert Free.from_json(Free(config).to_json()) == Free(config)


def test_json_without_messages_has_the_words_alone():
    data = Outer("a", (Inner(WORDS, 0.5),), (WORDS,), {"messages": 0.5}).to_json()
    assert without_messages(data) == {
        "name": "a",
        "inner": [{"words": "3 runs failed.", "value": 0.5}],
        "notes": ["3 runs failed."],
        "shares": {"messages": 0.5},
        "left_out": {},
    }


def test_what_is_missing_or_of_another_kind_is_named():
    with pytest.raises(ValueError, match="inner"):
        Outer.from_json({"name": "a"})
    with pytest.raises(ValueError, match=r"Expected `str`.*name"):
        Outer.from_json({"name": 3, "inner": []})


def test_plain_values():
    assert plain({"a": np.array([1.5, np.inf]), 2: (np.int64(3), np.bool_(True), WORDS)}) == {
        "a": [1.5, None],
        "2": [3, True, "3 runs failed."],
    }
