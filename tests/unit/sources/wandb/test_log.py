import json
import math
from pathlib import Path

import pytest

from panel.sources.wandb.log import KINDS, read_curves, read_log
from panel.sources.wandb.wire import Payloads, decode_item, decode_items, decode_name, decode_plain_items, split_record
from tests.unit.sources.wandb.wandb_writing import ended, history, record, run, summary, write

LOGS = sorted((Path(__file__).parent.parent.parent.parent / "fixtures" / "wandb-folder").rglob("offline-run-*/*.wandb"))


def same_as_protobuf(log):
    """Compare every record with what W&B's own classes say."""
    wandb = pytest.importorskip("wandb.proto.wandb_internal_pb2")
    seen, names = set(), {}
    for payload in Payloads(log):
        theirs = wandb.Record.FromString(payload)
        kind = theirs.WhichOneof("record_type")
        number, body = split_record(payload, KINDS)
        if kind not in ("history", "summary", "config"):
            continue
        assert number == theirs.DESCRIPTOR.fields_by_name[kind].number
        inner = getattr(theirs, kind)
        expected = [
            ((i.key,) if i.key else tuple(i.nested_key), i.value_json.encode())
            for i in (inner.item if kind == "history" else inner.update)
        ]
        assert list(decode_items(body, 1, names, [])) == expected
        plain, end = decode_plain_items(body)
        first = [(decode_name(spelled), value) for spelled, value in plain]
        assert first == expected[: len(first)]
        assert list(decode_items(body[end:], 1, names, [])) == expected[len(first) :]
        seen.add(kind)
    return seen


@pytest.mark.parametrize("log", LOGS, ids=lambda log: log.name)
def test_records_are_read_as_w_and_b_reads_them(log):
    assert same_as_protobuf(log) >= {"summary"}
    assert len(LOGS) == 16


def test_real_records_are_read_as_w_and_b_reads_them(shared):
    for log in shared.rglob("*.wandb"):
        same_as_protobuf(log)


def test_records_across_blocks(tmp_path):
    texts = {step: "ä" * (step * 700) for step in range(60)}
    log = write(tmp_path, "one", run(), *[history(s, loss=s, text=t) for s, t in texts.items()], ended())
    assert log.stat().st_size > 10 * 32_768
    assert same_as_protobuf(log) == {"history"}
    assert read_curves(log) == {"loss": (list(map(float, texts)), list(map(float, texts)))}
    assert (read_log(log).summary["text"], read_log(log).exit_code) == (texts[59], 0)


@pytest.mark.parametrize(
    "name", ["plain", "a b/c", "ключ", "ł\u0082\u0001", "\x82", "k" * 127, "k" * 128, "k" * 3000, "\n"]
)
def test_names_of_every_kind(tmp_path, name):
    made = record()
    made.history.item.add(key=name, value_json="0.5")
    made.history.item.add(nested_key=[name, name], value_json="-1e-7")
    made.history.item.add(key="_step", value_json="4")
    log = write(tmp_path, "one", run(), made)
    same_as_protobuf(log)
    assert read_curves(log) == {name: ([4.0], [0.5]), f"{name}.{name}": ([4.0], [-1e-7])}
    assert set(read_log(log).curves) == {name, f"{name}.{name}"}


def test_values_of_every_kind(tmp_path):
    values = {
        "whole": 3,
        "real": 2.5,
        "nan": math.nan,
        "up": math.inf,
        "down": -math.inf,
        "old": "NaN",
        "older": "-Infinity",
        "flag": True,
        "nothing": None,
        "text": "fine",
        "digits": "12",
        "list": [1],
        "long": 10**400,
        "nested": {"a": 1, "b": {"c": 2}, "image": {"_type": "image-file", "width": 3}},
        "media__width": 3,
        "media___type": "image-file",
        "media__deep__size": 4,
    }
    log = write(tmp_path, "one", run(), history(0, **values))
    curves = {name: value[0] for name, (_, value) in read_curves(log).items()}
    assert math.isnan(curves.pop("nan")) and math.isnan(curves.pop("old"))
    assert curves == {
        "whole": 3,
        "real": 2.5,
        "up": math.inf,
        "down": -math.inf,
        "older": -math.inf,
        "long": math.inf,
        "nested.a": 1,
        "nested.b.c": 2,
    }
    assert set(read_log(log).curves) == {*curves, "nan", "old"}


def test_values_in_fields_of_their_own_kind(tmp_path):
    made = record()
    made.history.step.num = 7
    made.history.item.add(key="whole", integer=-5)
    made.history.item.add(key="real", number=2.5)
    made.history.item.add(key="nan", number=math.nan)
    made.history.item.add(key="down", number=-math.inf)
    made.history.item.add(key="flag", boolean=True)
    made.history.item.add(key="text", text="12")
    made.history.item.add(key="nested", json='{"a": 4}')
    made.history.item.add(key="nothing", none=0)
    log = write(tmp_path, "one", run(), made)
    curves = read_curves(log)
    assert math.isnan(curves.pop("nan")[1][0])
    assert curves == {
        name: ([7.0], [value]) for name, value in (("whole", -5), ("real", 2.5), ("down", -math.inf), ("nested.a", 4))
    }
    found = read_log(log).summary
    assert (found["flag"], found["text"], found["nothing"], found["nested"]) == (True, "12", None, {"a": 4})


