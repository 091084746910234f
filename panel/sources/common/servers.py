"""Databases on servers, opened by SQLAlchemy in a transaction in which the server itself refuses to write."""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from ...errors import SourceError
from .databases import Database
from .passwords import has_password, remember_password

SCHEMES = ("postgresql", "postgres", "mysql", "mariadb", "cockroachdb")
"""How addresses of databases begin that are read; what follows a ``+`` is the driver."""

DRIVERS = {"postgresql": "psycopg", "mysql": "pymysql", "mariadb": "pymysql"}
"""The drivers of the extra, for addresses that name none."""

EXTRA = "pip install 'sweeplens[databases]'"

PATIENCE, LONG_PATIENCE = 10, 120
"""Seconds to wait for a connection or for what another program has locked, and for a server that is perhaps gone."""

LONGEST = {"postgresql": 600, "mysql": LONG_PATIENCE - 10, "mariadb": LONG_PATIENCE - 10}
"""Seconds that a statement may take on the server; where the driver takes a silent server for gone, less than that."""

_LIBPQ = {
    "connect_timeout": PATIENCE,
    "tcp_user_timeout": 1000 * LONG_PATIENCE,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
}

_MYSQL = {"connect_timeout": PATIENCE, "read_timeout": LONG_PATIENCE}

TIMEOUTS = {"psycopg": _LIBPQ, "psycopg2": _LIBPQ, "pymysql": _MYSQL, "mysqldb": _MYSQL}
"""How drivers are told so, unless the address says otherwise."""

READ_ONLY = {
    "postgresql": "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY",
    "cockroachdb": "SET TRANSACTION READ ONLY",
    "mysql": "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY",
    "mariadb": "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY",
}
"""What has a server show one moment to all that is asked, and refuse to write; by SQLAlchemy's name of its kind."""

ADVICE = (
    (
        re.compile(r"password|access denied|authentication", re.I),
        "Give the password in the address, or where the driver looks for it (as in ~/.pgpass).",
    ),
    (
        re.compile(r"lock timeout|lock wait timeout", re.I),
        "Another program has locked what is read; try again when that is done.",
    ),
    (
        re.compile(r"statement timeout|max_(statement|execution)_time", re.I),
        "A statement took longer than it may. In PostgreSQL a user may be given longer, as by "
        "ALTER ROLE reader SET statement_timeout = '1h'.",
    ),
)
"""What a server says where something can be done about it, and what."""


def is_server(uri: str) -> bool:
    """
    Say whether an address is one of a database on a server.

    Examples
    --------
    >>> [is_server(uri) for uri in ("postgresql+psycopg://me@host/db", "mysql://host/db", "http://host", "runs.csv")]
    [True, True, False, False]
    """
    scheme, found, _ = uri.partition("://")
    return bool(found) and scheme.partition("+")[0] in SCHEMES


def tables_on_server(address: str, shown: str) -> frozenset[str]:
    """Return the names of the tables in a database on a server; see `open_server`."""
    with open_server(address, shown) as database:
        return database.tables


@contextmanager
def open_server(address: str, shown: str) -> Iterator[Database]:
    """
    Open a database on a server for reading.

    Parameters
    ----------
    address
        Its address with the password, which no message has.
    shown
        The address as messages have it.

    Raises
    ------
    SourceError
        If SQLAlchemy or the driver is missing, the server does not answer, does not let in or has no such database, or
        lacks a table or column that is read.
    """
    engine, sqlalchemy = _make_engine(address, shown)
    try:
        with _connect(engine, shown) as connection:
            remember_password(address)
            if engine.dialect.name in READ_ONLY:
                connection.exec_driver_sql(READ_ONLY[engine.dialect.name])
            if limits := _limit_waiting(engine.dialect):
                connection.exec_driver_sql(limits)
            look = sqlalchemy.inspect(connection)
            yield Database(
                lambda statement, **values: connection.execute(sqlalchemy.text(statement), values),
                lambda table: [c["name"] for c in look.get_columns(table)] if look.has_table(table) else [],
                frozenset((*look.get_table_names(), *look.get_view_names())),
            )
    except sqlalchemy.exc.SQLAlchemyError as error:
        raise SourceError(f"{shown} cannot be read: {_say_cause(error, engine.url.password)}") from None
    finally:
        engine.dispose()


def _connect(engine: Any, shown: str) -> Any:
    try:
        connection = engine.connect()
    except (TypeError, ValueError, AttributeError, OSError) as error:
        raise _refuse_options(error, engine.url, shown) from None
    if engine.dialect.name in ("mysql", "mariadb") and not engine.dialect.default_schema_name:
        connection.close()
        raise SourceError(f"{shown} names no database; write its name behind the host: scheme://user@host:port/name.")
    return connection


