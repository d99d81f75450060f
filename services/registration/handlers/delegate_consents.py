"""Take down what people consent to and what they take back, and do what follows from it."""

from sqlalchemy.orm import Session

from registration import events, lookups
from registration.commands import RecordDelegateConsents
from registration.handlers import consents, erasures, own_data
from registration.identity import sessions
from registration.models import Application, Delegate, Organisation
from registration.models.consent import MAILING, PERSON, PROCESSING
from servicekit.auth.actors import Actor
from servicekit.problems import ForbiddenError
from servicekit.texts.languages import noop as _


def record_consents(session: Session, command: RecordDelegateConsents, actor: Actor) -> Delegate:
    """Add consents of a delegate, or their ends.

    Who ends the consent to messages is written to no more; who ends that to processing is forgotten.

    Raises:
        InvalidInputError: a consent names no words, or words that are not in force.
        ForbiddenError: the person declined messages, and the actor is neither the person nor staff.
        StatusError: the delegate was removed.

    """
    delegate = lookups.find(session, Delegate, command.delegate_id, actor, locked=True)
    delegate.require_present()
    _require_word_of(session, delegate, command, actor)
    region = session.get_one(Organisation, delegate.organisation_id).region
    consents.record(session, (PERSON, delegate.id), region, command.consents)
    if consents.is_ended(session, delegate.id, PROCESSING):
        erasures.forget_person(session, delegate.id, actor)
        return delegate
    before = delegate.may_be_written_to
    delegate.may_be_written_to = consents.may_be_written_to(session, delegate.id)
    is_public = session.get_one(Application, delegate.application_id).is_public
    if is_public and delegate.may_be_written_to != before:
        events.tell(session, delegate, events.of_contact(delegate))
    return delegate


def _require_word_of(session: Session, delegate: Delegate, command: RecordDelegateConsents, actor: Actor) -> None:
    """Let nobody take back that a person wants no messages but the person, or staff whom the person told so."""
    asks_again = any(one.purpose == MAILING and not one.is_withdrawal for one in command.consents)
    if not asks_again or not consents.is_ended(session, delegate.id, MAILING):
        return
    if not sessions.is_staff(actor) and not own_data.is_own(session, delegate, actor):
        raise ForbiddenError(
            _("This person wants no messages: only the person, or the agency on the person's word, can change that.")
        )
