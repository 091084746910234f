"""All answers to one question, as they come before they are put into JSON."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from panel.checks import Finding, Study, ask_all, say_caveats
from panel.data.messages import Message
from panel.data.project import Project
from panel.importance import Importance, find
from panel.importance.trust import Trust, judge_trust
from panel.next_sweep import Proposal, propose
from panel.next_sweep.between import learn_between
from panel.question.design import build
from panel.question.selection import Goal, Selection, Target
from panel.runs import ablation, adopt, best, collect, footprint, isolation
from panel.runs.ablation_record import AblationRecord, Asked
from panel.runs.adopt import AdoptRecord
from panel.runs.best import BestRecord
from panel.runs.footprint import FootprintRecord
from panel.runs.isolation import IsolationRecord

MOST_VALUES = 8
"""Values of a parameter of which each is compared with the others."""


@dataclass(frozen=True)
class Answers:
    """
    What all views say.

    Attributes
    ----------
    isolated
        The comparison of its values for every categorical parameter with few of them.
    """

    study: Study
    importance: Importance
    trust: Trust
    findings: dict[str, Finding]
    caveats: tuple[Message, ...]
    isolated: dict[str, IsolationRecord]
    adopted: AdoptRecord | None
    best: BestRecord | None
    path: AblationRecord | None
    map: FootprintRecord | None
    proposal: Proposal | None

    def texts(self) -> Iterator[tuple[str, str]]:
        """Yield every sentence with the view that says it."""
        yield "trust", f"{self.trust.words}. {self.trust.advice}"
        yield from (("importance", str(note)) for note in self.importance.notes)
        for name, finding in self.findings.items():
            yield from ((name, str(text)) for text in (finding.sentence, finding.advice, finding.basis))
        yield from (("caveats", str(text)) for text in self.caveats)
        for record in self.isolated.values():
            yield from (("isolation", str(text)) for text in (record.lead, *record.sentences, *record.notes))
        if self.adopted:
            yield from (("adopt", str(text)) for text in (self.adopted.sentence, *self.adopted.notes))
        if self.best:
            yield from (("best", str(text)) for text in (*self.best.sentences, *self.best.notes))
        if self.path:
            yield from (("path", str(text)) for text in (self.path.lead, *self.path.notes))
        if self.map:
            yield from (("map", str(text)) for text in (self.map.lead, self.map.axes, *self.map.notes))
        if self.proposal:
            said = (self.proposal.why_budget, self.proposal.why_method, *self.proposal.caveats)
            yield from (("next", str(text)) for text in said)
            yield from (("next", str(line.why)) for line in self.proposal.lines)

    @property
    def dropped(self) -> dict[str, set[str]]:
        """Values that the next sweep leaves out, as text, by parameter."""
        lost = {}
        for line in self.proposal.lines if self.proposal else ():
            before = set(map(_text, line.before.choices))
            kept = {_text(line.value)} if line.action == "fix" else set(map(_text, line.domain.choices))
            if before and kept and before - kept:
                lost[line.parameter] = before - kept
        return lost


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def ask_everything(project: Project, metric: str, goal: Goal | None = None) -> Answers:
    """Return what all views say of a project."""
    selection = Selection("p", Target(metric, goal))
    design = build(project, selection)
    study = Study(collect(project, selection, design), design)
    importance = find("forest").compute(design, lambda done: None)
    findings = ask_all(study)
    categories = [p.name for p in study.tuned if p.kind in ("categorical", "boolean") and p.distinct <= MOST_VALUES]
    compared = {name: isolation.record(study.runs, isolation.Asked(parameter=name)) for name in categories}
    adopted, found = adopt.record(study.runs, adopt.Asked()), best.record(study.runs, best.Asked())
    path = ablation.record(study.runs, Asked(), partial(learn_between, study))
    footing = footprint.record(study.runs, footprint.Asked())
    return Answers(
        study=study,
        importance=importance,
        trust=judge_trust(importance),
        findings={finding.check: finding for finding in findings},
        caveats=say_caveats(study),
        isolated={name: record for name, record in compared.items() if isinstance(record, IsolationRecord)},
        adopted=adopted if isinstance(adopted, AdoptRecord) else None,
        best=found if isinstance(found, BestRecord) else None,
        path=path if isinstance(path, AblationRecord) else None,
        map=footing if isinstance(footing, FootprintRecord) else None,
        proposal=None if design.empty else propose(study, findings, importance),
    )
