"""
What makes two requests equal: steps that drop what an answer does not read.

An answer is computed for, and kept under, a request from which the chain took what makes no difference to it:

1. fields of the selection that only other methods read (`importance.drop_unread_fields`);
2. which runs were picked and how they are grouped, where it is about all runs (`select_all_runs`);
3. roles that models do not see: they see only whether a parameter is in or out (`drop_unseen_roles`).

What was taken and is shown all the same is put back by `restore_roles`.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from ..data.progress import Progress
from ..data.records import Json
from ..importance import drop_unread_fields
from ..question.parameter import see_roles_in_json
from ..question.roles import keep_modelled_roles
from ..question.selection import Selection
from .base import Answer, Request, get
from .projects import build_design


def select_all_runs(selection: Selection) -> Selection:
    """Return the selection of all runs that pass its filter, ungrouped and without fields of a method."""
    return replace(drop_unread_fields(selection), picked=None, group="")


def drop_unseen_roles(selection: Selection, folder: Path) -> Selection:
    """Return the selection with those roles only that decide whether a parameter is in the model."""
    if not selection.roles:
        return selection
    by_default = replace(drop_unread_fields(selection), roles=(), group="")
    names = get(_MODELLED.make_request(by_default), folder)["parameters"]
    return replace(selection, roles=keep_modelled_roles(selection.roles, frozenset(names)))


def restore_roles(record: Json, request: Request) -> Json:
    """Return a record whose ``parameters`` have all roles of the selection."""
    roles = dict(request.selection.roles)
    return {**record, "parameters": see_roles_in_json(record["parameters"], roles)}


def keep_request(request: Request, folder: Path) -> Request:
    """Return the request unchanged."""
    return request


def reduce_for_models(request: Request, folder: Path) -> Request:
    """Return the request for an answer of models: picked runs and groups stay, roles that models ignore go."""
    selection = drop_unread_fields(request.selection, request.asked.get("method", ""))
    return replace(request, selection=drop_unseen_roles(selection, folder))


def reduce_to_all_runs(request: Request, folder: Path) -> Request:
    """Return the request for an answer about all runs; every role stays."""
    return replace(request, selection=select_all_runs(request.selection))


def reduce_to_all_runs_for_models(request: Request, folder: Path) -> Request:
    """Return the request for an answer about all runs; roles that models ignore go."""
    return reduce_for_models(reduce_to_all_runs(request, folder), folder)


def _list_modelled(request: Request, folder: Path, progress: Progress) -> Json:
    return {"parameters": [p.name for p in build_design(request.selection, folder).parameters if p.modelled]}


_MODELLED = Answer("modelled by default", keep_request, _list_modelled)
"""The parameters that enter a model by default."""
