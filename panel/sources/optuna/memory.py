"""A study that is at hand as ``optuna.Study``: what its storage holds, as Optuna itself tells it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from ...data.messages import NOTHING, Message
from ...data.plain import plain_value
from ...data.records import Json
from .trials import METRIC_NAMES, Study, Trial, describes_run


class Memory:
    """
    A `trials.Storage` of the one study.

    Parameters
    ----------
    study
        An ``optuna.Study``.
    """

    zoneless = False
    torn: Message = NOTHING

    def __init__(self, study: Any):
        self._trials = study.get_trials(deepcopy=False)
        self._system = study._storage.get_study_system_attrs(study._study_id)  # Optuna 5 has no public way
        directions = tuple(direction.name.lower() for direction in study.directions)
        names = tuple(getattr(study, "metric_names", None) or self._system.get(METRIC_NAMES) or ())
        goals = tuple(goal if goal in ("minimize", "maximize") else "" for goal in directions)
        self.study = Study(0, study.study_name, goals, names, len(self._trials))
        self.studies = [self.study]

    def trials(self, study: Study) -> list[Trial]:
        """Return all trials, complete."""
        return [_read_trial(trial) for trial in self._trials]

    def complete(self, study: Study, trials: Sequence[Trial]) -> None:
        """Do nothing: they are complete."""

    def distributions(self, study: Study) -> Iterable[tuple[str, str]]:
        """Return the name and the distribution, as text, of every parameter."""
        found = ((name, _write(drawn)) for trial in self._trials for name, drawn in trial.distributions.items())
        return list(dict.fromkeys(found))

    def attributes(self, study: Study) -> Iterable[str]:
        """Return the keys of system attributes of the study and its trials."""
        return list(dict.fromkeys([*self._system, *(key for trial in self._trials for key in trial.system_attrs)]))

    def reported_values(self, study: Study) -> Iterable[tuple[int, int, float | None]]:
        """Return all values that trials reported."""
        return [(t.number, step, value) for t in self._trials for step, value in t.intermediate_values.items()]


def _write(distribution: Any) -> str:
    """Return a distribution as Optuna stores it; choices that JSON has not by their names."""
    return json.dumps({"name": type(distribution).__name__, "attributes": distribution._asdict()}, default=_name)


def _name(value: Any) -> Any:
    """Return a value that JSON has not as a number, or by its name."""
    if hasattr(value, "item"):
        return value.item()
    return getattr(value, "__name__", None) or plain_value(value) or type(value).__name__


def _keep_plain(attributes: Any) -> Json:
    """Return attributes as a storage would give them back."""
    return json.loads(json.dumps(dict(attributes), default=_name))


def _read_trial(trial: Any) -> Trial:
    drawn = trial.distributions
    return Trial(
        key=trial.number,
        number=trial.number,
        state=trial.state.name,
        start=trial.datetime_start.isoformat() if trial.datetime_start else None,
        complete=trial.datetime_complete.isoformat() if trial.datetime_complete else None,
        params={
            name: (drawn[name].to_internal_repr(value), _write(drawn[name])) for name, value in trial.params.items()
        },
        values=dict(enumerate(trial.values or ())),
        steps=dict(trial.intermediate_values),
        user=_keep_plain(trial.user_attrs),
        system=_keep_plain({name: value for name, value in trial.system_attrs.items() if describes_run(name)}),
    )
