"""An office of matching on fresh databases."""

import pytest

from builders.matching import MISSION, an_office
from matching.timetabling.exact import local_search
from timetables_published import pin, publish


@pytest.fixture(autouse=True)
def little_polish(monkeypatch):
    """Polish for a tenth of the time: how comfortable a timetable becomes is for the tests of the solver."""
    monkeypatch.setattr(local_search, "EFFORT", local_search.EFFORT / 10)


@pytest.fixture
def office(runtime_of):
    """Matching on SQLite and on PostgreSQL."""
    return an_office(runtime_of)


@pytest.fixture
def desk(sqlite_runtime_of):
    """Matching on SQLite alone: for what no database changes."""
    return an_office(sqlite_runtime_of)


@pytest.fixture
def town(office):
    """Two guests and three hosts, of whom every two have agreed to meet."""
    office.announce()
    guests = [office.admit(name, "guest") for name in ("klu-1", "klu-2")]
    hosts = [office.admit(name, "host") for name in ("kya-1", "kya-2", "kya-3")]
    for guest in guests:
        for host in hosts:
            office.meet(guest, host)
    return guests, hosts


@pytest.fixture
def hall(desk):
    """Two guests and three hosts; the first guest meets the first two hosts, the second the third."""
    desk.announce()
    guests = [desk.admit(name, "guest") for name in ("klu-1", "klu-2")]
    hosts = [desk.admit(name, "host") for name in ("kya-1", "kya-2", "kya-3")]
    for guest, host in ((0, 0), (0, 1), (1, 2)):
        desk.meet(guests[guest], hosts[host])
    pins = (pin(guests[0], hosts[0], 0), pin(guests[0], hosts[1], 1), pin(guests[1], hosts[2], 0))
    publish(desk, *pins)
    for row in desk.get(f"missions/{MISSION}/meetings")["items"]:
        assert desk.post(f"meetings/{row['id']}/unlock").status_code == 200
    return desk, guests, hosts
