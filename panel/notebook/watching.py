"""What is known of a search under way: the headline and what asks for attention, anew after every few runs."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from ..errors import QuestionError, SweepLensError
from .showing import is_in_notebook

FEWEST = 10
"""With fewer runs nothing is said."""


class Watch:
    """
    Says what is known of a search while it runs. What goes wrong in saying it never ends the search.

    Parameters
    ----------
    source
        What `follow` and `look` read.
    every
        After how many further runs it is said anew.
    count, tell
        Return how many runs a source has, and what is known of them.
    """

    def __init__(self, source: Any, every: int, count: Callable[[Any], int], tell: Callable[[Any], str]):
        self.source, self.every, self.count, self.tell = source, every, count, tell
        self.said = 0
        self._shown: Any = None

    def __call__(self, study: Any, trial: Any) -> None:
        """Be called by Optuna after every trial."""
        self._say_if_new(study, trial.number + 1)

    def look(self) -> str:
        """Read the source now; return what is known."""
        return self.tell(self.source)

    def follow(self, seconds: float = 30.0, rounds: int | None = None) -> None:
        """
        Look again and again, and say what is known when there are enough new runs, until it is interrupted.

        Parameters
        ----------
        seconds
            Between two looks.
        rounds
            How often it looks; by default without end.
        """
        if self.source is None:
            raise QuestionError("There is nothing to follow: sl.watch(source) names it.")
        done, trouble = 0, ""
        try:
            while rounds is None or done < rounds:
                time.sleep(seconds if done else 0)
                done += 1
                try:
                    self._say_if_new(self.source, self.count(self.source))
                except SweepLensError as error:  # not there yet, or being written
                    if str(error) != trouble:
                        trouble = str(error)
                        self._show(f"Nothing can be read yet: {trouble}")
        except KeyboardInterrupt:
            pass

    def _say_if_new(self, source: Any, runs: int) -> None:
        if runs < self.said:  # another study is followed now
            self.said = 0
        if runs < max(FEWEST, self.said + self.every):
            return
        self.said = runs
        try:
            text = self.tell(source)
        except Exception as error:  # a search of days does not end because of what is said of it
            text = f"SweepLens could not tell: {error}"
        self._show(text)

    def _show(self, text: str) -> None:
        """Show text in place of what was shown before in a notebook, below it in a terminal."""
        if not is_in_notebook():
            print(text, flush=True)
            return
        from IPython.display import Pretty, display

        if self._shown is None:
            self._shown = display(Pretty(text), display_id=True)
        else:
            self._shown.update(Pretty(text))
