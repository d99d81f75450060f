"""Row-level access in notifications: which rows an actor may read or act on."""

from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from access import row_access
from access.actor import Actor
from access.matrix import Deed
from notifications.models import Delegate, Delivery, Mission, Organisation
from servicekit.auth.actors import Scope


def _organisations_of_regions(wanted: list[str]) -> Select[UUID]:
    return select(Organisation.id).where(Organisation.region.in_(wanted))


_missions_of = row_access.missions_by_region(Mission.id, Mission.host_region, Mission.guest_region)
SCOPE = Scope(
    rules={
        Delivery: {
            **row_access.mission_rules(Delivery.mission_id, _missions_of),
            **row_access.organisation_rules(Delivery.organisation_id, registered=_organisations_of_regions),
        },
        Delegate: {
            **row_access.mission_rules(Delegate.mission_id, _missions_of),
            **row_access.organisation_rules(Delegate.organisation_id, registered=_organisations_of_regions),
        },
        Organisation: row_access.organisation_rules(Organisation.id, registered=_organisations_of_regions),
        Mission: row_access.mission_rules(Mission.id, _missions_of),
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
