"""How often a stranger registers, applies and names people: the number is that of the list of hostile inputs."""

import logging
from functools import partial

import pytest

from access.roles import Role
from at_once import at_once
from builders.registration import a_delegate, an_organisation
from registration.handlers import contacts
from signed_in import bearer
from unconfirmed import a_company, another_mission, applies, ask, people

ONE = "one@example.org"


def statuses(answers):
    return [answer.status_code for answer in answers]


def test_company_that_takes_fifty_people_to_three_missions_in_an_hour_is_not_held_up(quick_desk):
    desk, missions = quick_desk, [quick_desk.open_mission()]
    missions += [another_mission(desk, reference) for reference in ("two", "three")]
    company = a_company(desk)

    answers = [applies(desk, mission, company, people(50)) for mission in missions]
    named = [one for answer in answers for one in answer.json["delegates"][:25]]
    changes = [
        ask(desk, "PATCH", f"/v1/delegates/{one['id']}", company[1], {"email": f"new.{one['email']}"}) for one in named
    ]

    assert statuses(answers) == [201] * 3
    assert set(statuses(changes)) == {200}


def test_121_stranger_registers_ten_organisations_an_hour_even_at_once(desk, mission, company):
    register = [partial(registers, desk, f"klu-{number}", company[1]) for number in range(12)]

    answers = at_once(register)

    assert sorted(statuses(answers)) == [201] * 9 + [429] * 3
    refused = next(answer for answer in answers if answer.status_code == 429)
    assert 3500 <= int(refused.headers["Retry-After"]) <= 3600
    assert refused.mimetype == "application/problem+json"


def registers(desk, reference, who):
    return ask(desk, "POST", "/v1/organisations", who, an_organisation(reference))


def test_121_stranger_applies_so_often_and_what_came_to_nothing_is_not_counted(quick_desk, monkeypatch, caplog):
    monkeypatch.setattr(contacts, "APPLICATIONS", "2/hour")
    desk, missions = quick_desk, [quick_desk.open_mission()]
    missions += [another_mission(desk, reference) for reference in ("two", "three")]
    company = a_company(desk)
    again = [applies(desk, missions[0], company, []) for _ in range(4)]
    second = applies(desk, missions[1], company, [])

    with desk.no_trace(), caplog.at_level(logging.INFO):
        third = applies(desk, missions[2], company, [])

    assert statuses(again) == [201, 409, 409, 409]
    assert statuses([second, third]) == [201, 429]
    assert [record.cause for record in caplog.records if record.message == "request refused"] == ["too-many-requests"]


def test_121_stranger_names_so_many_people_in_applications_and_one_by_one(quick_desk, monkeypatch):
    monkeypatch.setattr(contacts, "NAMED", "5/hour")
    desk, mission = quick_desk, quick_desk.open_mission()
    company = a_company(desk)
    too_many = applies(desk, mission, company, people(6))

    application = applies(desk, mission, company, people(4)).json
    path = f"/v1/applications/{application['id']}/delegates"
    more = [ask(desk, "POST", path, company[1], one) for one in people(2, prefix="w")]

    assert too_many.status_code == 429
    assert statuses(more) == [201, 429]


def test_121_stranger_changes_so_many_addresses(quick_desk, monkeypatch):
    monkeypatch.setattr(contacts, "READDRESSED", "2/hour")
    desk, mission = quick_desk, quick_desk.open_mission()
    company = a_company(desk)
    path = f"/v1/delegates/{applies(desk, mission, company, people(1)).json['delegates'][0]['id']}"

    changes = [ask(desk, "PATCH", path, company[1], {"email": f"w{number}@example.org"}) for number in range(3)]
    same = ask(desk, "PATCH", path, company[1], {"email": "w1@example.org", "phone": "+7 495 123-45-67"})

    assert statuses([*changes, same]) == [200, 200, 429, 200]


def test_121_strangers_name_one_address_ten_times_an_hour_together_and_its_owner_names_it_on(quick_desk):
    desk, mission = quick_desk, quick_desk.open_mission()
    many = [a_company(desk, f"klu-{number}", f"s{number}@example.org") for number in range(11)]
    owner = a_company(desk, "klu-99", ONE)
    person = a_delegate("x/1", email=ONE)

    named = [applies(desk, mission, one, [person | {"reference": one[0]}]) for one in many]
    own = applies(desk, mission, owner, [person])

    assert statuses(named) == [201] * 10 + [429]
    assert own.status_code == 201


@pytest.mark.parametrize("who", [{Role.AGENCY: {"RU-KLU"}}, {Role.ADMIN: {"*"}}])
def test_staff_is_not_limited_so(quick_desk, monkeypatch, who):
    for name in ("ORGANISATIONS", "APPLICATIONS", "NAMED", "READDRESSED", "NAMINGS_OF_ADDRESS"):
        monkeypatch.setattr(contacts, name, "1/hour")
    desk, missions = quick_desk, [quick_desk.open_mission()]
    missions.append(another_mission(desk))
    staff = bearer(who)

    companies = [registers(desk, reference, staff) for reference in ("klu-1", "klu-2")]
    organisation = companies[0].json["id"], staff
    applications = [applies(desk, mission, organisation, people(3)) for mission in missions]
    paths = [f"/v1/delegates/{one['id']}" for one in applications[0].json["delegates"]]
    changes = [ask(desk, "PATCH", path, staff, {"email": f"n{place}@example.org"}) for place, path in enumerate(paths)]

    assert statuses(companies) == [201, 201]
    assert statuses(applications) == [201, 201]
    assert statuses(changes) == [200] * 3
