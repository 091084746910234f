"""Results that show themselves: as text in a terminal, as HTML in a notebook, as the page's own figures."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any, TypeVar

import pandas as pd

from ..answers.printing import clean, format_answer
from ..checks import Finding
from ..data.messages import Count, Message
from ..data.project import Project
from ..data.records import Json
from ..errors import QuestionError, nearest
from ..importance.correlation import Correlation
from ..importance.record import Importance
from ..next_sweep import Proposal, find_writer
from ..next_sweep.words import say_budget
from ..question.design import build
from ..runs import collect, history
from ..runs.empty import Empty
from ..runs.isolation import IsolationRecord
from ..runs.isolation_words import OF_FIGURE
from . import html
from .asking import read_question

if TYPE_CHECKING:
    import plotly.graph_objects as go

R = TypeVar("R")


def make_shown(kind: type[R], record: Any, **more: Any) -> R:
    """Return a record as one of a kind that shows itself."""
    return kind(**{f.name: getattr(record, f.name) for f in fields(record)}, **more)


@dataclass(frozen=True, repr=False)
class Opened(Project):
    """A project that shows itself."""

    def __repr__(self) -> str:
        states = ", ".join(f"{n:,} {state}" for state, n in self.runs["state"].value_counts().items())
        lines = [
            f"{clean(self.name)}: {clean(self.format)}, {Count(len(self.runs), 'run').to_words()} ({states})",
            f"{Count(self.config.shape[1], 'setting').to_words()}: {_list_names(self.config)}",
            f"{Count(len(self.metrics), 'metric').to_words()}: {_list_names(self.metrics)}",
            *([f"{len(self.skipped):,} could not be read"] if self.skipped else []),
            *(clean(str(note)) for note in self.notes),
        ]
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        title, *rest = repr(self).split("\n")
        return html.write_box(title, *(html.write_paragraph(line, muted=i > 1) for i, line in enumerate(rest)))

    def to_frame(self) -> pd.DataFrame:
        """Return the runs as one frame, columns ``run.*``, ``config.*`` and ``summary.*``."""
        parts = {"run": self.runs, "config": self.config, "summary": self.summary}
        return pd.concat([frame.add_prefix(f"{prefix}.") for prefix, frame in parts.items()], axis=1)

    def plot(self, target: str = "", *, theme: str = "light") -> go.Figure:
        """Return the page's figure of a metric run by run, with the best so far; by default of the usual metric."""
        from ..figures.history import draw_progress
        from .plots import paint

        project, selection = read_question(self, target, {})
        made = history.record(collect(project, selection, build(project, selection)), history.Asked())
        if isinstance(made, Empty):
            raise QuestionError(str(made.empty))
        return paint(draw_progress(made).to_plotly_json(), theme)


def _list_names(names: Any, most: int = 8) -> str:
    listed = list(map(str, names))
    more = f" and {len(listed) - most:,} more" if len(listed) > most else ""
    return clean(", ".join(listed[:most]) + more) or "none"


@dataclass(frozen=True, repr=False)
class Ranking(Importance):
    """
    An `Importance` that shows itself.

    Attributes
    ----------
    answer
        What the command prints as JSON, with the trust that the ranking deserves, correlations and notes.
    """

    answer: Json = field(default_factory=dict, compare=False)

    def __repr__(self) -> str:
        return format_answer(self.answer)

    def _repr_html_(self) -> str:
        answer, trust, runs = self.answer, self.answer["trust"], self.answer["runs"]
        rows = answer["importance"]
        largest = max((r["high"] or r["importance"] or 0.0) for r in rows) or 1.0 if rows else 1.0
        own = {c["parameter"]: c for c in answer["correlation"] if not c["value"]}
        lines = [
            [
                html.write_name(row["parameter"]),
                html.write_bar(row, largest),
                f"{row['importance'] or 0.0:.2f}",
                {True: "yes", False: "no", None: "–"}[row["clear"]],
                _write_correlation(own.get(row["parameter"], {})),
                f"{row['active']:,}",
            ]
            for row in rows
        ]
        r2 = answer["surrogate"].get("oob_r2")
        measure = "" if r2 is None else f" ({trust['measure']} {r2:.2f})"
        heads = ("parameter", "90 % interval, floor", "importance", "clear", "correlation", "runs")
        used = f"{runs['used']:,} of {runs['loaded']:,} runs · {self.method} · seed {self.seed}"
        return html.write_box(
            trust["headline"] or trust["words"],
            html.write_paragraph(f"{trust['words']}{measure}. {trust['advice']} {trust['caution']}"),
            html.write_paragraph(f"{answer['target']['label']}, {answer['target']['goal']} · {used}", muted=True),
            html.write_table(heads, lines, (2, 4, 5), "; .to_frame() has all") if rows else "",
            html.write_notes(answer["notes"]),
        )

    def plot(self, *, theme: str = "light") -> go.Figure:
        """Return the page's figure: importance with intervals and noise floors, beside correlation."""
        from ..figures.bars import draw_bars
        from .plots import paint

        rows = Correlation.from_json(self.answer["correlation"]).rows
        return paint(draw_bars(self.rows, rows).to_plotly_json(), theme)

    def to_json(self) -> Json:
        """Return what the command prints as JSON."""
        return self.answer


