import os
from pathlib import Path
from types import SimpleNamespace

import pytest

from panel.errors import SettingsError
from panel.settings import Settings


def test_defaults_are_safe():
    settings = Settings.from_environment({})
    assert settings.host == "127.0.0.1"
    assert settings.sources == ("sample",)
    assert settings.cache_dir.is_absolute()


@pytest.mark.parametrize(("machine", "megabytes"), [(2e9, 4000), (8e9, 4000), (24e9, 12000)])
def test_reading_may_take_half_of_the_machine_s_memory(monkeypatch, machine, megabytes):
    monkeypatch.setattr("psutil.virtual_memory", lambda: SimpleNamespace(total=machine))
    assert Settings.from_environment({}).memory == megabytes


def test_variables_and_what_is_given_on_top():
    environment = {
        "SWEEPLENS_PORT": "9000",
        "SWEEPLENS_SOURCES": os.pathsep.join(["a.csv", "b.csv"]),
        "SWEEPLENS_BROWSER": "0",
        "SWEEPLENS_CACHE_DIR": "~/x",
        "SWEEPLENS_URL_PREFIX": "sweeps",
    }
    settings = Settings.from_environment(environment, port=None, host="::1", sources=())
    assert settings.port == 9000
    assert settings.sources == ("a.csv", "b.csv")
    assert settings.browser is False
    assert settings.cache_dir == Path.home() / "x"
    assert settings.url_prefix == "/sweeps/"
    assert settings.host == "::1"
    assert Settings.from_environment(environment, port=1234).port == 1234


@pytest.mark.parametrize(
    ("environment", "words"),
    [
        ({"SWEEPLENS_PORT": "many"}, "SWEEPLENS_PORT is 'many'"),
        ({"SWEEPLENS_BROWSER": "perhaps"}, "SWEEPLENS_BROWSER"),
        ({"SWEEPLENS_PORT": "99999"}, "Port 99999"),
        ({"SWEEPLENS_FRAME_ANCESTOR": "https://a.org; script-src *"}, "'https://a.org;' is no origin"),
        ({"SWEEPLENS_WORKERS": "0"}, "at least one worker"),
        ({"SWEEPLENS_SCHEDULER": "10.0.0.5:8786"}, "'10.0.0.5:8786' is no scheduler; .* tcp://10.0.0.5:8786"),
        ({"SWEEPLENS_SCHEDULER": "tcp://10.0.0.5"}, "'tcp://10.0.0.5' is no scheduler"),
    ],
)
def test_a_wrong_value_names_the_variable(environment, words):
    with pytest.raises(SettingsError, match=words):
        Settings.from_environment(environment)


@pytest.mark.parametrize(("given", "prefix"), [("/", "/"), ("", "/"), ("a/b", "/a/b/"), ("/a/", "/a/")])
def test_the_prefix_has_a_slash_at_both_ends(given, prefix):
    assert Settings(url_prefix=given).url_prefix == prefix
