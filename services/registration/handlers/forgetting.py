"""What registration does about a person who is to be forgotten: the rows go, the ids stay."""

from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from contracts.instance import PersonErasureRequested
from contracts.registration import ApplicationWithdrawn, DelegateRemoved, OrganisationChanged
from registration import events
from registration.identity.forgetting import forget_account, renew
from registration.models import Account, Application, Consent, Delegate, Erasure, Organisation
from servicekit.auth.actors import Actor
from servicekit.data import context, tombstones


def forget(session: Session, person_id: UUID, actor: Actor) -> None:
    """Delete what tells of a person and, where the person is at home here, ask the other services to do so.

    Consents stay as the proof that they were given: purpose, hash and time, without their words.
    """
    delegate = session.get(Delegate, person_id, with_for_update=True)
    organisation = session.get(Organisation, person_id, with_for_update=True)
    if delegate is not None:
        _forget_delegate(session, delegate)
    if organisation is not None and organisation.is_sole_trader:
        _forget_trader(session, organisation)
    session.execute(update(Consent).where(Consent.subject_id == person_id).values(text=""))
    account = session.get(Account, person_id, with_for_update=True)
    if account is not None:
        forget_account(session, account)
    known = delegate or organisation or account
    if known is not None and is_ours(session, known.home):
        _ask_the_others(session, person_id, known.home)


def is_ours(session: Session, home: str) -> bool:
    """Tell whether this instance serves a home: each one forgets its own people."""
    homes = context.of(session).settings.homes
    return not homes or home in homes


def _forget_delegate(session: Session, delegate: Delegate) -> None:
    was_there, key = not delegate.is_removed, delegate.email_key
    delegate.forget()
    session.flush()
    renew(session, key)
    if was_there and session.get_one(Application, delegate.application_id).is_public:
        events.tell(session, delegate, events.of_delegate(DelegateRemoved, delegate))
        events.tell(session, delegate, events.of_contact(delegate))


def _forget_trader(session: Session, organisation: Organisation) -> None:
    """A sole trader leaves the missions, too: nobody would be left to come."""
    before = events.of_organisation(OrganisationChanged, organisation)
    organisation.forget()
    now = events.of_organisation(OrganisationChanged, organisation)
    if now != before:
        events.tell(session, organisation, now)
    theirs = select(Application).where(Application.organisation_id == organisation.id).with_for_update()
    for application in session.scalars(theirs.order_by(Application.id)):
        if application.is_alive:
            application.withdraw("")
            if application.is_public:
                events.tell(session, application, events.of_application(ApplicationWithdrawn, application))


def _ask_the_others(session: Session, person_id: UUID, home: str) -> None:
    """Ask once: what is lost on the way is told again with everything else."""
    id_ = Erasure.id_of(person_id)
    if session.get(Erasure, id_) is not None:
        return
    requested_at = tombstones.held(session)[person_id]
    erasure = Erasure(id=id_, person_id=person_id, home=home, version=0, requested_at=requested_at)
    session.add(erasure)
    session.flush()
    events.tell(session, erasure, PersonErasureRequested(person_id=person_id, requested_at=erasure.requested_at))
