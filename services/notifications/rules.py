"""Who is told what about which event: data, so that a new rule is a new entry."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any
from uuid import UUID

from contracts import matching, registration
from contracts.event import Event
from notifications.mail import contexts
from notifications.mail.context import MissionMail
from notifications.models import Agreement, Participant, Standing
from servicekit.columns import Copy

MAIL = "mail"
SHOWN_PARTNERS = 5
"""How many recommendations fit a letter."""

Facts = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One event, the organisations whose delegates are told, and what.

    `copy` is where the newest state of the event's aggregate is known: what is overtaken by then is no news.
    """

    template: str
    organisations: Callable[[Any], tuple[UUID, ...]]
    content: Callable[[Any, UUID], Facts]
    copy: type[Copy] = Standing
    channels: tuple[str, ...] = (MAIL,)


def _own(event: Any) -> tuple[UUID, ...]:
    return (event.organisation_id,)


def _asker(event: matching.MeetingRequestState) -> tuple[UUID, ...]:
    return (event.from_organisation_id,)


def _asked(event: matching.MeetingRequestState) -> tuple[UUID, ...]:
    return (event.to_organisation_id,)


def _both(event: Any) -> tuple[UUID, ...]:
    return (event.guest_organisation_id, event.host_organisation_id)


def _application(event: registration.ApplicationState, _: UUID) -> Facts:
    return {
        "application_id": str(event.application_id),
        "reason": event.reason,
        "submitted_at": _written(event.submitted_at),
    }


def _participant(event: registration.ParticipantState, _: UUID) -> Facts:
    return {"participant_id": str(event.participant_id)}


def _recommendations(event: matching.RecommendationsPublished, _: UUID) -> Facts:
    if not event.partners:
        return {}
    return {"total": len(event.partners), "partners": [_partner(found) for found in event.partners[:SHOWN_PARTNERS]]}


def _partner(found: matching.RecommendedPartner) -> Facts:
    return {"partner_id": str(found.organisation_id), "reasons": [asdict(reason) for reason in found.reasons]}


def _request(event: matching.MeetingRequestState, told: UUID) -> Facts:
    (partner,) = {event.from_organisation_id, event.to_organisation_id} - {told}
    return {"partner_id": str(partner), "message": event.message}


def _refusal(event: matching.MeetingRequestDeclined, told: UUID) -> Facts:
    return _request(event, told) | {"reason": event.reason}


def _proposal(event: matching.MeetingRequestTimeProposed, told: UUID) -> Facts:
    times = {"starts_at": event.proposed_starts_at, "ends_at": event.proposed_ends_at}
    return {} if None in times.values() else _request(event, told) | {n: _written(at) for n, at in times.items()}


def _asker_of_no_time(event: matching.MeetingRequestAccepted) -> tuple[UUID, ...]:
    """Where the asker has agreed to a proposed time, the itinerary tells both."""
    return () if event.proposed_starts_at else _asker(event)


def _partner_of(event: matching.MeetingNoticeState) -> tuple[UUID, ...]:
    return tuple(end for end in _both(event) if end != event.organisation_id)


def _notice(event: matching.MeetingNoticeState, told: UUID) -> Facts:
    times = {"starts_at": _written(event.starts_at), "ends_at": _written(event.ends_at)}
    kind = event.kind if isinstance(event, matching.MeetingNoticeGiven) else f"{event.kind}_no_more"
    said = {"meeting_id": str(event.meeting_id), "said": kind, "minutes": event.minutes, "table": event.table}
    return said | times | {"partner_id": str(event.organisation_id)}


def _agreement(event: matching.AgreementSigned, told: UUID) -> Facts:
    return {
        "agreement_id": str(event.agreement_id),
        "partner_id": _other(event, told),
        "agreement_type": event.agreement_type,
        "subject": event.subject,
        "amount": event.expected_amount,
        "currency": event.currency,
        "signed_at": _written(event.signed_at),
    }


def _follow_up(event: matching.FollowUpState, told: UUID) -> Facts:
    return {
        "agreement_id": str(event.agreement_id),
        "partner_id": _other(event, told),
        "months": event.months,
        "subject": event.subject,
    }


def _other(event: Any, told: UUID) -> str:
    guest, host = _both(event)
    return str(host if told == guest else guest)


def _written(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def _about_application(context: type[MissionMail]) -> Rule:
    return Rule(template=context.template, organisations=_own, content=_application)


RULES: Mapping[type[Event], Rule] = MappingProxyType(
    {
        registration.ApplicationSubmitted: _about_application(contexts.ApplicationReceived),
        registration.ApplicationApproved: _about_application(contexts.ApplicationApproved),
        registration.ApplicationRejected: _about_application(contexts.ApplicationRejected),
        registration.ApplicationChangesRequested: _about_application(contexts.ApplicationChangesRequested),
        registration.ApplicationWaitlisted: _about_application(contexts.ApplicationWaitlisted),
        registration.ParticipantAdmitted: Rule(
            template=contexts.ParticipantAdmitted.template,
            organisations=_own,
            content=_participant,
            copy=Participant,
        ),
        matching.RecommendationsPublished: Rule(
            template=contexts.RecommendationsReady.template, organisations=_own, content=_recommendations
        ),
        matching.MeetingRequestSent: Rule(
            template=contexts.RequestReceived.template, organisations=_asked, content=_request
        ),
        matching.MeetingRequestAccepted: Rule(
            template=contexts.RequestAccepted.template, organisations=_asker_of_no_time, content=_request
        ),
        matching.MeetingRequestDeclined: Rule(
            template=contexts.RequestDeclined.template, organisations=_asker, content=_refusal
        ),
        matching.MeetingRequestTimeProposed: Rule(
            template=contexts.TimeProposed.template, organisations=_asker, content=_proposal
        ),
        **dict.fromkeys(
            (matching.MeetingNoticeGiven, matching.MeetingNoticeTakenBack),
            Rule(template=contexts.MeetingNotice.template, organisations=_partner_of, content=_notice),
        ),
        matching.AgreementSigned: Rule(
            template=contexts.AgreementSigned.template, organisations=_both, content=_agreement, copy=Agreement
        ),
        matching.FollowUpDue: Rule(template=contexts.FollowUpDue.template, organisations=_both, content=_follow_up),
    }
)
"""Every event that is told to all delegates of an organisation alike; itineraries are told to each person apart."""

OF_APPLICATION = frozenset(
    RULES[event].template for event in registration.ApplicationState.__subclasses__() if event in RULES
)
"""The templates of which only the newest is news: each tells how one application stands."""

CHANNELS: Mapping[str, tuple[str, ...]] = MappingProxyType({rule.template: rule.channels for rule in RULES.values()})
"""The channels of each template."""
