"""Template contexts: the values that each kind of mail needs, in the recipient's language."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import ClassVar

from notifications.mail.times import Zone


@dataclass(frozen=True, kw_only=True)
class MailContext:
    """What every letter names: its reader, and where its button leads.

    `zones` are the clocks on which times are told, the recipient's own first.
    """

    template: ClassVar[str]
    recipient_name: str
    action_url: str
    zones: tuple[Zone, ...]


@dataclass(frozen=True, kw_only=True)
class MissionMailContext(MailContext):
    """What every letter about a mission names: the mission, whom to ask, and for which organisation it is.

    Of `zones` the recipient's own comes first, then the mission's.
    """

    organisation_name: str
    """Of the recipient."""
    mission_title: str
    organiser_name: str
    organiser_phone: str
    organiser_email: str = ""


@dataclass(frozen=True, kw_only=True)
class MeetingLine:
    """One meeting as its reader needs it; `reader_is_online` says that the reader joins by link."""

    meeting_id: str
    partner_name: str
    starts_at: datetime
    ends_at: datetime
    table: str
    is_online: bool = False
    reader_is_online: bool = False

    @property
    def minutes(self) -> int:
        """Return the length in minutes."""
        return round((self.ends_at - self.starts_at).total_seconds() / 60)


@dataclass(frozen=True, kw_only=True)
class MovedMeeting(MeetingLine):
    """A meeting at a new time or table."""

    old_starts_at: datetime
    old_table: str
    reason: str = ""

    @property
    def has_new_time(self) -> bool:
        """Tell a new time from a mere change of the table."""
        return self.starts_at != self.old_starts_at


@dataclass(frozen=True, kw_only=True)
class CancelledMeeting(MeetingLine):
    """A meeting that does not take place."""

    reason: str


@dataclass(frozen=True, kw_only=True)
class SignIn(MailContext):
    """A link (the button) and a code to sign in with, each good once."""

    template: ClassVar[str] = "sign_in"
    code: str
    """Six digits, in two groups."""
    expires_at: datetime


@dataclass(frozen=True, kw_only=True)
class Invitation(MailContext):
    """Somebody gave the reader a role: the button leads to where one signs in."""

    template: ClassVar[str] = "invitation"


@dataclass(frozen=True, kw_only=True)
class FactorsChanged(MailContext):
    """A second factor was added or removed, by the reader or by somebody else: the button leads to them."""

    template: ClassVar[str] = "factors_changed"


@dataclass(frozen=True, kw_only=True)
class ApplicationReceived(MissionMailContext):
    """An application arrived; `answer_due_at` is when the agency wants to have decided."""

    template: ClassVar[str] = "application_received"
    submitted_at: datetime


@dataclass(frozen=True, kw_only=True)
class ApplicationApproved(MissionMailContext):
    """The agency approved an application; its remark, if any, is `comment`."""

    template: ClassVar[str] = "application_approved"
    comment: str = ""


@dataclass(frozen=True, kw_only=True)
class ApplicationRejected(MissionMailContext):
    """The agency rejected an application, for a reason."""

    template: ClassVar[str] = "application_rejected"
    reason: str


@dataclass(frozen=True, kw_only=True)
class ApplicationChangesRequested(MissionMailContext):
    """The agency wants an application changed, in its own words, by an instant if it gave one."""

    template: ClassVar[str] = "application_changes_requested"
    comment: str


@dataclass(frozen=True, kw_only=True)
class ApplicationWaitlisted(MissionMailContext):
    """An application waits for a place; `position` counts from 1."""

    template: ClassVar[str] = "application_waitlisted"
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class ParticipantAdmitted(MissionMailContext):
    """The organisation has its place in the mission."""

    template: ClassVar[str] = "participant_admitted"
    mission_starts_at: datetime
    mission_ends_at: datetime
    venue: str = ""


@dataclass(frozen=True, kw_only=True)
class RecommendedPartner:
    """A partner worth meeting, with one line for each reason."""

    name: str
    reasons: tuple[str, ...]
    city: str = ""


@dataclass(frozen=True, kw_only=True)
class RecommendationsReady(MissionMailContext):
    """Partners were found: the best of them (five fit a letter), best first, out of `total`."""

    template: ClassVar[str] = "recommendations_ready"
    partners: tuple[RecommendedPartner, ...]
    total: int


@dataclass(frozen=True, kw_only=True)
class RequestReceived(MissionMailContext):
    """A partner asks for a meeting, in words of its own if it wrote any."""

    template: ClassVar[str] = "request_received"
    partner_name: str
    message: str = ""


@dataclass(frozen=True, kw_only=True)
class RequestAccepted(MissionMailContext):
    """A partner accepts the recipient's request for a meeting."""

    template: ClassVar[str] = "request_accepted"
    partner_name: str


