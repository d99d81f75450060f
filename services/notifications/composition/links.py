"""Where the buttons of letters lead: pages of the services, under the instance's public address."""

from urllib.parse import urlencode
from uuid import UUID


def application_url(public_url: str, mission_id: UUID, application_id: str) -> str:
    """Lead to an application."""
    return f"{public_url.rstrip('/')}/registration/missions/{mission_id}/applications/{application_id}"


def own_mission_url(public_url: str, mission_id: UUID) -> str:
    """Lead to what a mission is for one who takes part in it."""
    return f"{public_url.rstrip('/')}/registration/missions/{mission_id}/mine"


def recommendations_url(public_url: str, mission_id: UUID, organisation_id: UUID) -> str:
    """Lead to the partners recommended to an organisation."""
    return f"{_mission_url(public_url, mission_id)}/partners?{_organisation_query(organisation_id)}"


def requests_url(public_url: str, mission_id: UUID, organisation_id: UUID) -> str:
    """Lead to what an organisation was asked and has asked."""
    return f"{_mission_url(public_url, mission_id)}/partners/requests?{_organisation_query(organisation_id)}"


def timetable_url(public_url: str, mission_id: UUID, organisation_id: UUID) -> str:
    """Lead to an organisation's own timetable."""
    return f"{_mission_url(public_url, mission_id)}/my-timetable?{_organisation_query(organisation_id)}"


def meeting_url(public_url: str, meeting_id: str, organisation_id: UUID) -> str:
    """Lead to a meeting of an organisation."""
    return f"{public_url.rstrip('/')}/matching/meetings/{meeting_id}?{_organisation_query(organisation_id)}"


def sign_in_url(public_url: str) -> str:
    """Lead to where one signs in."""
    return f"{public_url.rstrip('/')}/registration/sign-in"


def second_factors_url(public_url: str) -> str:
    """Lead to one's own second factors."""
    return f"{public_url.rstrip('/')}/registration/me/factors"


def report_url(public_url: str, mission_id: UUID) -> str:
    """Lead to the agreements of a mission and what came of them."""
    return f"{public_url.rstrip('/')}/matching/missions/{mission_id}/report"


def _mission_url(public_url: str, mission_id: UUID) -> str:
    return f"{public_url.rstrip('/')}/matching/missions/{mission_id}"


def _organisation_query(organisation_id: UUID) -> str:
    return urlencode({"organisation_id": organisation_id})
