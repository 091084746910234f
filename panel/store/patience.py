"""Calls of what may hang for ever, as a share whose server is gone: they are given up, and do not pile up."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

Found = TypeVar("Found")


class Patience:
    """Calls of one thing that may hang, each in a thread: none is begun while one that was given up still hangs."""

    def __init__(self) -> None:
        self._given_up: threading.Thread | None = None

    def call(self, act: Callable[[], Found], seconds: float) -> Found:
        """
        Return what a function returns.

        Parameters
        ----------
        act
            What to call.
        seconds
            How long it may take. It goes on after that, for nobody: a thread cannot be ended.

        Raises
        ------
        TimeoutError
            If it takes longer, or one that took longer before has not ended.
        """
        if self._given_up is not None and self._given_up.is_alive():
            raise TimeoutError("an earlier call has not ended")
        told: Future[Found] = Future()
        thread = threading.Thread(target=lambda: _settle(told, act), name="patience", daemon=True)
        thread.start()
        try:
            return told.result(seconds)
        except TimeoutError:
            if not told.done():  # else the function raised it
                self._given_up = thread
            raise


def _settle(told: Future[Found], act: Callable[[], Found]) -> None:
    try:
        told.set_result(act())
    except Exception as error:
        told.set_exception(error)
