"""The tools on the page's server: who may call, what comes back, and that no work is left behind."""

import json
import threading
import time
import urllib.error
import urllib.request
from contextlib import contextmanager

import anyio
import pytest
from flask import Flask
from mcp import Client
from mcp.server.mcpserver import Context, MCPServer
from waitress.server import create_server

from panel.errors import Cancelled, SourceError
from panel.mcp import serving
from panel.mcp.calling import find_page
from panel.mcp.desk import Asked
from panel.mcp.mounting import LARGEST, make_desk, mount_tools
from panel.mcp.working import work_aside
from panel.settings import Settings
from panel.sources.common.corrections import Corrections
from panel.store.loading import Wanted, load_source

JSON = {"Content-Type": "application/json", "Accept": "application/json"}
LIST = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
MODES = ["auto", "legacy"]
"""The protocol without sessions, and with a handshake."""


class Toy:
    """A server of the SDK's with two tools: one works until it is left, one says where the page is."""

    def __init__(self):
        self.begun, self.ended = threading.Semaphore(0), threading.Semaphore(0)

    def make(self, desk):
        server = MCPServer("toy", log_level="CRITICAL")

        @server.tool()
        async def work(context: Context) -> str:
            return await work_aside(self.work, context)

        @server.tool()
        async def page(context: Context) -> str:
            return find_page(context)

        return server

    def work(self, tell):
        self.begun.release()
        try:
            while True:
                tell(0.5)
                time.sleep(0.01)
        except Cancelled:
            self.ended.release()
            raise


@pytest.fixture
def toy(monkeypatch):
    made = Toy()
    monkeypatch.setattr(serving, "make_server", made.make)
    return made


@pytest.fixture
def mount(folder):
    def make(**given):
        server = Flask("test")
        mount_tools(server, Settings(cache_dir=folder, **given), "nosuch")
        return server

    return make


def test_they_are_about_the_source_of_the_page_as_it_was_read(folder, tmp_path):
    file = tmp_path / "runs.csv"
    file.write_text("lr,val_loss\n" + "".join(f"{i / 7},{i}\n" for i in range(20)))
    settings = Settings(sources=(str(file),), cache_dir=folder)
    project_id = load_source(Wanted(settings.sources, corrections=Corrections(metric=("lr",))), folder)
    question = make_desk(settings, project_id).ask(Asked(metric="lr"), lambda done, now="": None)
    assert question.selection.project == project_id
    with pytest.raises(SourceError, match="No source is open"):
        make_desk(settings, "nosuch").ask(Asked(), lambda done, now="": None)


@contextmanager
def listen(server):
    """Serve as the command does; give the address."""
    listening = create_server(server, host="127.0.0.1", port=0, threads=4, channel_request_lookahead=1)
    threading.Thread(target=listening.run, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{listening.effective_port}"
    finally:
        listening.close()


def call(url, tool, mode="auto"):
    async def ask():
        async with Client(url, mode=mode) as client:
            return (await client.call_tool(tool)).content[0].text

    return anyio.run(ask)


@pytest.mark.parametrize("mode", MODES)
def test_who_leaves_ends_the_work(toy, mount, mode):
    async def leave(url):
        async with Client(url, mode=mode) as client:
            with anyio.move_on_after(0.5) as scope:
                await client.call_tool("work")
            assert scope.cancelled_caught

    with listen(mount()) as url:
        anyio.run(leave, f"{url}/mcp")
        assert toy.begun.acquire(timeout=5)
        assert toy.ended.acquire(timeout=5)


def test_who_waits_too_long_is_let_go_and_so_is_the_work(toy, mount):
    async def wait(url):
        async with Client(url, read_timeout_seconds=0.5) as client:
            with pytest.raises(Exception, match=r"(?i)time"):
                await client.call_tool("work")

    with listen(mount()) as url:
        anyio.run(wait, f"{url}/mcp")
        assert toy.ended.acquire(timeout=5)


def list_tools(url):
    """Return the status of a request, and after which time it is to be asked again."""
    request = urllib.request.Request(url, json.dumps(LIST).encode(), JSON)
    try:
        return urllib.request.urlopen(request).status, None
    except urllib.error.HTTPError as error:
        return error.code, error.headers["Retry-After"]


def test_no_more_is_begun_than_there_are_threads_for(toy, mount):
    async def crowd(url):
        async with Client(url) as client, anyio.create_task_group() as group:
            group.start_soon(client.call_tool, "work")
            await anyio.to_thread.run_sync(toy.begun.acquire)
            refused = await anyio.to_thread.run_sync(list_tools, url)
            group.cancel_scope.cancel()
            return refused

    with listen(mount(threads=1)) as url:
        assert anyio.run(crowd, f"{url}/mcp") == (503, "5")
        assert toy.ended.acquire(timeout=5)
        time.sleep(0.5)  # until the server has let it go
        assert list_tools(f"{url}/mcp") == (200, None)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("prefix", ["/", "/sweeplens/"])
def test_a_tool_knows_where_the_page_is_as_its_client_calls_it(toy, mount, prefix, mode):
    with listen(mount(url_prefix=prefix)) as url:
        assert call(f"{url}{prefix}mcp", "page", mode) == f"{url}{prefix}"


def test_a_proxy_says_that_it_speaks_https_and_nobody_else_says_where_the_page_is(toy, mount):
    client = mount(allowed_host=("sweeps.example.org",)).test_client()
    asked = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "page", "arguments": {}}}
    for more, where in (
        ({"X-Forwarded-Proto": "https"}, "https://sweeps.example.org/"),
        ({"X-Forwarded-Proto": "javascript", "Sweeplens-Page": "http://evil.example/"}, "http://sweeps.example.org/"),
    ):
        answer = client.post("/mcp", json=asked, headers={**JSON, "Host": "sweeps.example.org", **more})
        assert answer.json["result"]["content"][0]["text"] == where


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        ("http://localhost:5173", 200),
        ("https://notes.example.org", 200),
        ("http://evil.example.org", 403),
        ("http://notes.example.org.evil.org", 403),
        ("http://[", 403),
        ("null", 403),
    ],
)
def test_pages_elsewhere_may_not_call(toy, mount, origin, status):
    client = mount(allowed_host=("notes.example.org",)).test_client()
    answer = client.post("/mcp", json=LIST, headers={**JSON, "Origin": origin})
    assert answer.status_code == status
    assert "Access-Control-Allow-Origin" not in answer.headers


def test_only_what_the_protocol_asks_by_post_is_answered(toy, mount):
    client = mount().test_client()
    for ask in (client.get, client.delete):
        answer = ask("/mcp", headers=JSON)
        assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")
    assert client.post("/mcp", json=LIST, headers={**JSON, "Content-Type": "text/plain"}).status_code == 400
    assert client.post("/mcp", data=b"x" * (LARGEST + 1), headers=JSON).status_code == 413
    assert client.post("/mcp", data=b"{", headers=JSON).status_code == 400


def test_the_sdk_is_imported_with_the_first_question(monkeypatch, mount):
    made = []
    monkeypatch.setattr(serving, "make_server", lambda desk: made.append(desk) or Toy().make(desk))
    client = mount().test_client()
    assert made == []
    for path in ("/mcp", "/mcp/"):
        assert client.post(path, json=LIST, headers=JSON).status_code == 200
    assert len(made) == 1
