"""Timetables of a small town, published and read."""

from builders.matching import MISSION, an_office, slot
from contracts import matching as events

CALM = """
pack = "mission_kind"
id = "calm"
like = "interregional"

[names]
en = "Repairs wait until somebody has looked at them"

[matching]
repairs = "previewed"
"""


def a_calm_office(runtime_of, folder):
    """Make an office that knows the kind `calm`, whose repairs wait."""
    missions = folder / "packs" / "missions"
    missions.mkdir(parents=True)
    (missions / "calm.toml").write_text(CALM, encoding="utf-8")
    return an_office(runtime_of, packs_dir=str(folder / "packs"))


def pin(guest, host, number, day=0):
    """Want a pair to meet in a slot."""
    return {"guest_id": str(guest), "host_id": str(host), "slot": slot(number, day=day).id}


def publish(office, *pins):
    """Solve, publish, and return the first timetable."""
    office.work()
    run = office.post(f"missions/{MISSION}/timetable-runs", {"pinned": list(pins)}).json
    office.work()
    office.post(f"timetable-runs/{run['id']}/publication")
    return office.timetable(1)


def places(timetable):
    """Return slot and table of each pair."""
    return {(m["guest_id"], m["host_id"]): (m["slot"], m["table"]) for m in timetable["meetings"]}


def told_to(office):
    """Return the organisations that were told of their meetings, in order."""
    return [event.organisation_id for event in office.recorded(events.ItineraryIssued)]
