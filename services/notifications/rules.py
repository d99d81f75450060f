"""Notification rules as data: which event is mailed to the delegates of which organisations, with what content."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any
from uuid import UUID

from contracts import matching, registration
from contracts.event import Event
from notifications.mail import contexts
from notifications.mail.contexts import MissionMailContext
from notifications.models import AggregateVersion, Agreement, Participant
from servicekit.data.tables import Copy

MAIL = "mail"
MAX_PARTNERS = 5
"""How many recommendations a mail lists."""

Content = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Rule:
    """What to send for one event, and to the delegates of which organisations.

    `content` may return an empty dict: then nothing is sent. `copy` is the table with the newest known version of the
    event's aggregate; an event older than that is not mailed.
    """

    template: str
    organisations: Callable[[Any], tuple[UUID, ...]]
    content: Callable[[Any, UUID], Content]
    copy: type[Copy] = AggregateVersion
    channels: tuple[str, ...] = (MAIL,)


def _own_organisation(event: Any) -> tuple[UUID, ...]:
    return (event.organisation_id,)


def _requester(event: matching.MeetingRequestState) -> tuple[UUID, ...]:
    return (event.from_organisation_id,)


def _requested_organisation(event: matching.MeetingRequestState) -> tuple[UUID, ...]:
    return (event.to_organisation_id,)


def _both_organisations(event: Any) -> tuple[UUID, ...]:
    return (event.guest_organisation_id, event.host_organisation_id)


def _application_content(event: registration.ApplicationState, _: UUID) -> Content:
    return {
        "application_id": str(event.application_id),
        "reason": event.reason,
        "submitted_at": _isoformat(event.submitted_at),
    }


def _participant_content(event: registration.ParticipantState, _: UUID) -> Content:
    return {"participant_id": str(event.participant_id)}


def _recommendations_content(event: matching.RecommendationsPublished, _: UUID) -> Content:
    if not event.partners:
        return {}
    return {
        "total": len(event.partners),
        "partners": [_partner_content(found) for found in event.partners[:MAX_PARTNERS]],
    }


def _partner_content(found: matching.RecommendedPartner) -> Content:
    return {"partner_id": str(found.organisation_id), "reasons": [asdict(reason) for reason in found.reasons]}


def _request_content(event: matching.MeetingRequestState, recipient_id: UUID) -> Content:
    (partner,) = {event.from_organisation_id, event.to_organisation_id} - {recipient_id}
    return {"partner_id": str(partner), "message": event.message}


def _decline_content(event: matching.MeetingRequestDeclined, recipient_id: UUID) -> Content:
    return _request_content(event, recipient_id) | {"reason": event.reason}


def _time_proposal_content(event: matching.MeetingRequestTimeProposed, recipient_id: UUID) -> Content:
    if event.proposed_starts_at is None or event.proposed_ends_at is None:
        return {}
    times = {"starts_at": _isoformat(event.proposed_starts_at), "ends_at": _isoformat(event.proposed_ends_at)}
    return _request_content(event, recipient_id) | times


def _requester_without_proposed_time(event: matching.MeetingRequestAccepted) -> tuple[UUID, ...]:
    """Return nobody if the requester agreed to a proposed time: both sides then get an itinerary."""
    return () if event.proposed_starts_at else _requester(event)


def _meeting_partner(event: matching.MeetingNoticeState) -> tuple[UUID, ...]:
    return tuple(end for end in _both_organisations(event) if end != event.organisation_id)


def _notice_content(event: matching.MeetingNoticeState, recipient_id: UUID) -> Content:
    times = {"starts_at": _isoformat(event.starts_at), "ends_at": _isoformat(event.ends_at)}
    kind = event.kind if isinstance(event, matching.MeetingNoticeGiven) else f"{event.kind}_no_more"
    said = {"meeting_id": str(event.meeting_id), "said": kind, "minutes": event.minutes, "table": event.table}
    return said | times | {"partner_id": str(event.organisation_id)}


def _agreement_content(event: matching.AgreementSigned, recipient_id: UUID) -> Content:
    return {
        "agreement_id": str(event.agreement_id),
        "partner_id": _other_organisation(event, recipient_id),
        "agreement_type": event.agreement_type,
        "subject": event.subject,
        "amount": event.expected_amount,
        "currency": event.currency,
        "signed_at": _isoformat(event.signed_at),
    }


def _follow_up_content(event: matching.FollowUpState, recipient_id: UUID) -> Content:
    return {
        "agreement_id": str(event.agreement_id),
        "partner_id": _other_organisation(event, recipient_id),
        "months": event.months,
        "subject": event.subject,
    }


def _other_organisation(event: Any, recipient_id: UUID) -> str:
    guest, host = _both_organisations(event)
    return str(host if recipient_id == guest else guest)


def _isoformat(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def _application_rule(context: type[MissionMailContext]) -> Rule:
    return Rule(template=context.template, organisations=_own_organisation, content=_application_content)


RULES: Mapping[type[Event], Rule] = MappingProxyType(
    {
        registration.ApplicationSubmitted: _application_rule(contexts.ApplicationReceived),
        registration.ApplicationApproved: _application_rule(contexts.ApplicationApproved),
        registration.ApplicationRejected: _application_rule(contexts.ApplicationRejected),
        registration.ApplicationChangesRequested: _application_rule(contexts.ApplicationChangesRequested),
        registration.ApplicationWaitlisted: _application_rule(contexts.ApplicationWaitlisted),
        registration.ParticipantAdmitted: Rule(
            template=contexts.ParticipantAdmitted.template,
            organisations=_own_organisation,
            content=_participant_content,
            copy=Participant,
        ),
        matching.RecommendationsPublished: Rule(
            template=contexts.RecommendationsReady.template,
            organisations=_own_organisation,
            content=_recommendations_content,
        ),
        matching.MeetingRequestSent: Rule(
            template=contexts.RequestReceived.template, organisations=_requested_organisation, content=_request_content
        ),
        matching.MeetingRequestAccepted: Rule(
            template=contexts.RequestAccepted.template,
            organisations=_requester_without_proposed_time,
            content=_request_content,
        ),
        matching.MeetingRequestDeclined: Rule(
            template=contexts.RequestDeclined.template, organisations=_requester, content=_decline_content
        ),
        matching.MeetingRequestTimeProposed: Rule(
            template=contexts.TimeProposed.template, organisations=_requester, content=_time_proposal_content
        ),
        **dict.fromkeys(
            (matching.MeetingNoticeGiven, matching.MeetingNoticeTakenBack),
            Rule(template=contexts.MeetingNotice.template, organisations=_meeting_partner, content=_notice_content),
        ),
        matching.AgreementSigned: Rule(
            template=contexts.AgreementSigned.template,
            organisations=_both_organisations,
            content=_agreement_content,
            copy=Agreement,
        ),
        matching.FollowUpDue: Rule(
            template=contexts.FollowUpDue.template, organisations=_both_organisations, content=_follow_up_content
        ),
    }
)
"""Events about which all delegates of an organisation get the same mail; itineraries differ from person to person."""

APPLICATION_TEMPLATES = frozenset(
    RULES[event].template for event in registration.ApplicationState.__subclasses__() if event in RULES
)
"""Templates about the state of an application: of the mails still waiting, only the newest is sent."""

CHANNELS: Mapping[str, tuple[str, ...]] = MappingProxyType({rule.template: rule.channels for rule in RULES.values()})
"""The channels of each template."""
