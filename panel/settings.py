"""Everything that can be set, from the command line and from ``SWEEPLENS_*`` variables."""

from __future__ import annotations

import ipaddress
import os
import re
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import platformdirs

from .errors import SettingsError, SweepLensError

PORTS_TRIED = 50

_ORIGIN = re.compile(r"[a-z][a-z0-9+.-]*:(//[\w.*\[\]:-]+)?")
_SCHEDULER = re.compile(r"(tcp|tls)://[\w.-]+:\d+|(tcp|tls)://\[[\da-fA-F:.]+\]:\d+")
_TOKEN = re.compile(r"[!-~]*")
_HEADER = re.compile(r"[A-Za-z][A-Za-z0-9-]*")

ACCESS_LOGS = ("lines", "json")
"""Forms of the access log."""

LEAST_MEMORY = 4000
"""Megabytes that reading or computing may take on a small machine, too."""


def choose_memory() -> int:
    """Return the megabytes that reading or computing may take on this machine: half of its own, and at least 4000."""
    import psutil

    return max(LEAST_MEMORY, int(psutil.virtual_memory().total / 2e6))


@dataclass(frozen=True)
class Settings:
    """
    Settings of the program. Each can be given as ``SWEEPLENS_NAME`` and, but for `sources`, as ``--name``.

    Of `token`, and of `results` and `snapshots`, whose addresses can hold a password, there is no option: other users
    of a machine can read its commands.

    Attributes
    ----------
    sources
        What to open: paths, or ``sample``.
    root
        Folders and beginnings of addresses that the page may open sources from; by default the folder that the program
        was started in.
    refresh
        Seconds between two checks whether the source has changed; 0 for never.
    host
        Address to listen on. Only this machine can reach the default.
    port
        Port to listen on; if it is taken, the next free one.
    url_prefix
        Path under which a proxy serves the page, with a slash at both ends.
    allowed_host
        Names, besides the address itself, by which a browser may call the server.
    frame_ancestor
        Origins, separated by spaces, whose pages may show this one in a frame; by default its own alone.
    mcp
        Whether the page's server has the tools for assistants, too, at ``mcp`` behind the page's address.
    token
        What those who come in must show. By default one is made and printed where others can reach the page.
    auth
        Whether those who come in must show a token; by default only where others can reach the page.
    trust_proxy
        The header by which a proxy names the user, whom it has asked who they are: then nobody is asked for a token.
    proxy_address
        Addresses or networks from which that header is believed; by default this machine's own.
    session_hours
        Hours after which a browser is asked for the token again.
    cache_dir
        Folder for loaded projects and results, for the user alone.
    cache_size
        Largest size of that folder in megabytes; what was not used for longest is removed.
    browser
        Whether to open a browser.
    processes
        Processes that answer requests; they share one queue of computations.
    threads
        Threads of each that answer requests; with `mcp` there are as many more for the tools.
    workers
        Processes that compute what takes long; others, made when needed, read sources and do short work.
    scheduler
        Address of a Dask scheduler, such as ``tcp://10.0.0.5:8786``, whose workers compute instead; by default
        processes of this machine do.
    results
        Address of a Redis in which results are kept, so that several servers and machines share them; by default they
        are in the cache folder.
    snapshots
        Address of a folder or an object store in which loaded projects are kept, too, for other machines to open.
    time_limit
        Minutes after which a computation is ended.
    metrics
        Whether the page's server has numbers for Prometheus, at ``metrics`` behind the page's address.
    access_log
        Whether a line is written to standard error for each request: ``lines``, or ``json``; by default none is.
    memory
        Megabytes of memory that reading a source may take, and each computation; by default half of what the machine
        has, and at least 4000.
    """

    sources: tuple[str, ...] = ("sample",)
    root: tuple[str, ...] = ()
    refresh: int = 10
    host: str = "127.0.0.1"
    port: int = 8050
    url_prefix: str = "/"
    allowed_host: tuple[str, ...] = ()
    frame_ancestor: str = ""
    mcp: bool = False
    token: str = field(default="", repr=False)
    auth: bool | None = None
    trust_proxy: str = ""
    proxy_address: tuple[str, ...] = ()
    session_hours: int = 12
    cache_dir: Path = field(default_factory=lambda: Path(platformdirs.user_cache_dir("sweeplens", appauthor=False)))
    cache_size: int = 2000
    browser: bool = True
    processes: int = 1
    threads: int = 8
    workers: int = 1
    scheduler: str = ""
    results: str = field(default="", repr=False)
    snapshots: str = field(default="", repr=False)
    time_limit: int = 60
    metrics: bool = False
    access_log: str = ""
    memory: int = field(default_factory=choose_memory)

    def __post_init__(self) -> None:
        if not 0 <= self.port <= 65535:
            raise SettingsError(f"Port {self.port} does not exist; use one from 1 to 65535, or 0 for any free one.")
        if self.cache_size < 1:
            raise SettingsError(f"A cache of {self.cache_size} megabytes is none; use at least 1.")
        if self.refresh < 0:
            raise SettingsError(f"A refresh every {self.refresh} seconds is none; use 0 for never.")
        if min(self.workers, self.threads, self.processes) < 1:
            raise SettingsError("There must be at least one worker, one thread and one process.")
        if self.access_log not in ("", *ACCESS_LOGS):
            raise SettingsError(f"{self.access_log!r} is no access log; use {' or '.join(ACCESS_LOGS)}.")
        if self.time_limit < 1:
            raise SettingsError(f"In {self.time_limit} minutes nothing is computed; use at least 1.")
        if self.memory < 100:
            raise SettingsError(f"In {self.memory} megabytes of memory nothing can be read; use at least 100.")
        strange = [origin for origin in self.frame_ancestor.split() if not _ORIGIN.fullmatch(origin)]
        if strange:
            raise SettingsError(f"{strange[0]!r} is no origin of a frame; use one such as https://notes.example.org.")
        if self.scheduler and not _SCHEDULER.fullmatch(self.scheduler):
            raise SettingsError(f"{self.scheduler!r} is no scheduler; use an address such as tcp://10.0.0.5:8786.")
        self._check_access()
        prefix = f"/{self.url_prefix.strip('/')}/".replace("//", "/")
        object.__setattr__(self, "url_prefix", prefix)
        object.__setattr__(self, "cache_dir", Path(self.cache_dir).expanduser().absolute())

    def _check_access(self) -> None:
        """Check what was decided about who may come in; a message does not name a token."""
        if not _TOKEN.fullmatch(self.token):
            raise SettingsError("SWEEPLENS_TOKEN has a character that no address has; use letters, digits, - and _.")
        if self.trust_proxy and not _HEADER.fullmatch(self.trust_proxy):
            raise SettingsError(f"{self.trust_proxy!r} is no header; use one such as X-Forwarded-User.")
        decided = {"SWEEPLENS_TOKEN": self.token, "--trust-proxy": self.trust_proxy, "--no-auth": self.auth is False}
        first, *others = [*(name for name, given in decided.items() if given), ""]
        if any(others):
            raise SettingsError(f"{first} and {others[0]} decide differently who may come in; use one of them.")
        if self.proxy_address and not self.trust_proxy:
            raise SettingsError("--proxy-address is for --trust-proxy; name the proxy's header there.")
        for address in self.proxy_address:
            try:
                ipaddress.ip_network(address, strict=False)
            except ValueError:
                raise SettingsError(
                    f"{address!r} is no address of a proxy; use one such as 10.0.0.7 or 10.0.0.0/24."
                ) from None
        if self.session_hours < 1:
            raise SettingsError(f"A session of {self.session_hours} hours is none; use at least 1.")

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ, **given: Any) -> Settings:
        """
        Return the settings that the environment asks for, with those that are `given` on top.

        Parameters
        ----------
        environment
            Variables; ``SWEEPLENS_PORT=8051`` sets the port. Several sources or hosts are separated as in ``PATH``;
            by spaces where one of them is an address, which has colons.
        **given
            Settings from the command line; ``None`` and the empty tuple count as not given.

        Raises
        ------
        SettingsError
            If a variable has a value of the wrong kind; the message names it.
        """
        values: dict[str, Any] = {}
        for setting in fields(cls):
            variable = f"SWEEPLENS_{setting.name.upper()}"
            text = environment.get(variable)
            if text is not None:
                values[setting.name] = _parse(variable, text, str(setting.type))
        values |= {name: value for name, value in given.items() if value is not None and value != ()}
        return cls(**values)


