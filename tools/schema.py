"""
The schema of what ``--json`` prints, made of the records that it is made of.

``python -m tools.schema`` writes it anew.
"""

from __future__ import annotations

import json
from pathlib import Path

from panel.answers.overview import Overview, RunCounts
from panel.answers.taken import ColumnFacts
from panel.checks import CHECKS, Finding
from panel.data.messages import Count, Form, Names, Number
from panel.data.project import Domain
from panel.importance.record import Importance
from panel.importance.trust import Trust
from panel.next_sweep import Proposal
from panel.next_sweep.base import VERSION
from panel.question.parameter import Parameter

from .forms import Schema, close_object, describe_messages, describe_type, list_of, refer_to

FILE = Path(__file__).parent.parent / "docs" / "answer.schema.json"

PARTS: dict[str, type] = {"number": Number, "count": Count, "form": Form, "names": Names}
"""What can stand in a message besides text, by its ``kind``."""

OF_OVERVIEW = (
    "schema project target taken spellings failures level runs adaptive parameters notes skipped skipped_count seed"
).split()
"""What an answer takes from the overview as it is."""

OF_IMPORTANCE = ("method", "empty", "groups", "pairs")
"""What it takes from what a method found."""

TEXT: Schema = {"type": "string"}
NUMBER: Schema = {"type": "number"}
COUNT: Schema = {"type": "integer", "minimum": 0}
NOTHING = close_object({}, description="What there is not.")


def make_schema() -> Schema:
    """Return the schema of an answer."""
    message = _describe_message()
    definitions: dict[str, Schema] = {
        "Message": message,
        "MessagePart": _mark_part("message", message),
        "NotFinite": close_object(
            {"number": {"enum": ["nan", "inf", "-inf"]}}, description="What JSON has no number for."
        ),
    }
    for record in (Overview, ColumnFacts, Importance, Trust, Finding, Proposal, *PARTS.values()):
        describe_type(record, definitions)
    overview, importance = (definitions.pop(name)["properties"] for name in ("Overview", "Importance"))
    for unused in ("Correlation", "Choice"):
        definitions.pop(unused)
    definitions["Surrogate"]["required"] = ["oob_r2"]
    _rename(definitions[Parameter.__name__], "name", "parameter")
    _tell_reasons(definitions[RunCounts.__name__])
    _allow_not_finite(definitions[Domain.__name__])
    _add_version(definitions[Proposal.__name__])
    facts = [describe_type(check.Facts, definitions) for check in CHECKS]
    definitions["Finding"]["properties"]["facts"] = {
        "description": "What the check measured.",
        "anyOf": [*facts, NOTHING],
    }
    definitions["Number"]["properties"]["value"]["type"] = ["number", "null"]  # null if not finite: the text tells
    for kind, part in PARTS.items():
        definitions[part.__name__] = _mark_part(kind, definitions[part.__name__])
    answer = close_object(
        {
            **{name: overview[name] for name in OF_OVERVIEW},
            "columns": list_of(refer_to("ColumnFacts")),
            "correlation": list_of(refer_to("CorrelationRow")),
            **{name: importance[name] for name in OF_IMPORTANCE},
            "importance": importance["rows"],
            "surrogate": {"anyOf": [refer_to("Surrogate"), NOTHING]},
            "parts": {"anyOf": [refer_to("Parts"), NOTHING]},
            "trust": refer_to("Trust"),
            "decide_failures": {**list_of(TEXT), "description": "The parameters that decide which runs fail."},
            "checks": {"anyOf": [{"type": "null"}, _describe_checks()]},
            "next_sweep": {"anyOf": [{"type": "null"}, _describe_next_sweep()]},
            "messages": describe_messages(["notes"]),
        },
        ["messages"],
    )
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "What `sweeplens --json` prints",
        **answer,
        "$defs": dict(sorted(definitions.items())),
    }


def _describe_checks() -> Schema:
    return close_object(
        {
            "findings": list_of(refer_to("Finding")),
            "caveats": list_of(TEXT),
            "messages": describe_messages(["caveats"]),
            "runs": COUNT,
            "configs": COUNT,
        },
        ["messages"],
    )


def _describe_next_sweep() -> Schema:
    return close_object({"empty": TEXT, "proposal": {"anyOf": [{"type": "null"}, refer_to("Proposal")]}})


def _describe_message() -> Schema:
    """Return the schema of `Message.to_json`; a part is text, a number, or an object with a ``kind``."""
    part = {"anyOf": [TEXT, NUMBER, refer_to("MessagePart"), *(refer_to(one.__name__) for one in PARTS.values())]}
    parts = {"type": "object", "additionalProperties": part}
    return close_object(
        {"code": TEXT, "template": TEXT, "parts": parts, "text": TEXT}, description="What words are made of."
    )


def _mark_part(kind: str, part: Schema) -> Schema:
    """Return the schema of a message's part that says its kind and its words."""
    return close_object({"kind": {"const": kind}, **part["properties"], "text": TEXT}, (), part["description"])


def _rename(record: Schema, old: str, new: str) -> None:
    record["properties"] = {new if name == old else name: form for name, form in record["properties"].items()}
    record["required"] = [new if name == old else name for name in record["required"]]


def _tell_reasons(runs: Schema) -> None:
    """Add what the reasons of runs left out are made of: by their words."""
    runs["properties"]["messages"]["properties"]["left_out"] = {
        "type": "object",
        "additionalProperties": refer_to("Message"),
    }


def _allow_not_finite(domain: Schema) -> None:
    """Let limits be infinite."""
    for limit in ("low", "high"):
        domain["properties"][limit]["anyOf"].append(refer_to("NotFinite"))


def _add_version(proposal: Schema) -> None:
    proposal["properties"] = {"version": {"const": VERSION}, **proposal["properties"]}
    proposal["required"] = ["version", *proposal["required"]]


def write_schema(schema: Schema) -> str:
    """Return the text of the file."""
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    FILE.write_text(write_schema(make_schema()), encoding="utf-8")
