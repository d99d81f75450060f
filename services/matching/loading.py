"""Load what commands need, or refuse."""

from uuid import UUID

from sqlalchemy.orm import Session

from matching import queries
from matching.errors import MissionElsewhereError, MissionNotFoundError
from matching.models import MissionCopy
from matching.pack import MatchingRules, rules_of
from servicekit import context
from servicekit.languages import noop as _


def known_mission(session: Session, mission_id: UUID) -> MissionCopy:
    """Return a mission that was heard of.

    Raises:
        MissionNotFoundError: none of that id was.

    """
    mission = session.get(MissionCopy, mission_id)
    if mission is None:
        raise MissionNotFoundError(_("Nothing is known of mission %(id)s."), id=mission_id)
    return mission


def own_mission(session: Session, mission_id: UUID) -> MissionCopy:
    """Return a mission that this instance decides about.

    Raises:
        MissionNotFoundError: none of that id was heard of.
        MissionElsewhereError: its home is another instance.

    """
    mission = known_mission(session, mission_id)
    homes = context.of(session).settings.homes
    if homes and mission.home not in homes:
        raise MissionElsewhereError(_("Mission %(id)s is at home in %(home)s."), id=mission_id, home=mission.home)
    return mission


def rules_for(session: Session, mission: MissionCopy) -> MatchingRules:
    """Return the rules of a mission's kind."""
    return rules_of(context.of(session).settings.packs_dir, mission.kind)


def participants(session: Session, mission_id: UUID) -> dict[UUID, str]:
    """Return the admitted organisations of a mission with their sides."""
    rows = queries.participants(session, mission_id)
    return {row.organisation_id: row.side for row in rows if row.is_in}
