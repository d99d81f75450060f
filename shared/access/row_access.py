"""Row-level access: SQL conditions that select the rows on which an actor has a permission."""

from collections.abc import Callable, Mapping
from uuid import UUID

from sqlalchemy import ColumnElement, Select, false, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute

from access.actor import Actor, codes, ids
from access.matrix import Deed
from access.roles import Relation

Column = InstrumentedAttribute[UUID] | InstrumentedAttribute[UUID | None]
Condition = Callable[[frozenset[str]], ColumnElement[bool]]
"""Scopes of the actor -> condition on a row."""
AccessRules = Mapping[Relation, Condition]
"""The condition on a row of a table for each relation that can give access to it."""


MissionsOf = Callable[[Relation, list[str]], Select[UUID]]
"""Selects the missions that some regions host (relation HOST) or send (relation SENDER)."""


def allowed_rows(actor: Actor, rules: AccessRules, deed: Deed | None = None) -> ColumnElement[bool]:
    """Return the condition for the rows on which the actor has a permission; by default its current one."""
    if actor.may_everywhere(deed):
        return true()
    conditions = [rule(scopes) for relation, rule in rules.items() if (scopes := actor.scopes_for(relation, deed))]
    return or_(false(), *conditions)


def mission_rules(mission: Column, missions_of: MissionsOf) -> AccessRules:
    """Return the access rules of a table with a column `mission`."""
    return {
        Relation.HOST: lambda scopes: mission.in_(missions_of(Relation.HOST, codes(scopes))),
        Relation.SENDER: lambda scopes: mission.in_(missions_of(Relation.SENDER, codes(scopes))),
        Relation.ORGANISER: lambda scopes: mission.in_(ids(scopes)),
        Relation.READER: lambda scopes: or_(
            mission.in_(ids(scopes)),
            mission.in_(missions_of(Relation.HOST, codes(scopes))),
            mission.in_(missions_of(Relation.SENDER, codes(scopes))),
        ),
    }


def organisation_rules(*columns: Column, registered: Callable[[list[str]], Select[UUID]]) -> AccessRules:
    """Return the access rules of a table with columns of organisations; access to one of them is enough.

    `registered` selects the organisations registered in some regions.
    """
    return {
        Relation.HOME: lambda scopes: or_(*(column.in_(registered(codes(scopes))) for column in columns)),
        Relation.DELEGATE: lambda scopes: or_(*(column.in_(ids(scopes)) for column in columns)),
    }


def missions_by_region(
    mission: InstrumentedAttribute[UUID], host: InstrumentedAttribute[str], sender: InstrumentedAttribute[str]
) -> MissionsOf:
    """Return a function that selects missions by host or sender region from a table with these columns."""

    def missions_of(relation: Relation, regions: list[str]) -> Select[UUID]:
        column = host if relation is Relation.HOST else sender
        return select(mission).where(column.in_(regions))

    return missions_of
