"""A hall of forty tables and days of thirty slots with thousands of meetings, written into the tables of matching."""

from datetime import timedelta

from builders.matching import DAY, MISSION, NINE, an_office
from contracts import registration as told
from matching.models import DelegateCopy, Inputs, Meeting, OrganisationCopy, Pair, ParticipantCopy
from matching.models.meetings import meeting_id
from matching.models.timetable import TimetableVersion
from servicekit import identifiers

TABLES, SLOTS, DAYS, A_DAY = 40, 30, 5, 1000
SIDE = 250
"""Guests, and as many hosts."""
WORDS = ("Обнинские композитные", "Людиновский тепловозный", "Сибирский институт", "Красноярская меховая")


def large_hall(make_runtime):
    """Open an office with 5,000 meetings in 6,000 places; the first thousand are those of the first day."""
    office = an_office(make_runtime)
    tables = tuple(f"T{number + 1}" for number in range(TABLES))
    office.announce(
        ends_on=(NINE + (DAYS - 1) * DAY).date(),
        max_meetings_per_person_per_day=SLOTS,
        tables=tuple(told.HallTable(id=id_, location="hall", seats=4, video_kit=False) for id_ in tables),
        slots=tuple(_slot(day, number, tables) for day in range(DAYS) for number in range(SLOTS)),
    )
    sides = {side: [_organisation(side, number) for number in range(SIDE)] for side in ("guest", "host")}
    with office.runtime.database.write() as session:
        for side, ids in sides.items():
            for number, id_ in enumerate(ids):
                session.add_all(_rows(side, number, id_))
        session.flush()
        session.add_all(_pairs(sides))
        meetings = [_meeting(sides, day, number) for day in range(DAYS) for number in range(A_DAY)]
        session.add_all(meetings)
        session.add(_version(meetings))
        counters = session.get(Inputs, MISSION)
        if counters is None:
            counters = Inputs(mission_id=MISSION)
            session.add(counters)
        counters.timetable_number = 1
    return office


def _slot(day, number, tables):
    starts_at = NINE - timedelta(hours=5) + day * DAY + number * timedelta(minutes=30)
    return told.MeetingSlot(
        id=f"d{day + 1}-{number + 1}",
        session=f"d{day + 1}",
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=25),
        tables=tables,
    )


def _organisation(side, number):
    return identifiers.derived("organisation", side, number)


def _person(id_):
    return identifiers.derived("delegate", id_)


def _rows(side, number, id_):
    name = f"{WORDS[number % 4]} {'профили' if side == 'guest' else 'материалы'} {number}"
    heard = {"version": 1, "home": "here"}
    yield OrganisationCopy(id=id_, reference=f"{side}-{number}", region="RU-KLU", names={"ru": name}, **heard)
    yield ParticipantCopy(
        id=identifiers.derived("participant", id_),
        mission_id=MISSION,
        organisation_id=id_,
        side=side,
        status="admitted",
        avoids=[],
        withdrawn_from=None,
        **heard,
    )
    yield DelegateCopy(
        id=_person(id_),
        mission_id=MISSION,
        organisation_id=id_,
        attendance="in_person",
        can_negotiate=True,
        availability=[{"starts_at": (NINE - DAY).isoformat(), "ends_at": (NINE + 9 * DAY).isoformat()}],
        **heard,
    )


def _ends(sides, day, number):
    slot, table = divmod(number, A_DAY // SLOTS + 1)
    guest = (slot * 34 + table + day * 50) % SIDE
    return slot, table, sides["guest"][guest], sides["host"][(guest + slot + SLOTS * day) % SIDE]


def _meeting(sides, day, number):
    slot, table, guest, host = _ends(sides, day, number)
    place = _slot(day, slot, ())
    return Meeting(
        id=meeting_id(MISSION, guest, host),
        home="here",
        version=1,
        mission_id=MISSION,
        guest_id=guest,
        host_id=host,
        guest_person_id=_person(guest),
        host_person_id=_person(host),
        slot=place.id,
        starts_at=place.starts_at,
        ends_at=place.ends_at,
        table=f"T{table + 1}",
        is_online=False,
        status="scheduled",
    )


def _pairs(sides):
    for number, guest in enumerate(sides["guest"]):
        for away in range(60):
            host = sides["host"][(number + away) % SIDE]
            place = number * 60 + away
            yield Pair(mission_id=MISSION, guest_id=guest, host_id=host, place=place, score=0.9, reasons=[])


def _version(meetings):
    names = ("guest_id", "host_id", "slot", "table", "guest_person_id", "host_person_id")
    return TimetableVersion(
        id=identifiers.derived(MISSION, "timetable", 1),
        home="here",
        version=1,
        mission_id=MISSION,
        number=1,
        run_id=None,
        cause="first",
        value=1,
        bound=1,
        proven=True,
        seconds=0.0,
        published_at=NINE - 9 * DAY,
        meetings=[
            {name: str(getattr(m, name)) for name in names}
            | {"meeting_id": str(m.id), "status": m.status, "is_locked": False, "is_online": False, "interpreter": ""}
            | {"starts_at": m.starts_at.isoformat(), "ends_at": m.ends_at.isoformat()}
            for m in meetings
        ],
        unplaced=[],
        changes={"moved": [], "dropped": [], "added": []},
    )
