"""The actor's scope in registration: which rows are there for whom, and what may be done to them."""

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import Session

from access import row_access
from access.actor import Actor, codes, ids
from access.matrix import Deed
from access.roles import Relation
from access.row_access import AccessRules
from registration.models import Application, ContactExchange, Delegate, Mission, Organisation, Participant, Profile
from servicekit.auth.actors import Scope, refusal

_missions_of = row_access.missions_by_region(Mission.id, Mission.host_region, Mission.guest_region)
_OF_MISSION = row_access.mission_rules(Mission.id, _missions_of)


def _registered(wanted: list[str]) -> Select[UUID]:
    return select(Organisation.id).where(Organisation.region.in_(wanted))


_OF_ORGANISATION = row_access.organisation_rules(Organisation.id, registered=_registered)


def _of_both(row: Any) -> AccessRules:
    """Reach what belongs to one organisation in one mission."""
    own = row_access.organisation_rules(row.organisation_id, registered=_registered)
    return {**row_access.mission_rules(row.mission_id, _missions_of), **own}


def _applied(*which: ColumnElement[bool]) -> Select[UUID]:
    return select(Application.organisation_id).where(*which)


def _met(relation: Relation) -> row_access.Condition:
    """Reach the organisations that applied to the missions which some regions host or send."""

    def condition(scopes: frozenset[str]) -> ColumnElement[bool]:
        missions = _missions_of(relation, codes(scopes))
        return Organisation.id.in_(_applied(Application.mission_id.in_(missions)))

    return condition


def _in_missions(scopes: frozenset[str]) -> ColumnElement[bool]:
    return Organisation.id.in_(_applied(Application.mission_id.in_(ids(scopes))))


SCOPE = Scope(
    rules={
        Mission: {
            **_OF_MISSION,
            Relation.DELEGATE: lambda scopes: Mission.id.in_(
                select(Application.mission_id).where(Application.organisation_id.in_(ids(scopes)))
            ),
        },
        Organisation: {
            **_OF_ORGANISATION,
            Relation.HOST: _met(Relation.HOST),
            Relation.SENDER: _met(Relation.SENDER),
            Relation.ORGANISER: _in_missions,
            Relation.READER: lambda scopes: or_(
                _in_missions(scopes), _met(Relation.HOST)(scopes), _met(Relation.SENDER)(scopes)
            ),
        },
        **{row: _of_both(row) for row in (Application, Delegate, Participant, Profile)},
        ContactExchange: {
            Relation.DELEGATE: lambda scopes: or_(
                ContactExchange.guest_organisation_id.in_(ids(scopes)),
                ContactExchange.host_organisation_id.in_(ids(scopes)),
            )
        },
    },
    reads={
        Mission: Deed.MISSIONS_READ,
        Organisation: Deed.ORGANISATIONS_READ,
        Application: Deed.APPLICATIONS_READ,
        Profile: Deed.APPLICATIONS_READ,
        Delegate: Deed.PEOPLE_READ,
        Participant: Deed.PARTICIPANTS_READ,
        ContactExchange: Deed.PEOPLE_READ,
    },
)
"""Which rows of registration are there for whom."""


def speaks_for(session: Session, actor: Actor, organisation: Organisation, mission: Mission) -> bool:
    """Tell whether the actor may apply for an organisation: its people, its agency, and whoever runs the mission.

    The latter for organisations of the mission's own regions: nobody gets to know others by naming them.
    """
    if SCOPE.allows(session, actor, organisation):
        return True
    is_of_sides = organisation.region in (mission.guest_region, mission.host_region)
    return is_of_sides and SCOPE.allows(session, actor, mission, Deed.MISSIONS_RUN)


def answers_for(actor: Actor, organisation: Organisation) -> bool:
    """Tell whether the actor's word stands behind an organisation: its region's agency, or who runs the platform."""
    home = actor.scopes_for(Relation.HOME, Deed.ORGANISATIONS_WRITE)
    return actor.may_everywhere(Deed.ORGANISATIONS_WRITE) or organisation.region in home


def may_let_speak(session: Session, actor: Actor, organisation: Organisation) -> bool:
    """Tell whether whom the actor names may speak for the organisation: nobody gives more than they have."""
    return SCOPE.allows(session, actor, organisation, Deed.ORGANISATIONS_WRITE)


def may_in_all_of_mission(session: Session, actor: Actor, mission_id: UUID, deed: Deed) -> bool:
    """Tell whether the actor may do a deed to all that is of a mission, and not to the own part of it alone."""
    mine = Mission.id == mission_id, row_access.allowed_rows(actor, _OF_MISSION, deed)
    return session.scalar(select(Mission.id).where(*mine)) is not None


def may_as_organisation(session: Session, actor: Actor, organisation_id: UUID, deed: Deed) -> bool:
    """Tell whether the actor may do a deed to whatever is of an organisation."""
    mine = Organisation.id == organisation_id, row_access.allowed_rows(actor, _OF_ORGANISATION, deed)
    return session.scalar(select(Organisation.id).where(*mine)) is not None


def require_region(actor: Actor, *places: tuple[Relation, str]) -> None:
    """Raise ForbiddenError unless the actor may do what it is about to do where one of these regions stands so."""
    if not actor.may_everywhere() and not any(region in actor.scopes_for(relation) for relation, region in places):
        raise refusal()


def missions(session: Session, actor: Actor) -> frozenset[str]:
    """Return the ids of the missions to which the actor may do what it is about to do."""
    return frozenset(map(str, session.scalars(select(Mission.id).where(SCOPE.rows(actor, Mission)))))
