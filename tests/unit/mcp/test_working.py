"""Work in a thread: how far it is is told, and who leaves it ends it."""

import threading
import time

import anyio
from mcp import Client
from mcp.server.mcpserver import Context, MCPServer

from panel.errors import Cancelled, QuestionError
from panel.mcp.working import work_aside


def serve(work):
    """Return a server of the SDK whose one tool does the work."""
    server = MCPServer("toy", log_level="CRITICAL")

    @server.tool()
    async def do(context: Context) -> str:
        return await work_aside(work, context)

    return server


def test_a_client_that_leaves_ends_the_work():
    ended = threading.Event()

    def work(tell):
        try:
            for step in range(10_000):
                tell(step / 10_000)
                time.sleep(0.001)
        except Cancelled:
            ended.set()
            raise
        return "done"

    async def leave():
        async with Client(serve(work)) as client:
            with anyio.move_on_after(0.2) as scope:
                await client.call_tool("do")
            assert scope.cancelled_caught

    anyio.run(leave)
    assert ended.wait(2)


def test_progress_is_told_while_it_works():
    heard = []

    def work(tell):
        for step in range(5):
            tell(step / 4, f"step {step}")
            time.sleep(0.15)
        return "done"

    async def listen():
        async def note(done, total, message):
            heard.append((done, total, message))

        async with Client(serve(work)) as client:
            result = await client.call_tool("do", progress_callback=note)
            assert result.content[0].text == "done"

    anyio.run(listen)
    assert len(heard) >= 2
    assert heard == sorted(heard)
    assert all(total == 1 and message.startswith("step") for _, total, message in heard)


def test_an_error_comes_as_it_is():
    def work(tell):
        raise QuestionError("There is no such thing.")

    async def ask():
        async with Client(serve(work)) as client:
            return await client.call_tool("do")

    assert anyio.run(ask).is_error
