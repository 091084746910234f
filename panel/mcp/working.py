"""Computing in a thread, so that a client can be told how far it is, and can leave."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TypeVar

import anyio
from anyio import to_thread
from mcp.server.mcpserver import Context

from ..errors import Cancelled
from .desk import Tell

Made = TypeVar("Made")

EVERY = 0.2
"""Seconds between two reports of how far it is."""


async def work_aside(work: Callable[[Tell], Made], context: Context) -> Made:
    """
    Compute in a thread while this one listens.

    Parameters
    ----------
    work
        What to do; given a function that it tells how far it is, which raises `Cancelled` once the client has left.
    context
        Of the request: a client that asks for it is told how far the work is.
    """
    left = threading.Event()
    so_far = [(0.0, "")]

    def tell(done: float, now: str = "") -> None:
        if left.is_set():
            raise Cancelled("The client has left.")
        so_far[0] = max(done, so_far[0][0]), now

    async def report() -> None:
        last = 0.0
        while True:
            await anyio.sleep(EVERY)
            done, now = so_far[0]
            if done > last:
                last = done
                await context.report_progress(done, 1.0, now or None)

    def attempt() -> Made | Exception:  # an error would leave the task group as one of a group
        try:
            return work(tell)
        except Exception as error:
            return error

    try:
        async with anyio.create_task_group() as group:
            group.start_soon(report)
            made = await to_thread.run_sync(attempt, abandon_on_cancel=True)
            group.cancel_scope.cancel()
    finally:
        left.set()
    if isinstance(made, Exception):
        raise made
    return made
