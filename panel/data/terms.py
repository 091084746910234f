"""What a question may be made of, as types: here they cost nothing to import."""

from __future__ import annotations

from typing import Literal

Goal = Literal["minimize", "maximize"]
Value = Literal["last", "best", "min", "max", "failing"]
TargetScale = Literal["auto", "raw", "log", "rank"]
Failures = Literal["auto", "keep"]
Role = Literal["scientific", "nuisance", "fixed", "seed", "ignored", "none"]
Place = Literal["run", "config", "metric", "ignored"]
