"""Builders for matching: missions told as events, and a clerk who uses the API on them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from contracts import event as wire
from contracts import registration as told
from matching.handlers.recommendations.scoring import recommend_next
from matching.handlers.timetable.worker import solve_next
from matching.service import SERVICE
from servicekit import identifiers
from servicekit.app import create_app
from servicekit.auth.actors import OPERATOR
from servicekit.bus import inbox
from servicekit.data.tables import outbox
from servicekit.operations import clock
from servicekit.service import Runtime

NINE = datetime(2030, 3, 4, 9, tzinfo=UTC)
"""The first slot of a small mission."""
HALF_HOUR = timedelta(minutes=30)
DAY = timedelta(days=1)
EARLY = NINE - timedelta(days=20)
MISSION = identifiers.derived("mission")
WORDS = ("турбины", "насосы", "кабели", "станки", "лампы", "двери", "краны", "печи")


def slot(number: int, *, day: int = 0, tables: Iterable[str] = ("T1", "T2")) -> told.MeetingSlot:
    """Make the half-hour of a number, from nine in the morning on."""
    starts_at = NINE + day * DAY + number * HALF_HOUR
    return told.MeetingSlot(
        id=f"slot-{day + 1}-{number}",
        session=f"day-{day + 1}",
        starts_at=starts_at,
        ends_at=starts_at + HALF_HOUR,
        tables=tuple(tables),
    )


def mission(**changes: Any) -> told.MissionAnnounced:
    """Make a small mission: two days of four slots with two tables each."""
    facts: dict[str, Any] = {
        "mission_id": MISSION,
        "reference": "small",
        "titles": {"ru": "Малая миссия", "en": "A small mission"},
        "kind": "interregional",
        "guest_region": "RU-KLU",
        "host_region": "RU-KYA",
        "starts_on": NINE.date(),
        "ends_on": (NINE + DAY).date(),
        "timezone": "Asia/Krasnoyarsk",
        "venue": {"ru": "Зал", "en": "Hall"},
        "organiser": {"ru": "Организатор", "en": "Organiser"},
        "organiser_phone": "+70000000000",
        "status": "open",
        "max_meetings_per_person_per_day": 6,
        "min_meetings_per_guest": 1,
        "online_tables": (),
        "tables": tuple(
            told.HallTable(id=id_, location="hall", seats=4, video_kit=id_ == "T2") for id_ in ("T1", "T2")
        ),
        "slots": tuple(slot(number, day=day) for day in (0, 1) for number in range(4)),
        "agenda": (),
    }
    return told.MissionAnnounced(**facts | changes)


@dataclass
class Office:
    """Registration as matching hears it, and a clerk at the API of matching."""

    runtime: Runtime
    versions: dict[UUID, int] = field(default_factory=dict)
    people: dict[UUID, list[UUID]] = field(default_factory=dict)
    sides: dict[UUID, told.Side] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.client = create_app(self.runtime).test_client()

    def body(self, subject: UUID, event: wire.Event, version: int | None = None, **more: Any) -> str:
        """Write an event as it comes over the bus, with the next version of its aggregate."""
        if version is None:
            version = self.versions[subject] = self.versions.get(subject, 0) + 1
        origin = wire.Origin(
            id=identifiers.fresh(),
            source="/ru-klu/registration",
            subject=str(subject),
            time=NINE,
            subjectversion=version,
            **more,
        )
        return wire.to_wire(event, origin)

    def hear(self, subject: UUID, event: wire.Event, version: int | None = None, **more: Any) -> str:
        """Let matching receive an event; return its body."""
        body = self.body(subject, event, version, **more)
        inbox.receive(self.runtime, [body])
        return body

    def announce(self, **changes: Any) -> None:
        """Tell of the mission."""
        self.hear(MISSION, mission(**changes))

    def admit(self, name: str, side: str, *, people: int = 1, **changes: Any) -> UUID:
        """Tell all there is to know of a participant; return the organisation's id."""
        id_ = identifiers.derived("organisation", name)
        self.sides[id_] = told.Side(side)
        self.hear(
            id_, organisation(id_, name, **{key: changes.pop(key) for key in ("role", "is_sme") if key in changes})
        )
        self.participate(id_, avoids=changes.pop("avoids", ()))
        self.hear(identifiers.derived("profile", id_), profile(id_, self.sides[id_], **changes))
        self.people[id_] = [identifiers.derived("delegate", name, number) for number in range(people)]
        for number, person in enumerate(self.people[id_]):
            self.hear(person, delegate(told.DelegateRegistered, person, id_, f"{name}/p{number}"))
        return id_

    def participate(
        self, id_: UUID, event: type[told.ParticipantState] = told.ParticipantAdmitted, **changes: Any
    ) -> str:
        """Tell where a participant stands."""
        facts = {
            "participant_id": identifiers.derived("participant", id_),
            "mission_id": MISSION,
            "organisation_id": id_,
            "side": self.sides[id_],
            "status": "withdrawn" if event is told.ParticipantWithdrawn else "admitted",
            "avoids": (),
            "withdrawn_from": None,
            "checked_in_at": None,
            "reason": "",
        }
        return self.hear(facts["participant_id"], event(**facts | changes))

    def change(self, organisation_id: UUID, windows: Iterable[tuple[datetime, datetime]], name: str) -> str:
        """Tell that the organisation's first delegate has other times."""
        person = self.people[organisation_id][0]
        event = delegate(told.DelegateChanged, person, organisation_id, f"{name}/p0", windows=windows)
        return self.hear(person, event)

    def set_clock(self, at: datetime) -> None:
        """Move the instance's clock."""
        with self.runtime.database.write() as session:
            clock.set_clock(session, at, OPERATOR)

    def work(self) -> None:
        """Let the tasks work until there is nothing left to do."""
        while recommend_next(self.runtime) or solve_next(self.runtime):
            pass

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        """Ask the API to do something; return its answer."""
        return self.client.post(f"/v1/{path}", json=body or {}, headers=headers)

    def get(self, path: str) -> Any:
        """Read from the API; return the body."""
        answer = self.client.get(f"/v1/{path}")
        assert answer.status_code == 200, answer.text
        return answer.json

    def meet(self, one: UUID, other: UUID) -> None:
        """Let one organisation ask the other, which agrees."""
        body = {"mission_id": str(MISSION), "from_organisation_id": str(one), "to_organisation_id": str(other)}
        asked = self.post("meeting-requests", body)
        assert asked.status_code == 201, asked.text
        assert self.post(f"meeting-requests/{asked.json['id']}/acceptance").status_code == 200

    def publish_timetable(self) -> dict[str, Any]:
        """Start a run, let it be solved, publish it, and return the timetable."""
        self.work()
        run = self.post(f"missions/{MISSION}/timetable-runs").json
        self.work()
        published = self.post(f"timetable-runs/{run['id']}/publication")
        assert published.json["status"] == "published", published.text
        return self.timetable(published.json["number"])

    def timetable(self, number: int) -> dict[str, Any]:
        """Return a published timetable."""
        return self.get(f"missions/{MISSION}/timetables/{number}")

    def recorded(self, kind: type[wire.Event]) -> list[Any]:
        """Return the events of a kind that matching has recorded, in order."""
        with self.runtime.database.read() as session:
            bodies = session.scalars(select(outbox.c.body).order_by(outbox.c.seq)).all()
        read = (wire.parse_envelope(body) for body in bodies)
        return [wire.parse_data(envelope).data for envelope in read if envelope.type == kind.type]

    def forget(self) -> None:
        """Empty the outbox."""
        with self.runtime.database.write() as session:
            session.execute(outbox.delete())


