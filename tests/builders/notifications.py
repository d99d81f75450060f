"""Builders for notifications: events as they come over the bus, and a small mission that they tell of."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from contracts import event as wire
from contracts import registration
from contracts.registration import Attendance, Side
from notifications.models import Delivery
from servicekit import identifiers
from servicekit.bus import inbox

NOON = datetime(2024, 12, 10, 9, 0, tzinfo=UTC)
"""12:00 in Moscow, 16:00 in Krasnoyarsk."""
HALF_HOUR = timedelta(minutes=30)

MISSION = identifiers.derived("test-mission")
GUEST = identifiers.derived("test-guest")
HOST = identifiers.derived("test-host")
GUEST_PERSON = identifiers.derived("test-guest-person")
HOST_PERSON = identifiers.derived("test-host-person")
APPLICATION = identifiers.derived("test-application")


FACTS = {
    "organisation_id": GUEST,
    "mission_id": MISSION,
    "side": Side.GUEST,
}


@dataclass
class Bus:
    """Delivers events to a runtime as a bus does, and numbers the states of each aggregate."""

    runtime: object
    versions: dict = field(default_factory=dict)

    def send(self, event, **origin):
        """Deliver one event and return its body, to be delivered again."""
        body = self.body(event, **origin)
        inbox.receive(self.runtime, [body])
        return body

    def body(self, event, *, subject=None, version=None, at=NOON, home="ru-klu", snapshot=False):
        """Write an event in its wire form."""
        subject = subject or subject_of(event)
        self.versions[subject] = version or self.versions.get(subject, 0) + 1
        return wire.to_wire(
            event,
            wire.Origin(
                id=identifiers.fresh(),
                source=f"/{home}/{event.publisher}",
                subject=str(subject),
                time=at,
                subjectversion=self.versions[subject],
                snapshot=snapshot,
            ),
        )

    def replay(self, *bodies):
        """Deliver history."""
        inbox.replay(self.runtime, bodies)


def subject_of(event):
    """Return the id of the aggregate that an event tells of."""
    name = wire.entity_of(event.type)
    if name == "itinerary":
        return identifiers.derived("test-itinerary", event.organisation_id)
    if name == "recommendations":
        return identifiers.derived("test-recommendations", event.organisation_id)
    key = {
        "contact": "person_id",
        "sign_in": "account_id",
        "meeting_request": "request_id",
        "meeting_notice": "notice_id",
        "follow_up": "check_id",
        "region": "code",
    }
    found = getattr(event, key.get(name, f"{name}_id"))
    return found if isinstance(found, UUID) else identifiers.derived(found)


def a_known_mission(bus, *, with_contacts=True):
    """Tell of a mission with one guest and one host, and one delegate of each."""
    bus.send(a_mission())
    for organisation in (GUEST, HOST):
        bus.send(an_organisation(organisation_id=organisation))
    for person, organisation in ((GUEST_PERSON, GUEST), (HOST_PERSON, HOST)):
        bus.send(a_delegate(delegate_id=person, organisation_id=organisation), at=NOON - timedelta(days=30))
        if with_contacts:
            bus.send(a_contact(person_id=person, organisation_id=organisation))
    return bus


def a_mission(**values):
    """Announce the mission to Krasnoyarsk."""
    usual = {
        "mission_id": MISSION,
        "reference": "klu-kya",
        "titles": {"ru": "Миссия в Красноярский край", "en": "Mission to Krasnoyarsk Krai"},
        "kind": "interregional",
        "guest_region": "RU-KLU",
        "host_region": "RU-KYA",
        "starts_on": date(2024, 12, 10),
        "ends_on": date(2024, 12, 12),
        "timezone": "Asia/Krasnoyarsk",
        "venue": {"ru": "Конгресс-зал", "en": "Congress hall"},
        "organiser": {"ru": "Правительство Калужской области", "en": "Government of Kaluga Oblast"},
        "organiser_phone": "+7 000 400-00-20",
        "organiser_email": "desk@example.org",
        "status": "open",
        "max_meetings_per_person_per_day": 6,
        "min_meetings_per_guest": 4,
        "online_tables": (),
        "tables": (),
        "slots": (a_slot(),),
        "agenda": (),
    }
    return registration.MissionAnnounced(**{**usual, **values})


def a_slot():
    """Open one slot, at noon in Moscow."""
    return registration.MeetingSlot(id="s1", session="b2b", starts_at=NOON, ends_at=NOON + HALF_HOUR, tables=("T1",))


def an_organisation(**values):
    """Register an organisation: the host is in Krasnoyarsk, any other one in Kaluga."""
    is_host = values.get("organisation_id") == HOST
    names = {"ru": "АО «Теплосеть»", "en": "Teploset"} if is_host else {"ru": "ООО «Датчик»", "en": "Sensor LLC"}
    usual = {
        "organisation_id": GUEST,
        "reference": "klu-01",
        "region": "RU-KYA" if is_host else "RU-KLU",
        "names": names,
        "role": "company",
        "size": "small",
        "is_sme": True,
        "tax_id": None,
        "activity_codes": (),
        "city": {"ru": "Красноярск" if is_host else "Калуга"},
        "about": {"ru": "Датчики"},
    }
    return registration.OrganisationRegistered(**{**usual, **values})


def a_delegate(kind=registration.DelegateRegistered, **values):
    """Name a delegate of the guest."""
    usual = {
        "delegate_id": GUEST_PERSON,
        "mission_id": MISSION,
        "organisation_id": GUEST,
        "reference": "p1",
        "attendance": Attendance.IN_PERSON,
        "can_negotiate": True,
        "availability": (),
        "is_removed": False,
    }
    return kind(**{**usual, **values})


def a_contact(**values):
    """Tell how to reach the guest's delegate, or the host's."""
    is_host = values.get("person_id") == HOST_PERSON
    usual = {
        "person_id": GUEST_PERSON,
        "organisation_id": GUEST,
        "mission_id": MISSION,
        "names": {"ru": "Снегирин Роман Андреевич", "en": "Roman Snegirin"},
        "email": "host@example.org" if is_host else "guest@example.org",
        "phone": "",
        "language": "en" if is_host else "ru",
        "timezone": "Asia/Krasnoyarsk" if is_host else "Europe/Moscow",
    }
    return registration.ContactChanged(**{**usual, **values})


def a_removal(person_id=GUEST_PERSON, organisation_id=GUEST):
    """Tell that a person is not to be written to any more."""
    return registration.ContactRemoved(person_id=person_id, organisation_id=organisation_id, mission_id=MISSION)


def a_region(code, timezone):
    """Register a region."""
    return registration.RegionRegistered(
        code=code, names={"ru": code, "en": code}, timezone=timezone, languages=("ru",)
    )


def an_application(kind=registration.ApplicationApproved, **values):
    """Tell of the guest's application."""
    status = wire.REGISTRY[kind.type].type.split(".")[2]
    usual = {
        **FACTS,
        "application_id": APPLICATION,
        "status": status,
        "reason": "Заполните раздел «О компании»",
        "avoids": (),
        "submitted_at": NOON - timedelta(days=20),
        "reviewed_at": NOON - timedelta(days=10),
    }
    return kind(**{**usual, **values})


def a_participant(kind=registration.ParticipantAdmitted, **values):
    """Tell of the guest's part in the mission."""
    usual = {
        **FACTS,
        "participant_id": identifiers.derived("test-participant", values.get("organisation_id", GUEST)),
        "status": kind.type.split(".")[2],
        "avoids": (),
        "withdrawn_from": None,
        "checked_in_at": None,
        "reason": "",
    }
    return kind(**{**usual, **values})


def deliveries(runtime):
    """Return all deliveries, in the order in which they were made."""
    with runtime.database.read() as session:
        return list(session.scalars(select(Delivery).order_by(Delivery.position)))


def a_delivery(runtime):
    """Return the only delivery."""
    (only,) = deliveries(runtime)
    return only
