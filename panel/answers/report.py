"""The answer, what the checks found, the best runs and the next sweep as one HTML file that needs no network."""

from __future__ import annotations

import json
from collections.abc import Iterable
from html import escape
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from ..checks.base import Evidence
from ..data.progress import Progress, no_progress
from ..data.records import Json
from ..data.statistics import short
from ..errors import SettingsError
from ..figures import curves as curve_figures
from ..figures.bars import draw_bars
from ..figures.evidence import draw_evidence
from ..figures.palette import write_report_colours
from ..importance import ImportanceRow, find
from ..importance.correlation import CorrelationRow
from ..next_sweep import WRITERS, Line, Proposal
from ..next_sweep.words import say_budget, say_domain, say_region, say_repeat, say_value
from ..question.selection import Selection
from ..runs import best
from ..runs.best import BestRecord, Row
from ..runs.empty import Empty
from ..settings import find_assets_folder
from .base import Answer, Request, get
from .equality import keep_request
from .everything import answer_everything
from .printing import format_signed
from .runs import RECORDS

MOST_ROWS = 60
"""Most parameters in the ranking's figure and in the table of the best runs; the ranking's table has all."""

BEST = 10

VERDICTS = {"act": "Act", "look": "Look", "can't tell": "Can’t tell", "fine": "Fine"}


def check_writable(path: Path, what: str) -> None:
    """
    Check that a report can be written, before the computation starts.

    Parameters
    ----------
    path
        Where.
    what
        What named the path.

    Raises
    ------
    SettingsError
        If its folder does not exist, or it is a folder itself.
    """
    if path.is_dir():
        raise SettingsError(f"{what} {path} is a folder; name a file, such as {path / 'report.html'}.")
    if not path.parent.is_dir():
        raise SettingsError(f"{what} {path}: there is no folder {path.parent}.")


def write_report(selection: Selection, method: str, folder: Path, progress: Progress = no_progress) -> str:
    """
    Return the report on a question as the text of an HTML file.

    Parameters
    ----------
    selection
        The question.
    method
        Name of a method of importance.
    folder
        The cache folder.
    progress
        Called with the share that is done; may raise to cancel.

    Returns
    -------
    str
        Numbers are those of the page and of `everything`, whose JSON it also holds under the id ``data``.
    """
    everything = answer_everything(selection, method, folder, lambda done: progress(0.9 * done))
    best_runs = get(RECORDS["best"].make_request(selection, k=BEST), folder) if everything["target"]["metric"] else None
    progress(0.95)
    return write_page(everything, None if best_runs is None else best.from_json(best_runs))


def _prepare(request: Request, folder: Path, progress: Progress) -> Json:
    write_report(request.selection, request.asked["method"], folder, progress)
    return {"ready": True}


REPORT = Answer("report", keep_request, _prepare, keeps=False)
"""Computes all that a report by a ``method`` needs, so that writing it is quick."""


def write_page(answer: Json, best_runs: BestRecord | Empty | None) -> str:
    """
    Return the report as the text of an HTML file.

    Parameters
    ----------
    answer
        What `everything.answer_everything` returns.
    best_runs
        The best runs; ``None`` if there is no target.
    """
    from plotly.offline import get_plotlyjs

    title = f"{answer['project']['name']}: {answer['target']['label'] or 'no metric'}"
    body = [
        _write_head(answer),
        _write_verdict(answer, best_runs),
        "<nav><a href='#ranking'>Ranking</a><a href='#checks'>Checks</a><a href='#best'>Best runs</a>"
        "<a href='#next'>Next sweep</a><a href='#how'>How each number was made</a></nav>",
        "<h2 id='ranking'>Which parameters matter</h2>",
        _write_ranking(answer),
        "<h2 id='checks'>Was the search any good?</h2>",
        _write_checks(answer["checks"]),
        "<h2 id='best'>The best runs</h2>",
        _write_best(best_runs),
        "<h2 id='next'>What to run next</h2>",
        _write_next_sweep(answer["next_sweep"]),
        "<h2 id='how'>How each number was made</h2>",
        _write_how(answer),
    ]
    data = _embed_json(answer)
    return (
        f"<!doctype html>\n<html lang='en'><head><meta charset='utf-8'><title>{escape(title)}</title>"
        "<meta name='viewport' content='width=device-width, initial-scale=1'>"
        f"<style>{write_report_colours()}{read_asset('report.css')}</style></head>\n<body>{''.join(body)}\n"
        f"<script type='application/json' id='data'>{data}</script>\n"
        f"<script>{get_plotlyjs()}</script>\n<script>{read_asset('report.js')}</script></body></html>\n"
    )


