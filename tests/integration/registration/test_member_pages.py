"""Whoever runs a mission invites others to it, and takes roles back, in the browser alone."""

import re

import pytest

from access.roles import Role
from browsers import browser_of, letters
from signed_in import ADMIN, token


def browser(desk, claims=ADMIN):
    made = browser_of(desk.app)
    made.set_cookie("caravan-token", token(claims))
    made.set_cookie("caravan-language", "ru")
    return made


def text(answer):
    return answer.get_data(as_text=True)


@pytest.fixture
def place(quick_desk):
    """The members' page of an open mission."""
    return f"/missions/{quick_desk.open_mission()}/members"


def held(desk, scope):
    return [(one["email"], one["role"]) for one in desk.made("GET", f"/v1/members?scope={scope}")["items"]]


def test_organiser_is_invited_by_mail_and_listed(quick_desk, place):
    mission = place.split("/")[2]
    organiser = browser(quick_desk, {Role.ORGANISER: [mission]})

    answer = organiser.send(place, email="anna@example.org", office=f"organiser:{mission}", language="ru")
    shown = text(organiser.page(answer.location))

    assert answer.status_code == 303
    assert "anna@example.org" in shown and "Приглашение отправляется" in shown
    assert held(quick_desk, mission) == [("anna@example.org", "organiser")]
    assert [(one["email"], one["kind"]) for one in letters(quick_desk.runtime)] == [("anna@example.org", "invitation")]


def test_coordinator_of_a_region_is_invited_by_those_above_alone(quick_desk, place):
    mission = place.split("/")[2]
    organiser, agency = browser(quick_desk, {Role.ORGANISER: [mission]}), browser(quick_desk, {Role.AGENCY: ["RU-KYA"]})
    fields = {"email": "anna@example.org", "language": "ru"}

    refused = organiser.send(place, office="agency:RU-KYA", **fields)
    foreign = agency.send(place, office="agency:RU-KLU", **fields)
    given = agency.send(place, office="agency:RU-KYA", **fields)

    assert [refused.status_code, foreign.status_code, given.status_code] == [422, 422, 303]
    assert "Выберите роль" in text(refused)
    assert held(quick_desk, "RU-KYA") == [("anna@example.org", "agency")]
    assert held(quick_desk, "RU-KLU") == []
    assert "Координатор: Красноярский край" in text(browser(quick_desk).page(place))
    assert "anna@example.org" not in text(organiser.page(place))


@pytest.mark.parametrize(("fields", "named"), [({"email": "no address"}, "email"), ({"office": "admin:*"}, "office")])
def test_wrong_invitation_keeps_what_was_typed(quick_desk, place, fields, named):
    usual = {"email": "anna@example.org", "office": f"reader:{place.split('/')[2]}", "language": "en"}

    answer = browser(quick_desk).send(place, **{**usual, **fields})

    assert answer.status_code == 422
    assert f'id="{named}-e"' in text(answer)
    assert 'value="en" selected' in text(answer)
    assert quick_desk.count("role_grant") == 0


def test_role_is_taken_back_with_and_without_a_dialog(quick_desk, place):
    mission = place.split("/")[2]
    admin = browser(quick_desk)
    admin.send(place, email="anna@example.org", office=f"organiser:{mission}", language="ru")
    link = re.search(r'href="([^"]+/removal)" data-opens="(take-[^"]+)"', text(admin.page(place)))

    asked = text(admin.page(link[1]))
    answer = admin.send(link[1])

    assert f'<dialog id="{link[2]}"' in text(admin.page(place)) or answer.status_code == 303
    assert "anna@example.org" in asked
    assert answer.location == f"{place}?removed=yes"
    assert held(quick_desk, mission) == []
    assert admin.page(link[1]).status_code == 404


def test_role_in_another_mission_is_not_taken_back_here(quick_desk, place):
    other = quick_desk.open_mission(reference="other")
    admin = browser(quick_desk)
    admin.send(f"/missions/{other}/members", email="anna@example.org", office=f"reader:{other}", language="ru")
    grant = quick_desk.made("GET", f"/v1/members?scope={other}")["items"][0]["id"]

    answer = admin.send(f"{place}/{grant}/removal", form_of=place)

    assert answer.status_code == 404
    assert held(quick_desk, other) == [("anna@example.org", "reader")]
