"""Two missions between two pairs of regions, with everything that can hang on a mission, in all three services."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from builders.registration import a_delegate, an_item
from caravan.serving.server import application
from matching.handlers.recommendations.scoring import recommend_next
from matching.handlers.timetable.worker import solve_next
from matching.service import SERVICE as MATCHING
from notifications.service import SERVICE as NOTIFICATIONS
from registration.service import SERVICE as REGISTRATION
from servicekit.app import create_app
from servicekit.bus import inbox
from servicekit.bus.in_process import Pump
from trespass.things import Thing

NAMES = ("registration", "matching", "notifications")
EIGHT = datetime(2030, 3, 4, 8, tzinfo=UTC)
HALF_HOUR = timedelta(minutes=30)
SIDES = {"a": ("RU-KLU", "RU-KYA"), "b": ("RU-OMS", "RU-SVE")}
"""Guest and host region of each mission."""
COMPANIES = {"a": ("g1", "g2", "h1"), "b": ("g1", "h1")}
IN_A_MONTH = (datetime.now(UTC) + timedelta(days=30)).isoformat()


@dataclass
class World:
    """The services, and what there is in them, by names such as `a.mission` and `a.g1.delegate`."""

    runtimes: dict[str, Any]
    apps: dict[str, Any] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)
    things: list[Thing] = field(default_factory=list)
    front: Any = None
    """What leads to the services where one process serves them all."""

    def __post_init__(self):
        together = list(self.runtimes.values())
        self.apps = {name: create_app(runtime, together) for name, runtime in self.runtimes.items()}
        self.front = application(together).app
        self.pump = Pump(together)

    def ask(self, service, method, path, body=None):
        """Let the admin ask for what must succeed; return the answer."""
        answer = self.apps[service].test_client().open(path, method=method, json=body)
        assert answer.status_code < 300, (method, path, answer.get_data(as_text=True))
        return answer.get_json(silent=True)

    def carry(self):
        """Let every event take effect, and everything be computed."""
        while self.pump.round() or recommend_next(self.runtimes["matching"]) or solve_next(self.runtimes["matching"]):
            pass

    def thing(self, service, kind, name):
        """Return the thing of a name."""
        return next(one for one in self.things if (one.service, one.kind, one.id) == (service, kind, self.ids[name]))


def a_world(make_runtime):
    """Make all of it."""
    quick = {"recommendation_quiet_seconds": 0}
    world = World(
        {
            "registration": make_runtime(REGISTRATION),
            "matching": make_runtime(MATCHING, **quick),
            "notifications": make_runtime(NOTIFICATIONS),
        }
    )
    for name in SIDES:
        _register(world, name)
    world.carry()
    for name in SIDES:
        _meet(world, name)
    world.carry()
    world.ask("registration", "PUT", "/v1/clock", {"now": (EIGHT + 10 * HALF_HOUR).isoformat()})
    world.carry()
    for name in SIDES:
        _sign(world, name)
    world.carry()
    for runtime in world.runtimes.values():
        inbox.receive(runtime, ["no event"])
    _collect(world)
    _share(world)
    return world


def a_programme():
    """Return the hall of a mission: four slots with one table."""
    slots = [
        {
            "id": f"s{number}",
            "tables": ["T1"],
            "starts_at": (EIGHT + number * HALF_HOUR).isoformat(),
            "ends_at": (EIGHT + (number + 1) * HALF_HOUR).isoformat(),
        }
        for number in range(4)
    ]
    return {"tables": [{"id": "T1"}], "slots": slots, "agenda": []}


def a_mission(reference, guest, host):
    """Return the body that plans a mission."""
    facts = {"reference": reference, "titles": {"en": f"Mission {reference}"}, "kind": "interregional"}
    when = {"starts_on": "2030-03-04", "ends_on": "2030-03-05", "timezone": "Asia/Krasnoyarsk"}
    who = {"guest_region": guest, "host_region": host, "venue": {"en": "Hall"}, "organiser": {"en": "Agency"}}
    return facts | when | who | a_programme()


def an_organisation(reference, region):
    """Return the body that registers a company."""
    names = {"en": f"Company {reference}"}
    return {"reference": reference, "region": region, "names": names, "legal_form": "LLC", "is_sme": True}


def _register(world, name):
    guest, host = SIDES[name]
    for code in SIDES[name]:
        facts = {"names": {"en": code}, "timezone": "Asia/Krasnoyarsk", "languages": ["en"]}
        world.ask("registration", "PUT", f"/v1/regions/{code}", facts)
    mission = world.ask("registration", "POST", "/v1/missions", a_mission(name, guest, host))["id"]
    world.ask("registration", "POST", f"/v1/missions/{mission}/opening")
    world.ids[f"{name}.mission"] = mission
    for company in COMPANIES[name]:
        _apply(world, name, company)
    spare = an_organisation(f"{name}-spare", guest)
    world.ids[f"{name}.spare"] = world.ask("registration", "POST", "/v1/organisations", spare)["id"]
    invitation = {"email": f"{name}@example.org", "role": "organiser", "scope": mission}
    world.ids[f"{name}.grant"] = world.ask("registration", "POST", "/v1/members", invitation)["id"]
    key = {"name": "k", "role": "reader", "scope": mission, "scopes": ["missions:read"], "expires_at": IN_A_MONTH}
    world.ids[f"{name}.key"] = world.ask("registration", "POST", "/v1/api-keys", key)["id"]


def _apply(world, name, company):
    region = SIDES[name][0 if company.startswith("g") else 1]
    reference, known = f"{name}-{company}", f"{name}.{company}"
    organisation = world.ask("registration", "POST", "/v1/organisations", an_organisation(reference, region))["id"]
    body = {
        "mission_id": world.ids[f"{name}.mission"],
        "organisation_id": organisation,
        "side": "guest" if company.startswith("g") else "host",
        "profile": {"offers": [an_item("Pumps for water")], "needs": [an_item("Water pumps")]},
        "delegates": [a_delegate(f"{reference}/p", names={"en": f"Person of {reference}"})],
        "submit": True,
    }
    application = world.ask("registration", "POST", "/v1/applications", body)
    world.ask("registration", "POST", f"/v1/applications/{application['id']}/approval", {})
    world.ids[known] = organisation
    world.ids[f"{known}.application"] = application["id"]
    world.ids[f"{known}.delegate"] = application["delegates"][0]["id"]


def _meet(world, name):
    mission, guest, host = (world.ids[f"{name}.{one}"] for one in ("mission", "g1", "h1"))
    asked = {"mission_id": mission, "from_organisation_id": guest, "to_organisation_id": host}
    first = world.ask("matching", "POST", "/v1/meeting-requests", asked)["id"]
    world.ask("matching", "POST", f"/v1/meeting-requests/{first}/acceptance")
    run = world.ask("matching", "POST", f"/v1/missions/{mission}/timetable-runs", {})["id"]
    world.carry()
    world.ask("matching", "POST", f"/v1/timetable-runs/{run}/publication")
    world.ids[f"{name}.run"] = run
    said = {"mission_id": mission, "organisation_id": host, "partner_id": guest, "kind": "known"}
    world.ids[f"{name}.signal"] = world.ask("matching", "POST", "/v1/signals", said)["id"]
    if name == "a":
        open_one = {"mission_id": mission, "from_organisation_id": world.ids["a.g2"], "to_organisation_id": host}
        world.ids["a.request"] = world.ask("matching", "POST", "/v1/meeting-requests", open_one)["id"]
        world.ids["a.edit"] = _lock_in_draft(world, mission)


def _lock_in_draft(world, mission):
    path = f"/v1/missions/{mission}/timetable-draft"
    row = world.ask("matching", "GET", path)["meetings"][0]
    seen = {"meeting_id": row["meeting_id"], "from": {"slot": row["slot"], "table": row["table"]}}
    return world.ask("matching", "POST", f"{path}/locks", seen)["id"]


def _sign(world, name):
    body = {"mission_id": world.ids[f"{name}.mission"], "type": "supply_contract", "subject": "Pumps"}
    ends = {"guest_id": world.ids[f"{name}.g1"], "host_id": world.ids[f"{name}.h1"]}
    told = body | ends | {"signed_at": (EIGHT + 9 * HALF_HOUR).isoformat()}
    world.ids[f"{name}.agreement"] = world.ask("matching", "POST", "/v1/agreements", told)["id"]


def _share(world):
    """Let the two of mission `a` hold their meeting and share their contacts."""
    path, ends = f"/v1/meetings/{world.ids['a.meeting']}", (world.ids["a.g1"], world.ids["a.h1"])
    world.ask("matching", "POST", f"{path}/holding")
    for end in ends:
        world.ask("matching", "POST", f"{path}/contacts", {"organisation_id": end})
    world.carry()
    told = {"service": "registration", "kind": "exchange", "id": world.ids["a.meeting"]}
    world.things.append(Thing(organisations=frozenset(ends), **told))


def _collect(world):
    """Note everything that there is, with what a role is compared with."""
    for name in SIDES:
        for service in ("registration", "matching", "notifications"):
            world.things += _of_mission(world, name, service)
        for company in (*COMPANIES[name], "spare"):
            world.things += _of_company(world, name, company)
    for service, path, kind, ends in (
        ("registration", "participants", "participant", ("organisation_id",)),
        ("matching", "meeting-requests", "request", ("from_organisation_id", "to_organisation_id")),
        ("matching", "signals", "signal", ("organisation_id",)),
        ("matching", "agreements", "agreement", ("guest_id", "host_id")),
        ("notifications", "deliveries", "delivery", ("organisation_id",)),
    ):
        for item in world.ask(service, "GET", f"/v1/{path}?limit=500")["items"]:
            world.things.append(_between(world, service, kind, item, ends))
    for name in SIDES:
        _collect_meetings(world, name)
    for one in world.things:
        if one.kind in ("participant", "delivery") and one.organisations == {world.ids["a.g1"]}:
            world.ids[f"a.g1.{one.kind}"] = one.id
    world.ids["letter"] = world.ask("registration", "GET", "/v1/events/dead")["items"][0]["id"]


def _collect_meetings(world, name):
    mission = world.ids[f"{name}.mission"]
    for item in world.ask("matching", "GET", f"/v1/missions/{mission}/meetings")["items"]:
        thing = _between(world, "matching", "meeting", item | {"mission_id": mission}, ("guest_id", "host_id"))
        world.things.append(thing)
        if thing.organisations == {world.ids[f"{name}.g1"], world.ids[f"{name}.h1"]}:
            world.ids[f"{name}.meeting"] = thing.id


def _of_mission(world, name, service):
    guest, host = SIDES[name]
    id_ = world.ids[f"{name}.mission"]
    facts = {"service": service, "mission": id_, "host": host, "guest": guest}
    companies = frozenset(world.ids[f"{name}.{company}"] for company in COMPANIES[name])
    homes = frozenset(SIDES[name]) if service == "matching" else frozenset()
    everybody = frozenset() if service == "notifications" else companies
    yield Thing(kind="mission", id=id_, mark=id_, organisations=everybody, homes=homes, **facts)
    if service == "matching":
        yield Thing(kind="run", id=world.ids[f"{name}.run"], **facts)


def _of_company(world, name, company):
    guest, host = SIDES[name]
    known = f"{name}.{company}"
    id_, home = world.ids[known], host if company.startswith("h") else guest
    own = {"service": "registration", "organisations": frozenset({id_}), "homes": frozenset({home})}
    if company == "spare":
        yield Thing(kind="organisation", id=id_, **own)
        return
    facts = own | {"mission": world.ids[f"{name}.mission"], "host": host, "guest": guest}
    yield Thing(kind="organisation", id=id_, **facts)
    yield Thing(kind="application", id=world.ids[f"{known}.application"], **facts)
    for service in NAMES:
        told = facts | {"service": service, "mark": f"Person of {name}-{company}"}
        yield Thing(kind="delegate", id=world.ids[f"{known}.delegate"], **told)
    yield Thing(kind="participant", id=id_, **facts | {"service": "matching"})


def _between(world, service, kind, item, ends):
    name = next((name for name in SIDES if world.ids[f"{name}.mission"] == item["mission_id"]), None)
    organisations = frozenset(item[end] for end in ends if item[end])
    homes = {
        world.ids[f"{one}.{company}"]: SIDES[one][company.startswith("h")]
        for one in SIDES
        for company in COMPANIES[one]
    }
    guest, host = SIDES[name] if name else ("", "")
    return Thing(
        service=service,
        kind=kind,
        id=item["id"],
        mark=item["id"],
        mission=item["mission_id"] or "",
        host=host,
        guest=guest,
        organisations=organisations,
        homes=frozenset(homes[one] for one in organisations),
    )
