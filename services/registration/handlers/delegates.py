"""Keep the people who speak for organisations, and tell privately how to reach them."""

from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from contracts.registration import DelegateChanged, DelegateRegistered
from registration import events, lookups, scope
from registration.commands import (
    AddDelegate,
    ChangeDelegate,
    NewDelegate,
    RemoveDelegate,
    ReportAbsence,
)
from registration.handlers import consents, contacts, erasures
from registration.models import Application, Delegate, Mission, Organisation, Region
from registration.models.consent import MAILING, PERSON
from servicekit import identifiers
from servicekit.auth.actors import Actor
from servicekit.data.clock import machine_now
from servicekit.privacy.contacts import email_key
from servicekit.texts.languages import noop as _


def add_delegate(session: Session, command: AddDelegate, actor: Actor) -> Delegate:
    """Name one more person of an application.

    Raises:
        InvalidInputError: a window or the telephone number cannot be right.
        TakenError: another delegate of the mission has the reference.
        StatusError: the application was rejected or withdrawn.
        TooManyRequestsError: somebody who is no staff has named so many already.

    """
    application = lookups.find(session, Application, command.application_id, actor, locked=True)
    application.require_alive()
    delegate = name_delegate(session, application, command.delegate, "#", actor)
    contacts.require_own(session, delegate)
    contacts.require_few_named(session, actor, [delegate])
    if application.is_public:
        introduce(session, delegate)
    return delegate


def change_delegate(session: Session, command: ChangeDelegate, actor: Actor) -> Delegate:
    """Correct facts of a delegate; each exchange hears of it only where its own facts change.

    Whoever has a new address speaks for the organisation if the actor does; whoever had the old one no more.

    Raises:
        InvalidInputError: a window or the telephone number cannot be right.
        StatusError: the delegate was removed.
        TooManyRequestsError: somebody who is no staff has changed so many addresses already.

    """
    delegate = lookups.find(session, Delegate, command.delegate_id, actor, locked=True)
    delegate.require_present()
    before, before_contact = events.of_delegate(DelegateChanged, delegate), events.of_contact(delegate)
    before_key = delegate.email_key
    _apply(session, delegate, dict(command.changes))
    if "email" in command.changes:
        _readdress(session, delegate, before_key, actor)
    if not _is_public(session, delegate):
        return delegate
    _tell_if_new(session, delegate, before)
    if events.of_contact(delegate) != before_contact:
        events.tell(session, delegate, events.of_contact(delegate))
    return delegate


def remove_delegate(session: Session, command: RemoveDelegate, actor: Actor) -> None:
    """Take a person off the list and forget everything personal, as if the person had asked for it.

    Raises:
        StatusError: it happened before.

    """
    delegate = lookups.find(session, Delegate, command.delegate_id, actor, locked=True)
    delegate.require_present()
    erasures.forget_person(session, delegate.id, actor)


def report_absence(session: Session, command: ReportAbsence, actor: Actor) -> Delegate:
    """Cut hours out of a delegate's availability: a late arrival, an early leave.

    Raises:
        InvalidInputError: the absence misses the mission.
        StatusError: the delegate was removed.

    """
    delegate = lookups.find(session, Delegate, command.delegate_id, actor, locked=True)
    delegate.require_present()
    before = events.of_delegate(DelegateChanged, delegate)
    mission = lookups.known(session, Mission, delegate.mission_id)
    delegate.be_absent(command.absence, command.reason, mission)
    if _is_public(session, delegate):
        _tell_if_new(session, delegate, before)
    return delegate


def name_delegate(
    session: Session, application: Application, given: NewDelegate, pointer: str, actor: Actor
) -> Delegate:
    """Keep a person of an application; nobody hears of it yet.

    The person speaks for the organisation if the actor does; else once its agency approves the application.

    Raises:
        InvalidInputError: there is no consent to processing, or a fact cannot be right.
        TakenError: another delegate of the mission has the reference.

    """
    consents.require_processing(given.consents, f"{pointer}/consents")
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
        email_key=email_key(given.email),
        phone=contacts.phone(given.phone, region.country, f"{pointer}/phone"),
        language=given.language,
        timezone=given.timezone or region.timezone,
        attendance=given.attendance,
        can_negotiate=given.can_negotiate,
        languages=given.languages,
        absences=(),
        is_removed=False,
        may_be_written_to=not any(one.purpose == MAILING and one.is_withdrawal for one in given.consents),
    )
    delegate.is_vouched_for = contacts.is_vouched_for(session, delegate, actor)
    _let_speak(session, delegate, actor)
    mission = lookups.known(session, Mission, application.mission_id)
    delegate.be_available(given.availability, mission, f"{pointer}/availability")
    lookups.add_unless_taken(session, delegate, _same(delegate), _("Delegate %(id)s has this reference."))
    consents.record(session, (PERSON, delegate.id), region.code, given.consents, f"{pointer}/consents")
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
        mission = lookups.known(session, Mission, delegate.mission_id)
        delegate.be_available(changes.pop("availability"), mission, "#/availability")
    if "phone" in changes:
        country = _region(session, delegate.organisation_id).country
        changes["phone"] = contacts.phone(changes["phone"], country, "#/phone")
    if "email" in changes:
        changes["email_key"] = email_key(changes["email"])
    for name, value in changes.items():
        setattr(delegate, name, value)


def _readdress(session: Session, delegate: Delegate, before_key: str, actor: Actor) -> None:
    """Take from whoever had the old address what it gave, and let the new one speak if the actor may.

    The new one is written to if the actor's word will do for that; one that is given again, by it as well.
    """
    is_new = delegate.email_key != before_key
    is_vouched_for = contacts.is_vouched_for(session, delegate, actor)
    delegate.is_vouched_for = is_vouched_for or (delegate.is_vouched_for and not is_new)
    if is_new:
        delegate.speaks_since = None
        session.flush()
        contacts.require_own(session, delegate)
        contacts.require_few_readdressed(session, actor, delegate)
        erasures.leave_address(session, before_key, actor)
    _let_speak(session, delegate, actor)


def _let_speak(session: Session, delegate: Delegate, actor: Actor) -> None:
    if scope.may_let_speak(session, actor, session.get_one(Organisation, delegate.organisation_id)):
        delegate.let_speak(machine_now())


def _region(session: Session, organisation_id: UUID) -> Region:
    organisation = session.get_one(Organisation, organisation_id)
    return lookups.region_of(session, organisation.region, "#/region")


def _is_public(session: Session, delegate: Delegate) -> bool:
    return session.get_one(Application, delegate.application_id).is_public


def _tell_if_new(session: Session, delegate: Delegate, before: DelegateChanged) -> None:
    now = events.of_delegate(DelegateChanged, delegate)
    if now != before:
        events.tell(session, delegate, now)
