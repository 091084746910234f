"""What the command does: read the sources, and print, write files, or serve the page."""

from __future__ import annotations

import getpass
import json
import os
import signal
import socket
import sys
import threading
import webbrowser
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

import click

from .answers.defaults import choose_default_selection
from .answers.printing import clean, format_answer
from .answers.ranking import answer_ranking
from .data.project import STATES
from .errors import QuestionError, SettingsError, SweepLensError, nearest
from .importance import find as find_method
from .question.conditions import Condition, find_column, parse_condition
from .question.selection import REPLICATES, Role, Selection, Target, check_choice, is_step
from .settings import Settings
from .sources.common.corrections import Corrections
from .store import cache, loading
from .store.jobs import Jobs

PORTS_TRIED = 50


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
        check_writable(options["report"])
    if options["next_sweep"]:
        from .next_sweep import find_writer

        find_writer(options["next_sweep"])
    find_method(options["method"])
    folder = settings.cache_dir
    if options["question"] and jobs is not None:
        serve(settings, Selection.from_json(json.loads(options["question"])), options["method"], jobs)
        return
    corrections = Corrections(options["config"], options["metric_columns"], options["ignore"])
    wanted = loading.Wanted(settings.sources, options["format"] or "", corrections)
    with show_progress("reading") as done:
        project_id = loading.load_source(wanted, folder, done)
    asked = read_question(project_id, folder, options)
    if jobs is None:
        answer_without_browser(asked, folder, options)
    else:
        serve(settings, asked, options["method"], jobs)


def check_writable(path: Path) -> None:
    """
    Check that a file can be written, before the computation starts.

    Raises
    ------
    SettingsError
        If its folder does not exist, or it is a folder itself.
    """
    if path.is_dir():
        raise SettingsError(f"--report {path} is a folder; name a file, such as {path / 'report.html'}.")
    if not path.parent.is_dir():
        raise SettingsError(f"--report {path}: there is no folder {path.parent}.")


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
        click.echo(f"The report is in {options['report']} ({len(made.encode()) / 1e6:.1f} MB).")
    else:
        click.echo(text.rstrip("\n"))


def read_question(project_id: str, folder: Path, options: dict[str, Any]) -> Selection:
    """
    Return the question that the command line asks of a project.

    Raises
    ------
    QuestionError
        If a filter, a role or a metric does not fit the project.
    """
    project = loading.open_project(project_id, folder)
    target = {name: options[name] for name in ("metric", "goal", "value")}
    target["step"] = read_step(options["step"])
    if is_step(target["step"]) and not project.history.metrics:
        raise QuestionError(
            f"--step {options['step']}: {project.name} has no values by step, only one of each run. Leave --step out."
        )
    selection = choose_default_selection(project_id, folder, **target, scale=options["target_scale"])
    if options["keep_failures"]:
        selection = selection.with_target(failures="keep")
    filters: list[Condition] = []
    states: list[str] = []
    for text in options["filters"]:
        condition = parse_condition(text, project.filterable())
        if condition.column == "run.state" and condition.values is not None:
            given = set(condition.values)
            states = [s for s in (states or STATES) if (s in given) != condition.negated]
            if not states:
                raise QuestionError(f"Filter {text!r} leaves no state; the states are {', '.join(STATES)}.")
        else:
            filters.append(condition)
    selection = replace(selection, states=tuple(states) or selection.states)
    group = options["group"]
    if group and group != REPLICATES:
        group = find_column(group, project.filterable(), "--group")
    roles = []
    for text in options["roles"]:
        name, _, role = text.rpartition("=")
        roles.append((name, check_choice(role, Role, f"Role in {text!r}:")))
    for name in options["merged"]:
        if name not in project.config:
            raise QuestionError(f"--merge {name!r}: there is no such setting. {nearest(name, list(project.config))}")
    asked = {name: options[name] for name in ("seed", "top", "merged")}
    return replace(selection, filters=tuple(filters), roles=tuple(roles), group=group, **asked)


def read_step(text: str) -> float | Literal["last"] | None:
    """
    Return the step that ``--step`` names.

    Raises
    ------
    QuestionError
        If it is neither a number nor ``last``.
    """
    if not text:
        return None
    if text == "last":
        return "last"
    try:
        return Target(step=float(text)).step
    except (ValueError, QuestionError):
        raise QuestionError(f"--step {text!r} is no step; use a number, or 'last' for all that was logged.") from None


@contextmanager
def show_progress(what: str) -> Iterator[Callable[..., None]]:
    """
    Show a bar on a terminal; anywhere else nothing.

    Yields a function to call with the share that is done and, if known, what is being done.
    """
    if not sys.stderr.isatty():
        yield lambda done, now="": None
        return
    shown = {"": what}
    bar: Any = click.progressbar(length=100, file=sys.stderr, item_show_func=lambda _: clean(shown[""]))
    with bar:

        def report(done: float, now: str = "") -> None:
            shown[""] = now or what
            bar.update(max(0, int(100 * done) - bar.pos), current_item=shown[""])

        yield report


def find_free_port(host: str, port: int) -> int:
    """
    Return the port asked for, or the next free one.

    Raises
    ------
    SweepLensError
        If none of the next ones is free, or the address is not one of this machine.
    """
    reason = ""
    for candidate in range(port, port + PORTS_TRIED) if port else (0,):
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, candidate))
                return probe.getsockname()[1]
            except OSError as error:
                reason = error.strerror or str(error)
    raise SweepLensError(f"Cannot listen on {host}, port {port} and the {PORTS_TRIED - 1} after it: {reason}.")


def write_ssh_command(port: int, environment: dict[str, str] | os._Environ[str] = os.environ) -> str:
    """Return the ``ssh`` command that forwards the page to the user's machine; empty if this is no remote machine."""
    connection = environment.get("SSH_CONNECTION", "").split()
    if len(connection) < 3:
        return ""
    return f"ssh -N -L {port}:127.0.0.1:{port} {getpass.getuser()}@{connection[2]}"


def serve(settings: Settings, asked: Selection, method: str, jobs: Jobs) -> None:
    """Listen, say where, and open a browser there."""
    from waitress.server import create_server

    from .page import first, opening
    from .page.web import create_app

    opening.remember(asked.project, settings.cache_dir)
    settings = replace(settings, port=find_free_port(settings.host, settings.port))
    app, _ = create_app(settings, asked, method, jobs)
    cache.prune(settings.cache_dir, settings.cache_size)
    server = create_server(app.server, host=settings.host, port=settings.port, threads=settings.threads, ident=None)
    shown = "127.0.0.1" if settings.host in ("0.0.0.0", "::", "127.0.0.1") else settings.host  # noqa: S104
    url = f"http://{f'[{shown}]' if ':' in shown else shown}:{settings.port}{settings.url_prefix}"
    click.echo(f"SweepLens is at {url}   (stop with Ctrl+C)")
    line = write_ssh_command(settings.port)
    if line:
        click.echo(f"To open it where you sit, run there: {line}")
    elif settings.browser:
        threading.Thread(target=webbrowser.open, args=(url,), daemon=True).start()
    threading.Thread(target=first.prepare, args=(app.context,), daemon=True).start()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # to stop a service is to stop it with Ctrl+C
    try:
        server.run()
    except KeyboardInterrupt:
        pass
    finally:
        server.close()
