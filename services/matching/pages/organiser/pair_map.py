"""The map of pairs: guests against hosts by how close they are, and what is known of the pair that is opened."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil, isqrt
from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, request, url_for
from sqlalchemy.orm import Session

from access.matrix import Deed
from matching import lookups, queries
from matching.pages import layout
from matching.pages.texts import short_name
from matching.queries import pair_map
from matching.queries.exposure import publication
from servicekit.auth.actors import Actor
from servicekit.data import clock
from servicekit.texts import languages
from servicekit.texts.languages import noop as _
from servicekit.web.endpoints import reads

blueprint = Blueprint("pair_map", __name__)

BLOCK = 60
"""Guests, and hosts, of one page at most."""
LINKS = 500
"""Pairs of one page, about: more of them in words and addresses would pass 100 kB."""


@dataclass(frozen=True, kw_only=True)
class Block:
    """Some of a side, as many as a page holds; blocks are numbered from 1."""

    number: int
    size: int
    ids: Sequence[UUID]
    of: int
    """How many blocks the side has."""


@blueprint.get("/missions/<uuid:mission_id>/map")
@reads(Deed.MEETINGS_RUN)
def show_map(session: Session, actor: Actor, mission_id: UUID) -> str:
    """Show how close guests and hosts are, block by block, and what is known of one pair."""
    mission = lookups.known_mission(session, mission_id, actor)
    language, now = languages.of_request(), clock.now(session)
    sides = pair_map.in_order(session, mission_id, actor)
    keys = short_keys([*sides["guest"], *sides["host"]])
    wanted = {side: _asked(sides[side], keys, side) for side in sides}
    size = _size(len(sides["guest"]) * len(sides["host"]), pair_map.count(session, mission_id, actor))
    blocks = {side: _block(ids, size, f"{side}s", wanted[side]) for side, ids in sides.items()}
    guest, host = wanted["guest"], wanted["host"]
    names = queries.names_of(session, (*blocks["guest"].ids, *blocks["host"].ids), language, actor)
    return render_template(
        "matching/map.html",
        frame=layout.of_mission(mission, layout.say(_("Who suits whom")), "recommendations", now, broad=True),
        mission=mission,
        counts={side: len(ids) for side, ids in sides.items()},
        blocks=blocks,
        turns={side: _turns(mission_id, blocks, side, len(sides[side])) for side in sides},
        cells=pair_map.cells(session, mission_id, blocks["guest"].ids, blocks["host"].ids, actor),
        keys=keys,
        names=names,
        short={id_: short_name(name) for id_, name in names.items()},
        standing=publication(session, mission_id, actor),
        opened=pair_map.opened(session, mission_id, (guest, host), language, actor) if guest and host else None,
        is_asked="guest" in request.args or "host" in request.args,
        is_over=mission.is_over(now),
    )


def short_keys(ids: Sequence[UUID]) -> dict[UUID, str]:
    """Name organisations by the ends of their ids, as long as it takes to tell them apart: a map has many links."""
    length = next(n for n in (8, 16, 32) if len({id_.hex[-n:] for id_ in ids}) == len(ids))
    return {id_: id_.hex[-length:] for id_ in ids}


def _asked(ids: Iterable[UUID], keys: Mapping[UUID, str], side: str) -> UUID | None:
    """Find whom the address names, by its key or its id."""
    said = request.args.get(side)
    return next((id_ for id_ in ids if said in (keys[id_], str(id_))), None)


def _size(cells: int, pairs: int) -> int:
    """Return how many of a side a page holds: fewer where so many pairs fit that their links make it too long."""
    return BLOCK if pairs <= LINKS else min(BLOCK, isqrt(LINKS * cells // pairs) or 1)


def _block(ids: Sequence[UUID], most: int, name: str, wanted: UUID | None) -> Block:
    """Choose the block with whom the address names, else the one that it numbers, else the first; all are as large."""
    count = ceil(len(ids) / most) or 1
    size = ceil(len(ids) / count) or 1
    asked = ids.index(wanted) // size + 1 if wanted else request.args.get(name, 1, type=int)
    number = asked if 1 <= asked <= count else 1
    return Block(number=number, size=size, ids=ids[(number - 1) * size : number * size], of=count)


def _turns(mission_id: UUID, blocks: Mapping[str, Block], side: str, count: int) -> list[dict[str, object]]:
    """Link the blocks of a side, the other side's staying as it is; nothing where there is one alone."""
    size = blocks[side].size
    here: dict[str, Any] = {f"{name}s": block.number for name, block in blocks.items()}
    numbers = range(1, blocks[side].of + 1) if blocks[side].of > 1 else ()
    return [
        {
            "label": f"{(number - 1) * size + 1}–{min(number * size, count)}",  # from, to
            "url": url_for("pair_map.show_map", mission_id=mission_id, **here | {f"{side}s": number}),
            "current": number == blocks[side].number,
        }
        for number in numbers
    ]
