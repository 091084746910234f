"""What nobody expected: one line, and the trace in a log."""

import logging
import stat

import pytest

from panel.errors import QuestionError, SourceError, SweepLensError
from panel.store import faults


@pytest.fixture
def logged(folder):
    faults.keep_log(folder)
    yield faults.name_log(folder)
    logger = logging.getLogger(faults.PACKAGE)
    for handler in list(logger.handlers):
        logger.removeHandler(handler)
        handler.close()


def test_it_is_one_line_that_names_the_kind_and_the_log_which_has_the_trace(folder, logged):
    with pytest.raises(SourceError) as told, faults.catch_faults("runs.csv could not be read", folder):
        raise KeyError("a key\nin two lines")
    line = str(told.value)
    assert line.startswith("runs.csv could not be read: KeyError: ")
    assert line.endswith(f"This is a fault of SweepLens. The trace is in {logged}.")
    assert "\n" not in line
    assert isinstance(told.value.__cause__, KeyError)
    text = logged.read_text()
    assert "runs.csv could not be read" in text and "Traceback" in text and "test_faults.py" in text


def test_a_long_message_is_cut(folder, logged):
    with pytest.raises(SourceError) as told, faults.catch_faults("it", folder):
        raise ValueError("x" * 100_000)
    assert len(str(told.value)) < 500


def test_an_error_that_is_meant_for_the_user_passes(folder, logged):
    with pytest.raises(QuestionError, match=r"^ask otherwise$"), faults.catch_faults("it", folder):
        raise QuestionError("ask otherwise")
    assert not logged.exists()


def test_the_kind_of_error_can_be_chosen(folder, logged):
    with pytest.raises(SweepLensError) as told, faults.catch_faults("it", folder, SweepLensError):
        raise ZeroDivisionError
    assert not isinstance(told.value, SourceError)
    assert "ZeroDivisionError." in str(told.value)


def test_the_log_is_private_and_bounded(folder, logged, monkeypatch):
    assert stat.S_IMODE(logged.parent.stat().st_mode) == 0o700
    for _ in range(300):
        faults.tell_fault("it", ValueError("x" * 10_000), folder)
    files = sorted(logged.parent.iterdir())
    assert len(files) == 2
    assert sum(file.stat().st_size for file in files) <= 2 * faults.LARGEST


def test_that_the_log_cannot_be_written_says_nothing_on_the_terminal(folder, logged, capsys):
    logged.parent.rmdir()
    assert "ValueError: no" in faults.tell_fault("it", ValueError("no"), folder)
    assert not capsys.readouterr().err


def test_a_process_keeps_one_log(folder, logged, tmp_path):
    (tmp_path / "other" / "logs").mkdir(parents=True)
    faults.keep_log(tmp_path / "other")
    faults.tell_fault("it", ValueError("no"), tmp_path / "other")
    assert faults.name_log(tmp_path / "other").exists()
    assert not logged.exists()
