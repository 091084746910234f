"""What the tests of Optuna's reader share: the fixture, and journals and databases that are written by hand."""

import json
import sqlite3
from pathlib import Path

FIXTURE = Path(__file__).parents[3] / "fixtures" / "optuna"
BOTH = ("study.db", "journal.log")


def change(database, *statements):
    connection = sqlite3.connect(database)
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()
    return str(database)


def log(op_code, **fields):
    return json.dumps({"op_code": op_code, "worker_id": "w", **fields}, separators=(",", ":")) + "\n"


def drawn(name="FloatDistribution", **attributes):
    return json.dumps({"name": name, "attributes": attributes})


def write(file, *lines):
    file.write_text("".join(lines))
    return str(file)


STARTED = "2026-01-02T03:04:05.000001+00:00"
ENDED = "2026-01-02T03:05:05.500001+00:00"
STUDY = log(0, study_name="s", directions=[2])
TRIAL = log(4, study_id=0, datetime_start=STARTED)


def done(trial, *values, state=1):
    return log(6, trial_id=trial, state=state, values=list(values) or None, datetime_complete=ENDED)
