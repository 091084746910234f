"""The page in a notebook's cell or a browser's tab, served by a process of its own."""

from __future__ import annotations

import atexit
import json
import os
import subprocess
import sys
import webbrowser
from html import escape
from pathlib import Path

from ..errors import SweepLensError
from ..question.selection import Selection

FRAMES = "http://127.0.0.1:* http://localhost:* https://127.0.0.1:* https://localhost:* vscode-webview:"
"""Where notebooks are that may show the page in a cell: this machine."""

OF_SERVERS = ("SWEEPLENS_TOKEN", "SWEEPLENS_AUTH", "SWEEPLENS_TRUST_PROXY", "SWEEPLENS_PROXY_ADDRESS")
"""What may be set for the servers of others: a page in a cell is for this machine alone, which needs no token."""

HERE = Path(__file__).resolve().parent.parent
"""The package."""


def is_in_notebook() -> bool:
    """Say whether this runs in the kernel of a notebook: JupyterLab, VS Code, Colab, or marimo."""
    if "marimo" in sys.modules and sys.modules["marimo"].running_in_notebook():
        return True
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    return shell is not None and type(shell).__name__ in ("ZMQInteractiveShell", "Shell")


class Page:
    """
    A page that is served until `stop` is called, or this program ends.

    Parameters
    ----------
    process
        What serves it.
    url
        Where it is.
    height
        Of a cell that shows it, in pixels.
    """

    def __init__(self, process: subprocess.Popen[str], url: str, height: int):
        self.process, self.url, self.height = process, url, height
        atexit.register(self.stop)

    def stop(self) -> None:
        """Stop serving."""
        atexit.unregister(self.stop)
        if self.process.poll() is None:
            self.process.terminate()
            self.process.communicate(timeout=30)

    def __repr__(self) -> str:
        return f"SweepLens is at {self.url}"

    def _repr_html_(self) -> str:
        where = escape(self.url)
        return (
            f'<iframe src="{where}" width="100%" height="{self.height}" style="border:0" title="SweepLens"></iframe>'
            f'<p><a href="{where}" target="_blank">Open in a tab of its own</a></p>'
        )


def open_page(selection: Selection, method: str, folder: Path, height: int, browser: bool | None) -> Page:
    """
    Serve the page on a question about a project that is kept.

    Parameters
    ----------
    selection
        The question.
    method
        Name of a method of importance.
    folder
        The cache folder.
    height
        Of a cell that shows it, in pixels.
    browser
        Whether to open a browser's tab; ``None`` for outside a notebook alone.

    Raises
    ------
    SweepLensError
        If it cannot be served; the message is that of the command.
    """
    question = json.dumps(selection.to_json())
    command = [sys.executable, "-m", HERE.name, "--question", question, "--method", method, "--no-browser"]
    here = ("--host", "127.0.0.1", "--port", "0")
    paths = [str(HERE.parent), *filter(None, [os.environ.get("PYTHONPATH")])]
    others = {name: value for name, value in os.environ.items() if name not in OF_SERVERS}
    environment = {**others, "PYTHONPATH": os.pathsep.join(paths), "PYTHONUNBUFFERED": "1"}
    process = subprocess.Popen(  # noqa: S603 (our own command)
        [*command, *here, "--refresh", "0", "--frame-ancestor", FRAMES, "--cache-dir", str(folder)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        stdin=subprocess.PIPE,  # it ends with this program, however that ends
        text=True,
        env=environment,
    )
    said = process.stdout.readline() if process.stdout else ""
    if "http" not in said:
        raise SweepLensError(
            process.communicate()[1].strip().removeprefix("Error: ") or "The page could not be served."
        )
    page = Page(process, said.split()[3], height)
    if browser or (browser is None and not is_in_notebook()):
        webbrowser.open(page.url)
    return page