@dataclass(frozen=True, kw_only=True)
class RequestDeclined(MissionMailContext):
    """A partner declines the recipient's request for a meeting."""

    template: ClassVar[str] = "request_declined"
    partner_name: str
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class TimeProposed(MissionMailContext):
    """A partner whom the recipient asked for a meeting proposes a time."""

    template: ClassVar[str] = "time_proposed"
    partner_name: str
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, kw_only=True)
class MeetingNotice(MissionMailContext):
    """What the partner of a meeting says on its day, in `said`: late, absent, alone, or one of them with `_no_more`."""

    template: ClassVar[str] = "meeting_notice"
    partner_name: str
    notice: str
    minutes: int | None
    starts_at: datetime
    ends_at: datetime
    table: str


@dataclass(frozen=True, kw_only=True)
class Itinerary(MissionMailContext):
    """What changed in the recipient's timetable, and how many of the meetings did not.

    Raises:
        ValueError: nothing changed, so there is nothing to write about.

    """

    template: ClassVar[str] = "itinerary"
    new: tuple[MeetingLine, ...] = ()
    moved: tuple[MovedMeeting, ...] = ()
    cancelled: tuple[CancelledMeeting, ...] = ()
    unchanged_count: int = 0

    def __post_init__(self) -> None:
        if not self.change_count:
            raise ValueError("an itinerary without a change is no news")

    @property
    def change_count(self) -> int:
        """Count the meetings that changed."""
        return len(self.lines)

    @property
    def is_first(self) -> bool:
        """Tell a first timetable from changes to one that the reader knows."""
        return not (self.moved or self.cancelled or self.unchanged_count)

    @property
    def lines(self) -> tuple[MeetingLine, ...]:
        """List every changed meeting: moved, cancelled, new."""
        return (*self.moved, *self.cancelled, *self.new)

    @property
    def only_change(self) -> MeetingLine | None:
        """Return the changed meeting where there is exactly one."""
        return self.lines[0] if self.change_count == 1 else None

    @property
    def partner_names(self) -> tuple[str, ...]:
        """Name each partner once, in the order of the lines."""
        return tuple(dict.fromkeys(line.partner_name for line in self.lines))

    @property
    def starts_at(self) -> datetime:
        """Return the start of the first changed meeting."""
        return min(line.starts_at for line in self.lines)

    @property
    def ends_at(self) -> datetime:
        """Return the end of the last changed meeting."""
        return max(line.ends_at for line in self.lines)


@dataclass(frozen=True, kw_only=True)
class AgreementSigned(MissionMailContext):
    """The recipient's organisation and a partner signed; kind and amount are worded in the reader's language."""

    template: ClassVar[str] = "agreement_signed"
    partner_name: str
    agreement_type: str
    subject: str
    signed_at: datetime
    amount: str = ""


@dataclass(frozen=True, kw_only=True)
class FollowUpDue(MissionMailContext):
    """Some months after an agreement it is time to tell what came of it."""

    template: ClassVar[str] = "follow_up_due"
    months: int
    partner_name: str
    subject: str
    signed_at: datetime


@dataclass(frozen=True, kw_only=True)
class GroupMessage(MissionMailContext):
    """What an organiser writes to a group, in own words: paragraphs stand apart by an empty line."""

    template: ClassVar[str] = "group_message"
    subject: str
    text: str

    @property
    def paragraphs(self) -> tuple[str, ...]:
        """Return the text by its paragraphs."""
        return tuple(part.strip() for part in self.text.split("\n\n") if part.strip())


CONTEXTS: Mapping[str, type[MailContext]] = MappingProxyType(
    {
        kind.template: kind
        for kind in (
            ApplicationReceived,
            ApplicationApproved,
            ApplicationRejected,
            ApplicationChangesRequested,
            ApplicationWaitlisted,
            ParticipantAdmitted,
            RecommendationsReady,
            RequestReceived,
            RequestAccepted,
            RequestDeclined,
            TimeProposed,
            MeetingNotice,
            Itinerary,
            AgreementSigned,
            FollowUpDue,
            GroupMessage,
            SignIn,
            Invitation,
            FactorsChanged,
        )
    }
)
