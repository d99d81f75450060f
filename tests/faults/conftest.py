"""The stages on which things are broken."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from faults import notes_stage, platform_stage
from faults.notes_stage import Stage
from faults.platform_stage import Platform
from servers.proxy import Proxy


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All that is broken here takes long; `short` is there to be run with everything else."""
    here = Path(__file__).parent
    for item in items:
        if item.path.is_relative_to(here) and not item.path.is_relative_to(here / "short"):
            item.add_marker("long")


@pytest.fixture
def stage(vhost, postgres_url, tmp_path) -> Iterator[Stage]:
    """Writer and reader on RabbitMQ and PostgreSQL."""
    with notes_stage.on_broker(vhost, postgres_url, tmp_path) as made:
        yield made


@pytest.fixture
def stage_on_files(vhost, tmp_path) -> Iterator[Stage]:
    """Writer and reader on RabbitMQ and SQLite."""
    with notes_stage.on_broker(vhost, None, tmp_path) as made:
        yield made


@pytest.fixture
def embedded_stage(tmp_path) -> Iterator[Stage]:
    """Writer and reader in one process on SQLite."""
    with notes_stage.embedded(tmp_path) as made:
        yield made


@pytest.fixture
def doors(proxy: Callable[[str], Proxy]) -> dict[str, Proxy]:
    """The proxies that a stage behind them fills in, by the setting that leads through each."""
    return {}


@pytest.fixture
def stage_behind_doors(vhost, postgres_url, tmp_path, proxy, doors) -> Iterator[Stage]:
    """The same as `stage`, each process behind proxies of its own."""

    def through(setting: str, url: str) -> str:
        doors[setting] = proxy(url)
        return doors[setting].through(url)

    with notes_stage.on_broker(vhost, postgres_url, tmp_path, through) as made:
        yield made


@pytest.fixture
def platform(vhost, postgres_url, tmp_path) -> Iterator[Platform]:
    """The three services, installed; a test starts the processes that it needs."""
    with platform_stage.platform(vhost, postgres_url, tmp_path) as made:
        yield made
