"""Runtimes of services on fresh databases, SQLite and PostgreSQL alike."""

import gc
import logging
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from jinja2.bccache import Bucket, BytecodeCache

import quick_engines
import signed_in
from prepared import Prepared
from quick_routes import QuickRule
from servicekit import migrations
from servicekit.bus import membership
from servicekit.data import database
from servicekit.service import Runtime, Service, assemble
from servicekit.telemetry import logs

os.environ.setdefault("MATCHING_RECOMMENDATION_MODEL", "false")  # for processes; see plays.WITH_MODEL

MakeRuntime = Callable[..., Runtime]

gc.set_threshold(50_000, 20, 50)  # with what is imported and collected, looking for waste took a fifth of all time


PLAYING = ("tests/e2e/test_pages.py", "tests/e2e/test_embedded_demo.py")
"""Modules that play the missions which others wait to look at."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what others wait for."""
    items.sort(key=lambda item: not item.nodeid.startswith(PLAYING))


def pytest_collection_finish() -> None:
    """Look no more for waste among what stays to the end."""
    gc.collect()
    gc.freeze()


class _Compiled(BytecodeCache):
    """Templates as they were compiled for the first app: each test makes its own."""

    def __init__(self) -> None:
        self._code: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Take what was compiled from the same source."""
        if bucket.key + bucket.checksum in self._code:
            bucket.bytecode_from_string(self._code[bucket.key + bucket.checksum])

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was compiled."""
        self._code[bucket.key + bucket.checksum] = bucket.bytecode_to_string()


class _Strict(logging.Handler):
    """Lets no line of ours pass with a field that would be dropped from it."""

    OURS = ("caravan.", "matching.", "notifications.", "packs.", "registration.", "servicekit.")

    def emit(self, record: logging.LogRecord) -> None:
        """Raise where the line is logged."""
        unknown = logs.given_to(record).keys() - logs.FIELDS
        assert not (unknown and record.name.startswith(self.OURS)), f"no field of a log line: {sorted(unknown)}"


@pytest.fixture(scope="session", autouse=True)
def strict_logs() -> Iterator[None]:
    """What is logged in tests has known fields only."""
    strict = _Strict()
    logging.getLogger().addHandler(strict)
    yield
    logging.getLogger().removeHandler(strict)


Flask.url_rule_class = QuickRule
database.create_engine = quick_engines.create_engine  # type: ignore[attr-defined]
Flask.jinja_options = {"bytecode_cache": _Compiled()}
Flask.test_client_class = signed_in.SignedInClient
signed_in.prepare()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_kind(request: pytest.FixtureRequest) -> str:
    """Which database the test runs on."""
    return str(request.param)


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Prepared]:
    """Databases at head, to be copied."""
    with Prepared(tmp_path_factory.mktemp("prepared")) as made:
        yield made


@pytest.fixture
def runtime_of(
    request: pytest.FixtureRequest, database_kind: str, prepared: Prepared, tmp_path: Path
) -> Iterator[MakeRuntime]:
    """Call it with a service (and settings by name) to get its runtime on a fresh, migrated database."""
    with ExitStack() as stack:

        def database_of(service: Service) -> str:
            if database_kind == "sqlite":
                return prepared.sqlite(service, _unused(tmp_path))
            return stack.enter_context(prepared.postgresql(service, request.getfixturevalue("postgres_url")))

        yield _maker(stack, database_of)


@pytest.fixture
def sqlite_runtime_of(prepared: Prepared, tmp_path: Path) -> Iterator[MakeRuntime]:
    """Like `runtime_of`, on SQLite alone: for what no database changes."""
    with ExitStack() as stack:
        yield _maker(stack, lambda service: prepared.sqlite(service, _unused(tmp_path)))


def _unused(folder: Path) -> Path:
    """Name a file that is not there yet: a test may ask for files in two ways."""
    return folder / f"{len(list(folder.glob('*.db')))}.db"


def _maker(stack: ExitStack, database_of: Callable[[Service], str]) -> MakeRuntime:
    """Return what assembles a runtime on a database of its own, or on that of the settings."""

    def make(service: Service, **settings: Any) -> Runtime:
        trusted = {name: os.environ[f"CARAVAN_{name}".upper()] for name in ("secret_key", "token_keys")}
        given = {"movable_clock": "true", **trusted, **settings}
        if "database_url" not in settings:
            given["database_url"] = database_of(service)
        runtime = assemble(service, {f"{service.name}_{key}".upper(): str(value) for key, value in given.items()})
        stack.callback(runtime.database.close)
        if "database_url" in settings:
            migrations.upgrade(runtime)
        if not runtime.has_broker:
            with runtime.database.write() as session:
                membership.install(session)
        return runtime

    return make
