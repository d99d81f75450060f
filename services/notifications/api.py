"""The HTTP API of notifications: deliveries and their states."""

from typing import Any
from uuid import UUID

from flask import Response, jsonify
from sqlalchemy.orm import Session

from access.matrix import Deed
from notifications.commands import ResendDelivery
from notifications.handlers.deliveries import resend_delivery
from notifications.models import Delivery
from notifications.queries import deliveries
from notifications.schemas import SUMMARY, DeliveryListArguments, DeliverySchema, SummaryArguments
from servicekit.auth.actors import Actor
from servicekit.web.endpoints import ApiBlueprint, reads, writes
from servicekit.web.paging import Page, page_of

blueprint = ApiBlueprint(
    "deliveries", __name__, url_prefix="/v1/deliveries", description="Messages to people, and what became of them."
)


@blueprint.get("")
@reads(Deed.MESSAGES_READ)
@blueprint.arguments(DeliveryListArguments, location="query")
@blueprint.response(200, page_of(DeliverySchema))
def list_deliveries(query: dict[str, Any], session: Session, actor: Actor) -> Page:
    """List deliveries in the order of creation."""
    return deliveries.list_deliveries(session, query, actor)


@blueprint.get("/summary")
@reads(Deed.MESSAGES_READ)
@blueprint.arguments(SummaryArguments, location="query")
@blueprint.response(200, SUMMARY)
def count_deliveries(query: dict[str, Any], session: Session, actor: Actor) -> Response:
    """Count deliveries by kind, channel and state."""
    return jsonify(deliveries.count_deliveries(session, query["mission_id"], actor))


@blueprint.get("/<uuid:delivery_id>")
@reads(Deed.MESSAGES_READ)
@blueprint.response(200, DeliverySchema)
def read_delivery(session: Session, actor: Actor, delivery_id: UUID) -> Delivery:
    """Return one delivery."""
    return deliveries.get_delivery(session, delivery_id, actor)


@blueprint.post("/<uuid:delivery_id>/resending")
@writes(Deed.MESSAGES_SEND)
@blueprint.response(202, DeliverySchema)
def resend(session: Session, actor: Actor, delivery_id: UUID) -> Delivery:
    """Queue a failed, deferred or unknown delivery once more; its mail keeps its Message-ID."""
    return resend_delivery(session, ResendDelivery(delivery_id=delivery_id), actor)
