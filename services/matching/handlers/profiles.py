"""The profiles of those who take part, as the scorers read them."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from matching import queries
from matching.pack import activities
from matching.recommending.profiles import Item, Profile
from packs import loader
from servicekit import context


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