def read_asset(name: str) -> str:
    """Return a text of the folder `settings.find_assets_folder`."""
    return (find_assets_folder() / name).read_text(encoding="utf-8")


def _embed_json(value: Any) -> str:
    """Return JSON that is safe inside a script element."""
    return json.dumps(value, ensure_ascii=False).replace("<", "\\u003c").replace("\u2028", "\\u2028")


def _write_plot(figure: Any, words: str) -> str:
    height = figure.layout.height or 320
    return (
        f"<div class='plot' role='img' aria-label='{escape(words)}' style='height:{height}px'>"
        f"<script type='application/json'>{figure.to_json().replace('<', chr(92) + 'u003c')}</script></div>"
    )


def _write_paragraphs(texts: Iterable[str], classes: str = "") -> str:
    return "".join(f"<p class='{classes}'>{escape(text)}</p>" for text in texts if text)


def _write_table(heads: list[str], rows: Iterable[tuple[str, list[tuple[str, str]]]], name: str = "") -> str:
    """Return a table. Each row is its class and its cells; each cell is its text and its class."""
    head = "".join(f"<th scope='col'>{escape(text)}</th>" for text in heads)
    lines = []
    for kind_of_row, cells in rows:
        first, *others = cells
        line = "".join(f"<td class='{kind}'>{escape(text)}</td>" for text, kind in others)
        lines.append(f"<tr class='{kind_of_row}'><th scope='row'>{escape(first[0])}</th>{line}</tr>")
    body = f"<thead><tr>{head}</tr></thead><tbody>{''.join(lines)}</tbody>"
    return f"<div class='scroll'><table class='{name}'>{body}</table></div>"


def _write_head(answer: Json) -> str:
    target, runs = answer["target"], answer["runs"]
    left_out = ", ".join(f"{n:,} {reason}" for reason, n in runs["left_out"].items())
    words = [
        f"{target['label']}: {target['goal']}, {target['value']} value, {target['scale']} scale."
        if target["metric"]
        else "No metric was chosen.",
        f"{runs['used']:,} of {runs['loaded']:,} runs" + (f"; left out: {left_out}." if left_out else "."),
    ]
    return f"<h1>{escape(answer['project']['name'])}</h1>" + _write_paragraphs(words, "muted")


def _write_verdict(answer: Json, best_runs: BestRecord | Empty | None) -> str:
    """Return what matters, how sure that is and what to do next, in a few lines."""
    if not answer["importance"]:
        words = (answer["empty"] or {}).get("words", "There is nothing to rank.")
        return f"<section class='summary'><dl><dt>What matters</dt><dd>{escape(words)}</dd></dl></section>"
    lines = [("What matters", answer["trust"]["headline"]), ("How sure", _say_trust(answer))]
    if isinstance(best_runs, BestRecord) and best_runs.runs:
        best_run = best_runs.runs[0]
        lines.append(("Best so far", f"{best_run.name}, {best_runs.target} {short(best_run.target)}"))
    lines += [("" if i else "What to do next", text) for i, text in enumerate(_list_what_to_do(answer))]
    rows = "".join(f"<dt>{escape(about)}</dt><dd>{escape(text)}</dd>" for about, text in lines)
    return f"<section class='summary'><dl>{rows}</dl></section>"


