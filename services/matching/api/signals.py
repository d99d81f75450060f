"""What organisations say of recommended partners."""

from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from access.matrix import Deed
from matching.commands import GiveSignal
from matching.handlers.recommendations import lists
from matching.models import Signal
from matching.schemas.signals import GiveSignalSchema, SignalArguments, SignalSchema
from matching.scope import SCOPE
from servicekit.auth.actors import Actor
from servicekit.web import paging
from servicekit.web.endpoints import ApiBlueprint, reads, writes

blueprint = ApiBlueprint(
    "signals", __name__, url_prefix="/v1/signals", description="What organisations say of recommended partners."
)


@blueprint.post("")
@writes(Deed.REQUESTS_WRITE, creates=True)
@blueprint.arguments(GiveSignalSchema)
@blueprint.response(201, SignalSchema)
def give(body: dict[str, Any], session: Session, actor: Actor) -> Signal:
    """Set a partner aside: it does not fit (`not_for_us`), or the two know each other (`known`)."""
    return lists.give_signal(session, GiveSignal(**body), actor)


@blueprint.get("")
@reads(Deed.MEETINGS_READ)
@blueprint.arguments(SignalArguments, location="query")
@blueprint.response(200, paging.page_of(SignalSchema))
def read_signals(query: dict[str, Any], session: Session, actor: Actor) -> paging.Page:
    """List signals, of a mission where one is given; what was said of an organisation is not there for it."""
    wanted = {"mission_id": query["mission_id"]} if query["mission_id"] is not None else {}
    return paging.page(session, select(Signal).where(SCOPE.rows(actor, Signal)).filter_by(**wanted), Signal.id, query)


@blueprint.post("/<uuid:signal_id>/withdrawal")
@writes(Deed.REQUESTS_WRITE)
@blueprint.response(200, SignalSchema)
def take_back(session: Session, actor: Actor, signal_id: UUID) -> Signal:
    """Take a signal back: the partner may be shown again."""
    return lists.take_signal_back(session, signal_id, actor)
