import pytest

from panel.answers.printing import clean, format_answer


@pytest.fixture
def answer():
    row = {"parameter": "lr", "importance": 0.8, "low": 0.7, "high": 0.9, "floor": 0.1, "clear": True, "active": 1200}
    return {
        "project": {"name": "p", "format": "table"},
        "target": {"metric": "loss", "label": "loss", "goal": "minimize", "value": "last", "scale": "log"},
        "trust": {
            "words": "Predicts well",
            "advice": "Believe it.",
            "caution": "",
            "measure": "out-of-bag R²",
            "headline": "Only lr stands out from noise.",
        },
        "taken": {"words": "Read as 2 settings and 1 metric."},
        "spellings": [],
        "failures": None,
        "surrogate": {"oob_r2": 0.81},
        "runs": {"used": 1200, "loaded": 1300, "left_out": {"failed": 100}, "groups": None, "grouped": ""},
        "importance": [row, {**row, "parameter": "x", "importance": 0.2, "low": None, "high": None, "clear": None}],
        "pairs": [],
        "parts": {},
        "correlation": [
            {"parameter": "lr", "value": "", "correlation": -0.5, "eta": None},
            {"parameter": "x", "value": "", "correlation": None, "eta": 0.3},
            {"parameter": "x", "value": "a", "correlation": 0.3, "eta": None},
        ],
        "parameters": [{"parameter": "seed", "role": "seed", "words": "seed: 5 values"}],
        "skipped": [{"what": "run-1", "why": "it is torn", "words": "run-1: it is torn"}],
        "skipped_count": 12,
        "notes": ["A note."],
    }


def test_the_answer_as_text(answer):
    text = format_answer(answer)
    assert "loss, minimize, last value, log scale" in text
    assert "\nOnly lr stands out from noise.\nPredicts well" in text
    assert "Predicts well (out-of-bag R² 0.81). Believe it." in text
    assert "1,200 of 1,300 runs; left out: 100 failed" in text
    lines = text.splitlines()
    lr = next(line for line in lines if line.startswith("lr"))
    assert lr.split()[2:] == ["0.80", "0.70", "–", "0.90", "yes", "-0.50", "1,200"]
    assert "η 0.30" in text
    assert "seed: 5 values" in text
    assert lines[-1] == "A note."
    assert "Could not be read: 12" in text
    assert "  run-1: it is torn" in text
    assert "in 40 groups by team" in format_answer(
        {**answer, "runs": {**answer["runs"], "groups": 40, "grouped": "team"}}
    )


def test_pairs_where_a_method_has_them(answer):
    pairs = [{"parameters": ["lr", f"x{i}\x1b"], "raw": 0.3 - i / 100} for i in range(9)]
    text = format_answer({**answer, "pairs": pairs, "parts": {"main": 0.5, "pairs": 0.3, "rest": 0.2}})
    assert "explain 50.0% of the variance, in pairs 30.0%; 20.0% takes three" in text
    assert "   30.0%  lr × x0" in text
    assert "x4" in text and "x5" not in text
    assert "\x1b" not in text


def test_names_cannot_send_commands_to_the_terminal(answer):
    answer["importance"][0]["parameter"] = "\x1b[2Jlr\n\x07"
    text = format_answer(answer)
    assert "\x1b" not in text
    assert "\x07" not in text


@pytest.mark.parametrize(
    ("text", "width", "shown"),
    [("abc", 5, "abc  "), ("abcdef", 4, "abc…"), ("学习率学习率", 5, "学习…"), ("a\tb", 0, "a�b")],
)
def test_clean(text, width, shown):
    assert clean(text, width) == shown


def test_what_of_the_source_was_read_is_said_first(answer):
    said = {"code": "overview.parts", "template": "One of 2.", "parts": {}, "text": "One of 2."}
    text = format_answer({**answer, "notes": ["A note.", "One of 2."], "messages": {"notes": ["A note.", said]}})
    lines = text.splitlines()
    assert (lines[1], lines[-1]) == ("One of 2.", "A note.")
