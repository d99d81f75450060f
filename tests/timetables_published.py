"""Timetables of a small town, published and read."""

from builders.matching import MISSION, slot
from contracts import matching as events


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
