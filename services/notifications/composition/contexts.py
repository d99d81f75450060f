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
from notifications.composition.lookups import FactFinder, FactMissingError
from notifications.mail import contexts
from notifications.mail.contexts import (
    CancelledMeeting,
    FactorsChanged,
    Invitation,
    MailContext,
    MeetingLine,
    MissionMail,
    MovedMeeting,
    RecommendedPartner,
    SignIn,
)
from servicekit import formats, sealing

Facts = Mapping[str, Any]

HIDDEN = "•••\N{NO-BREAK SPACE}•••"
"""What stands in the place of a code where a letter is shown to others than its recipient."""


def sign_in(finder: FactFinder, content: Facts, gettext: Gettext) -> Facts:
    """Return link and code, or what is shown in their places.

    Raises:
        UnsealableError: they were sealed with another secret, or are wiped.

    """
    url, code = links.sign_in(finder.settings.public_url), HIDDEN
    if finder.is_leaving:
        opened = json.loads(sealing.unseal(finder.settings.secret_key, SEALED_FOR, content.get("sealed", "")))
        url, code = opened["link"], _grouped(opened["code"])
    return {"action_url": url, "code": code, "expires_at": finder.delivery.expires_at}


def invitation(finder: FactFinder, content: Facts, gettext: Gettext) -> Facts:
    """Lead to where one signs in."""
    return {"action_url": links.sign_in(finder.settings.public_url)}


def factors_changed(finder: FactFinder, content: Facts, gettext: Gettext) -> Facts:
    """Lead to the second factors of whoever has signed in."""
    return {"action_url": links.factors(finder.settings.public_url)}


def _grouped(code: str) -> str:
    middle = len(code) // 2
    return f"{code[:middle]}\N{NO-BREAK SPACE}{code[middle:]}"


LEFT = "withdrawn"
"""The code of a meeting that is off because the partner left the mission."""


def context_of(finder: FactFinder, gettext: Gettext) -> MailContext:
    """Return what the letter of a delivery has to say.

    Raises:
        FactMissingError: something that it names was not heard of yet.

    """
    kind = contexts.CONTEXTS[finder.delivery.kind]
    own: dict[str, Any] = {"recipient_name": finder.recipient_name, "zones": finder.zones}
    if issubclass(kind, MissionMail):
        own |= _of_mission(finder)
    return kind(**own, **_FILLERS[kind.template](finder, finder.delivery.content, gettext))


def _of_mission(finder: FactFinder) -> Facts:
    mission = finder.mission
    return {
        "organisation_name": finder.organisation_name(finder.delivery.organisation_id),
        "mission_title": finder.text(mission.titles),
        "organiser_name": finder.text(mission.organiser),
        "organiser_phone": mission.organiser_phone,
        "organiser_email": mission.organiser_email,
    }


def _application(finder: FactFinder, content: Facts) -> Facts:
    url = links.application(finder.settings.public_url, finder.mission.id, content["application_id"])
    return {"action_url": url}


def _received(finder: FactFinder, content: Facts, gettext: Gettext) -> Facts:
    submitted = content["submitted_at"]
    at = datetime.fromisoformat(submitted) if submitted else finder.delivery.created_at
    return {**_application(finder, content), "submitted_at": at}


def _approved(finder: FactFinder, content: Facts, gettext: Gettext) -> Facts:
    return {**_application(finder, content), "comment": content["reason"]}


def _rejected(finder: FactFinder, content: Facts, gettext: Gettext) -> Facts:
    return {**_application(finder, content), "reason": content["reason"]}


def _admitted(finder: FactFinder, content: Facts, gettext: Gettext) -> Facts:
    mission = finder.mission
    if mission.starts_at is None or mission.ends_at is None:
        raise FactMissingError("mission", mission.id)
    return {
        **_partners(finder),
        "mission_starts_at": mission.starts_at,
        "mission_ends_at": mission.ends_at,
        "venue": finder.text(mission.venue),
    }


def _partners(finder: FactFinder) -> Facts:
    url = links.recommendations(finder.settings.public_url, finder.mission.id, finder.organisation.id)
    return {"action_url": url}


def _recommended(finder: FactFinder, content: Facts, gettext: Gettext) -> Facts:
    def partner(found: Facts) -> RecommendedPartner:
        key = UUID(found["partner_id"])
        reasons = tuple(labels.reason(line, finder.language, gettext) for line in found["reasons"])
        return RecommendedPartner(name=finder.organisation_name(key), city=finder.city(key), reasons=reasons)

    return {
        **_partners(finder),
        "partners": tuple(partner(found) for found in content["partners"]),
        "total": content["total"],
    }


def _asked(finder: FactFinder, content: Facts, gettext: Gettext) -> Facts:
    return {**_answered(finder, content, gettext), "message": content["message"], "action_url": _requests(finder)}


