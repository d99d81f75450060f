"""Profiles in, stored pairs out.

Recommended pairs as they are stored, and what follows once they are.

The profiles of those who take part, as the scorers read them.
"""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from opentelemetry.trace import SpanKind
from sqlalchemy.orm import Session

from matching import queries
from matching.handlers.recommendations.list_publication import publish
from matching.handlers.recommendations.lists import make_lists
from matching.models import Inputs, MissionCopy
from matching.pack import activities
from matching.queries.recommendations import met_elsewhere
from matching.recommending.profiles import Item, Profile
from matching.recommending.recommendation import Reason, Recommendation
from packs import loader
from servicekit.data import context
from servicekit.telemetry.tracing import Tracing


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


def that_may_meet(session: Session, mission_id: UUID, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Leave out pairs of which one has left the mission, asked not to meet the other, or met it in another mission.

    What is scored outside a transaction may have been overtaken: whoever stores it holds the lock of the counters.
    """
    ids = {row[end] for row in rows for end in ("guest_id", "host_id")}
    here = {row.organisation_id: row.avoids for row in queries.participants(session, mission_id, ids) if row.is_in}
    met = met_elsewhere(session, mission_id, ids)
    ends = ((row, row["guest_id"], row["host_id"]) for row in rows)
    return [
        row
        for row, guest, host in ends
        if guest in here and host in here and str(host) not in here[guest] and str(guest) not in here[host]
        if frozenset((guest, host)) not in met
    ]


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


def profiles_of(session: Session, mission_id: UUID, only: Collection[UUID] | None = None) -> list[Profile]:
    """Return the profiles of everybody who takes part, or of some."""
    taking_part = queries.participants(session, mission_id, only)
    admitted = {row.organisation_id: row for row in taking_part if row.is_in}
    known = queries.organisations(session, admitted)
    rows = {row.organisation_id: row for row in queries.profiles(session, mission_id, only)}
    packs = loader.load(context.of(session).settings.packs_dir)
    return [
        Profile(
            organisation_id=id_,
            side="guest" if participant.side == "guest" else "host",
            activity_codes=tuple(known[id_].activity_codes) if id_ in known else (),
            offers=_items(rows[id_].offers),
            needs=_items(rows[id_].needs),
            avoids=frozenset(UUID(avoided) for avoided in participant.avoids),
            activities=activities(packs, known[id_].region, known[id_].activity_codes) if id_ in known else (),
        )
        for id_, participant in admitted.items()
        if id_ in rows
    ]


def _items(rows: list[dict[str, Any]]) -> tuple[Item, ...]:
    return tuple(Item(id=row["id"], partnership_type=row["partnership_type"], texts=row["texts"]) for row in rows)
