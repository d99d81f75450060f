"""URLs of the pages that mails link to, below the instance's public URL."""

from urllib.parse import urlencode
from uuid import UUID


def application_url(public_url: str, mission_id: UUID, application_id: str) -> str:
    """Return the URL of an application."""
    return f"{public_url.rstrip('/')}/registration/missions/{mission_id}/applications/{application_id}"


def own_mission_url(public_url: str, mission_id: UUID) -> str:
    """Return the URL of a participant's page of a mission."""
    return f"{public_url.rstrip('/')}/registration/missions/{mission_id}/mine"


def recommendations_url(public_url: str, mission_id: UUID, organisation_id: UUID) -> str:
    """Return the URL of the partners recommended to an organisation."""
    return f"{_mission_url(public_url, mission_id)}/partners?{_organisation_query(organisation_id)}"


def requests_url(public_url: str, mission_id: UUID, organisation_id: UUID) -> str:
    """Return the URL of an organisation's incoming and outgoing meeting requests."""
    return f"{_mission_url(public_url, mission_id)}/partners/requests?{_organisation_query(organisation_id)}"


def timetable_url(public_url: str, mission_id: UUID, organisation_id: UUID) -> str:
    """Return the URL of an organisation's timetable."""
    return f"{_mission_url(public_url, mission_id)}/my-timetable?{_organisation_query(organisation_id)}"


def meeting_url(public_url: str, meeting_id: str, organisation_id: UUID) -> str:
    """Return the URL of an organisation's meeting."""
    return f"{public_url.rstrip('/')}/matching/meetings/{meeting_id}?{_organisation_query(organisation_id)}"


def sign_in_url(public_url: str) -> str:
    """Return the URL of the sign-in page."""
    return f"{public_url.rstrip('/')}/registration/sign-in"


def second_factors_url(public_url: str) -> str:
    """Return the URL of the signed-in account's second factors."""
    return f"{public_url.rstrip('/')}/registration/me/factors"


def report_url(public_url: str, mission_id: UUID) -> str:
    """Return the URL of a mission's report on agreements and their results."""
    return f"{public_url.rstrip('/')}/matching/missions/{mission_id}/report"


def _mission_url(public_url: str, mission_id: UUID) -> str:
    return f"{public_url.rstrip('/')}/matching/missions/{mission_id}"


def _organisation_query(organisation_id: UUID) -> str:
    return urlencode({"organisation_id": organisation_id})
