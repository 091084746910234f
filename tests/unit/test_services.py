"""A run in which a service answers has tried it: its tests are skipped only where it is not there."""

import socket
from pathlib import Path

import pytest

pytest_plugins = ["pytester"]
pytestmark = pytest.mark.heavy

TESTS = """
import pytest

@pytest.mark.service("postgresql")
def test_that_runs():
    pass

@pytest.mark.service("postgresql")
def test_that_is_skipped():
    pytest.skip("for want of a driver")

@pytest.mark.service("postgresql")
@pytest.mark.skipif(True, reason="by a mark")
def test_that_is_marked():
    pass

@pytest.mark.service("postgresql")
def test_for_want_of_a_package():
    pytest.importorskip("nothing_of_this_name")

def test_of_nothing():
    pytest.skip("as it likes")
"""


@pytest.fixture
def run(pytester, monkeypatch):
    """Run these tests with the hooks of all tests, and PostgreSQL expected at a port."""

    def call(port: int):
        monkeypatch.setenv("SWEEPLENS_TEST_POSTGRESQL", str(port))
        monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))
        pytester.makeconftest("from tests.conftest import pytest_runtest_makereport, pytest_runtest_setup")
        pytester.makeini("[pytest]\nmarkers = service(name): needs it\n")
        pytester.makepyfile(TESTS)
        return pytester.runpytest_subprocess("-p", "no:dash", "-rs")

    return call


def test_what_is_skipped_though_its_service_is_there_fails(run):
    with socket.create_server(("127.0.0.1", 0)) as listening:
        done = run(listening.getsockname()[1])
    done.assert_outcomes(passed=1, failed=2, errors=1, skipped=1)
    done.stdout.fnmatch_lines(["*skipped, though postgresql can be asked*for want of a driver*"])
    assert done.ret == 1


def test_where_it_is_not_there_its_tests_are_skipped_with_the_reason(run):
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    done = run(port)
    done.assert_outcomes(skipped=5)
    assert done.ret == 0
    done.stdout.fnmatch_lines([f"*nothing listens at 127.0.0.1:{port}, where postgresql would be"])
