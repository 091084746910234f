"""W&B's own records, put into a log as W&B does: for what its current release no longer writes, and for torn logs."""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

BLOCK = 32_768


def record() -> Any:
    """Return an empty record of W&B's own class."""
    return pytest.importorskip("wandb.proto.wandb_internal_pb2").Record()


def run(id: str = "one", start: float = 1_700_000_000, **config: Any) -> Any:
    made = record()
    made.run.run_id, made.run.start_time.seconds = id, int(start)
    for name, value in config.items():
        made.run.config.update.add(key=name, value_json=json.dumps(value))
    return made


def history(step: int, **values: Any) -> Any:
    made = record()
    made.history.step.num = step
    for name, value in {**values, "_step": step}.items():
        made.history.item.add(nested_key=name.split("__"), value_json=json.dumps(value))
    return made


def summary(**values: Any) -> Any:
    made = record()
    for name, value in values.items():
        made.summary.update.add(nested_key=name.split("__"), value_json=json.dumps(value))
    return made


def ended(code: int = 0, **more: Any) -> Any:
    made = record()
    made.exit.exit_code = code
    for name, value in more.items():
        setattr(made.exit, name, value)
    return made


def as_log(records: Iterable[Any]) -> bytes:
    """Return the bytes of a log."""
    log = bytearray(b":W&B\xe1\xbe\0")
    for data in (r if isinstance(r, bytes) else r.SerializeToString() for r in records):
        begun = False
        while True:
            left = BLOCK - len(log) % BLOCK
            if left < 7:
                log += bytes(left)
                left = BLOCK
            piece, data = data[: left - 7], data[left - 7 :]
            kind = bytes([(3 if data else 4) if begun else (2 if data else 1)])
            log += struct.pack("<IH", zlib.crc32(kind + piece), len(piece)) + kind + piece
            begun = True
            if not data:
                break
    return bytes(log)


def write(wandb: Path, id: str, *records: Any, date: str = "20240101_000000") -> Path:
    """Write a log into a folder of its own below `wandb`; return it."""
    folder = wandb / f"offline-run-{date}-{id}"
    folder.mkdir(parents=True)
    log = folder / f"run-{id}.wandb"
    log.write_bytes(as_log(records))
    return log


def write_files(wandb: Path, id: str, **files: str) -> Path:
    """Write an online run without a log: ``config``, ``summary`` and ``metadata`` as text; return its folder."""
    names = {"config": "config.yaml", "summary": "wandb-summary.json", "metadata": "wandb-metadata.json"}
    folder = wandb / f"run-20240101_000000-{id}"
    (folder / "files").mkdir(parents=True)
    for name, text in files.items():
        (folder / "files" / names[name]).write_text(text)
    return folder
