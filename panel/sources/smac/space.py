"""Search spaces as ConfigSpace writes them, for SMAC and others: JSON of every release, and the older PCS text."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal

from ...data.project import Domain
from ...data.records import Json
from ...errors import SourceError
from ..common.cells import parse_cell

JSON_NAME, PCS_NAME = "configspace.json", "configspace.pcs"

MOST_STEPS = 100
"""A condition such as ``layers > 2`` is told by the values that fulfil it if the parent has no more than these."""

_PCS_PARAMETER = re.compile(
    r"(?P<name>[^\s{\[|]+)\s*(?P<type>categorical|ordinal|real|integer)?\s*"
    r"(?P<values>\{[^}]*\}|\[[^\]]*\])\s*\[[^\]]*\]\s*(?P<flags>log|l|i|il|li)?"
)
_PCS_CONDITION = re.compile(r"(?P<parent>\S+)\s*(?P<sign>in|==|!=|<|>)\s*(?P<values>.+)")
_PCS_SIGNS = {"in": "IN", "==": "EQ", "!=": "NEQ", "<": "LT", ">": "GT"}


def read_domains(folder: Path) -> dict[str, Domain]:
    """
    Read the search space that lies in a folder.

    Returns
    -------
    dict
        A domain for every parameter; empty if no search space is there. Kinds of parameters that are not known are left
        out. Of conditions joined by "and" the first is kept that names the parent's values; one that cannot be said so
        is left out.

    Raises
    ------
    SourceError
        If it is malformed; the message names the file.
    """
    file = next((folder / name for name in (JSON_NAME, PCS_NAME) if (folder / name).is_file()), None)
    if file is None:
        return {}
    try:
        text = file.read_text(encoding="utf-8")
        space = json.loads(text) if file.name == JSON_NAME else _parse_pcs(text)
        domains = {str(p["name"]): d for p in space["hyperparameters"] if (d := _domain(p)) is not None}
        return _add_conditions(domains, space.get("conditions", ()))
    except OSError as error:
        raise SourceError(f"{file} cannot be opened: {error.strerror}.") from error
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise SourceError(f"{file} is no search space of ConfigSpace: {error!r}.") from error


def _domain(entry: Mapping[str, Any]) -> Domain | None:
    kind = str(entry["type"])
    if kind == "constant":
        return Domain("categorical", choices=_plain([entry["value"]]))
    if kind in ("categorical", "ordinal"):
        return Domain("categorical", choices=_plain(entry["choices" if kind == "categorical" else "sequence"]))
    family, _, numbers = kind.rpartition("_")
    if family not in ("uniform", "normal", "beta") or numbers not in ("float", "int"):
        return None
    scale: Literal["linear", "log"] = "log" if entry.get("log") else "linear"
    return Domain("real" if numbers == "float" else "integer", entry.get("lower"), entry.get("upper"), scale=scale)


def _plain(values: Any) -> tuple[Any, ...]:
    return tuple(json.dumps(v) if isinstance(v, list | dict) else v for v in values)


def _add_conditions(domains: dict[str, Domain], conditions: Any) -> dict[str, Domain]:
    found = dict(domains)
    for entry in conditions:
        child, condition = str(entry["child"]), _condition(entry, domains)
        if child in found and condition is not None and found[child].condition is None:
            old = found[child]
            found[child] = Domain(old.kind, old.low, old.high, old.choices, old.scale, condition)
    return found


def _condition(entry: Mapping[str, Any], domains: Mapping[str, Domain]) -> tuple[str, tuple[Any, ...]] | None:
    """Return the parent and those of its values for which the child exists; ``None`` if they cannot be listed."""
    kind = entry["type"]
    if kind in ("AND", "OR"):
        inner = [_condition(c, domains) for c in entry["conditions"]]
        if kind == "AND":
            return next((c for c in inner if c is not None), None)
        known = [c for c in inner if c is not None]
        if len(known) < len(inner) or len({parent for parent, _ in known}) != 1:
            return None
        return known[0][0], tuple(dict.fromkeys(v for _, values in known for v in values))
    parent = str(entry["parent"])
    if kind == "EQ":
        return parent, (entry["value"],)
    if kind == "IN":
        return parent, tuple(entry["values"])
    values = _values(domains[parent]) if parent in domains else ()
    limit = entry["value"]
    if limit not in values:
        return None
    place = values.index(limit)
    chosen = {"NEQ": values[:place] + values[place + 1 :], "LT": values[:place], "GT": values[place + 1 :]}.get(kind)
    return (parent, chosen) if chosen else None


def _values(domain: Domain) -> tuple[Any, ...]:
    """Return all values of a parameter in their order, if they are few."""
    if domain.kind == "integer" and domain.low is not None and domain.high is not None:
        low, high = int(domain.low), int(domain.high)
        return tuple(range(low, high + 1)) if high - low <= MOST_STEPS else ()
    return domain.choices


def _parse_pcs(text: str) -> Json:
    """Return what a PCS file says in the words of the JSON file; forbidden combinations are passed over."""
    found: Json = {"hyperparameters": [], "conditions": []}
    for raw in text.splitlines():
        line = raw.partition("#")[0].strip()
        if not line or line.startswith("{") or line.lower() in ("conditionals:", "forbidden:"):
            continue
        if "|" in line and not _PCS_PARAMETER.fullmatch(line):
            child, _, rest = line.partition("|")
            found["conditions"] += _pcs_conditions(child.strip(), rest)
            continue
        match = _PCS_PARAMETER.fullmatch(line)
        if match is None:
            raise ValueError(f"the line {line[:60]!r} declares nothing that is known")
        found["hyperparameters"].append(_pcs_parameter(match))
    return found


def _pcs_parameter(match: re.Match[str]) -> Json:
    values = [v.strip() for v in match["values"][1:-1].split(",")]
    flags = match["flags"] or ""
    if match["values"].startswith("{"):
        words = "sequence" if match["type"] == "ordinal" else "choices"
        return {"name": match["name"], "type": match["type"] or "categorical", words: values}
    whole = match["type"] == "integer" or "i" in flags
    low, high = (parse_cell(v) for v in values)
    return {
        "name": match["name"],
        "type": "uniform_int" if whole else "uniform_float",
        "lower": low,
        "upper": high,
        "log": flags == "log" or flags in ("l", "il", "li"),
    }


def _pcs_conditions(child: str, text: str) -> Iterator[Json]:
    either = "||" in text
    parts = []
    for part in re.split(r"\|\||&&", text):
        match = _PCS_CONDITION.fullmatch(part.strip())
        if match is None:
            raise ValueError(f"the condition {part.strip()[:60]!r} is not known")
        values = [v.strip() for v in match["values"].strip("{} ").split(",")]
        kind = _PCS_SIGNS[match["sign"]]
        compared = {"values": values} if kind == "IN" else {"value": values[0]}
        parts.append({"type": kind, "child": child, "parent": match["parent"], **compared})
    yield parts[0] if len(parts) == 1 else {"type": "OR" if either else "AND", "child": child, "conditions": parts}
