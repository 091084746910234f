"""The W&B server, asked through W&B's own client, which knows the user's key, proxies and server."""

from __future__ import annotations

import json
import os
import re
import tempfile
import threading
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote, unquote, urlsplit

from ...data.temporary import name_prefix
from ...errors import SourceError

SAAS = ("wandb.ai", "www.wandb.ai", "app.wandb.ai", "api.wandb.ai", "forge.coreweave.com", "api.forge.coreweave.com")
"""Hosts of the public W&B server."""

PUBLIC_API = "https://api.wandb.ai"
TIMEOUT = 120
"""Seconds that an answer may take, the client's own attempts included."""

LISTED, WHOLE = 500, 100
"""Runs a request, without and with their config and summary."""

AT_ONCE = 8
"""Requests that are under way at the same time."""

REPEATED = 2
"""How often a request is repeated whose connection broke: the client itself repeats only what was refused."""

WITHIN = {
    "WANDB_X_GRAPHQL_RETRY_MAX": "4",
    "WANDB_X_GRAPHQL_RETRY_WAIT_MAX_SECONDS": "20",
    "WANDB_ERROR_REPORTING": "false",
    "WANDB_SILENT": "true",
}
"""The client's settings here, unless the user has others: patient for a minute, silent, telling nobody of errors."""

T = TypeVar("T")
R = TypeVar("R")


@dataclass(frozen=True)
class Address:
    """
    What an address stands for.

    Attributes
    ----------
    entity, project
        The user or team, and the project of it.
    sweep, group
        The sweep or the group of runs that is meant; empty for all runs.
    public
        Whether it is on the public server; else it is on the one that the client is set up for.
    """

    entity: str
    project: str
    sweep: str = ""
    group: str = ""
    public: bool = False

    @property
    def path(self) -> str:
        """The project as the client names it."""
        return f"{self.entity}/{self.project}"

    @property
    def filters(self) -> list[dict[str, str]]:
        """What chooses its runs, in the server's language."""
        chosen = {"sweep": self.sweep, "group": self.group}
        return [{key: value} for key, value in chosen.items() if value]


def address_of(uri: str) -> Address | None:
    """
    Return what an address stands for; ``None`` if it is not one of W&B.

    ``wandb://entity/project``, the same with ``/sweeps/ID`` or ``/groups/NAME``, and the address of any page of a
    project in the browser, on the public server or on the one in ``WANDB_BASE_URL``.
    """
    try:
        parts = urlsplit(uri)
    except ValueError:
        return None
    public = False
    if parts.scheme == "wandb":
        path = f"{parts.netloc}/{parts.path}"
    elif parts.scheme in ("http", "https") and parts.hostname in SAAS:
        path, public = parts.path, True
        if parts.hostname.endswith("coreweave.com"):
            path = path.removeprefix("/wandb")
    elif parts.scheme in ("http", "https") and (prefix := _own_prefix(parts.netloc)) is not None:
        path = parts.path.removeprefix(prefix)
    else:
        return None
    names = [unquote(name) for name in path.split("/") if name]
    if len(names) < 2:
        return None
    entity, project, *rest = names
    kind, name = rest[:2] if len(rest) > 1 else ("", "")
    return Address(
        entity, project, name if kind == "sweeps" else "", name if kind in ("groups", "group") else "", public
    )


def _own_prefix(netloc: str) -> str | None:
    """Return what the paths of the user's own server begin with, if it is that one; its pages may have another host."""
    for variable in ("WANDB_BASE_URL", "WANDB_APP_URL"):
        own = urlsplit(os.environ.get(variable, ""))
        rest = own.netloc.removeprefix("api.")
        if own.netloc and netloc in (own.netloc, rest, f"app.{rest}"):
            return own.path.rstrip("/")
    return None


def page_address(entity: str, project: str, run: str, public: bool = False) -> str:
    """
    Return the address of a run's page, on the user's own server if there is one.

    Parameters
    ----------
    entity, project, run
        The user or team, the project, and the run's id.
    public
        Whether it is on the public server, whatever the user's own is.
    """
    own = "" if public else os.environ.get("WANDB_APP_URL") or os.environ.get("WANDB_BASE_URL") or ""
    host = "https://wandb.ai" if not own or own.rstrip("/") == PUBLIC_API else own.rstrip("/")
    return f"{host}/{'/'.join(quote(name, safe='') for name in (entity, project, 'runs', run))}"


