"""Questions by options: whoever asks, they mean the same."""

from panel.answers.asking import USUAL
from panel.cli import main


def test_what_is_usual_is_what_the_command_has_by_default():
    given = main.make_context("sweeplens", []).params
    assert {name: given[name] for name in USUAL} == dict(USUAL)
