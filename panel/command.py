"""What the command does: read the sources, and print, write files, or serve the page."""

from __future__ import annotations

import getpass
import json
import os
import signal
import sys
import threading
import webbrowser
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from .answers.asking import read_question
from .answers.printing import format_answer
from .answers.ranking import answer_ranking
from .errors import SettingsError
from .importance import find as find_method
from .question.selection import Selection
from .settings import Settings
from .starting import check_extras, load_project, print_out, show_progress
from .store import housekeeping
from .store.jobs import Jobs


def open_and_answer(settings: Settings, options: dict[str, Any], jobs: Jobs | None) -> None:
    """
    Read the sources, and print, write files, or serve the page.

    Parameters
    ----------
    settings
        What was set, the cache folder among it: it can be written.
    options
        The other options of the command.
    jobs
        The page's jobs; ``None`` to answer without a page.
    """
    if options["report"]:
        from .answers.report import check_writable

        check_writable(options["report"], "--report")
    if options["next_sweep"]:
        from .next_sweep import find_writer

        find_writer(options["next_sweep"])
    find_method(options["method"])
    if jobs is not None:
        check_extras(settings)
    folder = settings.cache_dir
    if options["question"] and jobs is not None:
        threading.Thread(target=end_with_input, daemon=True).start()
        serve(settings, Selection.from_json(json.loads(options["question"])), options["method"], jobs)
        return
    asked = read_question(load_project(settings, options), folder, options)
    if jobs is None:
        answer_without_browser(asked, folder, options)
        housekeeping.tidy_now_and_then(folder, settings.cache_size)
    else:
        serve(settings, asked, options["method"], jobs)


def answer_without_browser(asked: Selection, folder: Path, options: dict[str, Any]) -> None:
    """Answer on the terminal or in a file, without a browser."""
    method = options["method"]
    with show_progress("computing") as done:
        text = ""
        if options["report"]:
            from .answers.report import write_report

            made = write_report(asked, method, folder, done)
        elif options["next_sweep"]:
            from .answers.study import get_proposal
            from .next_sweep import find_writer

            text = find_writer(options["next_sweep"]).write(get_proposal(asked, folder, done))
        elif options["json_"]:
            from .answers.everything import answer_everything

            text = json.dumps(answer_everything(asked, method, folder, done), ensure_ascii=False, indent=1)
        else:
            text = format_answer(answer_ranking(asked, method, folder, done))
    if options["report"]:
        try:
            options["report"].write_text(made, encoding="utf-8")
        except OSError as error:
            raise SettingsError(f"--report {options['report']} cannot be written: {error.strerror}.") from error
        print_out(f"The report is in {options['report']} ({len(made.encode()) / 1e6:.1f} MB).")
    else:
        print_out(text.rstrip("\n"))


def write_ssh_command(port: int, environment: dict[str, str] | os._Environ[str] = os.environ) -> str:
    """Return the ``ssh`` command that forwards the page to the user's machine; empty if this is no remote machine."""
    connection = environment.get("SSH_CONNECTION", "").split()
    if len(connection) < 3:
        return ""
    return f"ssh -N -L {port}:127.0.0.1:{port} {getpass.getuser()}@{connection[2]}"


def end_with_input() -> None:
    """End this process when its input does: the program that opened the page then is no more."""
    sys.stdin.read()
    os.kill(os.getpid(), signal.SIGTERM)


def serve(settings: Settings, asked: Selection, method: str, jobs: Jobs) -> None:
    """Listen, say where, open a browser there, and answer."""
    from .access.decision import decide
    from .page import opening
    from .serving import Served, answer, answer_in_processes, listen

    settings, warning = decide(settings)
    opening.remember(asked.project, settings.cache_dir)
    listener = listen(settings)
    settings = replace(settings, port=listener.getsockname()[1])
    housekeeping.begin(settings.cache_dir, settings.cache_size, (asked.project,), jobs.forget_old)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # to stop a service is to stop it with Ctrl+C
    served = Served(settings, asked, method)
    with suppress(KeyboardInterrupt):
        tell_address(settings, warning)
        if settings.processes > 1:
            answer_in_processes(served, listener, jobs)
        else:
            answer(served, listener, jobs)


def tell_address(settings: Settings, warning: str) -> None:
    """Say where the page is, and open a browser there."""
    from .access.link import add_token, hide_link
    from .mcp.bridge import PATH

    shown = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.host, settings.host)  # noqa: S104
    url = f"http://{f'[{shown}]' if ':' in shown else shown}:{settings.port}{settings.url_prefix}"
    if warning:
        click.echo(f"Warning: {warning}", err=True)
    link = add_token(url, settings.token)
    click.echo(f"SweepLens is at {link}   (stop with Ctrl+C)")
    if settings.mcp:
        click.echo(f"Its tools for assistants are at {url}{PATH}")
    line = write_ssh_command(settings.port)
    if line:
        click.echo(f"To open it where you sit, run there: {line}")
    elif settings.browser:
        shown_first = hide_link(link, settings.cache_dir) if settings.token else url
        threading.Thread(target=webbrowser.open, args=(shown_first,), daemon=True).start()
