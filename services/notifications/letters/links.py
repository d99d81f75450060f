"""Where the buttons of letters lead: pages of the services, under the instance's public address."""

from urllib.parse import urlencode
from uuid import UUID


def application(public_url: str, mission_id: UUID, application_id: str) -> str:
    """Lead to an application."""
    return f"{public_url.rstrip('/')}/registration/missions/{mission_id}/applications/{application_id}"


def own_mission(public_url: str, mission_id: UUID) -> str:
    """Lead to what a mission is for one who takes part in it."""
    return f"{public_url.rstrip('/')}/registration/missions/{mission_id}/mine"


def recommendations(public_url: str, mission_id: UUID, organisation_id: UUID) -> str:
    """Lead to the partners recommended to an organisation."""
    asked = urlencode({"organisation_id": organisation_id})
    return f"{public_url.rstrip('/')}/matching/missions/{mission_id}/recommendations?{asked}"


def timetable(public_url: str, mission_id: UUID) -> str:
    """Lead to the timetable of a mission."""
    return f"{public_url.rstrip('/')}/matching/missions/{mission_id}/timetable"


def sign_in(public_url: str) -> str:
    """Lead to where one signs in."""
    return f"{public_url.rstrip('/')}/registration/sign-in"


def factors(public_url: str) -> str:
    """Lead to one's own second factors."""
    return f"{public_url.rstrip('/')}/registration/me/factors"


def report(public_url: str, mission_id: UUID) -> str:
    """Lead to the agreements of a mission and what came of them."""
    return f"{public_url.rstrip('/')}/matching/missions/{mission_id}/report"
