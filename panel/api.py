"""
What notebooks and scripts use: `load`, and what is asked of a project.

Every function that asks takes the same arguments; results show themselves in a notebook, give their rows as a frame by
``.to_frame()``, and draw the page's own figure by ``.plot()``.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Unpack

import pandas as pd

from . import checks, next_sweep, sources
from .answers.ranking import rank
from .checks import Finding, Study
from .data.project import Project, Space
from .data.project import from_frames as _from_frames
from .errors import QuestionError, SourceError, SweepLensError, describe_fault
from .importance import Importance, compute
from .importance.correlation import Correlation, correlate
from .next_sweep import Proposal
from .notebook.asking import Asked, check_arguments, read_question, takes_question
from .notebook.pages import report, show
from .notebook.progress import show_progress
from .notebook.results import Comparison, Correlations, Findings, NextSweep, Opened, Ranking, make_shown
from .question import design
from .question.conditions import name_value
from .question.selection import Selection, Target
from .runs import collect, isolation
from .runs.empty import Empty
from .sources.common.corrections import Corrections
from .sources.common.given import hide_password
from .sources.common.records import Reading
from .sources.objects import read_object

if TYPE_CHECKING:
    from .notebook.watching import Watch

__all__ = [
    "Correlation",
    "Finding",
    "Importance",
    "Project",
    "Proposal",
    "Target",
    "compare",
    "correlation",
    "findings",
    "from_frames",
    "importance",
    "load",
    "propose",
    "report",
    "show",
    "watch",
]


def load(
    source: Any,
    *,
    format: str = "",
    config: Iterable[str] = (),
    metric_columns: Iterable[str] = (),
    ignore: Iterable[str] = (),
) -> Opened:
    """
    Read runs.

    Parameters
    ----------
    source
        A path or an address, after a ``#`` the study or experiment of it, ``*`` for all together; or ``sample``. Or
        what is at hand: a table of pandas, polars or pyarrow, a list of dictionaries, an Optuna ``Study``, a search of
        scikit-learn, W&B ``Run``s or a ``Sweep``, what MLflow's ``search_runs`` returns, a Ray ``ResultGrid``.
    format
        Name of the reader of a path; by default the one that recognises it.
    config, metric_columns, ignore
        Patterns (``*``, ``?``) of columns that are settings, metrics, or neither, where the guess is wrong.

    Raises
    ------
    SourceError
        If it cannot be read. Its cause is another exception where something went wrong inside.

    Examples
    --------
    >>> import panel as sl
    >>> sl.load([{"lr": 0.1, "loss": 2.0}, {"lr": 0.01, "loss": 1.0}]).metrics
    ['loss']
    """
    corrections = Corrections(_list_patterns(config), _list_patterns(metric_columns), _list_patterns(ignore))
    reading = Reading(corrections)
    at_path = isinstance(source, str | os.PathLike)
    if format and not at_path:
        raise SourceError(f"format is {format!r}, and says how a path is read; a {type(source).__name__} needs none.")
    what = hide_password(str(source)) if at_path else f"The {type(source).__name__}"
    try:
        read = sources.load(str(source), reading, format, propose=True) if at_path else read_object(source, reading)
    except SweepLensError:
        raise
    except Exception as error:
        raise SourceError(describe_fault(f"{what} could not be read", error)) from error
    return make_shown(Opened, read)


def _list_patterns(given: str | Iterable[str] | None) -> tuple[str, ...]:
    """Return patterns that were given as several, as one, or as none."""
    return (given,) if isinstance(given, str) else tuple(map(str, given or ()))


def from_frames(
    config: pd.DataFrame,
    summary: pd.DataFrame,
    history: pd.DataFrame | None = None,
    runs: pd.DataFrame | None = None,
    *,
    name: str = "project",
    space: Space | None = None,
) -> Opened:
    """
    Build a project from pandas frames. See `data.project.from_frames`, whose arguments these are.

    Examples
    --------
    >>> import pandas as pd
    >>> import panel as sl
    >>> sl.from_frames(pd.DataFrame({"lr": [0.1, 0.01]}), pd.DataFrame({"loss": [2.0, 1.0]}))
    project: frames, 2 runs (2 unknown)
    1 setting: lr
    1 metric: loss
    """
    for words, frame in (("config", config), ("summary", summary), ("history", history), ("runs", runs)):
        if not (isinstance(frame, pd.DataFrame) or (frame is None and words in ("history", "runs"))):
            raise SourceError(f"{words} is a {type(frame).__name__}; give a pandas DataFrame.")
    return make_shown(Opened, _from_frames(config, summary, history, runs, name=name, space=space))


def _read_study(project: Project, target: str | Target, asked: Any) -> tuple[Project, Selection, Study]:
    """Return the project, the question, and the study of it."""
    project, selection = read_question(project, target, asked)
    return project, selection, _make_study(project, selection)


def _make_study(project: Project, selection: Selection) -> Study:
    ungrouped = replace(selection, group="")
    built = design.build(project, ungrouped)
    return Study(collect(project, ungrouped, built), built)


@takes_question
def importance(
    project: Project, target: str | Target = "", *, method: str = "forest", **asked: Unpack[Asked]
) -> Ranking:
    """
    Compute how useful each parameter is to a model that predicts a metric.

    Parameters
    ----------
    project
        A project from `load` or `from_frames`.
    target
        Name of the metric; by default the sweep's, or a likely one, as the command and the page choose it.
    method
        ``forest``, ``permutation``, ``fanova`` (with pairs), ``gaussian_process`` (total effects), ``top`` (what
        matters among the best runs), ``article`` (without interval and noise floor) or ``shap``.
    {asked}

    Returns
    -------
    Ranking
        An `Importance` that shows itself.

    Raises
    ------
    QuestionError
        If the question does not fit the project.

    Examples
    --------
    >>> import panel as sl
    >>> ranking = sl.importance(sl.load("sample"), "val_loss")
    >>> ranking.rows[0].parameter
    'optimizer.lr'
    >>> float(ranking.to_frame()["importance"].sum().round(3))
    1.0
    """
    project, selection = read_question(project, target, asked)
    built = design.build(project, selection)
    with show_progress("ranking") as progress:
        record, answer = rank(built, lambda: _make_study(project, selection), project, selection, method, progress)
    return make_shown(Ranking, record, answer=answer)


@takes_question
def correlation(project: Project, target: str | Target = "", **asked: Unpack[Asked]) -> Correlations:
    """
    Correlate each parameter with a metric.

    Parameters
    ----------
    project, target
        As of `importance`.
    {asked}

    Returns
    -------
    Correlations
        A `Correlation` that shows itself.

    Examples
    --------
    >>> import panel as sl
    >>> rows = sl.correlation(sl.load("sample"), "val_loss").to_frame()
    >>> "optimizer.lr" in set(rows["parameter"])
    True
    """
    project, selection = read_question(project, target, asked)
    built = design.build(project, selection)
    return make_shown(Correlations, correlate(built), label=built.label, runs=built.runs_used)


@takes_question
def findings(project: Project, target: str | Target = "", **asked: Unpack[Asked]) -> Findings:
    """
    Ask all checks whether the search was any good.

    Parameters
    ----------
    project, target
        As of `importance`.
    {asked}

    Returns
    -------
    Findings
        A list of one `Finding` a check: its ``question``, ``verdict``, ``sentence``, ``advice``, ``basis`` and
        ``facts``.

    Examples
    --------
    >>> import panel as sl
    >>> sl.findings(sl.load("sample"), "val_loss").get("infeasible").verdict
    'look'
    """
    return Findings(checks.ask_all(_read_study(project, target, asked)[2]))


@takes_question
def propose(project: Project, target: str | Target = "", **asked: Unpack[Asked]) -> NextSweep:
    """
    Propose the next sweep.

    Parameters
    ----------
    project, target
        As of `importance`.
    {asked}

    Returns
    -------
    NextSweep
        What to do with each parameter, and why; ``.write("optuna")`` writes it for a tool.

    Raises
    ------
    QuestionError
        If nothing can be computed, saying why.

    Examples
    --------
    >>> import panel as sl
    >>> sweep = sl.propose(sl.load("sample"), "val_loss")
    >>> sweep.write("wandb").splitlines()[-1] != ""
    True
    """
    _, _, study = _read_study(project, target, asked)
    if study.design.empty is not None:
        raise QuestionError(study.design.empty.words)
    with show_progress("proposing") as progress:
        ranking = compute(study.design, "forest", progress)
    return make_shown(NextSweep, next_sweep.propose(study, checks.ask_all(study), ranking))


@takes_question
def compare(
    project: Project,
    target: str | Target = "",
    *,
    parameter: str = "",
    baseline: object = "",
    **asked: Unpack[Asked],
) -> Comparison:
    """
    Compare the values of one parameter: the best of equally many configs of each, whatever the others are.

    Parameters
    ----------
    project, target
        As of `importance`.
    parameter
        Its name; by default one whose effect is most likely the question.
    baseline
        The value with which the others are compared; by default one with about the most configs.
    {asked}

    Returns
    -------
    Comparison
        How each value stands, and what that means in sentences.

    Raises
    ------
    QuestionError
        If there is no such parameter, or nothing can be compared.

    Examples
    --------
    >>> import panel as sl
    >>> compared = sl.compare(sl.load("sample"), "val_loss", parameter="optimizer.name")
    >>> sorted(compared.to_frame()["label"])
    ['adam', 'rmsprop', 'sgd']
    """
    _, _, study = _read_study(project, target, asked)
    made = isolation.record(study.runs, isolation.Asked(parameter, name_value(baseline)))
    if isinstance(made, Empty):
        raise QuestionError(str(made.empty))
    return make_shown(Comparison, made)


@takes_question
def watch(
    source: Any = None, target: str = "", *, every: int = 20, method: str = "forest", **asked: Unpack[Asked]
) -> Watch:
    """
    Say what is known of a search while it runs.

    Parameters
    ----------
    source
        What `load` takes, for ``.follow()``; nothing for a callback of Optuna.
    target, method
        As of `importance`.
    every
        After how many further runs it is said anew.
    {asked}

    Returns
    -------
    Watch
        A callback for Optuna's ``study.optimize(…, callbacks=[sl.watch()])``; or, of a source, what ``.follow()``
        looks at until it is interrupted.

    Examples
    --------
    >>> import panel as sl
    >>> print(sl.watch("sample", "val_loss").look()[:57])
    758 of 800 runs: optimizer.lr matters most by far, then o
    """
    from .notebook.watching import Watch

    def tell(what: Any) -> str:
        project = load(what)
        answer = importance(project, target, method=method, **asked).answer
        runs, trust = answer["runs"], answer["trust"]
        said = trust["headline"] or f"{trust['words']}. {trust['advice']}"
        asking = [f"{one.verdict}: {one.sentence}" for one in findings(project, target, **asked) if one.fires]
        return "\n".join([f"{runs['used']:,} of {runs['loaded']:,} runs: {said}", *asking])

    if not (isinstance(every, int) and every > 0):
        raise QuestionError(f"every is {every!r}; give a number of runs, such as 20.")
    check_arguments(asked)
    return Watch(source, every, lambda what: len(load(what).runs), tell)
