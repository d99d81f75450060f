"""Fragments that pages of other services include."""

from collections import Counter
from uuid import UUID

from flask import Blueprint, render_template
from sqlalchemy.orm import Session

from access.matrix import Deed
from notifications.models import DeliveryState
from notifications.queries import deliveries
from servicekit.auth.actors import Actor
from servicekit.problems import NotFoundError
from servicekit.texts.languages import noop as _
from servicekit.web.endpoints import reads

PENDING = (DeliveryState.QUEUED, DeliveryState.SENDING, DeliveryState.DEFERRED)
UNDELIVERED = (DeliveryState.FAILED, DeliveryState.UNKNOWN)

blueprint = Blueprint("tiles", __name__)


@blueprint.get("/missions/<uuid:mission_id>/tiles/mails")
@reads(Deed.MESSAGES_READ)
def show_mails(session: Session, actor: Actor, mission_id: UUID) -> str:
    """Show how many of a mission's mails were sent, are waiting or failed, as far as the actor may see them.

    Raises:
        NotFoundError: the mission does not exist, or the actor may not see it.

    """
    counts: Counter[str] = Counter()
    for channels in deliveries.count_deliveries(session, mission_id, actor).values():
        for by_state in channels.values():
            counts.update(by_state)
    if not counts and deliveries.get_mission(session, mission_id, actor) is None:
        raise NotFoundError(_("There is no mission %(id)s."), id=mission_id)
    return render_template(
        "notifications/tile_mails.html",
        mission_id=mission_id,
        total=counts.total(),
        sent=counts[DeliveryState.ACCEPTED],
        waiting=sum(counts[state] for state in PENDING),
        lost=sum(counts[state] for state in UNDELIVERED),
        kept=counts[DeliveryState.SUPPRESSED],
    )