def test_the_step_is_that_of_the_record_where_it_was_not_logged(tmp_path):
    made = record()
    made.history.step.num = 300
    made.history.item.add(key="loss", value_json="1")
    assert read_curves(write(tmp_path, "one", run(), made)) == {"loss": ([300.0], [1.0])}


def test_updates_and_removals_count_in_their_order(tmp_path):
    removed, nested = record(), record()
    removed.summary.remove.add(key="gone")
    removed.summary.remove.add(nested_key=["deep", "inner"])
    nested.summary.update.add(key="loss", value_json="0.25")
    nested.summary.update.add(nested_key=["deep", "kept"], value_json="5")
    log = write(
        tmp_path,
        "one",
        run(),
        summary(loss=1, gone=1, deep__inner=1, acc=3),
        summary(best={"max": 1, "min": 0}),
        summary(best__max=2),
        summary(acc={"max": 4}),
        removed,
        nested,
        summary(top={"a": 1}),
        summary(top={"b": 2}),
        summary(flat__a=1),
        summary(flat=7),
    )
    assert read_log(log).summary == {
        "loss": 0.25,
        "acc": {"max": 4},
        "best": {"max": 2, "min": 0},
        "deep": {"kept": 5},
        "top": {"b": 2},
        "flat": 7,
    }


def test_settings_that_change_while_a_run_runs(tmp_path):
    later, named = record(), run(lr=0.1)
    later.config.update.add(key="lr", value_json="0.2")
    later.config.update.add(nested_key=["model", "width"], value_json="64")
    later.config.remove.add(key="epochs")
    named.run.display_name = "named later"
    log = write(tmp_path, "one", run(lr=0.1, epochs=3, model={"depth": 2, "width": 32}), later, named)
    found = read_log(log)
    assert found.config == {"lr": 0.2, "model": {"depth": 2, "width": 64}}
    assert found.described["name"] == "named later"


def test_without_a_summary_the_last_values_count(tmp_path):
    log = write(tmp_path, "one", run(), history(0, loss=2, only=1), history(1, loss=1))
    assert read_log(log).summary == {"loss": 1, "only": 1, "_step": 1}
    log = write(tmp_path / "b", "one", run(), history(0, loss=2), summary(loss={"min": 2}, _step=0))
    assert read_log(log).summary == {"loss": {"min": 2}, "_step": 0}


def test_a_log_cut_anywhere_gives_what_came_before(tmp_path):
    whole = LOGS[3].read_bytes()
    cut = tmp_path / "run-cut.wandb"
    values = read_curves(LOGS[3])["val_loss"][1]
    seen = set()
    for size in range(0, len(whole), 5):
        cut.write_bytes(whole[:size])
        found = read_curves(cut).get("val_loss", ([], []))[1]
        assert found == values[: len(found)]
        assert read_log(cut).damaged == 0
        seen.add(len(found))
    assert seen == {0, 1, 2, 3, 4}


def test_a_byte_changed_anywhere_is_noticed(tmp_path):
    whole = LOGS[3].read_bytes()
    broken = tmp_path / "run-broken.wandb"
    expected = read_log(LOGS[3])
    for place in range(7, len(whole), 11):
        content = bytearray(whole)
        content[place] ^= 0x41
        broken.write_bytes(content)
        found = read_log(broken)
        assert found.damaged or len(found.summary) <= len(expected.summary)
        values = {name: value for name, value in found.config.items() if name in expected.config}
        assert values == {name: expected.config[name] for name in values}


def test_deep_json_is_no_danger(tmp_path):
    made = record()
    made.history.item.add(key="deep", value_json='{"a":' * 100_000)
    made.history.item.add(key="loss", value_json="1")
    ending = summary(loss=1)
    ending.summary.update.add(key="deep", value_json="[" * 100_000)
    log = write(tmp_path, "one", run(), made, ending)
    assert read_curves(log) == {"loss": ([0.0], [1.0])}
    assert read_log(log).summary["loss"] == 1


def test_one_item_alone():
    made = record()
    made.history.item.add(nested_key=["a", "b"], value_json=json.dumps("x" * 500))
    assert decode_item(made.history.item[0].SerializeToString()) == (("a", "b"), b'"' + b"x" * 500 + b'"')


def test_a_key_and_a_nested_key_of_one_part_are_one_name(tmp_path):
    first, then = record(), record()
    first.summary.update.add(key="_runtime", value_json="1")
    first.summary.update.add(nested_key=["loss"], value_json="1")
    then.summary.update.add(nested_key=["_runtime"], value_json="2")
    then.summary.update.add(key="loss", value_json="2")
    log = write(tmp_path, "one", run(), first, then, first)
    assert read_log(log).summary == {"_runtime": 1, "loss": 1}