def _list_what_to_do(answer: Json) -> list[str]:
    """Return what the checks ask for, the most pressing first, and then how many runs are proposed or why none."""
    findings = (answer["checks"] or {"findings": []})["findings"]
    asked = [f["advice"] for verdict in ("act", "look") for f in findings if f["verdict"] == verdict and f["advice"]]
    proposed = (answer["next_sweep"] or {}).get("proposal")
    if not proposed:
        return asked[:MOST_ADVICE]
    return [
        *asked[:MOST_ADVICE],
        proposed["stop"] or f"Next sweep: {say_budget(proposed['budget'])}. {proposed['why_budget']}",
    ]


def _say_trust(answer: Json) -> str:
    r2, trust = answer["surrogate"].get("oob_r2"), answer["trust"]
    measured = f" ({trust['measure']} {r2:.2f})" if r2 is not None else ""
    return f"{trust['words']}{measured}. {trust['advice']} {trust['caution']}".rstrip()


def _write_ranking(answer: Json) -> str:
    rows = answer["importance"]
    if not rows:
        return f"<section><p>{escape((answer['empty'] or {}).get('words', 'There is nothing to rank.'))}</p></section>"
    lead = _say_trust(answer)
    adaptive = answer["adaptive"]["words"] if answer["adaptive"] else ""
    own = {c["parameter"]: c for c in answer["correlation"] if not c["value"]}
    shown = rows[:MOST_ROWS]
    figure = draw_bars(
        [ImportanceRow.from_json(row) for row in shown],
        [CorrelationRow.from_json(own[row["parameter"]]) for row in shown if row["parameter"] in own],
    )
    cells = [_list_ranking_cells(row, own.get(row["parameter"], {})) for row in rows]
    return (
        f"<section>{_write_paragraphs([lead, adaptive])}{_write_plot(figure, 'Importance and correlation')}</section>"
        f"<section>{_write_table(RANKED, cells)}</section>"
    )


MOST_ADVICE = 2
"""What stands first is read by those who read nothing else."""

RANKED = ["Parameter", "Importance", "90 % interval", "Clear of noise", "Correlation", "Runs"]


def _list_ranking_cells(row: Json, own: Json) -> tuple[str, list[tuple[str, str]]]:
    interval = f"{row['low']:.3f} – {row['high']:.3f}" if row["low"] is not None else "–"
    clear = {True: "yes", False: "no", None: "–"}[row["clear"]]
    r = f"η {own['eta']:.2f}" if own.get("eta") is not None else format_signed(own.get("correlation")).strip()
    if own.get("without_one") is not None:
        r += f" (rests on one run; {format_signed(own['without_one']).strip()} without it)"
    share = "–" if row["importance"] is None else f"{row['importance']:.3f}"
    cells = [row["parameter"], share, interval, clear, r, f"{row['active']:,}"]
    return "unclear" if row["clear"] is False else "", [(text, "") for text in cells]


def _write_checks(record: Json | None) -> str:
    if record is None:
        return "<section><p>Checks need a metric.</p></section>"
    order = list(VERDICTS)
    findings = sorted(record["findings"], key=lambda f: order.index(f["verdict"]))
    return _write_paragraphs(record["caveats"], "muted small") + "".join(map(_write_finding, findings))


def _write_finding(f: Json) -> str:
    kind = "cannot" if f["verdict"] == "can't tell" else f["verdict"]
    plots = "".join(
        f"<div><h3>{escape(e.title)}</h3>{_write_plot(draw_evidence(e), f'{e.title}. ' + f['sentence'])}</div>"
        for e in map(Evidence.from_json, f["evidence"])
    )
    advice = f"<p><b>What to do:</b> {escape(f['advice'])}</p>" if f["advice"] else ""
    basis = f"<p class='muted small'>Based on {escape(f['basis'])}</p>" if f["basis"] else ""
    figures = f"<div class='plots'>{plots}</div>" if plots else ""
    return (
        f"<section class='{kind}'><h3><span class='verdict'>{VERDICTS[f['verdict']]}</span>{escape(f['question'])}</h3>"
        f"<p>{escape(f['sentence'])}</p>{advice}{figures}{basis}</section>"
    )


