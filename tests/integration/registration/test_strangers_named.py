"""Whom only a stranger has named is not written to: the number is that of the list of hostile inputs."""

from functools import partial

import pytest

from access.roles import Role
from at_once import at_once
from builders.registration import a_delegate
from servicekit.bus import snapshots
from signed_in import bearer
from trespass.world import IN_A_MONTH
from unconfirmed import STRANGER, a_company, another_mission, applies, ask, people

HOME = bearer({Role.AGENCY: {"RU-KLU"}})


def vouched(desk):
    """Tell of each contact that was told of, in order, its address and whether it may be written to."""
    return [(event.data.email, event.data.is_vouched_for) for event in desk.events("contact.changed")]


def test_121_of_those_whom_a_stranger_names_the_stranger_alone_is_written_to(desk, mission, company):
    answer = applies(desk, mission, company, [*people(1), a_delegate("x/own", email="Stranger@Example.ORG")])
    later = f"/v1/applications/{answer.json['id']}/delegates"
    added = ask(desk, "POST", later, company[1], a_delegate("x/late"))

    assert [one["is_vouched_for"] for one in answer.json["delegates"]] == [False, True]
    assert added.json["is_vouched_for"] is False
    assert [is_written_to for _email, is_written_to in vouched(desk)] == [False, True, False]


def test_121_approval_lets_all_people_be_written_to_and_is_their_first_news(desk, mission, company):
    application = applies(desk, mission, company, people(2)).json
    organiser = bearer({Role.ORGANISER: {mission}})
    before = len(desk.facts())

    approved = ask(desk, "POST", f"/v1/applications/{application['id']}/approval", organiser, {})
    ask(desk, "POST", f"/v1/applications/{application['id']}/delegates", company[1], a_delegate("x/late"))

    assert approved.status_code == 200, approved.text
    assert desk.facts()[before : before + 3] == ["application.approved", "contact.changed", "contact.changed"]
    assert [is_written_to for _email, is_written_to in vouched(desk)] == [False, False, True, True, True]


@pytest.mark.parametrize("verdict", ["rejection", "changes-request", "waitlisting"])
def test_121_other_verdicts_vouch_for_nobody(quick_desk, verdict):
    desk, mission = quick_desk, quick_desk.open_mission()
    application = applies(desk, mission, a_company(desk), people(1)).json

    answer = ask(desk, "POST", f"/v1/applications/{application['id']}/{verdict}", HOME, {"reason": "Почему"})

    assert answer.status_code == 200, answer.text
    assert vouched(desk) == [("v0@example.org", False)]


@pytest.mark.parametrize("who", ["agency", "organiser", "key"])
def test_people_whom_staff_names_are_written_to(quick_desk, who):
    desk, mission = quick_desk, quick_desk.open_mission()
    company = a_company(desk)

    application = applies(desk, mission, company, people(1), staff(desk, mission, who))

    assert application.status_code == 201, application.text
    assert vouched(desk) == [("v0@example.org", True)]


@pytest.mark.parametrize("who", ["agency", "organiser", "key"])
def test_121_staff_confirms_a_person_by_giving_the_address_again(quick_desk, who):
    desk, mission = quick_desk, quick_desk.open_mission()
    company = a_company(desk)
    delegate = applies(desk, mission, company, people(1)).json["delegates"][0]
    path, body = f"/v1/delegates/{delegate['id']}", {"email": delegate["email"]}

    by_stranger = ask(desk, "PATCH", path, company[1], body)
    by_staff = ask(desk, "PATCH", path, staff(desk, mission, who), body)
    ask(desk, "PATCH", path, company[1], body)

    assert (by_stranger.json["is_vouched_for"], by_staff.json["is_vouched_for"]) == (False, True)
    assert vouched(desk) == [("v0@example.org", False), ("v0@example.org", True)]


def staff(desk, mission, who):
    if who == "key":
        scopes = ["people:write", "applications:write", "missions:run"]
        asked = {"name": "k", "role": "organiser", "scope": mission, "scopes": scopes, "expires_at": IN_A_MONTH}
        return {"Authorization": f"Bearer {desk.made('POST', '/v1/api-keys', asked)['secret']}"}
    return HOME if who == "agency" else bearer({Role.ORGANISER: {mission}})


