"""The page as one application: shell, views, cache, faults, and who may call the server."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import Any
from urllib.parse import quote

import dash
import dash_mantine_components as dmc
from dash import Dash, Input, Output, dcc, html
from flask import Flask, jsonify, request
from flask_compress import Compress

from ..access import guard as access
from ..access import naming, permits
from ..access.policy import write_policy
from ..access.visitor import find_visitor, name_user
from ..answers.warming import make_jobs
from ..data.records import Json
from ..errors import SourceError, SweepLensError, describe_fault
from ..figures.palette import write_page_colours
from ..operating import access_log, health, metrics
from ..question.selection import Selection
from ..runs import parallel, slices
from ..settings import Settings, find_assets_folder, make_host_check, read_host
from ..sources.common.passwords import remember_passwords
from ..store import loading, picks
from ..store.places import look_at_places
from ..store.shared_jobs import AnyJobs
from . import bodies, documents, first, ids, opening
from .views import (
    Context,
    columns,
    details,
    filtering,
    header,
    importance,
    question,
    register_in_browser,
    reporting,
    rooms,
    run_card,
    selecting,
    sidebar,
    tabs,
)
from .views import opening as opening_view

log = logging.getLogger(__name__)

VIEWS = (header, question, selecting, sidebar, importance, tabs, details, run_card, filtering, columns, opening_view)
"""All parts of the page. Each has ``layout(context)`` and ``register(app, context)``."""

LARGEST_REQUEST = int(opening.LARGEST_UPLOAD * 1e6 * 4 / 3) + 1_000_000
"""Bytes of the largest request: an upload in base64, and what is sent with it."""

ICON = (
    "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'><rect width='16' height='16' rx='3' fill='#4263eb'/>"
    "<path d='M3 5h9M3 8h6M3 11h3' stroke='white' stroke-width='2'/></svg>"
)

INDEX = """<!DOCTYPE html>
<html lang="en">
<head>{%metas%}<title>{%title%}</title><link rel="icon" href="data:image/svg+xml,ICON">{%css%}</head>
<body><noscript>SweepLens needs JavaScript.</noscript>{%app_entry%}
<footer>{%config%}<template id="libraries">{%scripts%}{%renderer%}</template></footer></body>
</html>""".replace("ICON", quote(ICON))


def create_app(
    settings: Settings, asked: Selection, method: str = "forest", jobs: AnyJobs | None = None
) -> tuple[Page, AnyJobs]:
    """
    Make the application.

    Parameters
    ----------
    settings
        Where to listen, whom to answer, where to keep results.
    asked
        The question that the page opens with.
    method
        The method that the page opens with.
    jobs
        Its jobs; by default new ones.

    Returns
    -------
    Page
        The application; its ``server`` is a WSGI application.
    Jobs
        Its jobs; to be closed with it.
    """
    remember_passwords((*settings.sources, *settings.root))
    server = Flask("sweeplens")
    server.config["MAX_CONTENT_LENGTH"] = LARGEST_REQUEST
    if jobs is None:
        jobs = make_jobs(settings)
    access_log.register(server, settings)
    metrics.register(server, settings, jobs)
    jobs.name_user = name_user
    context = Context(settings.cache_dir, jobs, asked, method, settings)
    app = Page(
        "sweeplens",
        server=server,  # type: ignore[arg-type]
        assets_folder=str(find_assets_folder()),
        assets_ignore=r"^(?!main\.mjs$).*js$|^(report|documents)\.",
        requests_pathname_prefix=settings.url_prefix,
        routes_pathname_prefix=settings.url_prefix,
        serve_locally=True,
        title="SweepLens",
        update_title=None,  # type: ignore[arg-type]
        index_string=INDEX,
        meta_tags=[{"name": "viewport", "content": "width=device-width, initial-scale=1"}],
        on_error=report_fault,
        add_log_handler=False,
        enable_mcp=False,  # whatever the environment says: raw callbacks are no tools
    )
    app.context = context
    newest = opening.Watch(context.folder, 0)
    app.layout = lambda: layout(context, newest)
    for view in (*VIEWS, reporting):
        view.register(app, context)
    register_in_browser(app, "start", Output(ids.QUESTION, "data"), Input(ids.DEFAULTS, "data"), initially=True)
    register_in_browser(app, "show_problem", Input(ids.PROBLEM, "data"), initially=True)
    guard(server, settings, write_policy(app.csp_hashes(), settings.frame_ancestor))
    access.register(server, settings)
    server.extensions[permits.NAME] = permits.Permits(settings, asked.project)
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # that a request waits for a thread is no news
    bodies.register(app, settings.url_prefix)
    health.register(server, settings, jobs, asked.project)
    add_status(server, settings, context)
    first.register(server, context)
    documents.register(server, settings)
    app._generate_scripts_html()  # a process gives no file that it has not named: another one may have sent the page
    app._generate_css_dist_html()
    Compress(server)
    naming.register(server, settings)
    if settings.url_prefix != "/":
        server.wsgi_app = Prefixed(server.wsgi_app, settings.url_prefix)  # type: ignore[method-assign]
    return app, jobs


def layout(context: Context, newest: opening.Watch) -> dmc.MantineProvider:
    """Return the page. Its stores are empty until the browser has read its address."""
    return dmc.MantineProvider(
        [
            dcc.Store(id=ids.DEFAULTS, data=collect_defaults(context, newest)),
            dcc.Store(id=ids.QUESTION),
            dcc.Store(id=ids.OVERVIEW),
            dcc.Store(id=ids.IMPORTANCE),
            dcc.Store(id=ids.PROBLEM),
            dcc.Store(id=ids.POLL),
            dcc.Store(id=ids.TAB_ANSWER),
            dcc.Store(id=ids.TAB_POLL),
            header.layout(context),
            html.Div(
                [
                    sidebar.layout(context),
                    html.Main(
                        [
                            question.layout(context),
                            selecting.layout(context),
                            html.Div(id=ids.NOTICE),
                            rooms.make_views(),
                            importance.layout(context),
                            tabs.layout(context),
                        ]
                    ),
                ],
                className="shell",
            ),
            details.layout(context),
            run_card.layout(context),
            filtering.layout(context),
            columns.layout(context),
            opening_view.layout(context),
        ],
        id=ids.PROVIDER,
        theme={"fontFamily": "var(--font)", "primaryColor": "indigo", "defaultRadius": "md"},
    )


def collect_defaults(context: Context, newest: opening.Watch) -> Json:
    """Return what the page opens with: the project and its question, the method, and what else could be opened."""
    asked = context.question
    stamp, _ = newest.find_change(asked.project)
    asked = replace(asked, project=loading.find_newest(asked.project, stamp, context.folder))
    project = loading.open_project(asked.project, context.folder)
    opened = {"id": asked.project, "source": project.source, "name": project.name, "content": project.content}
    return {
        "projects": [{**opened, "question": asked.to_json()}],
        "method": context.method,
        "methods": importance.describe_methods(),
        "recent": opening.list_recent(context.settings, find_visitor(context.folder).folder),
        "hidden_at_first": sorted(sidebar.HIDDEN_AT_FIRST),
        "refresh": context.settings.refresh,
        "largest_upload": opening.LARGEST_UPLOAD,
        "most": {
            "named": picks.MOST_NAMED,
            "plots": slices.MOST_PLOTS,
            "axes": parallel.MOST_AXES,
            "values": parallel.MOST_VALUES,
        },
    }


def report_fault(error: Exception) -> None:
    """Show an error that no view caught."""
    message = str(error)
    if not isinstance(error, SweepLensError):
        message = describe_fault("This could not be answered", error)
        log.error("a callback failed", exc_info=error)
    dash.set_props(ids.PROBLEM, {"data": {"message": message}})


def guard(server: Flask, settings: Settings, policy: str) -> None:
    """
    Refuse requests that were addressed to another host, and frames on pages elsewhere.

    A page elsewhere could otherwise have its own name point here, and read the runs through the user's browser (DNS
    rebinding).
    """
    is_trusted = make_host_check(settings)

    @server.before_request
    def check_host() -> Any:
        if health.is_health(request.path, settings):
            return None
        host = read_host(request.headers.get("Host", ""))
        if is_trusted(host):
            return None
        words = (
            f"This server does not answer to the name {host!r}. If it should, start it with --allowed-host {host}.\n"
        )
        return words, 403, {"Content-Type": "text/plain; charset=utf-8"}

    @server.after_request
    def protect(response: Any) -> Any:
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        response.headers.setdefault("Content-Security-Policy", policy)
        if not settings.frame_ancestor:
            response.headers.setdefault("X-Frame-Options", "SAMEORIGIN")
        response.headers.setdefault("Referrer-Policy", "no-referrer")
        return response


class Page(Dash):
    """The application, whose page begins with the first answer as plain HTML, and loads its libraries after it."""

    context: Context

    def interpolate_index(self, **parts: Any) -> str:  # type: ignore[override]  # Dash names its parts
        """Return the page as HTML."""
        script = self.get_asset_url("first.js")
        begin = f'{first.draw_known(self.context)}<script src="{script}"></script>'
        colours = f"<style>{write_page_colours()}</style>"
        return super().interpolate_index(
            **{**parts, "app_entry": begin + parts["app_entry"], "css": colours + parts["css"]}
        )


class Prefixed:
    """A WSGI application under a path, whether or not the proxy in front of it leaves the path in the requests."""

    def __init__(self, application: Any, prefix: str):
        self.application, self.prefix = application, prefix

    def __call__(self, environ: Json, start_response: Any) -> Any:
        """Add the prefix to the path if the proxy removed it."""
        path = environ.get("PATH_INFO", "/")
        if not path.startswith(self.prefix):
            environ = {**environ, "PATH_INFO": self.prefix + path.lstrip("/")}
        return self.application(environ, start_response)


def add_status(server: Flask, settings: Settings, context: Context) -> None:
    """Add the address at which the page asks whether its source has changed, and whether all is there that it needs."""
    watch = opening.Watch(context.folder, 0.8 * settings.refresh)

    @server.get(f"{settings.url_prefix}_sweeplens/status")
    def tell_status() -> Any:
        project, stamp, problem = request.args.get("project", ""), "", ""
        try:
            permits.check_asked(project)
            if settings.refresh:
                stamp, problem = watch.find_change(project)
        except SourceError as error:
            problem = str(error)
        notice = " ".join(look_at_places(context.folder, fully=find_visitor(context.folder).local))
        return jsonify({"changed": bool(stamp), "stamp": stamp, "problem": problem, "notice": notice})
