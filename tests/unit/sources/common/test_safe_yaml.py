"""YAML: what trackers write is read as plain values, and nothing in a file makes anything else happen."""

import collections
import enum
import math
import pathlib
import sys

import numpy as np
import pytest
import yaml

from panel.errors import SourceError
from panel.sources.common.safe_yaml import parse_yaml, read_settings, read_yaml


class Colour(enum.Enum):
    RED = "red"


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        ((0.9, 0.95), [0.9, 0.95]),
        ((0.9,), [0.9]),
        (np.float64(0.3), 0.3),
        (np.float32(0.5), 0.5),
        (np.int64(-7), -7),
        (np.uint8(200), 200),
        (np.bool_(True), True),
        (collections.OrderedDict(lr=0.1, n=2), {"lr": 0.1, "n": 2}),
        (collections.defaultdict(list, a=[1]), {"a": [1]}),
        (pathlib.PurePosixPath("/data/mnist"), "/data/mnist"),
        (pathlib.PurePosixPath("data/mnist"), "data/mnist"),
        (Colour.RED, "red"),
        (len, "builtins.len"),
        (dict, "builtins.dict"),
        ({3, 1}, ["1", "3"]),
        (1e-5, 1e-5),
        (1e30, 1e30),
        (-math.inf, -math.inf),
        (None, None),
        ("1e-3x", "1e-3x"),
        ("yes", "yes"),
        ({"a": {1: True}}, {"a": {"1": True}}),
    ],
)
def test_what_pyyaml_writes_of_python_is_read_as_plain_values(value, wanted):
    found = parse_yaml(yaml.dump({"value": value}))["value"]
    assert found == wanted
    assert type(found) is type(wanted)


def test_nan_stays_nan():
    assert math.isnan(parse_yaml("a: .nan")["a"])


def test_numbers_without_a_point_are_numbers_unless_quoted():
    assert parse_yaml("[1e-3, -2E+5, '1e-3', 1e5x, 3, 0x10]") == [0.001, -2e5, "1e-3", "1e5x", 3, 16]


def test_times_stay_text_and_keys_become_text():
    assert parse_yaml("2020-01-01: 2021-02-03 04:05:06\nnull: 1") == {"2020-01-01": "2021-02-03 04:05:06", "None": 1}


def test_aliases_and_merges_are_what_they_stand_for():
    text = "base: &b {lr: 1, n: [1]}\nother:\n  <<: *b\n  lr: 2\nagain: *b\n"
    assert parse_yaml(text) == {"base": {"lr": 1, "n": [1]}, "other": {"lr": 2, "n": [1]}, "again": {"lr": 1, "n": [1]}}


@pytest.mark.parametrize(
    "text",
    [
        "!!python/object/apply:os.system ['touch {bait}']",
        "!!python/object/apply:builtins.open ['{bait}', w]",
        "!!python/object/new:os.system ['touch {bait}']",
        "!!python/object/apply:builtins.eval [\"open('{bait}', 'w')\"]",
        "!!python/object/apply:subprocess.check_call {{args: [[touch, '{bait}']]}}",
        "!!python/object:__main__.Thing {{bait: '{bait}'}}",
        "!!python/module:antigravity ''",
        "!!python/name:antigravity.geohash ''",
        "!<tag:yaml.org,2002:python/object/apply:os.system> ['touch {bait}']",
        "!own ['touch {bait}']",
    ],
)
def test_nothing_is_made_or_executed(text, tmp_path):
    bait = tmp_path / "bait"
    found = parse_yaml("a: " + text.format(bait=bait))["a"]
    assert isinstance(found, str | list | dict)
    assert not bait.exists()
    assert "antigravity" not in sys.modules


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a: [1, 2", "line 2"),
        ("a: 1\nb: c: d", "line 2"),
        ("a: &a [*a]", "nested too deeply"),
        # Nested by the hundred is refused by us, by the thousand by PyYAML, in words of its own.
        ("[" * 500 + "]" * 500, "nested too deeply"),
        ("[" * 300_000, "nest"),
        ("- " * 100_000, "nest"),
        ("[" * 2_000 + "]" * 2_000, "nest"),
        ("a: 1\x00", "unacceptable character"),
        ("a: !!int x", "invalid literal"),
        ("a: !!bool x", "does not fit its tag"),
        ("!!map x", ""),
        ("--- 1\n--- 2", "another document"),
        ("a0: &a0 [1]\n" + "\n".join(f"a{i}: &a{i} [{f'*a{i - 1},' * 10}]" for i in range(1, 12)), "200,000 values"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(text, says, tmp_path):
    file = tmp_path / "hparams.yaml"
    file.write_text(text)
    with pytest.raises(SourceError) as error:
        read_yaml(file)
    assert says in str(error.value)
    assert str(file) in str(error.value)
    assert "\n" not in str(error.value)


def test_a_file_that_holds_no_mapping_holds_no_settings(tmp_path):
    file = tmp_path / "hparams.yaml"
    file.write_text("")
    assert read_settings(file) == {}
    file.write_text("{}")
    assert read_settings(file) == {}
    file.write_text("- 1")
    with pytest.raises(SourceError, match="holds no settings"):
        read_settings(file)


def test_a_file_that_is_missing_binary_or_huge(tmp_path, monkeypatch):
    with pytest.raises(SourceError, match="cannot be opened"):
        read_yaml(tmp_path / "none.yaml")
    (tmp_path / "binary.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SourceError, match=r"binary\.yaml cannot be read"):
        read_yaml(tmp_path / "binary.yaml")
    monkeypatch.setattr("panel.sources.common.safe_yaml.LARGEST", 10)
    (tmp_path / "large.yaml").write_text("a: " + "x" * 20)
    with pytest.raises(SourceError, match="larger than"):
        read_yaml(tmp_path / "large.yaml")


def test_it_works_without_the_c_library():
    import subprocess

    script = (
        "import yaml; del yaml.CSafeLoader\n"
        "from panel.sources.common import safe_yaml\n"
        "assert not issubclass(safe_yaml.Loader, getattr(yaml, 'CParser', ()))\n"
        "assert safe_yaml.parse_yaml('a: !!python/tuple [1, 1e-3]') == {'a': [1, 0.001]}\n"
    )
    root = pathlib.Path(__file__).parents[4]
    subprocess.run([sys.executable, "-c", script], cwd=root, check=True)
