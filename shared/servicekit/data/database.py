"""Engine, sessions, savepoints, locks.

A service's database: engine, sessions, and the question whether it is there.

PostgreSQL and SQLite behave alike: a write transaction takes its lock at the start
(BEGIN IMMEDIATE on SQLite, one writer at a time), a row that is changed is locked when
it is read, and a commit is on the disk when it returns.

Try a part of a transaction: what is undone leaves nothing, not even a note of what was told or made.

Let one transaction at a time do what no row stands for that could be locked.
"""

import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from hashlib import sha256
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, func, make_url, select, text
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.orm import Session, sessionmaker
from sqlalchemy.pool import NullPool

from servicekit.data import context
from servicekit.data.context import Context
from servicekit.settings import Settings

_SERVER_SIDE = {
    "statement_timeout": 20_000,
    "lock_timeout": 10_000,
    "idle_in_transaction_session_timeout": 60_000,
    "tcp_keepalives_idle": 10,
    "tcp_keepalives_interval": 5,
    "tcp_keepalives_count": 3,
}
"""Milliseconds, and seconds: the server, too, gives up who is gone without a word, with the locks that they hold."""
_POSTGRES: dict[str, Any] = {
    "connect_timeout": 5,
    "options": " ".join(f"-c {name}={value}" for name, value in _SERVER_SIDE.items()),
    "keepalives": 1,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 20000,
}
_SQLITE = {"timeout": 5, "check_same_thread": False}
_UNREACHABLE = ("unable to open database file", "disk I/O error", "database or disk is full", "readonly database")
_BUSY = ("database is locked", "database table is locked")
_RETRYABLE_STATES = {"40001", "40P01", "55P03"}  # serialization failure, deadlock, lock not available
_AWAY_STATES = {
    "25006",  # read-only: a standby, or a primary that is to be one
    "53100",  # disk full
    "53300",  # too many connections
    "57P01",  # shut down by an administrator
    "57P02",  # shut down by a crash
    "57P03",  # starting, or not there yet
    "58030",  # I/O error
}
"""What a server that answers says when it takes no writes: nothing is wrong with what was written."""


class DatabaseAwayError(Exception):
    """The database does not answer: nothing is wrong with the work, only with the moment."""


class Database:
    """The database of one service."""

    def __init__(self, service: str, settings: Settings) -> None:
        self.service = service
        self.settings = settings
        self._listeners: list[threading.Event] = []
        self.is_sqlite = make_url(settings.database_url).get_backend_name() == "sqlite"
        self.engine = _sqlite(settings.database_url) if self.is_sqlite else _postgres(settings.database_url)
        self._writing: AbstractContextManager[Any] = threading.RLock() if self.is_sqlite else nullcontext()
        self._sessions = sessionmaker(self.engine, expire_on_commit=False)
        self._readers = sessionmaker(
            self.engine.execution_options(sqlite_begin="DEFERRED"), expire_on_commit=False, autoflush=False
        )

    def listen(self, changed: threading.Event | None = None) -> threading.Event:
        """Return an event, or the given one, that is set after each commit of this process that recorded something."""
        self._listeners.append(changed or threading.Event())
        return self._listeners[-1]

    @contextmanager
    def write(self) -> Iterator[Session]:
        """Give a session whose changes and events are committed together at the end, or not at all."""
        context = Context(service=self.service, settings=self.settings)
        with self._writing, self._sessions(info={"context": context}) as session, session.begin():
            yield session
        for deed in context.afterwards:
            deed()
        if context.recorded:
            for listener in self._listeners:
                listener.set()

    @contextmanager
    def read(self) -> Iterator[Session]:
        """Give a session for looking; what it changes is forgotten."""
        with self._readers(info={"context": Context(service=self.service, settings=self.settings)}) as session:
            yield session

    def answers(self) -> bool:
        """Ask the database anything on a fresh connection; wait at most some five seconds."""
        reading = self.engine.execution_options(sqlite_begin="DEFERRED")
        with suppress(DBAPIError, OSError), reading.connect() as connection:
            connection.execute(text("SELECT 1"))
            return True
        return False

    def can_be_reached(self) -> bool:
        """Ask the database anything apart from the pool, whose connections may all be taken, or hang."""
        if self.is_sqlite:
            return self.answers()
        apart = create_engine(self.engine.url, hide_parameters=True, connect_args=_POSTGRES, poolclass=NullPool)
        with suppress(DBAPIError, OSError), apart.connect() as connection:
            connection.execute(text("SELECT 1"))
            return True
        return False

    def is_away(self, error: BaseException) -> bool:
        """Tell whether an error means that the database is away, and drop connections that are dead."""
        if not isinstance(error, DBAPIError):
            return False
        if self.is_sqlite:
            return any(words in str(error.orig) for words in _UNREACHABLE)
        if error.connection_invalidated:
            self.engine.dispose()
            return True
        return _is_refused_connection(error) or _state(error) in _AWAY_STATES or not self.answers()

    def is_contention(self, error: BaseException) -> bool:
        """Tell whether an error means that somebody else was faster, so that trying again helps."""
        if not isinstance(error, DBAPIError):
            return False
        return _state(error) in _RETRYABLE_STATES or any(words in str(error.orig) for words in _BUSY)

    @contextmanager
    def exclusively(self, key: int) -> Iterator[bool]:
        """Tell whether nobody else, in any process, does the work of that key, and keep others from it meanwhile."""
        if self.is_sqlite:
            yield True
            return
        with self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            alone = bool(connection.scalar(text("SELECT pg_try_advisory_lock(:key)"), {"key": key}))
            try:
                yield alone
            finally:
                if alone:
                    connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": key})

    def close(self) -> None:
        """Give all connections back."""
        self.engine.dispose()


def _is_refused_connection(error: DBAPIError) -> bool:
    """Tell whether no connection came about: the server says nothing then, and may be back when it is asked."""
    return isinstance(error, OperationalError) and _state(error) is None


def _state(error: DBAPIError) -> str | None:
    return getattr(error.orig, "sqlstate", None)


def _postgres(url: str) -> Engine:
    pool = {"pool_pre_ping": True, "pool_size": 10, "max_overflow": 20}
    return create_engine(url, hide_parameters=True, connect_args=_POSTGRES, **pool)


def _sqlite(url: str) -> Engine:
    path = make_url(url).database
    if path:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url, hide_parameters=True, connect_args=_SQLITE, pool_size=10, max_overflow=20)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # the driver's own BEGIN comes too late to lock
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    how = connection.get_execution_options().get("sqlite_begin", "IMMEDIATE")
    connection.exec_driver_sql(f"BEGIN {how}")


@contextmanager
def savepoint(session: Session, *, keep: bool = True) -> Iterator[None]:
    """Undo what happens within if it ends in an error, or if it is not to be kept."""
    known = context.of(session)
    told, watched, about = len(known.recorded), len(known.watched), known.about

    def forget() -> None:
        del known.recorded[told:], known.watched[watched:]
        known.about = about

    nested = session.begin_nested()
    try:
        yield
    except BaseException:
        nested.rollback()
        forget()
        raise
    if keep:
        nested.commit()
    else:
        nested.rollback()
        forget()


def hold(session: Session, what: str) -> None:
    """Wait until no other transaction holds `what`, and hold it until this one ends.

    What is looked at afterwards is as the others left it. On SQLite one transaction writes at a time anyway.
    """
    if session.get_bind().dialect.name == "postgresql":
        key = int.from_bytes(sha256(what.encode()).digest()[:8], signed=True)
        session.execute(select(func.pg_advisory_xact_lock(key)))
