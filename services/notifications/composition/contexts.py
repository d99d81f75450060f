"""Fills the template context of each kind of mail from a delivery's content and current data."""

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any
from uuid import UUID

from contracts.registration.identity import SEALED_FOR
from notifications.composition import labels, links
from notifications.composition.labels import Gettext
from notifications.composition.mail_data import MailData, MissingDataError
from notifications.mail import contexts
from notifications.mail.contexts import (
    CancelledMeeting,
    FactorsChanged,
    Invitation,
    MailContext,
    MeetingLine,
    MissionMailContext,
    MovedMeeting,
    RecommendedPartner,
    SignIn,
)
from servicekit.auth import encryption
from servicekit.texts import formats

Values = Mapping[str, Any]

WITHDRAWN = "withdrawn"
"""The reason code of a meeting that is cancelled because the partner withdrew from the mission."""
HIDDEN_CODE = "•••\N{NO-BREAK SPACE}•••"
"""Shown instead of a sign-in code to everybody but the recipient."""


def mail_context(data: MailData, gettext: Gettext) -> MailContext:
    """Return the template context of a delivery's mail.

    Raises:
        MissingDataError: no event has brought some data yet that the mail needs.

    """
    kind = contexts.CONTEXTS[data.delivery.kind]
    own: dict[str, Any] = {"recipient_name": data.recipient_name, "zones": data.zones}
    if issubclass(kind, MissionMailContext):
        own |= _mission_fields(data)
    return kind(**own, **_BUILDERS[kind.template](data, data.delivery.content, gettext))


def _mission_fields(data: MailData) -> Values:
    mission = data.mission
    return {
        "organisation_name": data.organisation_name(data.delivery.organisation_id),
        "mission_title": data.text(mission.titles),
        "organiser_name": data.text(mission.organiser),
        "organiser_phone": mission.organiser_phone,
        "organiser_email": mission.organiser_email,
    }


def _application_link(data: MailData, content: Values) -> Values:
    url = links.application_url(data.settings.public_url, data.mission.id, content["application_id"])
    return {"action_url": url}


def _application_received(data: MailData, content: Values, gettext: Gettext) -> Values:
    submitted = content["submitted_at"]
    at = datetime.fromisoformat(submitted) if submitted else data.delivery.created_at
    return {**_application_link(data, content), "submitted_at": at}


def _application_with_comment(data: MailData, content: Values, gettext: Gettext) -> Values:
    return {**_application_link(data, content), "comment": content["reason"]}


def _application_with_reason(data: MailData, content: Values, gettext: Gettext) -> Values:
    return {**_application_link(data, content), "reason": content["reason"]}


def _participant_admitted(data: MailData, content: Values, gettext: Gettext) -> Values:
    mission = data.mission
    if mission.starts_at is None or mission.ends_at is None:
        raise MissingDataError("mission", mission.id)
    return {
        **_partners_link(data),
        "mission_starts_at": mission.starts_at,
        "mission_ends_at": mission.ends_at,
        "venue": data.text(mission.venue),
    }


def _partners_link(data: MailData) -> Values:
    url = links.recommendations_url(data.settings.public_url, data.mission.id, data.organisation.id)
    return {"action_url": url}


def _recommendations_ready(data: MailData, content: Values, gettext: Gettext) -> Values:
    def partner(found: Values) -> RecommendedPartner:
        key = UUID(found["partner_id"])
        reasons = tuple(labels.recommendation_reason(line, data.language, gettext) for line in found["reasons"])
        return RecommendedPartner(name=data.organisation_name(key), city=data.city(key), reasons=reasons)

    return {
        **_partners_link(data),
        "partners": tuple(partner(found) for found in content["partners"]),
        "total": content["total"],
    }


def _request_received(data: MailData, content: Values, gettext: Gettext) -> Values:
    return {
        **_partner_fields(data, content, gettext),
        "message": content["message"],
        "action_url": _requests_url(data),
    }


def _partner_fields(data: MailData, content: Values, gettext: Gettext) -> Values:
    return {**_partners_link(data), "partner_name": data.organisation_name(UUID(content["partner_id"]))}


def _request_declined(data: MailData, content: Values, gettext: Gettext) -> Values:
    return {**_partner_fields(data, content, gettext), "reason": content.get("reason", "")}


def _time_proposed(data: MailData, content: Values, gettext: Gettext) -> Values:
    return {**_partner_fields(data, content, gettext), **_meeting_times(content), "action_url": _requests_url(data)}


def _meeting_notice(data: MailData, content: Values, gettext: Gettext) -> Values:
    notice = {"notice": content["said"], "minutes": content["minutes"], "table": content["table"]}
    url = links.meeting_url(data.settings.public_url, content["meeting_id"], data.organisation.id)
    return {**_partner_fields(data, content, gettext), **_meeting_times(content), **notice, "action_url": url}


def _meeting_times(content: Values) -> Values:
    return {name: datetime.fromisoformat(content[name]) for name in ("starts_at", "ends_at")}


def _requests_url(data: MailData) -> str:
    return links.requests_url(data.settings.public_url, data.mission.id, data.organisation.id)


