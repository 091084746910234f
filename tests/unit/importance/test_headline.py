"""What matters in one sentence: the cases that there are, by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from panel.data.messages import say
from panel.importance.headline import limit_headline, say_headline
from panel.importance.record import Importance, ImportanceRow, Surrogate
from panel.importance.trust import judge_trust
from panel.question.emptiness import Empty


def ranking(*rows, empty=None):
    """Return a ranking of rows, each its share, whether it is clear, and half its interval's length."""
    made = [
        ImportanceRow(f"p{i}", share, share - half, share + half, floor=0.02, clear=clear)
        for i, (share, clear, half) in enumerate(rows)
    ]
    return Importance("forest", tuple(made), empty=empty)


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        (
            [(0.6, True, 0.1), (0.2, True, 0.05), (0.1, False, 0.1)],
            "p0 matters most by far, then p1; p2 does not stand out",
        ),
        ([(0.4, True, 0.02), (0.3, True, 0.02)], "p0 matters most, then p1."),
        ([(0.5, True, 0.2), (0.4, True, 0.2)], "p0 and p1 matter."),
        ([(0.3, True, 0.2), (0.3, True, 0.2), (0.2, True, 0.1)], "p0 and p1 matter most, then p2."),
        ([(0.6, True, 0.1), (0.2, False, 0.1), (0.2, False, 0.1)], "Only p0 stands out from noise; the other 2 do not"),
        ([(0.4, False, 0.1), (0.3, False, 0.1)], "None of the 2 parameters stands out from noise."),
        ([(1.0, False, 0.1)], "The one parameter does not stand out from noise."),
        ([(0.5, None, 0.0), (0.4, None, 0.0)], "p0 and p1 come first; this method does not tell what is noise."),
        ([], "No parameter stands out from noise."),
        ([(0.9, True, 0.01)] + [(0.1, True, 0.01)] * 5, "p0 matters most by far, then p1, p2, p3 and 2 more."),
    ],
)
def test_what_is_clear_is_named_and_what_is_not_is_counted(rows, words):
    assert str(say_headline(ranking(*rows))).startswith(words)


def test_a_constant_is_not_counted_among_those_that_do_not_stand_out():
    record = ranking((0.6, True, 0.1), (0.1, False, 0.05))
    constant = ImportanceRow("always", 0.0, 0.0, 0.0, floor=0.0, clear=False)
    record = Importance("forest", (*record.rows, constant))
    assert str(say_headline(record, {"always"})).endswith("; p1 does not stand out from noise.")
    assert str(say_headline(record)).endswith("; the other 2 do not stand out from noise."), "never used is no constant"


def test_where_nothing_is_ranked_the_trust_line_alone_says_why():
    nothing = say_headline(ranking(empty=Empty("too few runs", say("test.few", "Too few runs."))))
    assert nothing == "" == limit_headline(nothing, 9.0, [say("stopping.at_step", "stopped")])


def test_where_runs_were_stopped_it_says_at_which_step_it_is_true():
    headline = say_headline(ranking((0.6, True, 0.1), (0.2, True, 0.05)))
    early, unequal = say("stopping.at_step", "stopped"), say("stopping.unequal", "stopped")
    assert limit_headline(headline, 9.0, [early]) == (
        "At step 9: p0 matters most by far, then p1. That says nothing of the end."
    )
    assert limit_headline(headline, None, [unequal]).endswith("so that is not about the end.")
    assert limit_headline(headline, 27.0, [say("stopping.at_end", "the end")]) == headline
    assert limit_headline(headline, None, []) == headline


def test_of_many_parameters_it_says_how_many_stand_out_by_chance_and_of_a_weak_model_that_it_is_a_hint():
    many = ranking((0.3, True, 0.01), *[(0.01, False, 0.01)] * 99)
    assert str(say_headline(many)).endswith("Of 100 parameters about 3 would stand out by chance alone.")
    few = ranking((0.6, True, 0.1), (0.1, False, 0.05))
    assert str(say_headline(few)).endswith("; p1 does not stand out from noise.")
    weak = replace(few, surrogate=Surrogate(oob_r2=0.04, runs=60, configs=60))
    assert str(say_headline(weak)).endswith("next to nothing is predicted: take it as a hint.")


@pytest.mark.parametrize(
    ("configs", "says"),
    [(12, "12 configs are few: from them the forest predicts nothing"), (200, "that it has not seen")],
)
def test_where_nothing_is_predicted_few_configs_are_named_as_such_and_settings_are_not_accused(configs, says):
    trust = judge_trust(replace(ranking((0.6, False, 0.3), (0.4, False, 0.3)), surrogate=Surrogate(-0.1, 500, configs)))
    assert trust.level == "none"
    assert says in trust.advice
    assert "do not explain" not in trust.advice
