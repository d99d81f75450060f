"""Events of the day of a meeting, and of contacts that the two let each other know after it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from contracts.classes import Id, Organisation, Technical
from contracts.event import Event
from contracts.matching.common import BetweenTwo


@dataclass(frozen=True, kw_only=True)
class MeetingNoticeState(BetweenTwo):
    """What one of the two says of a meeting on its day."""

    notice_id: Id[UUID]
    """One for each meeting and each of its two, whatever is said later."""
    meeting_id: Id[UUID]
    organisation_id: Id[UUID]
    """Who says it."""
    kind: Technical[str]
    """late: it comes, but later; absent: it cannot come; alone: it is there, and nobody else is."""
    minutes: Technical[int | None]
    """How late; null where it is not late."""
    starts_at: Technical[datetime]
    ends_at: Technical[datetime]
    timezone: Organisation[str]
    table: Organisation[str]
    is_online: Technical[bool]


@dataclass(frozen=True, kw_only=True)
class MeetingNoticeGiven(MeetingNoticeState, type="caravan.meeting_notice.given.v1"):
    """One of the two is late, cannot come, or sits alone."""


@dataclass(frozen=True, kw_only=True)
class MeetingNoticeTakenBack(MeetingNoticeState, type="caravan.meeting_notice.taken_back.v1"):
    """That is so no more: it comes as planned, or is alone no more."""


@dataclass(frozen=True, kw_only=True)
class ContactsState(Event):
    """Whether the two of a meeting that was held let each other know whom to reach."""

    exchange_id: Id[UUID]
    """One for each meeting."""
    meeting_id: Id[UUID]
    mission_id: Id[UUID]
    guest_organisation_id: Id[UUID]
    host_organisation_id: Id[UUID]
    guest_person_id: Id[UUID]
    """Who sat there for the guest, and is the one to reach."""
    host_person_id: Id[UUID]
    """Who sat there for the host, likewise."""
    guest_agrees: Technical[bool]
    """Whether the host may know whom to reach at the guest."""
    host_agrees: Technical[bool]
    """Whether the guest may know whom to reach at the host."""


@dataclass(frozen=True, kw_only=True)
class ContactsOffered(ContactsState, type="caravan.contacts.offered.v1"):
    """One of the two agrees, the other does not, or not any more."""


@dataclass(frozen=True, kw_only=True)
class ContactsExchanged(ContactsState, type="caravan.contacts.exchanged.v1"):
    """Both agree: each may know whom to reach at the other."""


@dataclass(frozen=True, kw_only=True)
class ContactsWithheld(ContactsState, type="caravan.contacts.withheld.v1"):
    """Neither of the two agrees any more."""