def _parse(variable: str, text: str, kind: str) -> Any:
    if kind == "int":
        try:
            return int(text)
        except ValueError:
            raise SettingsError(f"{variable} is {text!r}; it must be a whole number.") from None
    if kind.startswith("bool"):
        if text.lower() not in ("0", "1", "true", "false", "yes", "no"):
            raise SettingsError(f"{variable} is {text!r}; it must be 1 or 0.")
        return text.lower() in ("1", "true", "yes")
    if kind.startswith("tuple"):
        return tuple(text.split() if "://" in text else filter(None, text.split(os.pathsep)))
    return text


def find_assets_folder() -> Path:
    """Return the folder of stylesheet and scripts: inside the package in a wheel, beside it in a checkout."""
    inside = Path(__file__).parent / "assets"
    return inside if inside.is_dir() else Path(__file__).parent.parent / "assets"


def read_host(place: str) -> str:
    """Return the name or the number of a host, in small letters, without its port; empty if there is none."""
    try:
        return (urlsplit(f"//{place}").hostname or "").lower()
    except ValueError:
        return ""


def make_host_check(settings: Settings) -> Callable[[str], bool]:
    """
    Return a function that says whether a request may be addressed to a host, or come from a page of it.

    It is given what `read_host` returns.

    Names are refused, unless they are this machine's or allowed; addresses are not refused where the server listens to
    the network.
    """
    known = {"localhost", *(host.lower() for host in settings.allowed_host), settings.host.lower()}
    anywhere = settings.host in ("0.0.0.0", "::")  # noqa: S104
    if anywhere:
        known |= {socket.gethostname().lower(), socket.getfqdn().lower()}

    def is_trusted(host: str) -> bool:
        try:
            address = ipaddress.ip_address(host)
        except ValueError:
            return host in known
        return anywhere or address.is_loopback or host in known

    return is_trusted


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
    raise make_listening_error(host, port, reason)


def make_listening_error(host: str, port: int, reason: str) -> SweepLensError:
    """Return the error that nothing can be listened to at an address."""
    return SweepLensError(f"Cannot listen on {host}, port {port} and the {PORTS_TRIED - 1} after it: {reason}.")
