"""Keep the people who speak for organisations, and tell privately how to reach them."""

from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from contracts.registration import DelegateChanged, DelegateRegistered, DelegateRemoved
from registration import events, finding
from registration.commands import AddDelegate, ChangeDelegate, NewDelegate, RemoveDelegate, ReportAbsence
from registration.handlers import consents, reachable
from registration.models import Application, Delegate, Mission, Organisation, Region
from registration.models.consent import PERSON
from servicekit import identifiers
from servicekit.auth import Actor
from servicekit.languages import noop as _


def add_delegate(session: Session, command: AddDelegate, actor: Actor) -> Delegate:
    """Name one more person of an application.

    Raises:
        InvalidInputError: a window or the telephone number cannot be right.
        TakenError: another delegate of the mission has the reference.
        StatusError: the application was rejected or withdrawn.

    """
    application = finding.find(session, Application, command.application_id, locked=True)
    application.require_alive()
    delegate = name_delegate(session, application, command.delegate, "#")
    if application.is_public:
        introduce(session, delegate)
    return delegate


def change_delegate(session: Session, command: ChangeDelegate, actor: Actor) -> Delegate:
    """Correct facts of a delegate; each exchange hears of it only where its own facts change.

    Raises:
        InvalidInputError: a window or the telephone number cannot be right.
        StatusError: the delegate was removed.

    """
    delegate = finding.find(session, Delegate, command.delegate_id, locked=True)
    delegate.require_present()
    before, before_contact = events.of_delegate(DelegateChanged, delegate), events.of_contact(delegate)
    _apply(session, delegate, dict(command.changes))
    if not _is_public(session, delegate):
        return delegate
    _tell_if_new(session, delegate, before)
    if events.of_contact(delegate) != before_contact:
        events.tell(session, delegate, events.of_contact(delegate))
    return delegate


def remove_delegate(session: Session, command: RemoveDelegate, actor: Actor) -> None:
    """Take a person off the list and forget everything personal.

    Raises:
        StatusError: it happened before.

    """
    delegate = finding.find(session, Delegate, command.delegate_id, locked=True)
    delegate.remove()
    if _is_public(session, delegate):
        events.tell(session, delegate, events.of_delegate(DelegateRemoved, delegate))
        events.tell(session, delegate, events.of_contact(delegate))


def report_absence(session: Session, command: ReportAbsence, actor: Actor) -> Delegate:
    """Cut hours out of a delegate's availability: a late arrival, an early leave.

    Raises:
        InvalidInputError: the absence misses the mission.
        StatusError: the delegate was removed.

    """
    delegate = finding.find(session, Delegate, command.delegate_id, locked=True)
    delegate.require_present()
    before = events.of_delegate(DelegateChanged, delegate)
    mission = finding.find(session, Mission, delegate.mission_id)
    delegate.be_absent(command.absence, command.reason, mission)
    if _is_public(session, delegate):
        _tell_if_new(session, delegate, before)
    return delegate


def name_delegate(session: Session, application: Application, given: NewDelegate, pointer: str) -> Delegate:
    """Keep a person of an application; nobody hears of it yet."""
    region = _region(session, application.organisation_id)
    delegate = Delegate(
        id=identifiers.fresh(),
        home=application.home,
        application_id=application.id,
        mission_id=application.mission_id,
        organisation_id=application.organisation_id,
        reference=given.reference,
        names=given.names,
        positions=given.positions,
        email=given.email,
        phone=reachable.phone(given.phone, region.country, f"{pointer}/phone"),
        language=given.language,
        timezone=given.timezone or region.timezone,
        attendance=given.attendance,
        can_negotiate=given.can_negotiate,
        absences=(),
        is_removed=False,
    )
    mission = finding.find(session, Mission, application.mission_id)
    delegate.be_available(given.availability, mission, f"{pointer}/availability")
    finding.add_unless_taken(session, delegate, _same(delegate), _("Delegate %(id)s has this reference."))
    consents.record(session, PERSON, delegate.id, given.consents)
    return delegate


def introduce(session: Session, delegate: Delegate) -> None:
    """Tell the others that there is a delegate, and privately how to reach this person."""
    events.tell(session, delegate, events.of_delegate(DelegateRegistered, delegate))
    events.tell(session, delegate, events.of_contact(delegate))


def _same(delegate: Delegate) -> Select[UUID]:
    return select(Delegate.id).where(
        Delegate.mission_id == delegate.mission_id, Delegate.reference == delegate.reference, ~Delegate.is_removed
    )


def _apply(session: Session, delegate: Delegate, changes: dict[str, Any]) -> None:
    if "availability" in changes:
        mission = finding.find(session, Mission, delegate.mission_id)
        delegate.be_available(changes.pop("availability"), mission, "#/availability")
    if "phone" in changes:
        country = _region(session, delegate.organisation_id).country
        changes["phone"] = reachable.phone(changes["phone"], country, "#/phone")
    for name, value in changes.items():
        setattr(delegate, name, value)


def _region(session: Session, organisation_id: UUID) -> Region:
    organisation = session.get_one(Organisation, organisation_id)
    return finding.region_of(session, organisation.region, "#/region")


def _is_public(session: Session, delegate: Delegate) -> bool:
    return session.get_one(Application, delegate.application_id).is_public


def _tell_if_new(session: Session, delegate: Delegate, before: DelegateChanged) -> None:
    now = events.of_delegate(DelegateChanged, delegate)
    if now != before:
        events.tell(session, delegate, now)
