"""The answer as text for a terminal."""

from __future__ import annotations

import unicodedata

from ..data.records import MESSAGES, Json

BAR = 24
MOST_ROWS = 40
MOST_PAIRS = 5
MOST_SKIPPED = 10
MOST_SPELLINGS = 3

SAID_FIRST = frozenset(
    {"overview.parts", "overview.all_parts", "overview.together", "sources.together", "merging.one_part"}
)
"""Codes of the notes that say which of several studies or experiments this is about."""


def clean(text: str, width: int = 0) -> str:
    """Return text without control characters, cut or padded to `width` columns of a terminal if that is given."""
    safe = "".join(c if unicodedata.category(c)[0] != "C" else "\ufffd" for c in text)
    if not width:
        return safe
    shown, used = "", 0
    for c in safe:
        columns = 2 if unicodedata.east_asian_width(c) in "WF" else 1
        if used + columns > width - (1 if len(safe) > width else 0):
            shown, used = shown + "…", used + 1
            break
        shown, used = shown + c, used + columns
    return shown + " " * (width - used)


def format_signed(value: float | None) -> str:
    """Return a correlation with its sign, or a dash."""
    return "     –" if value is None else f"{value:+6.2f}"


def format_answer(answer: Json) -> str:
    """
    Return the answer as a table: parameter, importance as a bar and a number, interval, correlation, runs.

    Parameters
    ----------
    answer
        What `everything.answer_ranking` returns.
    """
    trust = answer["trust"]
    lines = [
        f"{clean(answer['project']['name'])}: {clean(answer['project']['format'])}",
        say_target(answer["target"]),
        clean(answer["taken"]["words"]),
        *([clean(trust["headline"])] if trust["headline"] else []),
        say_trust(answer),
        say_runs(answer["runs"]),
    ]
    lines[1:1], notes = _split_notes(answer)
    rows = answer["importance"]
    if rows:
        lines += ["", *_format_table(rows[:MOST_ROWS], answer)]
        if len(rows) > MOST_ROWS:
            lines.append(f"and {len(rows) - MOST_ROWS} more; --json prints all")
    if answer["pairs"]:
        lines += ["", *_format_pairs(answer)]
    hidden = [p for p in answer["parameters"] if p["role"] in ("seed", "ignored")]
    if hidden:
        lines += ["", "Not in the model:"]
        lines += [f"  {clean(p['parameter'], 30)} {clean(p['words'] or p['role'])}" for p in hidden]
    if answer["skipped"]:
        lines += ["", f"Could not be read: {answer['skipped_count']:,}"]
        shown = answer["skipped"][:MOST_SKIPPED]
        lines += [f"  {clean(entry['words'])}" for entry in shown]
        if answer["skipped_count"] > len(shown):
            lines.append(f"  and {answer['skipped_count'] - len(shown):,} more")
    if answer["failures"]:
        switch = "" if answer["failures"]["kept"] else " --keep-failures counts them."
        lines.append(clean(answer["failures"]["words"] + switch))
    lines += [_format_spellings(entry) for entry in answer["spellings"]]
    if notes:
        lines += ["", *notes]
    return "\n".join(lines)


def say_target(target: Json) -> str:
    """Return the target of an answer in words."""
    if not target["metric"]:
        return clean(target["label"]) or "no metric"
    return f"{clean(target['label'])}, {target['goal']}, {target['value']} value, {target['scale']} scale"


def say_trust(answer: Json) -> str:
    """Return how far a ranking can be trusted, in words."""
    trust, r2 = answer["trust"], answer["surrogate"].get("oob_r2")
    measured = f" ({trust['measure']} {r2:.2f})" if r2 is not None else ""
    return f"{trust['words']}{measured}. {trust['advice']} {clean(trust['caution'])}".rstrip()


def say_runs(runs: Json) -> str:
    """Return how many runs an answer uses, and why others were left out, in words."""
    left_out = ", ".join(f"{n:,} {clean(reason)}" for reason, n in runs["left_out"].items())
    groups = f" in {runs['groups']:,} groups by {clean(runs['grouped'])}" if runs["groups"] is not None else ""
    return f"{runs['used']:,} of {runs['loaded']:,} runs{groups}" + (f"; left out: {left_out}" if left_out else "")


def _split_notes(answer: Json) -> tuple[list[str], list[str]]:
    """Return the notes that say what of the source was read, which come first, and the others."""
    made_of = answer.get(MESSAGES, {}).get("notes", answer["notes"])
    first = [isinstance(made, dict) and made["code"] in SAID_FIRST for made in made_of]
    notes = [clean(note) for note in answer["notes"]]
    return [n for n, f in zip(notes, first, strict=True) if f], [n for n, f in zip(notes, first, strict=True) if not f]


def _format_spellings(entry: Json) -> str:
    values = "; ".join(" and ".join(map(repr, group)) for group in entry["values"][:MOST_SPELLINGS])
    name = entry["parameter"]
    return clean(f"{name} has several spellings of one value: {values}. --merge {name} makes them one.")


def _format_pairs(answer: Json) -> list[str]:
    """Return the parts of the variance and the largest interactions."""
    parts = answer["parts"]
    lines = [
        f"Alone parameters explain {parts['main']:.1%} of the variance, in pairs {parts['pairs']:.1%}; "
        f"{parts['rest']:.1%} takes three or more, or is chance. The largest pairs:"
    ]
    for pair in answer["pairs"][:MOST_PAIRS]:
        a, b = (clean(name, 40) for name in pair["parameters"])
        lines.append(f"  {pair['raw']:6.1%}  {a.rstrip()} × {b.rstrip()}")
    return lines


def _format_table(rows: list[Json], answer: Json) -> list[str]:
    own = {c["parameter"]: c for c in answer["correlation"] if not c["value"]}
    width = min(40, max(len("parameter"), *(len(clean(r["parameter"])) for r in rows)))
    largest = max((r["high"] or r["importance"] or 0.0) for r in rows) or 1.0
    lines = [f"{'parameter':<{width}}  {'importance':<{BAR}}        90 % interval  clear  correlation     runs"]
    for row in rows:
        share = row["importance"] or 0.0
        bar = "█" * round(BAR * share / largest) or ("▏" if share else "")
        interval = f"{row['low']:.2f} – {row['high']:.2f}" if row["low"] is not None else ""
        clear = {True: "yes", False: "no", None: ""}[row["clear"]]
        c = own.get(row["parameter"], {})
        shown = f"η {c['eta']:4.2f}" if c.get("eta") is not None else format_signed(c.get("correlation"))
        shown += "" if c.get("without_one") is None else "*"
        lines.append(
            f"{clean(row['parameter'], width)}  {bar:<{BAR}} {share:5.2f}  {interval:<13}  {clear:<5}  {shown:>11}"
            f"  {row['active']:>7,}"
        )
    odd = [
        f"{name} {format_signed(c['without_one']).strip()}"
        for name, c in own.items()
        if c.get("without_one") is not None
    ]
    if odd:
        lines.append(f"* This correlation rests on one run. Without it: {clean(', '.join(odd))}.")
    return lines
