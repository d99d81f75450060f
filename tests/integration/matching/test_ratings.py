"""Ratings of meetings that were held: by the form and the API, and told in the report."""

import re
from uuid import uuid4

import pytest

from access.roles import Role
from browsers import browser_of
from builders.matching import DAY, MISSION, NINE
from contracts import matching as events
from signed_in import token

PUMPS, COATS = "Насосы для водоканала", "Зимние рабочие костюмы"


@pytest.fixture
def held(desk):
    """A meeting that was recommended and held, and one that was only asked for."""
    desk.announce()
    guest = desk.admit("klu-1", "guest", needs=PUMPS)
    fitting = desk.admit("kya-1", "host", offers=PUMPS)
    other = desk.admit("kya-2", "host", offers=COATS)
    desk.meet(guest, fitting)
    desk.meet(guest, other)
    desk.publish_timetable()
    desk.set_clock(NINE + 2 * DAY)
    meetings = {row["host_id"]: row["id"] for row in desk.get(f"missions/{MISSION}/meetings")["items"]}
    for meeting in meetings.values():
        desk.post(f"meetings/{meeting}/holding")
    return desk, guest, meetings[str(fitting)], meetings[str(other)], fitting


def rate(office, meeting, organisation, stars, **more):
    return office.post(f"meetings/{meeting}/rating", {"organisation_id": str(organisation), "stars": stars} | more)


def test_report_tells_ratings_by_the_score_of_the_recommendation(held):
    desk, guest, recommended, asked_for, fitting = held
    for meeting, who, stars in ((recommended, guest, 5), (recommended, fitting, 4), (asked_for, guest, 2)):
        assert rate(desk, meeting, who, stars).status_code == 200

    found = desk.get(f"missions/{MISSION}/report/recommendations")["of_mission"]

    assert (found["held"], found["recommended"], found["recommended_share"]) == (2, 1, 0.5)
    bands = {(band["least"] is None): band["mean"] for band in found["bands"] if band["meetings"]}
    assert bands == {False: 4.5, True: 2.0}
    assert (found["ratings"], found["mean_rating"]) == (3, pytest.approx(11 / 3))


def test_later_rating_takes_the_place_of_an_earlier_one_and_its_word_stays_at_home(held):
    desk, guest, recommended, *_ = held

    rate(desk, recommended, guest, 2, word="Опоздали")
    answer = rate(desk, recommended, guest, 4, word="Договорились")

    told = desk.recorded(events.RatingGiven)
    assert answer.json["word"] == "Договорились"
    assert [event.stars for event in told] == [2, 4]
    assert not hasattr(told[0], "word")
    assert desk.get(f"missions/{MISSION}/report/recommendations")["of_mission"]["ratings"] == 1


@pytest.mark.parametrize(("stars", "status"), [(0, 422), (6, 422), (3, 200)])
def test_rating_is_from_one_to_five(held, stars, status):
    desk, guest, recommended, *_ = held

    assert rate(desk, recommended, guest, stars).status_code == status


def test_meeting_that_was_not_held_and_one_of_others_is_not_rated(held):
    desk, guest, recommended, asked_for, fitting = held
    desk.post(f"meetings/{recommended}/no-show", {"reason": "Заболел"})

    assert rate(desk, recommended, guest, 5).json["type"].endswith("meeting-not-held")
    assert rate(desk, asked_for, fitting, 5).json["type"].endswith("not-of-the-meeting")


@pytest.mark.parametrize("language", ["ru", "en"])
def test_pages_tell_of_signals_and_of_what_became_of_recommendations(held, language):
    desk, guest, recommended, _asked_for, fitting = held
    rate(desk, recommended, guest, 5)
    desk.post(
        "signals",
        {"mission_id": str(MISSION), "organisation_id": str(guest), "kind": "not_for_us", "partner_id": str(fitting)},
    )
    header = {"Accept-Language": language}

    listed = desk.client.get(f"/missions/{MISSION}/recommendations?organisation_id={guest}", headers=header).text
    report = desk.client.get(f"/missions/{MISSION}/report", headers=header).text

    assert 'id="set-aside"' in listed
    assert "/signals" not in listed  # the mission is over: there is nothing left to choose
    assert ("5,0" if language == "ru" else "5.0") in report or ">5<" in report


def rating_form(desk, meeting, who):
    """Return the address of a meeting's form, and the page."""
    place = f"/meetings/{meeting}/rating"
    return place, desk.client.get(f"{place}?organisation_id={who}", headers={"Accept-Language": "en"}).text


def send_rating(desk, meeting, who, **said):
    place, page = rating_form(desk, meeting, who)
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)[1]
    fields = {"csrf_token": token, "organisation_id": str(who), **said}
    return desk.client.post(place, data=fields, headers={"Accept-Language": "en"})


def test_form_rates_a_meeting_and_shows_what_was_said(held):
    desk, guest, recommended, *_ = held

    answer = send_rating(desk, recommended, guest, stars="4", word="Договорились о пробной партии")

    (told,) = desk.recorded(events.RatingGiven)
    back = desk.client.get(answer.location, headers={"Accept-Language": "en"}).text
    assert (answer.status_code, told.stars, told.organisation_id) == (303, 4, guest)
    assert "4 of 5" in back
    assert re.search(r'value="4" checked', rating_form(desk, recommended, guest)[1])
    assert "Договорились о пробной партии" in rating_form(desk, recommended, guest)[1]


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"word": "Без оценки"}, "stars"),
        ({"stars": "6"}, "stars"),
        ({"stars": "5", "word": "x" * 501}, "word"),
        ({"stars": "5", "word": "Пишите на anna@example.org"}, "word"),
    ],
)
def test_form_shows_what_cannot_be_right_beside_its_field_and_keeps_what_was_written(held, said, field):
    desk, guest, recommended, *_ = held

    answer = send_rating(desk, recommended, guest, **said)

    assert answer.status_code == 422
    assert f'id="{field}-e"' in answer.text
    assert said.get("word", "") in answer.text
    assert desk.recorded(events.RatingGiven) == []


def test_form_is_there_for_nobody_but_the_two_who_met(held):
    desk, _guest, recommended, asked_for, fitting = held
    stranger = browser_of(desk.client.application)
    stranger.set_cookie("caravan-token", token({Role.DELEGATE: {uuid4()}}))

    assert stranger.page(f"/meetings/{recommended}/rating").status_code == 404
    assert desk.client.get(f"/meetings/{asked_for}/rating?organisation_id={fitting}").status_code == 422
