"""A mission that is told on the broker, and what really happened in it: as its services' own tables say."""

import json
import shutil
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from deployment import SERVICES, one_process
from instances import wait_for
from platforms import in_threads
from plays import finish, small_on_sqlite, start
from small_mission import small_mission

PATIENCE_SECONDS = 60.0
Telling = tuple[str, Callable[[], Any]]
"""Where the platform is that tells, and what lets it go on to the end."""


@contextmanager
def told_from_outboxes(folder: Path, services: Mapping[str, str], factory: pytest.TempPathFactory) -> Iterator[Telling]:
    """Tell in two parts what was played before, as services do whose broker was away; yield what tells the second."""
    data = shutil.copytree(small_on_sqlite(factory) / "data", folder / "data")
    _forget_sending(data, "seq <= (SELECT avg(seq) FROM outbox)")
    with in_threads(data, **services) as platform:
        wait_for(lambda: _all_is_sent(data), PATIENCE_SECONDS)
        yield platform.origin, lambda: _forget_sending(data)


@contextmanager
def told_while_it_happens(
    folder: Path, services: Mapping[str, str], _factory: pytest.TempPathFactory
) -> Iterator[Telling]:
    """Play a mission; yield, some way into it, what waits for its end."""
    scenario, out = folder / "mission.json", folder / "play.json"
    scenario.write_text(json.dumps(small_mission()), encoding="utf-8")
    with one_process(folder, services) as instance:
        play = start(instance, out, scenario)
        wait_for(lambda: sum(truth(folder, "application").values()) >= 5, PATIENCE_SECONDS)
        yield instance.urls["registration"], lambda: finish(play, instance, out)


def _forget_sending(data: Path, which: str = "TRUE") -> None:
    """Let the services send again what they have sent."""
    for file in data.glob("*.db"):
        with closing(sqlite3.connect(file)) as database, database:
            database.execute(f"UPDATE outbox SET sent_at = NULL WHERE sent_at IS NOT NULL AND {which}")


def _all_is_sent(data: Path) -> bool:
    unsent = "SELECT count(*) FROM outbox WHERE sent_at IS NULL"
    return not any(_rows(data.parent, name, unsent)[0][0] for name in SERVICES)


def truth(folder: Path, *kinds: str) -> Counter[str]:
    """Count what stands in the services' own tables, as the example words it."""
    organisations = _rows(folder, "registration", "SELECT id, region FROM organisation")
    regions = dict(organisations)
    found: Counter[str] = Counter()
    for organisation, status in _rows(folder, "registration", "SELECT organisation_id, status FROM application"):
        found[f"{regions[organisation]} application {status}"] += 1
    for guest, host, status in _rows(folder, "matching", "SELECT guest_id, host_id, status FROM meeting"):
        for region in {regions[guest], regions[host]}:
            found[f"{region} meeting {status}"] += 1
    return Counter({words: count for words, count in found.items() if not kinds or words.split()[1] in kinds})


def _rows(folder, service, query):
    with closing(sqlite3.connect(folder / "data" / f"{service}.db")) as database:
        return database.execute(query).fetchall()
