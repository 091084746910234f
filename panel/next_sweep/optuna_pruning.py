"""Optuna code of a sweep whose runs are stopped early: it has a pruner, and goes on from the storage of the runs."""

from __future__ import annotations

from .base import Proposal
from .words import write_code, write_comment

JOURNAL = "journal:///"

PRUNER = """
# FILL IN the pruner that the runs so far had, which nothing recorded: this one is what Optuna takes by itself.
PRUNER = optuna.pruners.MedianPruner()"""

TRAIN = '''

def train(config, report):
    """Train with a config, a dict, and return METRIC. report(step, value) tells METRIC so far, and may stop the run."""
    raise NotImplementedError("Put your training here; it calls report(step, value) after every epoch.")'''

REPORT = '''
    def report(step, value):
        """Tell Optuna METRIC at a step; a run that is hopeless ends here."""
        trial.report(value, step)
        if trial.should_prune():
            trial.set_user_attr("trained", True)
            raise optuna.TrialPruned()

'''

SILENT = "lambda step, value: None"

FOLLOW = """    if not study.trials and space is suggest:  # a new study is told of the runs so far and their reports
        left = 0
        for trial in optuna.load_study(study_name=FOLLOWS, storage=STORAGE).get_trials(states=TOLD):
            named = {name: "None" if value is None else value for name, value in trial.params.items()}  # as in pick()
            fixed = optuna.trial.FixedTrial(named)
            try:
                suggest(fixed)
                known = optuna.trial.create_trial(
                    state=trial.state,
                    value=trial.value,
                    params=fixed.params,
                    distributions=fixed.distributions,
                    intermediate_values=trial.intermediate_values,
                )
            except (KeyError, TypeError, ValueError):  # it does not lie in this space
                left += 1
                continue
            study.add_trial(known)
        print(f"The study is told of {len(study.trials)} runs; {left} do not lie in its space.")
"""


def write_storage(proposal: Proposal) -> list[str]:
    """Return code of ``STORAGE``, that of the runs so far, and of which study and trials the new one is told."""
    words = "# where the runs so far are; the new studies are kept beside them: run again, they go on"
    address = proposal.storage
    if address.startswith(JOURNAL):
        path = write_code(address.removeprefix(JOURNAL))
        made = [words, f"BACKEND = optuna.storages.journal.JournalFileBackend({path})"]
        made.append("STORAGE = optuna.storages.JournalStorage(BACKEND)")
    else:
        made = [words, f"STORAGE = {write_code(address)}"]
        if not address.startswith("sqlite:"):
            made += write_comment("If it needs a password, put that into the address.")
    made.append(f"FOLLOWS = {write_code(proposal.study)}  # this study stays as it is")
    made.append("TOLD = (optuna.trial.TrialState.COMPLETE, optuna.trial.TrialState.PRUNED)")
    return made
