"""Two real services on a real broker play a small mission, and a stranger with nothing but a grant reads along."""

import os
from datetime import UTC, datetime
from urllib.parse import quote, urlsplit
from uuid import UUID

import pytest

from builders.matching import Office
from builders.registration import Desk, an_item
from caravan.broker import Management
from caravan.broker.grants import Grants
from instances import set_up, wait_for, working
from matching import queries
from matching.service import SERVICE as MATCHING
from registration.service import SERVICE as REGISTRATION
from servers.vhost import Vhost
from servicekit.bus.history import install
from servicekit.service import assemble
from stranger import Stranger

NAME = "reader"
PATTERNS = ["#"]
BEFORE, AFTER = datetime(2024, 12, 1, tzinfo=UTC), datetime(2024, 12, 13, tzinfo=UTC)
"""The mission is on 10 to 12 December 2024."""
FITTERS = "Монтажные организации"
PROFILES = {
    "klu": {},
    "kya": {"profile": {"offers": [an_item(FITTERS)], "needs": [an_item()]}},
}
"""What each side applies with, so that the two have something to talk about."""


@pytest.fixture(scope="module")
def vhost(broker):
    """A virtual host for the whole module: the play is read many times."""
    with Vhost(broker) as made:
        yield made


@pytest.fixture(scope="module")
def services(vhost, tmp_path_factory):
    """Registration and matching, each at its desk, at work."""
    addresses, folder = set_up(vhost, [REGISTRATION, MATCHING]), tmp_path_factory.mktemp("databases")
    runtimes = [installed(service, folder, addresses[service.name]) for service in (REGISTRATION, MATCHING)]
    with working(*runtimes):
        yield Desk(runtimes[0]), Office(runtimes[1])
    for runtime in runtimes:
        runtime.close()


def installed(service, folder, broker_url):
    name = service.name.upper()
    environ = {f"{name}_DATABASE_URL": f"sqlite:///{folder}/{service.name}.db", f"{name}_BROKER_URL": broker_url}
    settings = {f"{name}_MOVABLE_CLOCK": "true", "MATCHING_RECOMMENDATION_QUIET_SECONDS": "0"}
    runtime = assemble(service, os.environ | environ | settings)
    install(runtime)
    return runtime


@pytest.fixture(scope="module")
def stranger(services, vhost):
    """A reader with the rights of `caravan broker grant` and no more."""
    parts = urlsplit(vhost.amqp_url)
    grants = Grants(Management(vhost.api_url, parts.path.removeprefix("/")))
    grants.create_user(NAME, "secret")
    grants.grant(NAME, PATTERNS, grants.queue_arguments(NAME, {}), history=True)
    netloc = f"{quote(grants.user_name(NAME), safe='')}:secret@{parts.netloc.rpartition('@')[2]}"
    return Stranger(parts._replace(netloc=netloc).geturl())


@pytest.fixture(scope="module")
def played(services):
    """Play a mission from its opening to an agreement; return its id."""
    desk, office = services
    office.set_clock(BEFORE)
    mission = desk.open_mission()
    for reference in ("klu-01", "klu-02", "kya-01", "kya-02"):
        application = desk.applied(mission, reference, **PROFILES[reference[:3]])
        desk.made("POST", f"/v1/applications/{application['id']}/approval", {})
    sides = wait_for(lambda: ends_of(office, mission), 60)
    asked = office.post("meeting-requests", wish(mission, sides["guest"][0], sides["host"][0]))
    office.post(f"meeting-requests/{asked.json['id']}/acceptance")
    office.post(f"missions/{mission}/recommendations/publication")
    run = office.post(f"missions/{mission}/timetable-runs").json
    wait_for(lambda: office.get(f"timetable-runs/{run['id']}")["status"] == "solved", 60)
    office.post(f"timetable-runs/{run['id']}/publication")
    office.set_clock(AFTER)
    held = office.get(f"missions/{mission}/timetables/1")["meetings"][0]
    office.post(f"meetings/{held['meeting_id']}/holding")
    office.post("agreements", agreement(mission, sides))
    return mission


def ends_of(office, mission):
    """Return the participants that matching knows, by side, once they are four with their profiles."""
    with office.runtime.database.read() as session:
        rows = [row for row in queries.participants(session, UUID(mission)) if row.is_in]
        known = queries.profiles(session, UUID(mission)), queries.delegates(session, UUID(mission))
    sides = {side: [str(row.organisation_id) for row in rows if row.side == side] for side in ("guest", "host")}
    return sides if len(rows) == len(known[0]) == len(known[1]) == 4 else None


def wish(mission, one, other):
    return {"mission_id": mission, "from_organisation_id": one, "to_organisation_id": other}


def agreement(mission, sides):
    facts = {"mission_id": mission, "guest_id": sides["guest"][0], "host_id": sides["host"][0]}
    return facts | {"type": "supply_contract", "subject": "Настилы", "signed_at": "2024-12-12T10:00:00+07:00"}