def _refuse_options(error: Exception, url: Any, shown: str) -> SourceError:
    """Return what to say where a driver does not take what an address tells it."""
    cause = f" ({_say_cause(error, url.password)[:-1]})" if not isinstance(error, AttributeError) else ""
    why = "the driver does not take what stands behind the ? in it" if url.query else "the driver cannot use it"
    return SourceError(f"{shown} cannot be read: {why}{cause}.")


def _limit_waiting(dialect: Any) -> str:
    """Return what has a server end a statement that waits or takes too long; empty for a kind that is not known."""
    longest = LONGEST.get(dialect.name, 0)
    if dialect.name == "postgresql":  # for this transaction, unless somebody has set it for the user or the database
        seconds = f"CASE name WHEN 'lock_timeout' THEN '{PATIENCE}s' ELSE '{longest}s' END"
        names = "('lock_timeout', 'statement_timeout')"
        ours = f"name IN {names} AND source = 'default'"
        return f"SELECT set_config(name, {seconds}, true) FROM pg_settings WHERE {ours}"  # noqa: S608 – our numbers
    if dialect.name in ("mysql", "mariadb"):
        name, limit = ("max_statement_time", longest) if dialect.is_mariadb else ("max_execution_time", 1000 * longest)
        waiting = f"lock_wait_timeout = LEAST(@@lock_wait_timeout, {PATIENCE})"
        return f"SET {waiting}, {name} = IF(@@{name} = 0, {limit}, @@{name})"
    return ""


def _make_engine(address: str, shown: str) -> tuple[Any, Any]:
    """Return what connects to an address, and SQLAlchemy."""
    try:
        sqlalchemy: Any = importlib.import_module("sqlalchemy")
    except ImportError:
        raise SourceError(f"{shown} needs SQLAlchemy: {EXTRA}.") from None
    url = _parse(sqlalchemy, address, shown)
    kind, _, driver = url.drivername.partition("+")
    how = {name: value for name, value in TIMEOUTS.get(driver, {}).items() if name not in url.query}
    instead = f"leave it out: {kind}://…, which takes {EXTRA}"
    try:
        if url.get_dialect().is_async:
            raise SourceError(f"{shown} names the driver {driver}, which is one for asynchronous programs; {instead}.")
        return sqlalchemy.create_engine(url, poolclass=sqlalchemy.pool.NullPool, connect_args=how), sqlalchemy
    except ImportError as error:
        missing = f" {EXTRA}" if DRIVERS.get(kind) == driver else f" install it, or {instead}"
        raise SourceError(f"{shown} needs the driver {error.name}:{missing}.") from None
    except sqlalchemy.exc.NoSuchModuleError:
        if kind not in DRIVERS:
            raise SourceError(
                f"{shown} needs SQLAlchemy's dialect {kind}: pip install sqlalchemy-{kind} psycopg2-binary."
            ) from None
        raise SourceError(f"{shown} names the driver {driver}, which SQLAlchemy does not know; {instead}.") from None
    except (sqlalchemy.exc.SQLAlchemyError, ValueError) as error:
        raise _refuse_options(error, url, shown) from None


def _parse(sqlalchemy: Any, address: str, shown: str) -> Any:
    """Return an address as SQLAlchemy has it, with the driver that it takes."""
    scheme, _, rest = address.partition("://")
    kind, _, driver = scheme.partition("+")
    kind = "postgresql" if kind == "postgres" else kind
    driver = driver or DRIVERS.get(kind, "")
    with suppress(sqlalchemy.exc.SQLAlchemyError, ValueError):
        url = sqlalchemy.make_url(f"{kind}+{driver}://{rest}" if driver else f"{kind}://{rest}")
        # of a password with an @ a part would be taken for these, which messages show
        if not (has_password(address) and "@" in f"{url.host}{url.database}"):
            return url
    raise SourceError(
        f"{shown} is no address of a database; write scheme://user:password@host:port/name (%40 for an @)."
    )


def _say_cause(error: Exception, password: str | None) -> str:
    """Return why a database cannot be read, as its driver says it, in one line; and where a password can be given."""
    found: BaseException = getattr(error, "orig", None) or error
    number, *words = (*found.args, "")
    text = str(words[0]) if isinstance(number, int) else str(found)
    lines = [" ".join(line.split()) for line in text.splitlines() if line.strip()]
    cause = (lines[0] if lines else type(found).__name__).rstrip(".")
    if password:
        cause = cause.replace(str(password), "***")
    advice = next((words for said, words in ADVICE if said.search(cause)), "")
    return f"{cause}. {advice}".rstrip()
