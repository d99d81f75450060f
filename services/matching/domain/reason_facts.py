"""The facts that show why a pair has no meeting."""

from dataclasses import dataclass
from datetime import date

from matching.domain.people import Id


@dataclass(frozen=True, kw_only=True)
class Busy:
    """Somebody of a pair who sits with another organisation while both sides are there."""

    slot_id: str
    side: str
    person_id: Id
    partner_id: Id


@dataclass(frozen=True, kw_only=True)
class Full:
    """Somebody of a pair who has as many meetings on a day as anybody may."""

    day: date
    side: str
    person_id: Id


@dataclass(frozen=True, kw_only=True)
class Away:
    """Somebody of a pair who sits elsewhere just before or after, so many minutes' walk away: more than there are."""

    slot_id: str
    location: str
    side: str
    person_id: Id
    other_slot_id: str
    other_location: str
    minutes: int


@dataclass(frozen=True, kw_only=True)
class Speaks:
    """What somebody of a pair speaks, by the codes of languages."""

    side: str
    person_id: Id
    languages: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Engaged:
    """Somebody who could interpret, but sits in another meeting or too far away."""

    slot_id: str
    interpreter: str


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What can be looked up in the timetable to see that a reason is true; slots are those ahead, earliest first.

    With no common slot, guest and host slots are those in which each side has somebody who may sit down. Else slots are
    those of which the reason speaks: the full ones, those of a day on which somebody has enough, those to which a walk
    is too long, those in which only an interpreter is missing, all common ones if people are busy, the free ones if a
    place is left. If an interpreter is missing and nobody is engaged, none who is there speaks for the two.
    """

    slots: tuple[str, ...] = ()
    guest_slots: tuple[str, ...] = ()
    host_slots: tuple[str, ...] = ()
    full: tuple[Full, ...] = ()
    busy: tuple[Busy, ...] = ()
    away: tuple[Away, ...] = ()
    speaks: tuple[Speaks, ...] = ()
    engaged: tuple[Engaged, ...] = ()
