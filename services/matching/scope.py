"""The actor's scope in matching: which rows are there for whom, and what may be done to them."""

from uuid import UUID

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session

from access import row_access
from access.actor import Actor, codes, ids
from access.matrix import Deed
from access.roles import Relation
from matching.models import (
    Agreement,
    DelegateCopy,
    Meeting,
    MeetingRequest,
    MissionCopy,
    OrganisationCopy,
    ParticipantCopy,
    Signal,
    TimetableRun,
    TimetableVersion,
)
from servicekit.auth.actors import Scope

_missions_of = row_access.missions_by_region(MissionCopy.id, MissionCopy.host_region, MissionCopy.guest_region)


def _registered(wanted: list[str]) -> Select[UUID]:
    return select(OrganisationCopy.id).where(OrganisationCopy.region.in_(wanted))


def _between(mission: row_access.Column, *ends: row_access.Column) -> row_access.AccessRules:
    """Reach what belongs to organisations in one mission."""
    return {
        **row_access.mission_rules(mission, _missions_of),
        **row_access.organisation_rules(*ends, registered=_registered),
    }


def _joined(which: ColumnElement[bool]) -> ColumnElement[bool]:
    return MissionCopy.id.in_(select(ParticipantCopy.mission_id).where(which))


SCOPE = Scope(
    rules={
        MissionCopy: {
            **row_access.mission_rules(MissionCopy.id, _missions_of),
            Relation.HOME: lambda scopes: _joined(ParticipantCopy.organisation_id.in_(_registered(codes(scopes)))),
            Relation.DELEGATE: lambda scopes: _joined(ParticipantCopy.organisation_id.in_(ids(scopes))),
        },
        ParticipantCopy: _between(ParticipantCopy.mission_id, ParticipantCopy.organisation_id),
        MeetingRequest: _between(
            MeetingRequest.mission_id, MeetingRequest.from_organisation_id, MeetingRequest.to_organisation_id
        ),
        Signal: _between(Signal.mission_id, Signal.organisation_id),
        DelegateCopy: _between(DelegateCopy.mission_id, DelegateCopy.organisation_id),
        OrganisationCopy: row_access.organisation_rules(OrganisationCopy.id, registered=_registered),
        Meeting: _between(Meeting.mission_id, Meeting.guest_id, Meeting.host_id),
        Agreement: _between(Agreement.mission_id, Agreement.guest_id, Agreement.host_id),
        TimetableRun: row_access.mission_rules(TimetableRun.mission_id, _missions_of),
        TimetableVersion: row_access.mission_rules(TimetableVersion.mission_id, _missions_of),
    },
    reads={
        MissionCopy: Deed.MEETINGS_READ,
        ParticipantCopy: Deed.MEETINGS_READ,
        MeetingRequest: Deed.MEETINGS_READ,
        Signal: Deed.MEETINGS_READ,
        DelegateCopy: Deed.PEOPLE_READ,
        OrganisationCopy: Deed.PEOPLE_READ,
        Meeting: Deed.MEETINGS_READ,
        Agreement: Deed.MEETINGS_READ,
        TimetableRun: Deed.TIMETABLES_READ,
        TimetableVersion: Deed.TIMETABLES_READ,
    },
)
"""Which rows of matching are there for whom."""


def speaks_for(session: Session, actor: Actor, mission_id: UUID, *organisation_ids: UUID) -> bool:
    """Tell whether the actor may do what it is about to do in the name of one of some participants of a mission."""
    query = select(ParticipantCopy.id).where(
        ParticipantCopy.mission_id == mission_id,
        ParticipantCopy.organisation_id.in_(organisation_ids),
        SCOPE.rows(actor, ParticipantCopy),
    )
    return actor.may_everywhere() or session.scalars(query.limit(1)).first() is not None


def missions(session: Session, actor: Actor) -> frozenset[str]:
    """Return the ids of the missions to which the actor may do what it is about to do."""
    return frozenset(map(str, session.scalars(select(MissionCopy.id).where(SCOPE.rows(actor, MissionCopy)))))
