"""Row-level access in notifications: which rows an actor may read or act on."""

from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from access import reach
from access.actor import Actor
from access.matrix import Deed
from notifications.models import Delegate, Delivery, Mission, Organisation
from servicekit.scopes import Scope


def _organisations_of_regions(wanted: list[str]) -> Select[UUID]:
    return select(Organisation.id).where(Organisation.region.in_(wanted))


_missions_of = reach.hosted(Mission.id, Mission.host_region, Mission.guest_region)
SCOPE = Scope(
    reaches={
        Delivery: {
            **reach.of_mission(Delivery.mission_id, _missions_of),
            **reach.of_organisation(Delivery.organisation_id, registered=_organisations_of_regions),
        },
        Delegate: {
            **reach.of_mission(Delegate.mission_id, _missions_of),
            **reach.of_organisation(Delegate.organisation_id, registered=_organisations_of_regions),
        },
        Organisation: reach.of_organisation(Organisation.id, registered=_organisations_of_regions),
        Mission: reach.of_mission(Mission.id, _missions_of),
    },
    reads={
        Delegate: Deed.PEOPLE_READ,
        Organisation: Deed.PEOPLE_READ,
        Delivery: Deed.MESSAGES_READ,
        Mission: Deed.MESSAGES_READ,
    },
)
"""Access to deliveries, delegates, organisations and missions by the actor's roles."""


def mission_ids(session: Session, actor: Actor) -> frozenset[str]:
    """Return the ids of the missions that the actor's permission for this request covers."""
    return frozenset(map(str, session.scalars(select(Mission.id).where(SCOPE.rows(actor, Mission)))))
