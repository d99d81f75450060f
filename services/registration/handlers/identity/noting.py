"""Let the journal tell of roles and keys: what they are, and for whose region, mission or organisation they hold."""

from uuid import UUID

from sqlalchemy.orm import Session

from registration import finding
from registration.models import ApiKey, Mission, Organisation, RoleGrant
from servicekit import journal
from servicekit.auth import Actor


def note(session: Session, held: RoleGrant | ApiKey, actor: Actor, *, is_new: bool = False, **words: object) -> None:
    """Name a role or a key, so that whoever oversees the place where it holds reads of it; `words` are told, too.

    What holds for a mission is read by those who run it, and by the agency of the other region: an organiser may
    change what is of its companies.
    """
    journal.note(session, held, is_new=is_new)
    journal.named(session, role=held.role.value, scope=held.scope, **words)
    place = _place(session, held.scope)
    if place is None:
        journal.about(session, home=held.scope)
    else:
        finding.note(session, actor, place)
    if isinstance(place, Mission):
        journal.about(session, context=str(place.id), home=place.guest_region)


def _place(session: Session, scope: str) -> Mission | Organisation | None:
    if len(scope) != 36:
        return None
    return session.get(Mission, UUID(scope)) or session.get(Organisation, UUID(scope))
