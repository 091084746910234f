"""
The records that the page is sent, as types for its scripts: ``assets/types/records.d.ts``.

``python -m tools.script_types`` writes them anew.
"""

from __future__ import annotations

import json
from pathlib import Path

from panel.answers.overview import Overview
from panel.importance.record import Importance
from panel.importance.trust import Trust

from .forms import Schema, describe_type, list_of, refer_to

FILE = Path(__file__).parent.parent / "assets" / "types" / "records.d.ts"

RECORDS = (Overview, Importance, Trust)
"""What every view reads; what they hold is described with them."""

HEAD = "/* The records that the server sends. Made by `python -m tools.script_types`: change them there. */\n"

NOTHING: Schema = {"type": "object", "additionalProperties": {"enum": []}}
"""An object without fields, which stands for what there is not."""

PLAIN = {
    "string": "string",
    "boolean": "boolean",
    "integer": "number",
    "number": "number",
    "null": "null",
}


def write_types() -> str:
    """Return the types as TypeScript."""
    definitions: dict[str, Schema] = {}
    for record in RECORDS:
        describe_type(record, definitions)
    _rename(definitions["Parameter"], "name", "parameter")
    ranking = definitions["Importance"]
    _rename(ranking, "rows", "importance")
    ranking["properties"] |= {"trust": refer_to("Trust"), "decide_failures": list_of({"type": "string"})}
    ranking["required"] += ["trust", "decide_failures"]
    for name, kind in (("surrogate", "Surrogate"), ("parts", "Parts")):
        ranking["properties"][name] |= {"anyOf": [refer_to(kind), NOTHING]}
    return "\n".join([HEAD, *(_write_record(name, definitions[name]) for name in sorted(definitions))])


def _rename(schema: Schema, before: str, after: str) -> None:
    """Give a field the name that it has in what is sent."""
    schema["properties"] = {after if name == before else name: kind for name, kind in schema["properties"].items()}
    schema["required"] = [after if name == before else name for name in schema["required"]]


def _write_record(name: str, schema: Schema) -> str:
    about = f"/** {schema['description']} */\n" if "description" in schema else ""
    fields = [
        (f"  /** {field['description']} */\n" if "description" in field else "")
        + f"  {json.dumps(key) if not key.isidentifier() else key}"
        + ("" if key in schema["required"] else "?")
        + f": {_write_type(field)};\n"
        for key, field in schema["properties"].items()
    ]
    return f"{about}export interface {name} {{\n{''.join(fields)}}}\n"


def _write_type(schema: Schema) -> str:
    if "$ref" in schema:
        return schema["$ref"].rpartition("/")[2] if schema["$ref"] != "#/$defs/Message" else "unknown"
    if "enum" in schema:
        return " | ".join(map(json.dumps, schema["enum"])) or "never"
    if "anyOf" in schema:
        return " | ".join(dict.fromkeys(_write_type(one) for one in schema["anyOf"]))
    if "prefixItems" in schema:
        return f"[{', '.join(map(_write_type, schema['prefixItems']))}]"
    if schema.get("type") == "array":
        return f"({_write_type(schema['items'])})[]"
    if schema.get("type") == "object" and isinstance(schema.get("additionalProperties"), dict):
        return f"Record<string, {_write_type(schema['additionalProperties'])}>"
    return PLAIN.get(schema.get("type", ""), "unknown")


if __name__ == "__main__":
    FILE.write_text(write_types(), encoding="utf-8")
