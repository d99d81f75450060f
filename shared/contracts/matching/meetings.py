"""Events of meetings between a guest and a host: schedule, day-of-event notices, exchange of contacts."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from contracts.data_classes import Id, Organisation, Published, Technical
from contracts.event import Event
from contracts.registration.values import Texts


@dataclass(frozen=True, kw_only=True)
class PairEvent(Event):
    """The guest and the host organisation, with their public names and regions."""

    mission_id: Id[UUID]
    guest_organisation_id: Id[UUID]
    host_organisation_id: Id[UUID]
    guest_names: Organisation[Texts] = field(default_factory=dict)
    guest_region: Organisation[str] = ""
    host_names: Organisation[Texts] = field(default_factory=dict)
    host_region: Organisation[str] = ""


@dataclass(frozen=True, kw_only=True)
class MeetingState(PairEvent):
    """A meeting of two organisations at a table or online."""

    meeting_id: Id[UUID]
    guest_person_id: Id[UUID]
    host_person_id: Id[UUID]
    slot: Organisation[str]
    starts_at: Technical[datetime]
    ends_at: Technical[datetime]
    timezone: Organisation[str]
    table: Organisation[str]
    is_online: Technical[bool]
    status: Technical[str]
    """scheduled, moved, held, no_show, cancelled."""
    reason: Published[str]
    """Reason for a cancellation or no-show: a code (withdrawn, no_common_slot, people_busy, ...) or free text."""
    session: Organisation[str] = ""
    """Session of the programme that the slot belongs to; empty if the mission no longer has this slot."""
    table_location: Organisation[str] = ""
    interpreter: Technical[str] = ""
    """Code of the interpreter within the mission, for example `I1`; empty: no interpreter."""


@dataclass(frozen=True, kw_only=True)
class MeetingScheduled(MeetingState, type="caravan.meeting.scheduled.v1"):
    """A meeting was scheduled: it has a slot and a table."""


@dataclass(frozen=True, kw_only=True)
class MeetingMoved(MeetingState, type="caravan.meeting.moved.v1"):
    """A meeting was moved to another slot or table."""


@dataclass(frozen=True, kw_only=True)
class MeetingCancelled(MeetingState, type="caravan.meeting.cancelled.v1"):
    """A meeting was cancelled."""


@dataclass(frozen=True, kw_only=True)
class MeetingHeld(MeetingState, type="caravan.meeting.held.v1"):
    """A meeting took place."""


@dataclass(frozen=True, kw_only=True)
class MeetingMissed(MeetingState, type="caravan.meeting.no_show.v1"):
    """A meeting did not take place because a participant did not come."""


@dataclass(frozen=True, kw_only=True)
class MeetingNoticeState(PairEvent):
    """A notice from one of the two organisations about a meeting on its day."""

    notice_id: Id[UUID]
    """One for each meeting and reporting organisation; later notices have the same id."""
    meeting_id: Id[UUID]
    organisation_id: Id[UUID]
    """The reporting organisation."""
    kind: Technical[str]
    """late: it comes later; absent: it cannot come; alone: it has come, but the other has not."""
    minutes: Technical[int | None]
    """Expected delay in minutes; null unless late."""
    starts_at: Technical[datetime]
    ends_at: Technical[datetime]
    timezone: Organisation[str]
    table: Organisation[str]
    is_online: Technical[bool]


@dataclass(frozen=True, kw_only=True)
class MeetingNoticeGiven(MeetingNoticeState, type="caravan.meeting_notice.given.v1"):
    """An organisation reported that it is late, cannot come, or is waiting alone."""


@dataclass(frozen=True, kw_only=True)
class MeetingNoticeTakenBack(MeetingNoticeState, type="caravan.meeting_notice.taken_back.v1"):
    """An organisation withdrew its notice: it comes as planned, or is no longer waiting alone."""


@dataclass(frozen=True, kw_only=True)
class ContactsState(Event):
    """Whether the two organisations of a held meeting agreed to share a contact person with each other."""

    exchange_id: Id[UUID]
    """One for each meeting."""
    meeting_id: Id[UUID]
    mission_id: Id[UUID]
    guest_organisation_id: Id[UUID]
    host_organisation_id: Id[UUID]
    guest_person_id: Id[UUID]
    """The delegate who attended for the guest: its contact person."""
    host_person_id: Id[UUID]
    """The delegate who attended for the host: its contact person."""
    guest_agrees: Technical[bool]
    """Whether the guest agreed to share its contact person with the host."""
    host_agrees: Technical[bool]
    """Whether the host agreed to share its contact person with the guest."""


@dataclass(frozen=True, kw_only=True)
class ContactsOffered(ContactsState, type="caravan.contacts.offered.v1"):
    """One of the two organisations agrees to share its contact; the other does not, or no longer does."""


@dataclass(frozen=True, kw_only=True)
class ContactsExchanged(ContactsState, type="caravan.contacts.exchanged.v1"):
    """Both organisations agree: each may see the contact of the other."""


@dataclass(frozen=True, kw_only=True)
class ContactsWithheld(ContactsState, type="caravan.contacts.withheld.v1"):
    """Neither of the two organisations agrees any longer."""