class Client:
    """One address on a server; made by `connect`."""

    def __init__(self, api: Any, address: Address):
        self.api, self.address = api, address

    def runs(self, *also: Mapping[str, object], lazy: bool, order: str, page: int = LISTED) -> Any:
        """Return a list of the client's runs that reads its pages when they are needed; `also` are further filters."""
        chosen: list[Mapping[str, object]] = [*self.address.filters, *also]
        filters = {"$and": chosen} if chosen else {}
        return self.api.runs(self.address.path, filters=filters, order=order, per_page=page, lazy=lazy)

    def list_runs(self, *also: Mapping[str, object]) -> Iterator[tuple[int, Any]]:
        """Give every run once, that heard of last first, without config and summary; before it how many there are."""
        seen: set[str] = set()
        for order in ("-heartbeat_at", "+created_at"):  # where many runs have one time, the server's pages overlap
            total = 0
            for total, run in self._each(self.runs(*also, lazy=True, order=order)):
                if run.id not in seen:
                    seen.add(run.id)
                    yield total, run
            if len(seen) >= total:
                break

    def fetch(self, ids: Sequence[str]) -> list[Any]:
        """Return the runs with these ids, with config and summary, as far as they are still there."""
        runs = self.runs({"name": {"$in": list(ids)}}, lazy=False, order="+created_at", page=len(ids))
        return [run for _, run in self._each(runs)]

    def sweep(self, name: str) -> Any:
        """Return a sweep."""
        return self.ask(lambda: self.api.sweep(f"{self.address.path}/{name}"))

    def _each(self, runs: Any) -> Iterator[tuple[int, Any]]:
        """Give the runs of a list, and before each how many there are; by position, so that a page can be repeated."""
        total = self.ask(partial(len, runs))
        for position in range(total):
            try:
                yield total, self.ask(partial(runs.__getitem__, position))
            except IndexError:  # fewer came: some were deleted meanwhile, or the client could not make sense of them
                return

    def ask(self, request: Callable[[], R]) -> R:
        """Return what a request gives; what can be worth it is tried again, and a failure is a `SourceError`."""
        for attempt in range(REPEATED + 1):
            try:
                return request()
            except IndexError:
                raise
            except Exception as error:
                if attempt == REPEATED or not _is_worth_repeating(error):
                    raise SourceError(explain(error, self.address)) from error
        raise AssertionError("unreachable")


def _is_worth_repeating(error: Exception) -> bool:
    """Say whether a connection broke, or one page held what the client chokes on: it goes on with the next one."""
    if any(isinstance(part, json.JSONDecodeError | TypeError | KeyError | AttributeError) for part in _parts(error)):
        return True
    return bool(re.search(r"\bEOF\b|connection reset|broken pipe", _error_text(error)))


def _parts(error: BaseException) -> list[BaseException]:
    """Return an error and what led to it."""
    return [part for part in (error, error.__cause__ or error.__context__) if part is not None]


def _error_text(error: BaseException) -> str:
    """Return what an error and its cause say, in one line, with the HTTP status if it is known."""
    words = ""
    for part in _parts(error):
        status = getattr(getattr(part, "response", None), "http_status", 0)
        words += (f" HTTP {status}" if status else "") + ("" if str(part) in words else f" {part}")
    return " ".join(words.split())


