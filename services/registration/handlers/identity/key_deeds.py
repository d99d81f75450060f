"""What a key to the API may be made for: what its role can do, and its maker may do in the same scope."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.orm import Session

from access.actor import Actor
from access.matrix import Deed
from access.roles import Relation, Role
from registration import scope as scopes
from servicekit.languages import noop as _
from servicekit.problems import FieldError


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