def test_121_stranger_who_changes_the_own_address_to_anothers_has_nobody_written_to(quick_desk):
    desk, mission = quick_desk, quick_desk.open_mission()
    company = a_company(desk)
    delegate = applies(desk, mission, company, [a_delegate("x/own", email=STRANGER)]).json["delegates"][0]
    path = f"/v1/delegates/{delegate['id']}"

    ask(desk, "PATCH", path, company[1], {"email": "victim@example.org"})
    ask(desk, "PATCH", path, company[1], {"email": STRANGER})

    assert vouched(desk) == [(STRANGER, True), ("victim@example.org", False), (STRANGER, True)]


def test_company_that_its_agency_has_confirmed_names_people_who_are_written_to(quick_desk):
    desk, mission = quick_desk, quick_desk.open_mission()
    company = a_company(desk)
    other = another_mission(desk)
    application = applies(desk, mission, company, []).json
    ask(desk, "POST", f"/v1/applications/{application['id']}/approval", HOME, {})

    applies(desk, other, company, people(1))

    assert vouched(desk) == [("v0@example.org", True)]


def test_snapshot_tells_whom_nobody_vouches_for(quick_desk):
    desk, mission = quick_desk, quick_desk.open_mission()
    applies(desk, mission, a_company(desk), people(1))

    with desk.runtime.database.write() as session:
        snapshots.request(session, ["contact"])
    while snapshots.step(desk.runtime):
        pass

    assert vouched(desk) == [("v0@example.org", False)] * 2


@pytest.mark.parametrize(("language", "said"), [("ru", "указан у другого делегата"), ("en", "has this address")])
def test_121_one_address_twice_in_an_application_is_refused(desk, mission, company, language, said):
    twice = [a_delegate("x/1", email="one@example.org"), a_delegate("x/2", email="ONE@Example.org")]
    headers = company[1] | {"Accept-Language": language}

    with desk.no_trace():
        answer = applies(desk, mission, company, twice, headers)

    assert answer.status_code == 422
    (error,) = answer.json["errors"]
    assert error["pointer"] == "#/delegates/1/email"
    assert said in error["detail"]


def test_121_address_of_a_colleague_is_refused_when_one_more_is_named_or_readdressed(desk, mission, company):
    application = applies(desk, mission, company, people(2)).json
    first, second = application["delegates"]
    more = f"/v1/applications/{application['id']}/delegates"

    with desk.no_trace():
        added = ask(desk, "POST", more, company[1], a_delegate("x/3", email=first["email"].upper()))
        changed = ask(desk, "PATCH", f"/v1/delegates/{second['id']}", company[1], {"email": first["email"]})
    removed = ask(desk, "DELETE", f"/v1/delegates/{first['id']}", company[1])
    free = ask(desk, "PATCH", f"/v1/delegates/{second['id']}", company[1], {"email": first["email"]})

    assert [answer.status_code for answer in (added, changed, removed, free)] == [422, 422, 204, 200]
    assert [answer.json["errors"][0]["pointer"] for answer in (added, changed)] == ["#/email"] * 2


def test_121_of_two_colleagues_who_are_given_one_address_at_once_one_gets_it(desk, mission, company):
    application = applies(desk, mission, company, people(4)).json
    paths = [f"/v1/delegates/{one['id']}" for one in application["delegates"]]

    calls = [partial(ask, desk, "PATCH", path, company[1], {"email": "one@example.org"}) for path in paths]
    statuses = sorted(answer.status_code for answer in at_once(calls))

    assert statuses == [200, 422, 422, 422]


def test_page_of_an_application_tells_who_is_not_written_to(quick_desk):
    desk, mission = quick_desk, quick_desk.open_mission()
    application = applies(desk, mission, a_company(desk), people(1)).json
    path, said = f"/missions/{mission}/applications/{application['id']}", "письма не отправляются"

    before = desk.client.get(path, headers={"Accept-Language": "ru"}).text
    desk.made("POST", f"/v1/applications/{application['id']}/approval", {})

    assert said in before
    assert said not in desk.client.get(path, headers={"Accept-Language": "ru"}).text