def explain(error: Exception, address: Address) -> str:
    """
    Say in one line what went wrong with a request, and what to do.

    Parameters
    ----------
    error
        What the client raised.
    address
        What was asked for.
    """
    words, where = _error_text(error), f"wandb://{address.path}"
    found = re.search(r"HTTP (\d{3})", words)
    status = int(found[1]) if found else 0
    log_in = "Run `wandb login`, or set WANDB_API_KEY"
    if "No API key configured" in words or "No authentication configured" in words:
        return f"{where} needs a key. {log_in}."
    if status == 401 or "API key" in words:
        return f"{where} cannot be read: the server does not accept the key that the W&B client has. {log_in}."
    if "Could not find sweep" in words:
        return f"{where} has no sweep {address.sweep!r}, or the key of the W&B client may not see it."
    if status in (403, 404) or "Could not find project" in words:
        return f"{where} is not there, or the key of the W&B client may not see it."
    kept = "What was read is kept"
    if status == 429:
        return f"{where}: the W&B server says that there were too many requests. {kept}; try again in some minutes."
    if status:
        return f"{where} cannot be read: the W&B server answers with HTTP {status}. {kept}; try again later."
    if re.search(r"dial|refused|no such host|EOF|reset|in time|timeout|deadline|tls|x509", words, re.IGNORECASE):
        return f"{where}: the W&B server cannot be reached. {kept}; try again when the network is there."
    return f"{where} cannot be read: {words[:200]}"


@contextmanager
def connect(address: Address) -> Iterator[Client]:
    """
    Give a client of the server that an address is on.

    Raises
    ------
    SourceError
        If W&B's package is not installed, there is no key, or the server cannot be reached; one line says what to do.
    """
    try:
        import wandb
    except ImportError as error:
        raise SourceError(f"wandb://{address.path} needs the wandb package: pip install 'sweeplens[wandb]'.") from error
    with _set_up(wandb):
        try:
            base = {"base_url": PUBLIC_API} if address.public and not _is_public(wandb) else {}
            named = {"entity": address.entity, "project": address.project}
            api = wandb.Api(overrides={**named, **base}, timeout=TIMEOUT)
        except Exception as error:
            raise SourceError(explain(error, address)) from error
        yield Client(api, address)


def _is_public(wandb: Any) -> bool:
    """Say whether the client is set up for the public server anyway: under which name it knows best."""
    own = os.environ.get("WANDB_BASE_URL") or str(wandb.setup().settings.base_url)
    return urlsplit(own).hostname in SAAS


_lock = threading.Lock()
_users = 0
_undo = ExitStack()


@contextmanager
def _set_up(wandb: Any) -> Iterator[None]:
    """
    Have the client write its files aside and never ask for anything; as it was before when the last one is done.

    It would make a folder for every run that it lists, and its service writes logs and caches. If nobody in this
    process has used it yet, its service and its settings end here too: a later `wandb.init` of the user finds none of
    ours.
    """
    global _users
    with _lock:
        _users += 1
        if _users == 1:
            place = tempfile.TemporaryDirectory(prefix=name_prefix(), ignore_cleanup_errors=True)
            aside = _undo.enter_context(place)
            nowhere = Path(aside) / "nowhere"
            nowhere.touch()  # no folder, so that none for every run can be made in it; the client minds not
            folders = {"WANDB_DIR": str(nowhere), "WANDB_CACHE_DIR": aside, "WANDB_DATA_DIR": aside}
            ours = {name: value for name, value in WITHIN.items() if name not in os.environ}
            environment = {**folders, **ours, "TERM": "dumb"}  # on such a terminal it asks for no key
            _undo.callback(_restore, {name: os.environ.get(name) for name in environment})
            os.environ.update(environment)
            if getattr(wandb.sdk.wandb_setup, "_singleton", wandb) is None:
                _undo.callback(wandb.teardown)
    try:
        yield
    finally:
        with _lock:
            _users -= 1
            if not _users:
                _undo.close()


def _restore(before: dict[str, str | None]) -> None:
    for name, value in before.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value


def run_in_parallel(work: Callable[[T], R], items: Iterable[T]) -> Generator[tuple[T, R], None, None]:
    """Give each item with its result, as they come; after a failure those that are under way, and then the failure."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        futures = {pool.submit(work, item): item for item in items}
        failure: BaseException | None = None
        try:
            for future in as_completed(futures):
                if future.cancelled():
                    continue
                error = future.exception()
                if error is None:
                    yield futures[future], future.result()
                elif failure is None:
                    failure = error
                    for other in futures:  # not by shutdown, which would leave as_completed waiting for them
                        other.cancel()
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
        if failure is not None:
            raise failure
