"""Who met whom in a mission, by where the guests and the hosts come from."""

from collections import Counter
from collections.abc import Callable, Iterable
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from matching.models import Meeting, OrganisationCopy, RegionCopy
from matching.models.meetings import MeetingStatus
from servicekit import languages
from servicekit.auth import Actor

MOST = 6
"""Pairs of places that are told by name, those with most meetings first."""
Places = tuple[str, str]
"""Where the guest and the host come from."""


def flows(session: Session, mission_id: UUID, language: str, actor: Actor) -> list[tuple[Places | None, int]]:
    """Count the meetings between regions, or between towns where there is one pair of regions; cancelled ones not.

    Where there is one pair of towns as well, or none is known, there is nothing to tell. A meeting of which one end
    has no known place is left out; places that are None stand for all that are not named.
    """
    query = select(Meeting.guest_id, Meeting.host_id).where(Meeting.mission_id == mission_id)
    rows = session.execute(query.where(Meeting.status != MeetingStatus.CANCELLED))
    met = [(guest, host) for guest, host in rows]
    columns = select(OrganisationCopy.id, OrganisationCopy.region, OrganisationCopy.city)
    ends = {id_ for pair in met for id_ in pair}
    known = session.execute(columns.where(OrganisationCopy.id.in_(ends))).all()
    regions = {row.id: row.region for row in known}
    towns = {row.id: languages.pick(row.city, language) for row in known}
    by_region = _counted(met, lambda id_: regions.get(id_, ""))
    if len(by_region) > 1:
        names = _region_names(session, language)
        return _most([((names.get(a, a), names.get(b, b)), count) for (a, b), count in by_region.items()])
    by_town = _counted(met, lambda id_: towns.get(id_, ""))
    return _most(by_town.items()) if len(by_town) > 1 else []


def _counted(met: Iterable[tuple[UUID, UUID]], place: Callable[[UUID], str]) -> Counter[Places]:
    pairs = ((place(guest), place(host)) for guest, host in met)
    return Counter(pair for pair in pairs if all(pair))


def _most(counted: Iterable[tuple[Places, int]]) -> list[tuple[Places | None, int]]:
    ranked = sorted(counted, key=lambda row: (-row[1], row[0]))
    rest = sum(count for _places, count in ranked[MOST:])
    return [*ranked[:MOST], *([(None, rest)] if rest else [])]


def _region_names(session: Session, language: str) -> dict[str, str]:
    rows = session.execute(select(RegionCopy.code, RegionCopy.names))
    return {code: languages.pick(names, language) for code, names in rows}
