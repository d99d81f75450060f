"""Recommended pairs as they are stored, and what follows once they are."""

from typing import Any
from uuid import UUID

from opentelemetry.trace import SpanKind
from sqlalchemy.orm import Session

from matching.domain.recommendations import Reason, Recommendation
from matching.handlers.listing import make_lists
from matching.handlers.recommendations import publish
from matching.models import Inputs, MissionCopy
from servicekit.tracing import Tracing


def finish(session: Session, tracing: Tracing, counters: Inputs) -> None:
    """Make the lists from the pairs, and publish them where that is wanted."""
    mission = session.get_one(MissionCopy, counters.mission_id)
    make_lists(session, mission, counters)
    tell(session, tracing, mission, counters)


def tell(session: Session, tracing: Tracing, mission: MissionCopy, counters: Inputs) -> None:
    """Publish the lists where that is wanted and they are up to date."""
    if counters.is_publication_wanted and counters.is_fresh:
        with tracing.step("publish recommendations", SpanKind.INTERNAL, counters.publication_traceparent):
            publish(session, mission, counters)


def pair_row(mission_id: UUID, pair: Recommendation, place: int) -> dict[str, Any]:
    """Give the columns of a pair; the lists are made later."""
    return {
        "mission_id": mission_id,
        "guest_id": pair.guest_id,
        "host_id": pair.host_id,
        "place": place,
        "score": round(pair.score, 6),
        "reasons": [_reason(reason) for reason in pair.reasons],
    }


def _reason(reason: Reason) -> dict[str, Any]:
    told = {
        "direction": reason.direction,
        "need": reason.need_text,
        "offer": reason.offer_text,
        "need_id": reason.need_id,
        "offer_id": reason.offer_id,
    }
    if reason.unmarked:
        return told | {"unmarked": list(reason.unmarked)}
    marks = {"need_marks": reason.need_marks, "offer_marks": reason.offer_marks}
    return told | {name: [list(span) for span in spans] for name, spans in marks.items()}