def _answered(finder: FactFinder, content: Facts, gettext: Gettext) -> Facts:
    return {**_partners(finder), "partner_name": finder.organisation_name(UUID(content["partner_id"]))}


def _declined(finder: FactFinder, content: Facts, gettext: Gettext) -> Facts:
    return {**_answered(finder, content, gettext), "reason": content.get("reason", "")}


def _proposed(finder: FactFinder, content: Facts, gettext: Gettext) -> Facts:
    return {**_answered(finder, content, gettext), **_span(content), "action_url": _requests(finder)}


def _notice(finder: FactFinder, content: Facts, gettext: Gettext) -> Facts:
    told = {name: content[name] for name in ("said", "minutes", "table")}
    url = links.meeting(finder.settings.public_url, content["meeting_id"], finder.organisation.id)
    return {**_answered(finder, content, gettext), **_span(content), **told, "action_url": url}


def _span(content: Facts) -> Facts:
    return {name: datetime.fromisoformat(content[name]) for name in ("starts_at", "ends_at")}


def _requests(finder: FactFinder) -> str:
    return links.requests(finder.settings.public_url, finder.mission.id, finder.organisation.id)


def _itinerary(finder: FactFinder, content: Facts, gettext: Gettext) -> Facts:
    def told(kind: type[MeetingLine], line: Facts, **more: Any) -> Any:
        return kind(
            meeting_id=line["meeting_id"],
            partner_name=finder.organisation_name(UUID(line["partner_id"])),
            starts_at=datetime.fromisoformat(line["starts_at"]),
            ends_at=datetime.fromisoformat(line["ends_at"]),
            table=line["table"],
            is_online=line["is_online"],
            reader_is_online=line["is_online"] and finder.is_online,
            **more,
        )

    def moved(line: Facts) -> MovedMeeting:
        old = {"old_starts_at": datetime.fromisoformat(line["old_starts_at"]), "old_table": line["old_table"]}
        made: MovedMeeting = told(MovedMeeting, line, **old, reason=why(line))
        return made

    def why(line: Facts) -> str:
        own_words = finder.reason_for_leaving(UUID(line["partner_id"])) if line["reason"] == LEFT else ""
        return own_words or labels.cause(line["reason"], content["cause"], gettext)

    return {
        "action_url": links.timetable(finder.settings.public_url, finder.mission.id, finder.organisation.id),
        "new": tuple(told(MeetingLine, line) for line in content["new"]),
        "moved": tuple(moved(line) for line in content["moved"]),
        "cancelled": tuple(told(CancelledMeeting, line, reason=why(line)) for line in content["cancelled"]),
        "unchanged_count": content["unchanged_count"],
    }


def _signed(finder: FactFinder, content: Facts, gettext: Gettext) -> Facts:
    amount, currency = content["amount"], content["currency"]
    return {
        **_agreement(finder, content),
        "agreement_type": labels.agreement_type(content["agreement_type"], gettext),
        "signed_at": datetime.fromisoformat(content["signed_at"]),
        "amount": "" if amount is None else formats.money(amount, currency, language=finder.language),
        "check_months": (),
    }


def _due(finder: FactFinder, content: Facts, gettext: Gettext) -> Facts:
    signed_at = finder.signed_at(UUID(content["agreement_id"]))
    return {**_agreement(finder, content), "months": content["months"], "signed_at": signed_at}


def _agreement(finder: FactFinder, content: Facts) -> Facts:
    return {
        "action_url": links.report(finder.settings.public_url, finder.mission.id),
        "partner_name": finder.organisation_name(UUID(content["partner_id"])),
        "subject": content["subject"],
    }


def _written(finder: FactFinder, content: Facts, gettext: Gettext) -> Facts:
    return {
        "action_url": links.own_mission(finder.settings.public_url, finder.mission.id),
        "subject": finder.text(content["subjects"]),
        "text": finder.text(content["texts"]),
    }


_FILLERS: Mapping[str, Callable[[FactFinder, Facts, Gettext], Facts]] = MappingProxyType(
    {
        contexts.ApplicationReceived.template: _received,
        contexts.ApplicationApproved.template: _approved,
        contexts.ApplicationRejected.template: _rejected,
        contexts.ApplicationChangesRequested.template: _approved,
        contexts.ApplicationWaitlisted.template: _rejected,
        contexts.ParticipantAdmitted.template: _admitted,
        contexts.RecommendationsReady.template: _recommended,
        contexts.RequestReceived.template: _asked,
        contexts.RequestAccepted.template: _answered,
        contexts.RequestDeclined.template: _declined,
        contexts.TimeProposed.template: _proposed,
        contexts.MeetingNotice.template: _notice,
        contexts.Itinerary.template: _itinerary,
        contexts.AgreementSigned.template: _signed,
        contexts.FollowUpDue.template: _due,
        contexts.GroupMessage.template: _written,
        SignIn.template: sign_in,
        Invitation.template: invitation,
        FactorsChanged.template: factors_changed,
    }
)
