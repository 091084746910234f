"""Calls of tools as the protocol has them: what goes back, and errors in one line."""

from __future__ import annotations

import base64
import json
import sys
from typing import Any

from mcp.server.mcpserver import Context
from mcp.server.mcpserver.exceptions import ToolError
from mcp.server.mcpserver.tools import Tool
from mcp_types import CallToolResult, ImageContent, TextContent
from pydantic import ValidationError

from ..errors import SweepLensError, nearest
from ..sources.common.given import hide_password
from .bridge import PAGE
from .told import LIMIT, Told, cut, write_text


def make_result(told: Told, full: bool) -> CallToolResult:
    """Return what a tool tells as the protocol has it: a short text, or all of it with file and record; an image."""
    texts = [write_text(told, sys.maxsize if full else LIMIT)]
    if full:
        texts += [*([told.file] if told.file else []), json.dumps(told.record, ensure_ascii=False)]
    content: list[Any] = [TextContent(type="text", text=text) for text in texts]
    if told.image is not None:
        content.append(ImageContent(type="image", data=base64.b64encode(told.image).decode(), mime_type="image/png"))
    return CallToolResult(content=content)


def find_page(context: Context[Any, Any]) -> str:
    """Return the address of the page on whose server the tools are asked; empty over standard input and output."""
    return (context.headers or {}).get(PAGE, "")


class CheckedTool(Tool):
    """A tool whose errors are one line that names what is wrong and what would be right."""

    async def run(self, arguments: dict[str, Any], context: Context[Any, Any], convert_result: bool = False) -> Any:
        """
        Run the tool.

        An argument that it has not is refused, which the SDK would pass over. One that is ``null`` is not given, if it
        is optional: models write all that they know of.
        """
        known, required = list(self.parameters["properties"]), self.parameters.get("required", [])
        for name in arguments:
            if name not in known:
                raise ToolError(f"{self.name} has no argument {name!r}. {nearest(name, known, len(known))}")
        given = {name: value for name, value in arguments.items() if value is not None or name in required}
        try:
            return await super().run(given, context, convert_result)
        except ToolError as error:
            cause = error.__cause__
            if isinstance(cause, SweepLensError):
                raise ToolError(cut(" ".join(str(cause).split()), LIMIT)) from cause
            if isinstance(cause, ValidationError):
                raise ToolError(cut(_say_invalid(cause), LIMIT)) from cause
            raise


def _say_invalid(error: ValidationError) -> str:
    """Return the first of the arguments that are of the wrong kind."""
    first = error.errors()[0]
    given = "" if first["type"] == "missing" else f", not {hide_password(repr(first['input']))}"
    return f"Argument {first['loc'][0]}: {first['msg']}{given}."
