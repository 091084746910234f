"""Whether what a tool drew lies in the domains of a proposal, and a process in which written code runs."""

import json
import subprocess
import sys
from pathlib import Path

from panel.next_sweep.plan import find_paths, meets, restore_value
from tests.unit.next_sweep.proposals import HOSTILE

MISSING = object()
ODD = 1e-9
"""How far, relatively, a draw may lie beyond a limit: exp(log(limit)) is not the limit."""


def found(config, path):
    for part in path:
        if not isinstance(config, dict) or part not in config:
            return MISSING
        config = config[part]
    return config


def equal(one, other):
    return json.dumps(one) == json.dumps(other)


def fault(config, proposal, before=False, inactive=(MISSING,), without=(), unconditional=False):
    """Return what is wrong with a nested config; None if nothing is. `without` are parameters that are not written."""
    place = find_paths([line.parameter for line in proposal.lines])
    values = {name: found(config, path) for name, path in place.items()}
    for line in proposal.lines:
        name, value = line.parameter, values[line.parameter]
        domain = line.before if before else line.domain
        if name in without:
            if value is not MISSING:
                return f"{name} is there"
            continue
        if domain.condition is not None and not unconditional:
            parent, wanted = domain.condition
            if not any(
                equal(values[parent], one) for one in map(restore_value, wanted) if values[parent] is not MISSING
            ):
                if not any(value is one for one in inactive):
                    return f"{name} is {value!r}, but does not apply"
                continue
        if value is MISSING:
            return f"{name} is missing"
        if line.action == "fix" and not before:
            right = equal(value, restore_value(line.value))
        elif domain.kind == "categorical":
            right = any(equal(value, restore_value(choice)) for choice in domain.choices)
        elif domain.kind == "integer":
            right = type(value) is int and domain.low <= value <= domain.high
        else:
            slack = ODD * max(abs(domain.low), abs(domain.high))
            right = type(value) is float and domain.low - slack <= value <= domain.high + slack
        if not right:
            return f"{name} is {value!r}"
    return None


def excluded(config, proposal):
    place = find_paths([line.parameter for line in proposal.lines])
    values = {name: found(config, path) for name, path in place.items()}
    return any(all(meets(values[name], sign, v) for name, sign, v in region.conditions) for region in proposal.excluded)


NEVER = ("unknown",)
"""Parameters of the rich proposal that nobody writes: no limits are known."""

COMMANDS = ("eval", "nested.eval")
"""Those that Ray takes for commands."""

NAMELESS = (HOSTILE,)
"""Those whose names W&B does not allow."""


def run(text: str, more: str, folder: Path, seconds: int = 200) -> str:
    """Run code with more code after it in a process of its own, and return what that printed."""
    (folder / "next_sweep.py").write_text(text, encoding="utf-8")
    script = folder / "script.py"
    script.write_text(f"import json, sys\nfrom next_sweep import *\nimport next_sweep\n{more}", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, str(script)], cwd=folder, capture_output=True, text=True, timeout=seconds, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert not (folder / "hacked").exists()
    return done.stdout