def _itinerary(data: MailData, content: Values, gettext: Gettext) -> Values:
    def meeting(kind: type[MeetingLine], line: Values, **more: Any) -> Any:
        return kind(
            meeting_id=line["meeting_id"],
            partner_name=data.organisation_name(UUID(line["partner_id"])),
            starts_at=datetime.fromisoformat(line["starts_at"]),
            ends_at=datetime.fromisoformat(line["ends_at"]),
            table=line["table"],
            is_online=line["is_online"],
            reader_is_online=line["is_online"] and data.is_online,
            **more,
        )

    def moved(line: Values) -> MovedMeeting:
        old = {"old_starts_at": datetime.fromisoformat(line["old_starts_at"]), "old_table": line["old_table"]}
        result: MovedMeeting = meeting(MovedMeeting, line, **old, reason=reason(line))
        return result

    def reason(line: Values) -> str:
        own_words = data.reason_for_leaving(UUID(line["partner_id"])) if line["reason"] == WITHDRAWN else ""
        return own_words or labels.change_reason(line["reason"], content["cause"], gettext)

    return {
        "action_url": links.timetable_url(data.settings.public_url, data.mission.id, data.organisation.id),
        "new": tuple(meeting(MeetingLine, line) for line in content["new"]),
        "moved": tuple(moved(line) for line in content["moved"]),
        "cancelled": tuple(meeting(CancelledMeeting, line, reason=reason(line)) for line in content["cancelled"]),
        "unchanged_count": content["unchanged_count"],
    }


def _agreement_signed(data: MailData, content: Values, gettext: Gettext) -> Values:
    amount, currency = content["amount"], content["currency"]
    return {
        **_agreement_fields(data, content),
        "agreement_type": labels.agreement_type_label(content["agreement_type"], gettext),
        "signed_at": datetime.fromisoformat(content["signed_at"]),
        "amount": "" if amount is None else formats.money(amount, currency, language=data.language),
    }


def _follow_up_due(data: MailData, content: Values, gettext: Gettext) -> Values:
    signed_at = data.signed_at(UUID(content["agreement_id"]))
    return {**_agreement_fields(data, content), "months": content["months"], "signed_at": signed_at}


def _agreement_fields(data: MailData, content: Values) -> Values:
    return {
        "action_url": links.report_url(data.settings.public_url, data.mission.id),
        "partner_name": data.organisation_name(UUID(content["partner_id"])),
        "subject": content["subject"],
    }


def _group_message(data: MailData, content: Values, gettext: Gettext) -> Values:
    return {
        "action_url": links.own_mission_url(data.settings.public_url, data.mission.id),
        "subject": data.text(content["subjects"]),
        "text": data.text(content["texts"]),
    }


def _sign_in(data: MailData, content: Values, gettext: Gettext) -> Values:
    """Return sign-in link and code, or their placeholders in a preview.

    Raises:
        UnsealableError: they were encrypted with another secret, or have been deleted.

    """
    url, code = links.sign_in_url(data.settings.public_url), HIDDEN_CODE
    if data.with_secrets:
        opened = json.loads(encryption.unseal(data.settings.secret_key, SEALED_FOR, content.get("sealed", "")))
        url, code = opened["link"], _group_digits(opened["code"])
    return {"action_url": url, "code": code, "expires_at": data.delivery.expires_at}


def _invitation(data: MailData, content: Values, gettext: Gettext) -> Values:
    """Link to the sign-in page."""
    return {"action_url": links.sign_in_url(data.settings.public_url)}


def _factors_changed(data: MailData, content: Values, gettext: Gettext) -> Values:
    """Link to the second factors of the signed-in account."""
    return {"action_url": links.second_factors_url(data.settings.public_url)}


def _group_digits(code: str) -> str:
    middle = len(code) // 2
    return f"{code[:middle]}\N{NO-BREAK SPACE}{code[middle:]}"


_BUILDERS: Mapping[str, Callable[[MailData, Values, Gettext], Values]] = MappingProxyType(
    {
        contexts.ApplicationReceived.template: _application_received,
        contexts.ApplicationApproved.template: _application_with_comment,
        contexts.ApplicationRejected.template: _application_with_reason,
        contexts.ApplicationChangesRequested.template: _application_with_comment,
        contexts.ApplicationWaitlisted.template: _application_with_reason,
        contexts.ParticipantAdmitted.template: _participant_admitted,
        contexts.RecommendationsReady.template: _recommendations_ready,
        contexts.RequestReceived.template: _request_received,
        contexts.RequestAccepted.template: _partner_fields,
        contexts.RequestDeclined.template: _request_declined,
        contexts.TimeProposed.template: _time_proposed,
        contexts.MeetingNotice.template: _meeting_notice,
        contexts.Itinerary.template: _itinerary,
        contexts.AgreementSigned.template: _agreement_signed,
        contexts.FollowUpDue.template: _follow_up_due,
        contexts.GroupMessage.template: _group_message,
        SignIn.template: _sign_in,
        Invitation.template: _invitation,
        FactorsChanged.template: _factors_changed,
    }
)
