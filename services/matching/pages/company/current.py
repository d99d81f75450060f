"""For which organisation somebody looks at a page of a company: the one that speaks, or one of several."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import request
from sqlalchemy import select
from sqlalchemy.orm import Session

from access.roles import Role
from matching import lookups, queries
from matching.models import MissionCopy, OrganisationCopy, ParticipantCopy, RegionCopy
from matching.scope import SCOPE
from servicekit.auth.actors import Actor
from servicekit.data import clock
from servicekit.texts import languages


@dataclass(frozen=True, kw_only=True)
class Company:
    """An organisation in a mission, as whoever speaks for it sees both; `names` are those of all it could be."""

    mission: MissionCopy
    now: datetime
    id: UUID | None
    side: str
    names: Mapping[UUID, str]
    zone: str
    """Where the organisation sits, by its region; the mission's zone where that is not known."""

    @property
    def name(self) -> str:
        """What it is called."""
        return self.names[self.id] if self.id else ""

    @property
    def args(self) -> dict[str, Any]:
        """What addresses of its pages say further: which of several it is."""
        return {"organisation_id": self.id} if len(self.names) > 1 else {}

    @property
    def is_elsewhere(self) -> bool:
        """Whether its clocks tell another time than the mission's."""
        return self.now.astimezone(ZoneInfo(self.zone)).utcoffset() != self.now.astimezone(self.there).utcoffset()

    @property
    def there(self) -> ZoneInfo:
        """The zone in which the mission meets."""
        return ZoneInfo(self.mission.timezone)

    @property
    def is_over(self) -> bool:
        """Whether the mission is over."""
        return self.mission.is_over(self.now)


def company_of(session: Session, actor: Actor, mission_id: UUID, asked: UUID | None = None) -> Company:
    """Return for whom the actor looks: the one that is asked for, else its own, else the first that it may act for.

    Raises:
        MissionNotFoundError: none of that id was heard of, or not for this actor.
        ForbiddenError: the actor may see it, and no more; or speaks not for the one that is asked for.

    """
    mission = lookups.known_mission(session, mission_id, actor)
    wanted = asked or request.args.get("organisation_id", type=UUID)
    if wanted is not None:
        lookups.act_for(session, actor, mission_id, wanted)
    sides = _spoken_for(session, actor, mission_id, wanted)
    names = queries.names_of(session, sides, languages.of_request(), actor)
    known = sorted(sides, key=lambda id_: (str(id_) not in actor.scopes(Role.DELEGATE), names[id_], str(id_)))
    chosen = wanted if wanted in sides else next(iter(known), None)
    return Company(
        mission=mission,
        now=clock.now(session),
        id=chosen,
        side=sides[chosen] if chosen else "",
        names={id_: names[id_] for id_ in known},
        zone=(chosen and zone_of(session, chosen)) or mission.timezone,
    )


def zone_of(session: Session, organisation_id: UUID) -> str:
    """Return the zone of an organisation's region; empty where it is not known."""
    region = select(OrganisationCopy.region).where(OrganisationCopy.id == organisation_id).scalar_subquery()
    return session.scalar(select(RegionCopy.timezone).where(RegionCopy.code == region)) or ""


def _spoken_for(session: Session, actor: Actor, mission_id: UUID, wanted: UUID | None) -> dict[UUID, str]:
    """Return who takes part, or is wanted though it does no more, and may be spoken for; with the sides."""
    query = select(ParticipantCopy).where(ParticipantCopy.mission_id == mission_id, SCOPE.rows(actor, ParticipantCopy))
    return {
        row.organisation_id: row.side for row in session.scalars(query) if row.is_in or row.organisation_id == wanted
    }
