"""Make the lists of a mission from its stored pairs: whom each organisation is shown."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from matching import loading
from matching.domain.lists import FairLists, Lead, fair_lists
from matching.handlers import recommendations
from matching.models import Inputs, MissionCopy, Pair
from matching.queries import signals

Ends = tuple[UUID, UUID]


def make_lists(session: Session, mission: MissionCopy, counters: Inputs) -> None:
    """Choose what is shown to whom, and count the lists that differ from what was published."""
    columns = select(Pair.guest_id, Pair.host_id, Pair.place, Pair.is_in_list_of_guest, Pair.is_in_list_of_host)
    rows = session.execute(columns.where(Pair.mission_id == mission.id)).all()
    rules = loading.rules_for(session, mission).lists
    hidden = {ends for signal in signals.standing(session, mission.id) for ends in signal.hides()}
    to_guests = (Lead(guest, host, place) for guest, host, place, *_ in rows if (guest, host) not in hidden)
    to_hosts = (Lead(host, guest, place) for guest, host, place, *_ in rows if (host, guest) not in hidden)
    of_guests, of_hosts = _shown(fair_lists(to_guests, rules)), _shown(fair_lists(to_hosts, rules))
    before = {(guest, host): was_shown for guest, host, _place, *was_shown in rows}
    _write(
        session,
        mission.id,
        (
            {"guest_id": guest, "host_id": host, "is_in_list_of_guest": to_guest, "is_in_list_of_host": to_host}
            for (guest, host), was_shown in before.items()
            if [to_guest := (guest, host) in of_guests, to_host := (host, guest) in of_hosts] != was_shown
        ),
    )
    counters.are_lists_due = False
    counters.lists_changed = recommendations.changed(session, mission)


def _shown(lists: FairLists) -> set[Ends]:
    return {(viewer, partner) for viewer, partners in lists.partners.items() for partner in partners}


def _write(session: Session, mission_id: UUID, rows: Iterable[Mapping[str, object]]) -> None:
    changes = [{"mission_id": mission_id, **row} for row in rows]
    if changes:
        session.execute(update(Pair), changes)