def _write_correlation(row: Json) -> str:
    if row.get("eta") is not None:
        return f"η {row['eta']:.2f}"
    r = row.get("correlation")
    return "–" if r is None else f"{r:+.2f}".replace("-", "−")


@dataclass(frozen=True, repr=False)
class Correlations(Correlation):
    """A `Correlation` that shows itself; ``label`` is what it is with, ``runs`` in how many runs."""

    label: str = field(default="", compare=False)
    runs: int = field(default=0, compare=False)

    def __repr__(self) -> str:
        lines = [f"{clean(row.parameter, 40)} {row.n:>7,}  {_write_correlation(_whole(row))}" for row in self._whole()]
        return "\n".join([f"Correlation with {clean(self.label)} in {Count(self.runs, 'run').to_words()}", *lines])

    def _repr_html_(self) -> str:
        lines = [
            [
                html.write_name(row.parameter),
                _write_correlation(_whole(row)),
                "" if row.low is None else f"{row.low:+.2f} to {row.high:+.2f}".replace("-", "−"),
                "–" if row.p is None else f"{row.p:.2g}",
                f"{row.n:,}",
            ]
            for row in self._whole()
        ]
        heads = ("parameter", "r, or η", "90 % interval", "p", "runs")
        table = html.write_table(heads, lines, (1, 2, 3, 4), "; .to_frame() has all, and the values of categoricals")
        return html.write_box(f"Correlation with {self.label}", table)

    def plot(self, *, theme: str = "light") -> go.Figure:
        """Return the page's bars of correlation, the strongest first."""
        from ..figures.bars import draw_correlations
        from .plots import paint

        return paint(draw_correlations(self._whole()).to_plotly_json(), theme)

    def _whole(self) -> list[Any]:
        """Return the rows of whole parameters, the strongest first."""
        whole = [row for row in self.rows if not row.value]
        return sorted(whole, key=lambda row: -abs(row.eta if row.eta is not None else row.correlation or 0.0))


def _whole(row: Any) -> Json:
    return {"eta": row.eta, "correlation": row.correlation}


class Findings(list[Finding]):
    """The findings of all checks, which show themselves: those that ask for something first."""

    ORDER = ("act", "look", "can't tell", "fine")

    def _sorted(self) -> list[Finding]:
        return sorted(self, key=lambda finding: self.ORDER.index(finding.verdict))

    def __repr__(self) -> str:
        lines = []
        for one in self._sorted():
            lines.append(f"{one.verdict:<10} {one.check}: {clean(str(one.sentence))}")
            if one.advice and one.fires:
                lines.append(f"{'':<10} What to do: {clean(str(one.advice))}")
        return "\n".join([self._say_how_many(), *lines])

    def _say_how_many(self) -> str:
        asking = sum(one.fires for one in self)
        return f"{asking or 'None'} of {len(self)} checks {'asks' if asking <= 1 else 'ask'} for something"

    def _repr_html_(self) -> str:
        lines = []
        for one in self._sorted():
            kind = one.verdict if one.verdict in ("act", "look", "fine") else "unknown"
            said = html.write_paragraph(one.question, muted=True) + html.write_paragraph(one.sentence)
            if one.fires and one.advice:
                said += html.write_paragraph(f"What to do: {one.advice}")
            if one.fires:
                said += html.write_paragraph(one.basis, muted=True)
            lines.append([f'<span class="v v-{kind}">{one.verdict}</span>', said])
        return html.write_box(self._say_how_many(), html.write_table(("verdict", "answer"), lines))

    def get(self, check: str) -> Finding:
        """Return the finding of a check by its name; `QuestionError` if there is none."""
        for one in self:
            if one.check == check:
                return one
        raise QuestionError(f"There is no check {check!r}. {nearest(check, [one.check for one in self])}")

    def to_frame(self) -> pd.DataFrame:
        """Return one row a check: ``check``, ``verdict``, ``question``, ``sentence``, ``advice``, ``basis``."""
        names = ("check", "verdict", "question", "sentence", "advice", "basis")
        return pd.DataFrame([[str(getattr(one, name)) for name in names] for one in self], columns=list(names))

    def to_json(self) -> list[Json]:
        """Return the findings as plain JSON values."""
        return [one.to_json() for one in self]

    def plot(self, check: str, *, theme: str = "light") -> go.Figure:
        """Return the first figure of the evidence of a check; `QuestionError` if it has none."""
        from ..figures.evidence import draw_evidence
        from .plots import paint

        evidence = self.get(check).evidence
        if not evidence:
            raise QuestionError(f"The check {check!r} has nothing to draw: {self.get(check).sentence}")
        return paint(draw_evidence(evidence[0]).to_plotly_json(), theme)


