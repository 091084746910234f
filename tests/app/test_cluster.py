"""The page's server where a scheduler is set: that is away, or for which nothing is installed."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request

import pytest

from tests.clusters import ROOT, Cluster
from tests.unit.store.test_jobs import until

pytestmark = [pytest.mark.heavy, pytest.mark.timeout(180)]


@pytest.fixture
def environment(folder):
    named = {name: text for name, text in os.environ.items() if not name.startswith("SWEEPLENS_")}
    return {**named, "SWEEPLENS_CACHE_DIR": str(folder), "PYTHONPATH": str(ROOT)}


def run(program, environment, **variables):
    command = [sys.executable, "-c", program]
    return subprocess.run(command, env={**environment, **variables}, capture_output=True, text=True, timeout=120)


def test_a_page_without_a_scheduler_imports_nothing_of_dask(environment):
    program = "import sys; from panel import wsgi; wsgi.server; print({'dask', 'distributed'} & set(sys.modules))"
    assert run(program, environment).stdout == "set()\n"


def test_without_the_extra_a_line_says_what_to_install(environment):
    program = "import sys; sys.modules['distributed'] = None; from panel import wsgi; wsgi.server"
    done = run(program, environment, SWEEPLENS_SCHEDULER="tcp://127.0.0.1:8786")
    assert "--scheduler needs the extra 'dask': pip install 'sweeplens[dask]'." in done.stderr


def test_a_server_begins_and_ends_while_its_scheduler_is_away(environment, folder, tmp_path):
    program = (
        "import socket; from waitress import create_server; from panel.wsgi import server\n"
        "made = create_server(server, host='127.0.0.1', port=0); print(made.effective_port, flush=True)\n"
        "try: made.run()\n"
        "except KeyboardInterrupt: pass\n"
    )
    with Cluster(tmp_path / "cluster") as away:
        process = subprocess.Popen(
            [sys.executable, "-c", program],
            env={**environment, "SWEEPLENS_SCHEDULER": away.address},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        try:
            port = int(process.stdout.readline())
            page = urllib.request.urlopen(f"http://127.0.0.1:{port}/_sweeplens/first", timeout=60)
            assert page.status == 202, "the ranking is not known yet"
            assert "optimizer.lr" in page.read().decode(), "what takes no time is there"

            def is_told():
                states = [json.loads(file.read_text()) for file in (folder / "jobs").glob("*.json")]
                return [state["message"] for state in states] == [f"the scheduler {away.address} does not answer"]

            assert until(is_told)
            process.send_signal(signal.SIGINT)
            start = time.monotonic()
            _, said = process.communicate(timeout=60)
            assert (time.monotonic() - start < 10, said) == (True, "")
        finally:
            process.kill()
