"""Actors and row scopes.

Who asks: every handler and every query takes an actor.

A service's scope: for each of its tables, which rows are there for whom.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from access import row_access
from access.actor import ANONYMOUS, Actor
from access.matrix import Deed
from access.row_access import AccessRules
from servicekit.problems import ForbiddenError
from servicekit.texts.languages import noop as _

__all__ = ["ANONYMOUS", "OPERATOR", "Actor", "system"]

OPERATOR = Actor(id="operator", is_system=True)
"""Whoever sits at the machine."""


def system(service: str) -> Actor:
    """Return the actor that handles events, schedules and tasks of a service."""
    return Actor(id=f"system:{service}", is_system=True)


@dataclass(frozen=True)
class Scope:
    """Access rules of a service's tables by model; `reads` holds the permission to read rows of each."""

    rules: Mapping[type, AccessRules]
    reads: Mapping[type, Deed]

    def rows(self, actor: Actor, model: type, deed: Deed | None = None) -> ColumnElement[bool]:
        """Select the rows to which the actor may do a deed, or the one that it is about to do."""
        return row_access.allowed_rows(actor, self.rules[model], deed)

    def allows(self, session: Session, actor: Actor, row: Any, deed: Deed | None = None) -> bool:
        """Tell whether the actor may do a deed (the one that it is about to do) to a row."""
        if actor.may_everywhere(deed):
            return True
        model: Any = type(row)
        return session.scalar(select(model.id).where(model.id == row.id, self.rows(actor, model, deed))) is not None

    def sees(self, session: Session, actor: Actor, row: Any) -> bool:
        """Tell whether a row is there for the actor."""
        return self.allows(session, actor, row) or self.allows(session, actor, row, self.reads[type(row)])

    def require(self, session: Session, actor: Actor, row: Any) -> None:
        """Raise ForbiddenError unless the actor may do to a row what it is about to do."""
        if not self.allows(session, actor, row):
            raise refusal()


def refusal() -> ForbiddenError:
    """Say that the actor may see something, and no more."""
    return ForbiddenError(_("Your role does not allow that."))
