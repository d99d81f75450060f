"""Who may grant what; audit notes.

Who may give and take roles: whoever runs a mission, its organisers; an agency, its colleagues; never to oneself.

Let the journal tell of roles and keys: what they are, and for whose region, mission or organisation they hold.
"""

from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from access.actor import Actor
from access.matrix import Deed
from access.roles import EVERYTHING, Role
from registration import lookups
from registration.models import Account, ApiKey, Mission, Organisation, RoleGrant
from servicekit.auth.actors import refusal
from servicekit.problems import ForbiddenError
from servicekit.telemetry import audit_log
from servicekit.texts.languages import noop as _

_PEER, _AGENCY, _PLATFORM = range(3)
"""How high somebody stands towards a role: as those who hold it, the agency of the place, whoever runs the platform."""


def require(session: Session, actor: Actor, role: Role, scope: str) -> None:
    """Raise unless the actor may give a role there."""
    if actor.may_everywhere():
        return
    if role in (Role.ORGANISER, Role.READER) and len(scope) == 36:
        lookups.find(session, Mission, UUID(scope), actor.doing(Deed.MISSIONS_RUN))
    elif role is Role.DELEGATE:
        lookups.find(session, Organisation, UUID(scope), actor.doing(Deed.ORGANISATIONS_WRITE))
    elif role is not Role.AGENCY or scope not in actor.effective_scopes(Role.AGENCY):
        raise refusal()


def require_above(session: Session, actor: Actor, grant: RoleGrant) -> None:
    """Raise where somebody who may give a role may not take this one: an office gave it, and the actor is none.

    Organisers, and delegates, dismiss whom one of them has invited; the agency of the place dismisses anybody there,
    but for colleagues whom an administrator appointed.
    """
    own, givers = _standings(session, actor, grant)
    if own < (givers if grant.role is Role.AGENCY else min(givers, _AGENCY)):
        raise ForbiddenError(_("Whoever appointed this person stands above you: ask the agency, or the platform."))


def require_other(actor: Actor, account: Account) -> None:
    """Raise where somebody would give a role to the own account: an organiser may what an agency may not.

    An administrator gains nothing by it, and is the agency, too, where the platform is small.
    """
    if account.id == actor.account_id and not actor.may_everywhere():
        raise ForbiddenError(_("Nobody gives a role to the own account: ask somebody else who may give it."))


def stands_above_giver(session: Session, actor: Actor, grant: RoleGrant) -> bool:
    """Tell whether an actor who gives a role once more stands above whoever gave it."""
    own, givers = _standings(session, actor, grant)
    return own > givers


def require_overseer(session: Session, actor: Actor, scope: str) -> None:
    """Raise unless the actor may know who holds roles and keys there: whoever may give one there."""
    if scope == EVERYTHING:
        role = Role.ADMIN
    elif len(scope) != 36:
        role = Role.AGENCY
    else:
        role = Role.ORGANISER if session.get(Mission, UUID(scope)) else Role.DELEGATE
    require(session, actor, role, scope)


def _standings(session: Session, actor: Actor, grant: RoleGrant) -> tuple[int, int]:
    """Return how high the actor stands, and whoever gave the role."""
    office = _office(session, grant)
    given = _standing(_held_by_giver(session, grant), office)
    held = {(Role.AGENCY, region) for region in actor.scopes(Role.AGENCY)}
    return (_PLATFORM if actor.may_everywhere() else _standing(held, office)), given


def _office(session: Session, grant: RoleGrant) -> str:
    """Return the region whose agency stands above those who hold a role in some scope."""
    if len(grant.scope) != 36:
        return grant.scope
    if grant.role is Role.DELEGATE:
        return lookups.known(session, Organisation, UUID(grant.scope)).region
    return lookups.known(session, Mission, UUID(grant.scope)).host_region


def _held_by_giver(session: Session, grant: RoleGrant) -> set[tuple[Role, str]]:
    """Return the roles that whoever gave a role had then, or has had since; an operator is an administrator."""
    kind, _sign, id_ = grant.granted_by.partition(":")
    if kind != "person":
        return {(Role.ADMIN, EVERYTHING)}
    holds = or_(RoleGrant.revoked_at.is_(None), RoleGrant.revoked_at >= grant.granted_at)
    mine = select(RoleGrant.role, RoleGrant.scope).where(RoleGrant.account_id == UUID(id_), holds)
    return {(role, scope) for role, scope in session.execute(mine)}


def _standing(held: set[tuple[Role, str]], office: str) -> int:
    if (Role.ADMIN, EVERYTHING) in held:
        return _PLATFORM
    return _AGENCY if (Role.AGENCY, office) in held else _PEER


def note(session: Session, held: RoleGrant | ApiKey, actor: Actor, *, is_new: bool = False, **words: object) -> None:
    """Name a role or a key, so that whoever oversees the place where it holds reads of it; `words` are told, too.

    What holds for a mission is read by those who run it, and by the agency of the other region: an organiser may
    change what is of its companies.
    """
    audit_log.note(session, held, is_new=is_new)
    audit_log.named(session, role=held.role.value, scope=held.scope, **words)
    place = _place(session, held.scope)
    if place is None:
        audit_log.about(session, home=held.scope)
    else:
        lookups.note(session, actor, place)
    if isinstance(place, Mission):
        audit_log.about(session, context=str(place.id), home=place.guest_region)


def _place(session: Session, scope: str) -> Mission | Organisation | None:
    if len(scope) != 36:
        return None
    return session.get(Mission, UUID(scope)) or session.get(Organisation, UUID(scope))
