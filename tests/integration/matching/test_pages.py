"""Problems and pages, as a reader of Russian or English gets them."""

import pytest

from builders.matching import MISSION
from contracts.registration import ParticipantWithdrawn


@pytest.fixture
def town(desk):
    desk.announce()
    guest = desk.admit("klu-1", "guest", needs="Лопатки паровых турбин <b>")
    host = desk.admit("kya-1", "host", offers="Ремонт лопаток паровых турбин")
    desk.meet(guest, host)
    desk.publish_timetable()
    return desk, guest, host


def page(desk, path, language="ru"):
    answer = desk.client.get(path, headers={"Accept-Language": language, "Accept": "text/html"})
    return answer.status_code, answer.text


@pytest.mark.parametrize(
    ("language", "said"), [("ru", "О миссии"), ("en", "Nothing is known")], ids=["russian", "english"]
)
def test_problem_speaks_the_readers_language(desk, language, said):
    answer = desk.client.get(f"/v1/missions/{MISSION}", headers={"Accept-Language": language})

    assert answer.status_code == 404
    assert said in answer.json["detail"]


@pytest.mark.parametrize("path", ["/", "recommendations", "timetable", "report"])
@pytest.mark.parametrize("language", ["ru", "en"])
def test_page_opens_in_both_languages(town, path, language):
    desk, *_ = town
    address = path if path == "/" else f"/missions/{MISSION}/{path}"

    status, text = page(desk, address, language)

    assert status == 200
    assert f'lang="{language}"' in text


def test_pages_open_for_a_mission_with_nothing_in_it(desk):
    desk.announce(slots=())

    statuses = [page(desk, f"/missions/{MISSION}/{path}")[0] for path in ("recommendations", "timetable", "report")]

    assert statuses == [200, 200, 200]


def test_35_recommendation_marks_the_words_that_met_and_escapes_the_rest(town):
    desk, guest, _host = town

    _status, text = page(desk, f"/missions/{MISSION}/recommendations?organisation_id={guest}")

    assert "<mark>" in text
    assert "&lt;b&gt;" in text


def test_timetable_names_what_changed_and_why(town):
    desk, _guest, host = town
    meeting = desk.get(f"missions/{MISSION}/meetings")["items"][0]
    desk.participate(host, ParticipantWithdrawn, withdrawn_from=None)
    desk.work()

    _status, text = page(desk, f"/missions/{MISSION}/timetable?view=versions")

    assert meeting["status"] == "scheduled"
    assert "Что изменила версия 2" in text
    assert "больше не участвует" in text


def test_unknown_version_is_not_found(town):
    desk, *_ = town

    assert page(desk, f"/missions/{MISSION}/timetable?version=9")[0] == 404
