"""The actor's scope as a condition on rows: every query that answers somebody asks for it."""

from collections.abc import Callable, Mapping
from uuid import UUID

from sqlalchemy import ColumnElement, Select, false, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute

from access.actor import Actor, codes, ids
from access.matrix import Deed
from access.roles import Standing

Column = InstrumentedAttribute[UUID] | InstrumentedAttribute[UUID | None]
Condition = Callable[[frozenset[str]], ColumnElement[bool]]
Reach = Mapping[Standing, Condition]
"""For each way to stand towards a row: what the scopes have to be of it."""


MissionsOf = Callable[[Standing, list[str]], Select[UUID]]
"""Selects the missions that some regions host, or send."""


def within(actor: Actor, reach: Reach, deed: Deed | None = None) -> ColumnElement[bool]:
    """Select the rows to which the actor may do a deed, or the one that it is about to do."""
    if actor.may_everywhere(deed):
        return true()
    found = [condition(scopes) for standing, condition in reach.items() if (scopes := actor.stands(standing, deed))]
    return or_(false(), *found)


def of_mission(mission: Column, missions_of: MissionsOf) -> Reach:
    """Reach rows by their mission; `missions_of` selects those that some regions host or send."""
    return {
        Standing.HOST: lambda scopes: mission.in_(missions_of(Standing.HOST, codes(scopes))),
        Standing.SENDER: lambda scopes: mission.in_(missions_of(Standing.SENDER, codes(scopes))),
        Standing.ORGANISER: lambda scopes: mission.in_(ids(scopes)),
        Standing.READER: lambda scopes: or_(
            mission.in_(ids(scopes)),
            mission.in_(missions_of(Standing.HOST, codes(scopes))),
            mission.in_(missions_of(Standing.SENDER, codes(scopes))),
        ),
    }


def of_organisation(*ends: Column, registered: Callable[[list[str]], Select[UUID]]) -> Reach:
    """Reach rows by the organisations that they are about; `registered` selects those of some regions."""
    return {
        Standing.HOME: lambda scopes: or_(*(end.in_(registered(codes(scopes))) for end in ends)),
        Standing.DELEGATE: lambda scopes: or_(*(end.in_(ids(scopes)) for end in ends)),
    }


def hosted(
    mission: InstrumentedAttribute[UUID], host: InstrumentedAttribute[str], sender: InstrumentedAttribute[str]
) -> MissionsOf:
    """Return what selects the missions that some regions host, or send."""

    def missions_of(standing: Standing, wanted: list[str]) -> Select[UUID]:
        column = host if standing is Standing.HOST else sender
        return select(mission).where(column.in_(wanted))

    return missions_of
