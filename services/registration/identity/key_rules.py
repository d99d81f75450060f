"""What a key may do, how it ends.

What a key to the API may be made for: what its role can do, and its maker may do in the same scope.

The end of keys to the API: by whoever may, and with the standing of whoever made them.
"""

from collections.abc import Callable, Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from access.actor import Actor
from access.matrix import Deed
from access.roles import Relation, Role
from contracts.registration.identity import SessionRevoked
from registration import events
from registration import scope as scopes
from registration.models import Account, ApiKey
from servicekit.auth import tokens
from servicekit.data.clock import machine_now
from servicekit.problems import FieldError
from servicekit.telemetry import audit_log
from servicekit.texts.languages import noop as _


def lacking(session: Session, maker: Actor, role: Role, scope: str, deeds: Sequence[str]) -> list[FieldError]:
    """Return what is wrong with the deeds of a key: those that its role has not, or its maker has not there."""
    shown = Actor(id="key", claims={role: frozenset({scope})})
    wrong = []
    for place, deed in enumerate(map(Deed, deeds)):
        if not shown.may_somewhere(deed):
            detail = _("The role %(role)s cannot do that.")
        elif not _may(session, maker, deed, role, scope):
            detail = _("You cannot do that there yourself.")
        else:
            continue
        wrong.append(FieldError(f"#/scopes/{place}", detail, {"role": role.value}))
    return wrong


def _may(session: Session, maker: Actor, deed: Deed, role: Role, scope: str) -> bool:
    """Tell whether a maker may do a deed to all that a role in a scope reaches by it."""
    if maker.may_everywhere(deed):
        return True
    if role is Role.AGENCY:
        return any(scope in maker.scopes_for(relation, deed) for relation in Relation if relation.role is role)
    if role is Role.DELEGATE:
        return scopes.may_as_organisation(session, maker, UUID(scope), deed)
    return len(scope) == 36 and scopes.may_in_all_of_mission(session, maker, UUID(scope), deed)


OF_KEYS = timedelta(hours=1)
"""For how long a token holds that a key was exchanged for."""


def end(session: Session, key: ApiKey) -> None:
    """Let a key, and the tokens that it was exchanged for, hold no more, in any service."""
    key.revoked_at = machine_now()
    told = SessionRevoked(session_id=str(key.id), issued_before=key.revoked_at, forget_at=key.revoked_at + 2 * OF_KEYS)
    events.tell(session, key, told)
    tokens.revoke(session, told.session_id, told.issued_before, told.forget_at)


def end_those_of(session: Session, maker: Account, *, unless: Callable[[ApiKey], bool]) -> None:
    """End the keys that somebody made, but for those that may stay."""
    made = select(ApiKey).where(ApiKey.created_by == f"person:{maker.id}", ApiKey.revoked_at.is_(None))
    for key in session.scalars(made.order_by(ApiKey.id).with_for_update()).all():
        if key.is_live(machine_now()) and not unless(key):
            audit_log.note(session, key)
            end(session, key)
