"""
The services that some tests talk to: which are there, and what a test gets of them.

A test that needs one is marked ``@pytest.mark.service("postgresql")``. It is skipped where nothing listens at the
service's port, or nginx is not installed. Where the service is there such a test fails if it was skipped for whatever
reason (``conftest.py``), so that a run with the services has tried them.
"""

from __future__ import annotations

import errno
import os
import shutil
import socket
from functools import lru_cache

HOST = "127.0.0.1"

PORTS = {"postgresql": 5432, "mariadb": 3306, "redis": 6379}
"""Services that listen, and where by default; ``SWEEPLENS_TEST_POSTGRESQL=5433`` names another port."""

PROGRAMS = {"nginx": "/usr/sbin/nginx"}
"""Services of which a test starts its own, and where Debian installs them, which may not be in ``PATH``."""


def find_port(service: str) -> int:
    """Return the port at which a service is expected."""
    return int(os.environ.get(f"SWEEPLENS_TEST_{service.upper()}", PORTS[service]))


def find_program(service: str) -> str:
    """Return the path of a service's program; empty if it is not installed."""
    return shutil.which(service) or shutil.which(PROGRAMS[service]) or ""


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


def find_redis() -> str:
    """Return the address of Redis, to which the number of a database is added."""
    return f"redis://{HOST}:{find_port('redis')}/"


def find_nginx() -> str:
    """Return the path of nginx."""
    return find_program("nginx")
