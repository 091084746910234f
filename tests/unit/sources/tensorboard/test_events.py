"""Event files that are torn, damaged, hostile, or not there; and what must not happen while they are read."""

import math
import os
import shutil
import struct
import subprocess
import sys
import tempfile
import textwrap
from pathlib import Path

import pytest
from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.proto.summary_pb2 import Summary, SummaryMetadata
from tensorboard.compat.proto.tensor_pb2 import TensorProto
from tensorboard.summary.writer.record_writer import RecordWriter
from tensorboard.util.tensor_util import make_tensor_proto

from panel import sources
from panel.errors import SourceError
from panel.sources.common.records import Reading
from panel.sources.tensorboard.events import masked_crc32c, number_of, read_log, read_plain_value, tail_of
from tests.contract.examples import FIXTURES
from tests.contract.test_sources import as_nobody

LOGS = FIXTURES / "tensorboard" / "logs"


def scalar(tag, value, step=0, time=1.7e9):
    return Event(wall_time=time, step=step, summary=Summary(value=[Summary.Value(tag=tag, simple_value=value)]))


def write(file, events):
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("wb") as out:
        writer = RecordWriter(out)
        for event in events:
            writer.write(event.SerializeToString())
    return file


@pytest.fixture
def logs(tmp_path):
    shutil.copytree(LOGS, tmp_path / "logs")
    return tmp_path / "logs"


def only_file(folder: Path) -> Path:
    (found,) = folder.glob("*tfevents*")
    return found


def test_the_checksum_is_the_one_that_tensorboard_writes(tmp_path):
    data = write(tmp_path / "a.tfevents", [scalar("loss", 1.0)]).read_bytes()
    assert struct.unpack("<I", data[8:12])[0] == masked_crc32c(data[:8])


@pytest.mark.parametrize("tag", ["l", "loss", "x" * 110, "y" * 200, "größe/ä", "z" * 20_000])
@pytest.mark.parametrize("step", [0, 1, 127, 128, 2**31, 2**63 - 1, -1])
@pytest.mark.parametrize("value", [0.5, 0.0, -2.0, math.inf, -math.inf])
def test_the_short_way_gives_what_parsing_gives(tag, step, value):
    data = scalar(tag, value, step, 123.25).SerializeToString()
    assert read_plain_value(data, {}) is None
    found = read_plain_value(data, {tail_of(tag): tag})
    assert found == ((tag, (step, 123.25, value)) if step >= 0 else None)


def test_the_short_way_is_not_taken_for_anything_else():
    tails = {tail_of("loss"): "loss"}
    two = scalar("loss", 1.0, 3)
    two.summary.value.add(tag="acc", simple_value=2.0)
    described = scalar("loss", 1.0, 3)
    described.summary.value[0].metadata.display_name = "Loss"
    for event in (two, described, scalar("lose", 1.0, 3), Event(wall_time=1.0, file_version="brain.Event:2")):
        assert read_plain_value(event.SerializeToString(), tails) is None
    data = scalar("loss", 1.0, 3).SerializeToString()
    assert read_plain_value(data + b"\x00", tails) is None
    assert all(read_plain_value(data[:n], tails) is None for n in range(len(data)))


def test_nan_and_infinity_in_values_and_in_tensors(tmp_path):
    odd = [math.nan, math.inf, -math.inf]
    events = [scalar("plain", value, step) for step, value in enumerate(odd)]
    for step, value in enumerate(odd):
        kept = SummaryMetadata(plugin_data=SummaryMetadata.PluginData(plugin_name="scalars"))
        value = Summary.Value(tag="tensor", tensor=make_tensor_proto(value), metadata=kept if step == 0 else None)
        events.append(Event(step=step, wall_time=1.0, summary=Summary(value=[value])))
    found = read_log([write(tmp_path / "a.tfevents", events)])
    for tag in ("plain", "tensor"):
        assert math.isnan(found.series[tag][0][2])
        assert [p[2] for p in found.series[tag][1:]] == odd[1:]


@pytest.mark.parametrize("kind", ["float32", "float64", "int32", "int64", "bool"])
def test_numbers_in_tensors_of_every_kind(kind):
    import numpy as np

    made = make_tensor_proto(np.array(1, kind))
    packed = TensorProto(dtype=made.dtype, tensor_content=np.array(1, kind).tobytes())
    assert number_of(made) == number_of(packed) == 1.0
    assert number_of(make_tensor_proto(np.ones(2, kind))) is None
    assert number_of(TensorProto(dtype=made.dtype)) is None


def test_text_in_a_tensor_is_no_number():
    assert number_of(make_tensor_proto("words")) is None


def test_a_file_cut_at_any_byte_gives_all_its_whole_records(tmp_path):
    whole = write(tmp_path / "a.tfevents", [scalar("loss", float(i), i) for i in range(5)]).read_bytes()
    ends, at = [], 0
    while at < len(whole):
        at += 16 + struct.unpack_from("<Q", whole, at)[0]
        ends.append(at)
    for cut in range(len(whole) + 1):
        (tmp_path / "a.tfevents").write_bytes(whole[:cut])
        found = read_log([tmp_path / "a.tfevents"])
        assert len(found.series.get("loss", ())) == sum(end <= cut for end in ends)
        assert not found.damaged


