"""
The services that some tests talk to: which are there, and what a test gets of them.

A test that needs one is marked ``@pytest.mark.service("postgresql")``. It is skipped where nothing listens at the
service's port, or nginx or redis-server is not installed. Where the service is there such a test fails if it was
skipped for whatever reason (``conftest.py``), so that a run with the services has tried them.
"""

from __future__ import annotations

import errno
import os
import shutil
import signal
import socket
import subprocess
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

HOST = "127.0.0.1"

PORTS = {"postgresql": 5432, "mariadb": 3306}
"""Services that listen, and where by default; ``SWEEPLENS_TEST_POSTGRESQL=5433`` names another port."""

PROGRAMS = {"nginx": "/usr/sbin/nginx", "redis-server": "/usr/bin/redis-server"}
"""Services of which a test starts its own, and where Debian installs them, which may not be in ``PATH``."""


SOON = 30.0
"""Seconds after which a service should have started."""


def find_port(service: str) -> int:
    """Return the port at which a service is expected."""
    return int(os.environ.get(f"SWEEPLENS_TEST_{service.upper()}", PORTS[service]))


def find_program(service: str) -> str:
    """Return the path of a service's program; empty if it is not installed."""
    return shutil.which(service) or shutil.which(PROGRAMS[service]) or ""


def find_free_port() -> int:
    """Return a port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@lru_cache
def why_absent(service: str) -> str:
    """Return why a service is not there, in words; empty if it is, even if it does not answer as it should."""
    if service in PROGRAMS:
        return "" if find_program(service) else f"{service} is not installed"
    try:
        socket.create_connection((HOST, find_port(service)), timeout=5).close()
    except OSError as error:
        if error.errno == errno.ECONNREFUSED:
            return f"nothing listens at {HOST}:{find_port(service)}, where {service} would be"
    return ""


def find_postgresql() -> str:
    """Return the address of PostgreSQL, to which the name of a database is added."""
    return f"postgresql://postgres@{HOST}:{find_port('postgresql')}/"


def find_mariadb() -> str:
    """Return the address of MariaDB, to which the name of a database is added."""
    return f"mysql://root@{HOST}:{find_port('mariadb')}/"


def find_nginx() -> str:
    """Return the path of nginx."""
    return find_program("nginx")


@contextmanager
def make_database(service: str) -> Iterator[str]:
    """Make a database of a random name in PostgreSQL or MariaDB, give its address, and drop it in the end."""
    begin = {"postgresql": find_postgresql, "mariadb": find_mariadb}[service]()
    name = f"sweeplens_{uuid.uuid4().hex[:12]}"
    engine = open_engine(begin + ("postgres" if service == "postgresql" else ""))
    force = " WITH (FORCE)" if service == "postgresql" else ""
    with engine.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
        try:
            yield begin + name
        finally:
            connection.exec_driver_sql(f"DROP DATABASE {name}{force}")
    engine.dispose()


def open_engine(address: str) -> Any:
    """Return what SQLAlchemy talks to a database with, each statement by itself."""
    import sqlalchemy

    return sqlalchemy.create_engine(name_driver(address), isolation_level="AUTOCOMMIT", poolclass=sqlalchemy.NullPool)


def name_driver(address: str) -> str:
    """Return the address of a database with the driver by which what writes into it is told to."""
    return address.replace("postgresql://", "postgresql+psycopg2://").replace("mysql://", "mysql+pymysql://")


PASSWORD = "p/w:1%"
"""A password that an address spells otherwise."""

SPELLED = "p%2Fw%3A1%25"


@contextmanager
def serve_postgresql(folder: Path) -> Iterator[str]:
    """Start a PostgreSQL that asks for a password (that on its usual port may not); give the address of a database."""
    programs = max(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda found: int(found.parent.name))
    port = find_free_port()
    folder.mkdir(exist_ok=True)
    data, secret = folder / "data", folder / "password"
    secret.write_text(PASSWORD)
    user: dict[str, Any] = {}
    if os.geteuid() == 0:  # it refuses to be run by root
        user = {"user": "postgres"}
        for path in (folder, secret):
            shutil.chown(path, "postgres")
        for parent in folder.parents[:-1]:
            if parent.stat().st_uid == 0 and parent != Path("/tmp"):
                parent.chmod(0o755)
    begin = [programs / "initdb", "-D", data, "-A", "scram-sha-256", "-U", "reader", f"--pwfile={secret}", "-N"]
    subprocess.run(begin, check=True, stdout=subprocess.DEVNULL, cwd=folder, **user)
    options = {"port": port, "listen_addresses": HOST, "unix_socket_directories": "", "fsync": "off"}
    named = [f"--{name}={value}" for name, value in options.items()]
    server = subprocess.Popen(
        [programs / "postgres", "-D", data, *named], stderr=subprocess.DEVNULL, cwd=folder, **user
    )
    try:
        while subprocess.run([programs / "pg_isready", "-q", "-h", HOST, "-p", str(port)]).returncode:
            assert server.poll() is None, "PostgreSQL has ended"
            time.sleep(0.05)
        yield f"postgresql://reader:{SPELLED}@{HOST}:{port}/postgres"
    finally:
        server.send_signal(signal.SIGINT)  # its fast shutdown
        server.wait(30)


class Redis:
    """A Redis that keeps what it has in a folder, so that it has it again after it was killed."""

    def __init__(self, folder: Path, password: str = ""):
        program = find_program("redis-server")
        folder.mkdir(exist_ok=True)
        self.port, self.password = find_free_port(), password
        self._command = [program, "--port", str(self.port), "--bind", "127.0.0.1", "--dir", str(folder), "--save", ""]
        self._command += ["--appendonly", "yes", "--appendfsync", "no", *(["--requirepass", password] * bool(password))]
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        return f"redis://{f':{self.password}@' if self.password else ''}127.0.0.1:{self.port}/0"

    def start(self) -> Redis:
        """Start it, and wait until it answers."""
        import redis

        self._process = subprocess.Popen(self._command, stdout=subprocess.DEVNULL)
        client = redis.Redis(port=self.port, password=self.password or None)
        end = time.monotonic() + SOON
        while True:
            try:
                client.ping()
                return self
            except redis.ConnectionError:  # it loads what it has, too
                assert self._process.poll() is None, "Redis has ended"
                assert time.monotonic() < end, "Redis does not answer"
                time.sleep(0.01)

    def kill(self) -> None:
        """End it at once, as by a loss of power."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
