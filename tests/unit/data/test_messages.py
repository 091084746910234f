import json
import pickle

import numpy as np
import pytest

from panel.data.messages import NOTHING, Count, Form, Message, Names, Number, as_message, join, say


@pytest.mark.parametrize(
    ("part", "words"),
    [
        (Number(0.25, 2, "percent"), "25 %"),
        (Number(-0.000123456), "−0.000123"),
        (Number(1234.5, style="measured"), "1234"),
        (Number(1234.5, 6, "short"), "1234.5"),
        (Number(1234.5, 1, "fixed", "s"), "1,234.5 s"),
        (Number(-0.5, 2, "signed"), "−0.50"),
        (Count(1, "run"), "1 run"),
        (Count(2000, "run"), "2,000 runs"),
        (Count(0, "entry", "entries"), "0 entries"),
        (Count(2000), "2,000"),
        (Form(1, "was", "were"), "was"),
        (Form(0, "was", "were"), "were"),
        (Names(("a",)), "a"),
        (Names(("a", "b")), "a and b"),
        (Names(("a", "b", "c"), last="or"), "a, b or c"),
        (Names(("a", "b", "c"), most=2), "a, b and 1 more"),
        (Names(()), ""),
        ("{x}", "{x}"),
        (3000, "3,000"),
        (0.5, "0.5"),
    ],
)
def test_each_part_is_read_as_it_should_be_and_comes_back_from_json(part, words):
    message = say("test.part", "It is {part}.", part=part)
    assert message == f"It is {words}."
    again = Message.from_json(json.loads(json.dumps(message.to_json())))
    assert (again, again.code, again.template, again.parts) == (message, "test.part", "It is {part}.", {"part": part})


def test_json_has_the_words_the_code_and_the_numbers():
    made_of = say("test.runs", "{runs} failed.", runs=Count(3, "run")).to_json()
    assert made_of == {
        "code": "test.runs",
        "template": "{runs} failed.",
        "parts": {"runs": {"kind": "count", "n": 3, "one": "run", "many": "", "text": "3 runs"}},
        "text": "3 runs failed.",
    }


def test_numbers_of_numpy_become_pythons_and_whole_ones_stay_whole():
    message = say("test.numbers", "{a} {b} {c}", a=Number(np.float64(0.5)), b=Count(np.int64(2), "run"), c=np.int64(3))
    assert json.loads(json.dumps(message.to_json()))["parts"]["c"] == 3
    whole = say("test.whole", "{n}", n=Number(40))
    assert json.dumps(Message.from_json(whole.to_json()).to_json()) == json.dumps(whole.to_json())


def test_a_message_in_a_message_and_braces():
    inner = say("test.inner", "of {n}", n=Count(2, "run"))
    outer = say("test.outer", "{{a}} {inner}", inner=inner)
    assert outer == "{a} of 2 runs"
    again = Message.from_json(outer.to_json())
    assert again == outer and again.parts["inner"].code == "test.inner"


def test_a_part_that_is_missing_is_an_error():
    with pytest.raises(KeyError, match="lacking"):
        say("test.lacking", "{lacking}")


def test_sentences_are_joined_and_nothing_says_nothing():
    first, second = say("test.a", "A."), say("test.b", "B.")
    assert join([first, "", NOTHING, second]) == "A. B."
    assert join([first]).code == "test.a"
    assert join([]) is NOTHING and as_message("") is NOTHING
    assert as_message("x {y}") == "x {y}"
    assert [part.code for part in join([first, second]).parts.values()] == ["test.a", "test.b"]


def test_a_message_survives_pickling():
    message = say("test.runs", "{runs} failed.", runs=Count(3, "run"))
    again = pickle.loads(pickle.dumps(message))
    assert (again, again.code, again.parts) == (message, message.code, message.parts)


@pytest.mark.parametrize("part", [Number(float("inf")), Number(float("nan")), float("-inf")])
def test_a_number_that_is_not_finite_keeps_its_words(part):
    message = say("test.part", "It is {part}.", part=part)
    text = json.dumps(message.to_json(), allow_nan=False)
    assert Message.from_json(json.loads(text)) == message
