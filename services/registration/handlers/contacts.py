"""Addresses, phones, whose word vouches.

Addresses of the people of one application: one each, so that no mailbox gets a letter of each kind twice.

Make telephone numbers uniform by the country of a region.

Whose word stands behind the address of a delegate: strangers have nobody written to who never heard of us.
"""

from collections import Counter
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from registration import events
from registration.domain.statuses import ApplicationStatus
from registration.handlers import own_data
from registration.identity import sessions
from registration.models import Application, Delegate, Organisation
from servicekit.auth.actors import Actor
from servicekit.data import database
from servicekit.privacy import contacts
from servicekit.problems import FieldError, InvalidInputError
from servicekit.texts.languages import noop as _
from servicekit.web import rate_limits

SAME = _("Another delegate of this application has this address: give each person an address of their own.")


def require_own(session: Session, delegate: Delegate) -> None:
    """Refuse the address of a delegate where another one of the application has it, even if it came at the same moment.

    Raises:
        InvalidInputError: it points to the field.

    """
    database.hold(session, f"addresses of {delegate.application_id}")
    same = Delegate.application_id == delegate.application_id, Delegate.email_key == delegate.email_key
    others = select(Delegate.id).where(*same, Delegate.id != delegate.id, ~Delegate.is_removed)
    if session.scalar(others.limit(1)) is not None:
        raise InvalidInputError(_("Nothing was saved."), errors=[FieldError("#/email", SAME)])


def phone(text: str, country: str, pointer: str) -> str:
    """Return a number in its international form, empty for none.

    Raises:
        InvalidInputError: it cannot be a telephone number; `pointer` names the field.

    """
    if not text:
        return ""
    try:
        return contacts.phone(text, country)
    except ValueError as error:
        detail = _("This is no telephone number: write it with its country code, as +7 495 123-45-67.")
        raise InvalidInputError(_("Nothing was saved."), errors=[FieldError(pointer, detail)]) from error


ORGANISATIONS, APPLICATIONS, NAMED, READDRESSED = "10/hour;30/day", "30/hour;100/day", "200/hour", "100/hour"
"""How often somebody who is no staff registers, applies, names a person, or gives one another address.

A company that takes fifty people to three missions in one hour stays below."""
NAMINGS_OF_ADDRESS = "10/hour;30/day"
"""How often an address is named for which nobody vouches, by whomever."""


def is_vouched_for(session: Session, delegate: Delegate, actor: Actor) -> bool:
    """Tell whether a person may be written to on the word of the actor who names the address.

    Staff's word will do, a confirmed company's, that of a company whose application was approved, and one's own.
    """
    if sessions.is_staff(actor) or session.get_one(Organisation, delegate.organisation_id).is_confirmed:
        return True
    if session.get_one(Application, delegate.application_id).status is ApplicationStatus.APPROVED:
        return True
    return own_data.is_own(session, delegate, actor)


def vouch_for_people(session: Session, application: Application) -> None:
    """Let the people of an approved application be written to; it has been told already, so that its news comes first.

    What was told of the application before is then overtaken, and reaches nobody who has not read it.
    """
    theirs = select(Delegate).where(
        Delegate.application_id == application.id, ~Delegate.is_removed, ~Delegate.is_vouched_for
    )
    for delegate in session.scalars(theirs.order_by(Delegate.id).with_for_update()):
        delegate.is_vouched_for = True
        events.tell(session, delegate, events.of_contact(delegate))


def require_few_organisations(session: Session, actor: Actor) -> None:
    """Count an organisation that somebody registers.

    Raises:
        TooManyRequestsError: they are too many, unless staff registers them.

    """
    _spend(session, actor, "organisations", {actor.id: 1}, ORGANISATIONS)


def require_few_applications(session: Session, actor: Actor) -> None:
    """Count an application that somebody makes.

    Raises:
        TooManyRequestsError: they are too many, unless staff makes them.

    """
    _spend(session, actor, "applications", {actor.id: 1}, APPLICATIONS)


def require_few_named(session: Session, actor: Actor, delegates: Sequence[Delegate]) -> None:
    """Count people whom somebody has named.

    Raises:
        TooManyRequestsError: they are too many, or one is named too often, unless staff names them.

    """
    if delegates:
        _spend(session, actor, "named", {actor.id: len(delegates)}, NAMED)
        _count_strangers(session, actor, delegates)


def require_few_readdressed(session: Session, actor: Actor, delegate: Delegate) -> None:
    """Count a person to whom somebody has given another address.

    Raises:
        TooManyRequestsError: they are too many, or the address is named too often, unless staff does it.

    """
    _spend(session, actor, "readdressed", {actor.id: 1}, READDRESSED)
    _count_strangers(session, actor, [delegate])


def _count_strangers(session: Session, actor: Actor, delegates: Sequence[Delegate]) -> None:
    strangers = Counter(delegate.email_key for delegate in delegates if not delegate.is_vouched_for)
    _spend(session, actor, "address named", strangers, NAMINGS_OF_ADDRESS)


def _spend(session: Session, actor: Actor, name: str, spent: dict[str, int], limit: str) -> None:
    if not sessions.is_staff(actor):
        rate_limits.spend(session, name, spent, limit)
