"""What people ask about themselves: whoever signs in with the address of a delegate is that person."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from registration import events, lookups
from registration.commands import NewConsent
from registration.handlers import consents
from registration.identity import accounts
from registration.models import Application, Delegate, Mission, Organisation
from registration.models.consent import MAILING, PERSON
from servicekit.auth.actors import Actor

CHANNEL = "page"


def named(session: Session, actor: Actor) -> Sequence[tuple[Delegate, Organisation, Mission]]:
    """List where somebody is named, with or without a word for the organisation, the latest first."""
    account = accounts.find(session, actor.account_id) if actor.account_id else None
    if account is None:
        return []
    query = (
        select(Delegate, Organisation, Mission)
        .join(Organisation, Organisation.id == Delegate.organisation_id)
        .join(Mission, Mission.id == Delegate.mission_id)
        .where(Delegate.email_key == account.email_key, ~Delegate.is_removed)
    )
    rows = session.execute(query.order_by(Mission.starts_on.desc(), Delegate.id))
    return [(delegate, organisation, mission) for delegate, organisation, mission in rows]


def is_own(session: Session, delegate: Delegate, actor: Actor) -> bool:
    """Tell whether somebody has signed in with the address of a delegate."""
    account = accounts.find(session, actor.account_id) if actor.account_id else None
    return account is not None and not delegate.is_removed and account.email_key == delegate.email_key


def decline_messages(session: Session, person_id: UUID, words: tuple[str, str], actor: Actor) -> None:
    """Write to a person no more, at the person's own wish; `words` are those of the button, and their language.

    Raises:
        NotFoundError: there is nobody of that id, or it is somebody else.

    """
    delegate = session.get(Delegate, person_id, with_for_update=True)
    if delegate is None or not is_own(session, delegate, actor):
        raise lookups.absent(Delegate, person_id)
    text, language = words
    end = NewConsent(
        purpose=MAILING, text=text, version=None, language=language, channel=CHANNEL, given_at=None, is_withdrawal=True
    )
    region = lookups.known(session, Organisation, delegate.organisation_id).region
    lookups.note(session, actor, delegate)
    consents.record(session, (PERSON, delegate.id), region, [end])
    before, delegate.may_be_written_to = delegate.may_be_written_to, False
    if before and lookups.known(session, Application, delegate.application_id).is_public:
        events.tell(session, delegate, events.of_contact(delegate))
