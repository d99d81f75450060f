"""Texts for the kinds and states of deliveries, and the CSS class of each state."""

from collections.abc import Mapping
from types import MappingProxyType

from notifications.mail import contexts
from notifications.mail.contexts import FactorsChanged, Invitation, SignIn
from notifications.models import DeliveryState
from servicekit.texts.languages import Spoken
from servicekit.texts.languages import noop as _

KIND_TEXTS: Mapping[str, str] = MappingProxyType(
    {
        contexts.ApplicationReceived.template: _("Application received"),
        contexts.ApplicationApproved.template: _("Application approved"),
        contexts.ApplicationRejected.template: _("Application rejected"),
        contexts.ApplicationChangesRequested.template: _("Changes requested"),
        contexts.ApplicationWaitlisted.template: _("Waiting list"),
        contexts.ParticipantAdmitted.template: _("Place confirmed"),
        contexts.RecommendationsReady.template: _("Recommendations"),
        contexts.RequestReceived.template: _("Request for a meeting"),
        contexts.RequestAccepted.template: _("Request accepted"),
        contexts.RequestDeclined.template: _("Request declined"),
        contexts.TimeProposed.template: _("Another time proposed"),
        contexts.MeetingNotice.template: _("Word on a meeting"),
        contexts.Itinerary.template: _("Timetable"),
        contexts.AgreementSigned.template: _("Agreement signed"),
        contexts.FollowUpDue.template: _("Follow-up check"),
        contexts.GroupMessage.template: _("Message from the organiser"),
        SignIn.template: _("Sign-in"),
        Invitation.template: _("Invitation"),
        FactorsChanged.template: _("Second factor"),
    }
)

STATE_TEXTS: Mapping[str, str] = MappingProxyType(
    {
        DeliveryState.QUEUED: _("queued"),
        DeliveryState.SENDING: _("is being sent"),
        DeliveryState.ACCEPTED: _("sent"),
        DeliveryState.DEFERRED: _("deferred"),
        DeliveryState.FAILED: _("not delivered"),
        DeliveryState.UNKNOWN: _("possibly delivered"),
        DeliveryState.SUPPRESSED: _("not to be sent"),
    }
)

STATE_CLASSES: Mapping[str, str] = MappingProxyType(
    {
        DeliveryState.QUEUED: "wait",
        DeliveryState.SENDING: "part",
        DeliveryState.ACCEPTED: "ok",
        DeliveryState.DEFERRED: "warn",
        DeliveryState.FAILED: "bad",
        DeliveryState.UNKNOWN: "warn",
        DeliveryState.SUPPRESSED: "off",
    }
)
"""The CSS class of each state."""


def state_text(state: str) -> Spoken:
    """Return the translatable text of a state, to fill into an error message."""
    return Spoken(STATE_TEXTS[state], "notifications")