def _write_best(record: BestRecord | Empty | None) -> str:
    if record is None:
        return "<section><p>Best runs need a metric.</p></section>"
    if isinstance(record, Empty):
        return f"<section><p>{escape(record.empty)}</p></section>"
    shown = record.rows[:MOST_ROWS]
    heads = ["Run", record.target, *(row.parameter for row in shown)]
    rows = [
        ("", [(run.name, ""), (short(run.target), "")] + [(_shorten_number(row, row.values[i]), "") for row in shown])
        for i, run in enumerate(record.runs)
    ]
    plot = (
        _write_plot(curve_figures.draw_best(record), f"{record.metric} per step of the best") if record.curves else ""
    )
    said = "".join(f"<li>{escape(text)}</li>" for text in record.sentences)
    notes = _write_paragraphs(record.notes, "muted small")
    return f"<section>{f'<ul>{said}</ul>' if said else ''}{plot}{_write_table(heads, rows)}{notes}</section>"


def _shorten_number(row: Row, text: str) -> str:
    if not row.numeric:
        return text
    try:
        return short(float(text), 4)
    except ValueError:
        return text


def _write_next_sweep(record: Json | None) -> str:
    if record is None or record["empty"]:
        return f"<section><p>{escape(record['empty'] if record else 'The next sweep needs a metric.')}</p></section>"
    proposal = Proposal.from_json(record["proposal"])
    rows = [
        ("", [(line.parameter, ""), (line.action, ""), (_say_where(line), "text"), (line.why, "text")])
        for line in proposal.lines
    ]
    explore = f" {proposal.explore:.0%} of the runs stay in the old space." if proposal.explore else ""
    lead = [
        f"{say_budget(proposal.budget).capitalize()}: {proposal.why_budget}{explore}",
        f"Search: {proposal.method}. {proposal.why_method}",
    ]
    stop = [str(proposal.stop)] if proposal.stop else []
    regions = [f"Leave out {say_region(region)}" for region in proposal.excluded]
    repeats = [f"Beside it, repeat {say_repeat(repeat)}." for repeat in proposal.repeats]
    files = "".join(
        f"<details><summary>{escape(w.LABEL)}</summary><pre>{escape(w.write(proposal))}</pre></details>"
        for w in WRITERS
    )
    table = _write_table(["Parameter", "", "Where to look", "Why"], rows, "stacks")
    caveats = _write_paragraphs(proposal.caveats, "muted small")
    said = _write_paragraphs([*stop, *lead, *regions, *repeats])
    return f"<section>{said}{table}{caveats}</section><section>{files}</section>"


def _say_where(line: Line) -> str:
    return f"fixed at {say_value(line.value)}" if line.action == "fix" else say_domain(line.domain)


def _write_how(answer: Json) -> str:
    try:
        program = f"SweepLens {version('sweeplens')}"
    except PackageNotFoundError:  # run from a checkout that is not installed
        program = "SweepLens"
    target, project = answer["target"], answer["project"]
    texts = [
        f"Importance: {find(answer['method']).WORDS}, seed {answer['seed']}. Its 90 % interval is where the same "
        "search, run again, would put it nine times in ten. Clear of noise: it passes its own noise floor, what a "
        "shuffled copy of the parameter reaches on runs that the model has not seen.",
        "Correlation: Pearson's r with the metric as logged; of a categorical parameter the correlation ratio η.",
        "Checks count and compare configs: runs that are equal but for seeds are one. What each is based on stands "
        "below its finding.",
        "Next sweep: where models of the runs so far predict the best of the space, moved where the checks say so.",
        "The same input gives the same numbers, whatever the order of runs and columns.",
        *answer["notes"],
        f"Target scale: {target['scale']}. {target['scale_reason']}." if target.get("scale_reason") else "",
        f"{program}; project {project['id']} ({project['format']}).",
    ]
    return f"<section>{_write_paragraphs(texts, 'small')}</section>"