def an_office(make_runtime: Any, *, at: datetime = EARLY, **settings: Any) -> Office:
    """Open an office on a fresh database, with nothing heard yet."""
    office = Office(make_runtime(SERVICE, recommendation_quiet_seconds=0, **settings))
    office.set_clock(at)
    return office


def organisation(id_: UUID, name: str, *, role: str = "company", is_sme: bool = True) -> told.OrganisationRegistered:
    """Make an organisation."""
    return told.OrganisationRegistered(
        organisation_id=id_,
        reference=name,
        region="RU-KLU",
        names={"ru": f"ООО «{name}»", "en": f"{name} LLC"},
        role=role,
        size="small",
        is_sme=is_sme,
        tax_id=None,
        activity_codes=(),
        city={"ru": "Город", "en": "City"},
        about={},
    )


def profile(id_: UUID, side: told.Side, *, offers: str = "", needs: str = "") -> told.ProfilePublished:
    """Make a profile with at most one offer and one need."""
    return told.ProfilePublished(
        profile_id=identifiers.derived("profile", id_),
        mission_id=MISSION,
        organisation_id=id_,
        side=side,
        offers=_items("offer", offers),
        needs=_items("need", needs),
    )


def delegate(
    event: type[told.DelegateState],
    person: UUID,
    organisation_id: UUID,
    reference: str,
    windows: Iterable[tuple[datetime, datetime]] = ((NINE - DAY, NINE + 3 * DAY),),
    **changes: Any,
) -> told.DelegateState:
    """Make a delegate who is there all the time, or in the given windows."""
    facts = {
        "delegate_id": person,
        "mission_id": MISSION,
        "organisation_id": organisation_id,
        "reference": reference,
        "attendance": told.Attendance.IN_PERSON,
        "can_negotiate": True,
        "availability": tuple(told.Window(starts_at=since, ends_at=until) for since, until in windows),
        "is_removed": event is told.DelegateRemoved,
    }
    return event(**facts | changes)


def _items(kind: str, text: str) -> tuple[told.ProfileItem, ...]:
    if not text:
        return ()
    return (told.ProfileItem(id=f"{kind}-1", partnership_type="supplier_agreement", texts={"ru": text}),)
