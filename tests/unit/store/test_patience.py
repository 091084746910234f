"""Calls that hang are given up; what they raise themselves is theirs."""

import threading

import pytest

from panel.store.patience import Patience


def test_what_is_returned_or_raised_in_time_is_passed_on():
    patience = Patience()

    def be_late():
        raise TimeoutError("its own")

    assert patience.call(lambda: 7, 10) == 7
    with pytest.raises(ZeroDivisionError):
        patience.call(lambda: 1 // 0, 10)
    with pytest.raises(TimeoutError, match="its own"):
        patience.call(be_late, 10)
    assert patience.call(lambda: 8, 10) == 8, "nothing hangs"


def test_nothing_is_begun_until_what_hangs_has_ended():
    patience, over, begun = Patience(), threading.Event(), []
    with pytest.raises(TimeoutError):
        patience.call(over.wait, 0.01)
    with pytest.raises(TimeoutError, match="an earlier call has not ended"):
        patience.call(lambda: begun.append(1), 10)
    assert begun == []
    over.set()
    for thread in threading.enumerate():
        if thread.name == "patience":
            thread.join(10)
    assert patience.call(lambda: 9, 10) == 9
