"""The tools: what each is asked, in words that a model can use without knowing this program."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Annotated, get_args

from mcp.server.mcpserver import Context
from mcp.server.mcpserver.tools import Tool
from mcp_types import CallToolResult, ToolAnnotations
from pydantic import BeforeValidator, Field

from ..data.terms import Role
from ..errors import SweepLensError
from ..importance import METHODS
from ..next_sweep import WRITERS
from ..question.conditions import name_value
from ..store.faults import catch_faults
from .calling import CheckedTool, find_page, make_result
from .comparing import compare_sides
from .describing import describe_project
from .desk import Asked, Desk, Tell, tell_computing
from .finding import NAMES as CHECKS
from .finding import tell_findings
from .listing_runs import MOST_RUNS, find_runs
from .proposing import propose_sweep
from .ranking import rank_parameters
from .told import LIMIT, Told
from .working import work_aside

Project = Annotated[str, Field(description="Path or address of a source. Default: the source that is open.")]
Metric = Annotated[
    str, Field(description="Metric to explain. Default: the one the sweep declares, or else a likely one; it is said.")
]
Goal = Annotated[
    str, Field(description="'minimize' or 'maximize'. Default: as the sweep declares or the metric's name tells.")
]
Filter = Annotated[
    list[str] | str,
    Field(description="Conditions that runs must meet, such as 'lr>=0.001', 'optimizer=adam,sgd', 'state=failed'."),
]
Step = Annotated[
    str,
    BeforeValidator(name_value),
    Field(description="Compare runs at this step of their histories; 'last' for all that was logged. Default: chosen."),
]
Group = Annotated[
    str, Field(description="Count several runs as one: 'replicates' (equal but for seeds), or a column. Default: none.")
]
Roles = Annotated[
    dict[str, str],
    Field(description=f"Roles of settings by name, such as {{'gpu': 'ignored'}}: {', '.join(get_args(Role))}."),
]
Side = Annotated[str, BeforeValidator(name_value)]
"""A value or a run, by its text; a model may well give a number."""

Full = Annotated[bool, Field(description=f"Also give the whole record as JSON, which is long. Else {LIMIT:,} bytes.")]

FORGOTTEN = "This server does not remember what a client opened: give this source as project each time."
"""What is told of a source that is not the one that is open after it was opened."""

LOOKED_AT = (
    " It is then read as what it looks like: the page that was started on it with --format {} reads it so always."
)
"""What is told beside it where a reader was named."""


class Tools:
    """
    The tools of a server.

    Parameters
    ----------
    desk
        The sources that they are about.
    """

    def __init__(self, desk: Desk):
        self.desk = desk

    async def open_source(
        self,
        context: Context,
        source: Annotated[
            str,
            Field(
                description="Folder, file, database or address that a tracker left behind (W&B, MLflow, Optuna, Ray "
                "Tune, TensorBoard, Hydra, CSV …), after # a study of it; or 'sample'."
            ),
        ],
        format: Annotated[
            str, Field(description="Reader to use where it could be several; a wrong name lists them.")
        ] = "",
        full: Full = False,
    ) -> CallToolResult:
        """Open training runs and say what is in them; other tools are then about them. Nothing is written."""
        page = find_page(context)

        def tell_opened(tell: Tell) -> Told:
            question, stays = self.desk.open_source(source, format, tell, page)
            told = describe_project(question)
            hint = FORGOTTEN + (LOOKED_AT.format(format) if format else "")
            return told if stays else replace(told, head=(*told.head, hint))

        return await self._answer("open_source", tell_opened, context, full)

    async def describe(
        self,
        context: Context,
        project: Project = "",
        metric: Metric = "",
        goal: Goal = "",
        filter: Filter = "",
        step: Step = "",
        group: Group = "",
        roles: Roles = {},  # noqa: B006
        full: Full = False,
    ) -> CallToolResult:
        """Say what a project holds: runs and states, settings with their values, metrics, what of it is a guess."""
        asked = _read(context, project, metric, goal, filter, step, group, roles)

        def work(tell: Tell) -> Told:
            return describe_project(self.desk.ask(asked, tell, needs_metric=False))

        return await self._answer("describe", work, context, full)

    async def rank(
        self,
        context: Context,
        project: Project = "",
        metric: Metric = "",
        goal: Goal = "",
        filter: Filter = "",
        step: Step = "",
        group: Group = "",
        roles: Roles = {},  # noqa: B006
        method: Annotated[
            str,
            Field(description=f"Method of importance: {', '.join(m.NAME for m in METHODS)}."),
        ] = METHODS[0].NAME,
        image: Annotated[bool, Field(description="Also draw the ranking as a PNG image.")] = False,
        full: Full = False,
    ) -> CallToolResult:
        """Say which hyperparameters matter: importance with interval, whether it is clear of noise, correlation."""
        asked = _read(context, project, metric, goal, filter, step, group, roles)

        def work(tell: Tell) -> Told:
            return rank_parameters(self.desk.ask(asked, tell), method, image, tell_computing(tell))

        return await self._answer("rank", work, context, full)

    async def findings(
        self,
        context: Context,
        project: Project = "",
        metric: Metric = "",
        goal: Goal = "",
        filter: Filter = "",
        step: Step = "",
        group: Group = "",
        roles: Roles = {},  # noqa: B006
        check: Annotated[str, Field(description=f"One check, told whole: {', '.join(CHECKS)}. Default: all.")] = "",
        full: Full = False,
    ) -> CallToolResult:
        """Say whether the search was any good: each check's verdict (act, look, fine, can't tell) and its advice."""
        asked = _read(context, project, metric, goal, filter, step, group, roles)

        def work(tell: Tell) -> Told:
            return tell_findings(self.desk.ask(asked, tell), check, tell_computing(tell))

        return await self._answer("findings", work, context, full)

    async def compare(
        self,
        context: Context,
        parameter: Annotated[str, Field(description="Parameter whose values are compared, others tuned.")] = "",
        a: Annotated[Side, Field(description="One value. Default with b: the best. Without a and b: all values.")] = "",
        b: Annotated[Side, Field(description="The value it is compared with. A wrong value lists those known.")] = "",
        run_a: Annotated[Side, Field(description="Id or name of a run of one config, in place of a parameter.")] = "",
        run_b: Annotated[Side, Field(description="A run of the config it is compared with. Default: the best.")] = "",
        project: Project = "",
        metric: Metric = "",
        goal: Goal = "",
        filter: Filter = "",
        step: Step = "",
        group: Group = "",
        roles: Roles = {},  # noqa: B006
        full: Full = False,
    ) -> CallToolResult:
        """Say which of a parameter's values, or of two configs, to take: the difference, and how sure it is."""
        asked = _read(context, project, metric, goal, filter, step, group, roles)

        def work(tell: Tell) -> Told:
            return compare_sides(self.desk.ask(asked, tell), parameter, a, b, (run_a, run_b))

        return await self._answer("compare", work, context, full)

    async def propose(
        self,
        context: Context,
        project: Project = "",
        metric: Metric = "",
        goal: Goal = "",
        filter: Filter = "",
        step: Step = "",
        group: Group = "",
        roles: Roles = {},  # noqa: B006
        tool: Annotated[
            str,
            Field(description=f"With full=true also write it for: {', '.join(w.NAME for w in WRITERS)}."),
        ] = "",
        full: Full = False,
    ) -> CallToolResult:
        """Say what to run next: which ranges to narrow or widen, what to fix, how many runs, with reasons."""
        asked = _read(context, project, metric, goal, filter, step, group, roles)

        def work(tell: Tell) -> Told:
            return propose_sweep(self.desk.ask(asked, tell), tool, tell_computing(tell))

        return await self._answer("propose", work, context, full)

    async def find_runs(
        self,
        context: Context,
        project: Project = "",
        metric: Metric = "",
        goal: Goal = "",
        filter: Filter = "",
        sort: Annotated[
            str, Field(description="Column to sort by, '-' before it for descending. Default: best first.")
        ] = "",
        columns: Annotated[list[str], Field(description="Columns to tell. Default: settings that differ.")] = [],  # noqa: B006
        limit: Annotated[int, Field(description=f"Most runs to tell, 1 to {MOST_RUNS:,}.")] = 10,
        full: Full = False,
    ) -> CallToolResult:
        """List runs, best first: their target and settings, and why one is left out of conclusions."""
        asked = _read(context, project, metric, goal, filter)

        def work(tell: Tell) -> Told:
            return find_runs(self.desk.ask(asked, tell, needs_metric=False), sort, tuple(columns), limit)

        return await self._answer("find_runs", work, context, full)

    async def _answer(self, name: str, work: Work, context: Context, full: bool) -> CallToolResult:
        def guarded(tell: Tell) -> Told:
            with catch_faults(f"{name} failed", self.desk.folder, SweepLensError):
                return work(tell)

        return make_result(await work_aside(guarded, context), full)


Work = Callable[[Tell], Told]


def _read(
    context: Context,
    project: str,
    metric: str,
    goal: str,
    filter: list[str] | str,
    step: str = "",
    group: str = "",
    roles: Mapping[str, str] = MappingProxyType({}),
) -> Asked:
    filters = tuple(text for text in ([filter] if isinstance(filter, str) else filter) if text)
    return Asked(project, metric, goal, filters, step, group, tuple(roles.items()), page=find_page(context))


def make_tools(desk: Desk) -> list[Tool]:
    """Return all tools of a server."""
    tools = Tools(desk)
    functions = (
        tools.open_source,
        tools.describe,
        tools.rank,
        tools.findings,
        tools.compare,
        tools.propose,
        tools.find_runs,
    )
    hints = ToolAnnotations(read_only_hint=True, idempotent_hint=True, open_world_hint=False)
    made = [CheckedTool.from_function(function, annotations=hints, structured_output=False) for function in functions]
    for tool in made:
        tool.parameters["additionalProperties"] = False
    return made
