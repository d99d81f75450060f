"""Builders for events of matching, as notifications hear them: the guest's meetings and what comes of them."""

from dataclasses import replace
from datetime import date

from builders.notifications import GUEST, GUEST_PERSON, HALF_HOUR, HOST, MISSION, NOON
from contracts import matching
from servicekit import identifiers


def recommendations(count=6, **values):
    """Recommend the host to the guest, a number of times."""
    reason = matching.Reason(direction="you_seek", need="датчики давления", offer="датчики температуры и давления")
    found = matching.RecommendedPartner(organisation_id=HOST, score=0.8, reasons=(reason,))
    usual = {"mission_id": MISSION, "organisation_id": GUEST, "partners": (found,) * count}
    return matching.RecommendationsPublished(**{**usual, **values})


def a_request(kind=matching.MeetingRequestSent, **values):
    """Tell of the guest's wish to meet the host."""
    usual = {
        "request_id": identifiers.derived("test-request"),
        "mission_id": MISSION,
        "from_organisation_id": GUEST,
        "to_organisation_id": HOST,
        "message": "Обсудим поставку?",
        "status": "pending",
    }
    return kind(**{**usual, **values})


def a_proposal(**values):
    """Tell that the host, whom the guest asked, proposes a time."""
    times = {"proposed_starts_at": NOON, "proposed_ends_at": NOON + HALF_HOUR}
    return a_request(matching.MeetingRequestTimeProposed, **{**times, **values})


def a_notice(event=matching.MeetingNoticeGiven, **values):
    """Tell that the guest is ten minutes late for the meeting with the host."""
    usual = {
        "notice_id": identifiers.derived("test-notice"),
        "meeting_id": identifiers.derived("m-1"),
        "mission_id": MISSION,
        "organisation_id": GUEST,
        "guest_organisation_id": GUEST,
        "host_organisation_id": HOST,
        "kind": "late",
        "minutes": 10,
        "starts_at": NOON,
        "ends_at": NOON + HALF_HOUR,
        "timezone": "Asia/Krasnoyarsk",
        "table": "T1",
        "is_online": False,
    }
    return event(**{**usual, **values})


def a_line(name="m-1", **values):
    """Put one meeting of the guest's delegate with the host at noon in Moscow."""
    starts_at = values.get("starts_at", NOON)
    usual = {
        "meeting_id": identifiers.derived(name),
        "partner_id": HOST,
        "person_id": GUEST_PERSON,
        "starts_at": starts_at,
        "ends_at": starts_at + HALF_HOUR,
        "table": "T1",
        "is_online": False,
        "status": "scheduled",
        "reason": "",
    }
    return matching.ItineraryLine(**{**usual, **values})


def moved(line, **values):
    """Move a meeting half an hour on."""
    usual = {"starts_at": line.starts_at + HALF_HOUR, "ends_at": line.ends_at + HALF_HOUR, "status": "moved"}
    return replace(line, **{**usual, **values})


def cancelled(line, reason="Авария на станции"):
    """Cancel a meeting."""
    return replace(line, status="cancelled", reason=reason)


def an_itinerary(*lines, number=1, **values):
    """Issue the guest's itinerary."""
    usual = {"mission_id": MISSION, "organisation_id": GUEST, "timetable_number": number, "cause": "first"}
    return matching.ItineraryIssued(**{**usual, "meetings": lines, **values})


def an_agreement(**values):
    """Sign an agreement of guest and host."""
    usual = {
        "agreement_id": identifiers.derived("test-agreement"),
        "mission_id": MISSION,
        "guest_organisation_id": GUEST,
        "host_organisation_id": HOST,
        "agreement_type": "supply_contract",
        "subject": "Поставка датчиков",
        "expected_amount": 4_200_000,
        "currency": "RUB",
        "signed_at": NOON,
    }
    return matching.AgreementSigned(**{**usual, **values})


def a_follow_up(kind=matching.FollowUpDue, **values):
    """Ask what came of the agreement, after three months."""
    usual = {
        "check_id": identifiers.derived("test-check"),
        "agreement_id": identifiers.derived("test-agreement"),
        "mission_id": MISSION,
        "guest_organisation_id": GUEST,
        "host_organisation_id": HOST,
        "subject": "Поставка датчиков",
        "months": 3,
        "due_on": date(2025, 3, 10),
        "status": "due",
        "realised_amount": None,
        "currency": "RUB",
    }
    return kind(**{**usual, **values})