def test_a_file_that_is_still_written_gives_more_when_there_is_more(tmp_path):
    whole = write(tmp_path / "x" / "a.tfevents", [scalar("loss", float(i), i) for i in range(5)]).read_bytes()
    file = tmp_path / "logs" / "run" / "events.out.tfevents.1"
    file.parent.mkdir(parents=True)
    file.write_bytes(whole[: len(whole) // 2])
    first = Reading()
    assert sources.load(str(tmp_path / "logs"), first).summary.loc["run", "loss"] == 1.0
    with file.open("ab") as out:
        out.write(whole[len(whole) // 2 :])
    again = Reading(known=first.kept)
    assert sources.load(str(tmp_path / "logs"), again).summary.loc["run", "loss"] == 4.0


def test_a_damaged_length_is_said_each_time_and_what_came_before_it_is_kept(logs):
    file = only_file(logs / "sweep" / "run_01")
    data = bytearray(file.read_bytes())
    second = 16 + struct.unpack_from("<Q", data, 0)[0]
    third = second + 16 + struct.unpack_from("<Q", data, second)[0]
    data[third + 6] ^= 0xFF
    file.write_bytes(data)
    known = {}
    for _ in range(2):
        reading = Reading(known=known)
        project = sources.load(str(logs), reading)
        known = reading.kept
        assert [what for what, _ in project.skipped] == [str(file)]
        assert "damaged" in project.skipped[0][1]
        assert len(project.runs) == 23
        assert project.summary.loc["sweep/run_01", "val_loss"] > 0


def test_a_record_that_is_no_event_is_said(logs):
    file = logs / "sweep" / "run_01" / "events.out.tfevents.9"
    with file.open("wb") as out:
        RecordWriter(out).write(b"\xff\xff\xff no event")
    project = sources.load(str(logs))
    assert project.skipped == ((str(file), "holds a record that is no event; what follows it was not read"),)
    assert len(project.runs) == 23


def test_a_file_that_only_has_the_name_of_an_event_file_is_said(logs):
    file = logs / "sweep" / "run_01" / "my.tfevents.txt"
    file.write_text("these are no events at all, but a long text")
    project = sources.load(str(logs))
    assert [what for what, _ in project.skipped] == [str(file)]
    assert len(project.runs) == 23


def test_a_run_of_which_a_part_may_not_be_read_is_left_out_whole():
    with tempfile.TemporaryDirectory() as place:
        Path(place).chmod(0o755)
        logs = Path(place) / "logs"
        shutil.copytree(LOGS, logs)
        file = only_file(logs / "sweep" / "run_03")
        file.chmod(0)
        with as_nobody():
            project = sources.load(str(logs))
            assert set(project.history.frame["run_id"]) <= set(project.runs.index)
        file.chmod(0o644)
    assert len(project.runs) == 22
    assert not [run for run in project.runs.index if run.startswith("sweep/run_03")]
    assert project.skipped == (("sweep/run_03", f"{file} cannot be opened: Permission denied."),)


def test_broken_settings_cost_their_own_run_alone(logs):
    file = logs / "lightning_logs" / "version_1" / "hparams.yaml"
    file.write_text("lr: 0.1\nlayers: [16, 32\n")
    project = sources.load(str(logs))
    assert len(project.runs) == 22
    assert [what for what, _ in project.skipped] == ["lightning_logs/version_1"]
    assert str(file) in project.skipped[0][1]
    assert "\n" not in project.skipped[0][1]


def test_tags_in_settings_are_never_executed(logs, tmp_path):
    file = logs / "lightning_logs" / "version_1" / "hparams.yaml"
    bait = tmp_path / "bait"
    file.write_text(
        f"lr: 0.5\nrun: !!python/object/apply:os.system ['touch {bait}']\n"
        f"open: !!python/object/apply:builtins.open ['{bait}', w]\n"
        f"module: !!python/module:antigravity\nnew: !!python/object/new:pathlib.Path ['{bait}']\n"
    )
    project = sources.load(str(logs))
    assert not bait.exists()
    assert "antigravity" not in sys.modules
    assert project.config.loc["lightning_logs/version_1", "lr"] == 0.5
    assert project.config.loc["lightning_logs/version_1", "run"] == f"touch {bait}"


def test_without_the_package_one_line_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "tensorboard.compat.proto.event_pb2", None)
    with pytest.raises(SourceError) as error:
        sources.load(str(LOGS))
    assert "pip install 'sweeplens[tensorboard]'" in str(error.value)
    assert str(LOGS) in str(error.value)
    assert "\n" not in str(error.value)


def test_tensorflow_is_never_imported(tmp_path):
    (tmp_path / "tensorflow").mkdir()
    (tmp_path / "tensorflow" / "__init__.py").write_text(f"open({str(tmp_path / 'imported')!r}, 'w').close()\n")
    script = f"""
        from panel import sources
        project = sources.load({str(LOGS)!r})
        assert len(project.history.frame) > 100
    """
    root = Path(__file__).parents[4]
    paths = os.pathsep.join([str(tmp_path), str(root)])
    subprocess.run([sys.executable, "-c", textwrap.dedent(script)], env={**os.environ, "PYTHONPATH": paths}, check=True)
    assert not (tmp_path / "imported").exists()
