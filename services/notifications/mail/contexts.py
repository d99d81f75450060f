"""Template contexts: the values that each kind of mail needs, in the recipient's language."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import ClassVar

from notifications.mail.times import Zone


@dataclass(frozen=True, kw_only=True)
class MailContext:
    """What every mail needs: the recipient's name, the URL of its button, and the time zones to show times in.

    `template` names the template files. The recipient's own time zone comes first in `zones`.
    """

    template: ClassVar[str]
    recipient_name: str
    action_url: str
    zones: tuple[Zone, ...]


@dataclass(frozen=True, kw_only=True)
class MissionMailContext(MailContext):
    """What every mail about a mission needs besides: the recipient's organisation, the mission and its organiser.

    The mission's time zone comes second in `zones`, after the recipient's.
    """

    organisation_name: str
    mission_title: str
    organiser_name: str
    organiser_phone: str
    organiser_email: str = ""


@dataclass(frozen=True, kw_only=True)
class MeetingLine:
    """One meeting; `is_online`: a participant joins online, `reader_is_online`: the recipient does."""

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
        """Whether the time has changed, not only the table."""
        return self.starts_at != self.old_starts_at


@dataclass(frozen=True, kw_only=True)
class CancelledMeeting(MeetingLine):
    """A cancelled meeting."""

    reason: str


@dataclass(frozen=True, kw_only=True)
class SignIn(MailContext):
    """A sign-in link (the button) and a sign-in code; each works once."""

    template: ClassVar[str] = "sign_in"
    code: str
    """Six digits, in two groups."""
    expires_at: datetime


@dataclass(frozen=True, kw_only=True)
class Invitation(MailContext):
    """The recipient was given a role; the button leads to the sign-in page."""

    template: ClassVar[str] = "invitation"


@dataclass(frozen=True, kw_only=True)
class FactorsChanged(MailContext):
    """A second factor of the recipient's account was added or removed; the button leads to the second factors."""

    template: ClassVar[str] = "factors_changed"


@dataclass(frozen=True, kw_only=True)
class ApplicationReceived(MissionMailContext):
    """An application was submitted."""

    template: ClassVar[str] = "application_received"
    submitted_at: datetime


@dataclass(frozen=True, kw_only=True)
class ApplicationApproved(MissionMailContext):
    """The agency approved an application, possibly with a comment."""

    template: ClassVar[str] = "application_approved"
    comment: str = ""


@dataclass(frozen=True, kw_only=True)
class ApplicationRejected(MissionMailContext):
    """The agency rejected an application."""

    template: ClassVar[str] = "application_rejected"
    reason: str


@dataclass(frozen=True, kw_only=True)
class ApplicationChangesRequested(MissionMailContext):
    """The agency asks for changes in an application; `comment` says which."""

    template: ClassVar[str] = "application_changes_requested"
    comment: str


@dataclass(frozen=True, kw_only=True)
class ApplicationWaitlisted(MissionMailContext):
    """An application was put on the waiting list."""

    template: ClassVar[str] = "application_waitlisted"
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class ParticipantAdmitted(MissionMailContext):
    """The organisation was admitted to the mission."""

    template: ClassVar[str] = "participant_admitted"
    mission_starts_at: datetime
    mission_ends_at: datetime
    venue: str = ""


@dataclass(frozen=True, kw_only=True)
class RecommendedPartner:
    """A recommended partner, with one line for each reason."""

    name: str
    reasons: tuple[str, ...]
    city: str = ""


@dataclass(frozen=True, kw_only=True)
class RecommendationsReady(MissionMailContext):
    """Recommendations were published; `partners` are the first few of `total`, best first."""

    template: ClassVar[str] = "recommendations_ready"
    partners: tuple[RecommendedPartner, ...]
    total: int


@dataclass(frozen=True, kw_only=True)
class RequestReceived(MissionMailContext):
    """A partner asks for a meeting, possibly with a message."""

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
    """A partner answers the recipient's request for a meeting with another time."""

    template: ClassVar[str] = "time_proposed"
    partner_name: str
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, kw_only=True)
class MeetingNotice(MissionMailContext):
    """The partner reports a problem with a meeting, or withdraws the report.

    `notice` is `late`, `absent` or `alone`, with `_no_more` appended if it is withdrawn. `minutes`: expected delay, for
    `late` only.
    """

    template: ClassVar[str] = "meeting_notice"
    partner_name: str
    notice: str
    minutes: int | None
    starts_at: datetime
    ends_at: datetime
    table: str


@dataclass(frozen=True, kw_only=True)
class Itinerary(MissionMailContext):
    """Changes in the recipient's timetable, and the number of unchanged meetings.

    Raises:
        ValueError: there is no change.

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
        """The number of changed meetings."""
        return len(self.lines)

    @property
    def is_first(self) -> bool:
        """Whether this is the recipient's first timetable, not a change of one."""
        return not (self.moved or self.cancelled or self.unchanged_count)

    @property
    def lines(self) -> tuple[MeetingLine, ...]:
        """All changed meetings: moved, cancelled, new."""
        return (*self.moved, *self.cancelled, *self.new)

    @property
    def only_change(self) -> MeetingLine | None:
        """The changed meeting if there is exactly one, otherwise None."""
        return self.lines[0] if self.change_count == 1 else None

    @property
    def partner_names(self) -> tuple[str, ...]:
        """The names of the partners in the order of `lines`, without duplicates."""
        return tuple(dict.fromkeys(line.partner_name for line in self.lines))

    @property
    def starts_at(self) -> datetime:
        """The start of the first changed meeting."""
        return min(line.starts_at for line in self.lines)

    @property
    def ends_at(self) -> datetime:
        """The end of the last changed meeting."""
        return max(line.ends_at for line in self.lines)


@dataclass(frozen=True, kw_only=True)
class AgreementSigned(MissionMailContext):
    """The recipient's organisation signed an agreement with a partner; type and amount are formatted texts."""

    template: ClassVar[str] = "agreement_signed"
    partner_name: str
    agreement_type: str
    subject: str
    signed_at: datetime
    amount: str = ""


@dataclass(frozen=True, kw_only=True)
class FollowUpDue(MissionMailContext):
    """The recipient is asked about the results of an agreement, some months after it was signed."""

    template: ClassVar[str] = "follow_up_due"
    months: int
    partner_name: str
    subject: str
    signed_at: datetime


@dataclass(frozen=True, kw_only=True)
class GroupMessage(MissionMailContext):
    """A message of the organiser to a group; empty lines separate paragraphs."""

    template: ClassVar[str] = "group_message"
    subject: str
    text: str

    @property
    def paragraphs(self) -> tuple[str, ...]:
        """The paragraphs of the text."""
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