@dataclass(frozen=True, repr=False)
class NextSweep(Proposal):
    """A `Proposal` that shows itself and can be written for a tool."""

    def __repr__(self) -> str:
        lines = [f"{one.action:<7} {clean(one.parameter, 32)} {clean(str(one.why))}" for one in self.lines]
        return "\n".join([self._say_what(), clean(str(self.why_budget)), clean(str(self.why_method)), *lines])

    def _say_what(self) -> str:
        if self.stop:
            return str(self.stop)
        return f"{say_budget(self.budget).capitalize()} for {self.metric} ({self.goal}), {self.method}"

    def _repr_html_(self) -> str:
        lines = [
            [
                html.write_name(one.parameter),
                one.action,
                html.write_paragraph(_say_domain(one)),
                html.write_paragraph(one.why),
            ]
            for one in self.lines
        ]
        return html.write_box(
            self._say_what(),
            html.write_paragraph(f"{self.why_budget} {self.why_method}", muted=True),
            html.write_table(("parameter", "does", "next", "because"), lines, (), "; .to_frame() has all"),
            html.write_notes(self.caveats),
        )

    def to_frame(self) -> pd.DataFrame:
        """Return one row a parameter: ``parameter``, ``action``, ``low``, ``high``, ``choices``, ``value``, ``why``."""
        rows = [
            (one.parameter, one.action, one.domain.low, one.domain.high, one.domain.choices, one.value, str(one.why))
            for one in self.lines
        ]
        return pd.DataFrame(rows, columns=["parameter", "action", "low", "high", "choices", "value", "why"])

    def write(self, tool: str) -> str:
        """
        Return the next sweep as text for a tool.

        Parameters
        ----------
        tool
            ``wandb``, ``optuna``, ``ray``, ``vizier`` or ``json``.

        Raises
        ------
        QuestionError
            If there is no such tool.
        """
        return find_writer(tool).write(self)


def _say_domain(line: Any) -> str:
    if line.action == "fix":
        return f"{line.value}"
    if line.domain.kind == "categorical":
        return ", ".join(map(str, line.domain.choices))
    return f"{line.domain.low:.6g} to {line.domain.high:.6g}"


STANDS = (
    *("label", "runs", "configs", "infeasible", "expected", "low", "high"),
    *("difference", "difference_low", "difference_high", "p", "verdict"),
)
"""What a frame tells of each value, as of `runs.groups.Standing`."""


@dataclass(frozen=True, repr=False)
class Comparison(IsolationRecord):
    """The values of a parameter, compared, that show themselves."""

    def __repr__(self) -> str:
        return "\n".join(clean(str(line)) for line in (self.lead, *self.sentences, *self._list_notes()))

    def _list_notes(self) -> list[Message]:
        """Return the notes that are not about the figure."""
        return [note for note in self.notes if note.code not in OF_FIGURE]

    def _repr_html_(self) -> str:
        lines = [
            [
                html.write_name(one.label),
                f"{one.configs:,}",
                "–" if one.best is None else f"{one.best.target:.4g}",
                "–" if one.expected is None else f"{one.expected:.4g} ({one.low:.4g} to {one.high:.4g})",
                html.write_paragraph(one.why or ("the baseline" if one.label == self.baseline else one.verdict or "")),
            ]
            for one in self.buckets
        ]
        heads = (self.parameter, "configs", f"best {self.target}", f"expected best of {self.m}", "beside the baseline")
        notes = html.write_notes([*self.sentences, *self._list_notes()])
        return html.write_box(str(self.lead), html.write_table(heads, lines, (1, 2, 3)), notes)

    def to_frame(self) -> pd.DataFrame:
        """Return one row a value: how it stands, alone and beside the baseline."""
        return pd.DataFrame([[getattr(one, name) for name in STANDS] for one in self.buckets], columns=list(STANDS))

    def plot(self, *, theme: str = "light") -> go.Figure:
        """Return the page's figure: the configs of every value, its best run, and what the best of as many would be."""
        from ..figures.isolation import draw_isolation
        from .plots import paint

        return paint(draw_isolation(self).to_plotly_json(), theme)
