"""What a mission's first page and the front page tell whoever organises missions."""

import re

import pytest

from access.roles import Role
from browsers import HTML, browser_of
from builders.registration import a_mission, an_item
from signed_in import ADMIN, token

NOW = "2024-11-20T03:00:00+00:00"
OFFERS = {"offers": [an_item()], "needs": [an_item("Насосы")]}


def browser(desk, claims=ADMIN, language="ru"):
    made = browser_of(desk.app)
    made.set_cookie("caravan-token", token(claims))
    made.set_cookie("caravan-language", language)
    return made


def text(answer):
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return answer.get_data(as_text=True)


def todo(shown):
    """Return what waits, each with its count."""
    found = re.findall(r'<span class="k">(\d+)</span><div><a href="([^"]+)"><b>([^<]+)</b>', shown)
    return [(int(count), title, link) for count, link, title in found]


def clock(desk, now):
    desk.made("PUT", "/v1/clock", {"now": now})


@pytest.fixture
def mission(desk):
    """A mission with three applications of guests and one of a host, which came on two days."""
    made = desk.open_mission(organiser_phone="+7 391 200-00-00")
    clock(desk, "2024-11-15T03:00:00+00:00")
    desk.approved(made, "klu-01", profile=OFFERS)
    desk.approved(made, "kya-01", profile={"offers": [an_item()], "needs": []})
    clock(desk, "2024-11-17T17:30:00+00:00")
    desk.applied(made, "klu-02")
    desk.applied(made, "klu-03")
    clock(desk, NOW)
    return made


def test_cockpit_says_how_long_it_is_and_what_waits(desk, mission):
    shown = text(browser(desk).page(f"/missions/{mission}"))

    assert "До начала 20 дней" in shown
    assert todo(shown) == [(2, "Заявки ждут решения", f"/missions/{mission}/review")]
    assert "Самая давняя подана 18" in shown
    assert "одобрено заявок: 2 из 4" in shown
    assert '<li aria-current="step"><b>Заявки</b>' in shown
    assert "1 из 2</b><span>" in shown


def test_list_of_applications_leads_to_the_review_of_those_that_wait(desk, mission):
    organiser, reader = browser(desk), browser(desk, {Role.READER: [mission]})

    shown = [text(one.page(f"/missions/{mission}/applications")) for one in (organiser, reader)]

    assert f'href="/missions/{mission}/review">Рассмотреть 2 заявки</a>' in shown[0].replace("\xa0", " ")
    assert "/review" not in shown[1]


def test_cockpit_leads_to_the_page_where_companies_apply_as_long_as_they_can(quick_desk):
    desk = quick_desk
    clock(desk, NOW)
    desk.regions()
    made = desk.made("POST", "/v1/missions", a_mission())["id"]
    link = f'href="/missions/{made}/about"'
    drafted = text(browser(desk).page(f"/missions/{made}"))
    desk.made("POST", f"/v1/missions/{made}/opening")

    opened = text(browser(desk).page(f"/missions/{made}"))
    desk.made("POST", f"/v1/missions/{made}/closing")
    closed = text(browser(desk).page(f"/missions/{made}"))

    assert [link in shown for shown in (drafted, opened, closed)] == [False, True, False]


def test_draft_says_which_regions_have_no_coordinator(quick_desk):
    desk = quick_desk
    desk.regions()
    made = desk.made("POST", "/v1/missions", a_mission())["id"]
    desk.made("POST", "/v1/members", {"email": "k@example.org", "role": "agency", "scope": "RU-KLU", "language": "ru"})

    shown = text(browser(desk).page(f"/missions/{made}"))

    assert (1, "Регион пока без координатора", f"/missions/{made}/members") in todo(shown)
    assert "Красноярский край: координатор сам" in shown.replace("\xa0", " ")


def test_cockpit_draws_applications_by_days_of_the_mission_and_by_regions(desk, mission):
    shown = text(browser(desk).page(f"/missions/{mission}"))

    titles = re.findall(r'<title id="\w+">([^<]+)</title>', shown)
    rows = re.findall(r'<tr><th scope="row">([^<]+)</th><td class="num">(\d+)</td></tr>', shown)
    assert titles[0].replace("\xa0", " ") == "Подано 4 заявки. Больше всего — 15 ноября: 2."
    assert [(label.replace("\xa0", " "), int(count)) for label, count in rows] == [
        ("15 ноября", 2),
        ("16 ноября", 0),
        ("17 ноября", 0),
        ("18 ноября", 2),
        ("Калужская область", 3),
        ("Красноярский край", 1),
    ]
    assert shown.count('<rect class="b"') == 4


def test_applications_of_many_days_are_counted_by_weeks(desk, mission):
    clock(desk, "2024-12-20T03:00:00+00:00")
    desk.applied(mission, "kya-02")

    shown = text(browser(desk).page(f"/missions/{mission}"))

    assert "Заявки по неделям" in shown
    assert "Больше всего — за неделю с 11\xa0ноября: 2." in shown
    assert shown.count('<tr><th scope="row">') == 6 + 2


@pytest.mark.parametrize(
    ("now", "head", "step"),
    [
        ("2024-12-09T03:00:00+00:00", "До начала 1 день", "Заявки"),
        ("2024-12-11T03:00:00+00:00", "Идёт день 2 из 3", "Встречи"),
        ("2024-12-20T03:00:00+00:00", "Миссия завершена", "Проверки"),
    ],
)
def test_cockpit_follows_the_calendar(desk, mission, now, head, step):
    clock(desk, now)

    shown = text(browser(desk).page(f"/missions/{mission}"))

    assert head in shown
    assert f'<li aria-current="step"><b>{step}</b>' in shown


def test_past_the_last_day_for_applications_the_mission_takes_none(desk, mission):
    desk.made("PATCH", f"/v1/missions/{mission}", {"applications_until": "2024-11-19"})

    shown = text(browser(desk).page(f"/missions/{mission}"))

    assert "приём заявок закрыт" in shown
    assert '<li aria-current="step"><b>Пары и расписание</b>' in shown


def test_coordinator_of_a_side_sees_what_waits_on_that_side(desk, mission):
    guests, hosts = (browser(desk, {Role.AGENCY: [code]}) for code in ("RU-KLU", "RU-KYA"))

    of_guests, of_hosts = (text(one.page(f"/missions/{mission}")) for one in (guests, hosts))

    assert [count for count, _title, _link in todo(of_guests)] == [2]
    assert todo(of_hosts) == []
    assert "Ничего: все заявки рассмотрены" in of_hosts
    assert "Красноярский край</text>" not in of_guests
    assert "settings" in of_hosts


def test_draft_says_what_it_lacks_before_it_is_opened(quick_desk):
    quick_desk.regions()
    body = a_mission(reference="draft", tables=[], slots=[], agenda=[])
    made = quick_desk.made("POST", "/v1/missions", body)["id"]

    shown = text(browser(quick_desk).page(f"/missions/{made}"))

    assert "Миссия готовится" in shown
    assert [(count, title) for count, title, _link in todo(shown)] == [
        (3, "Программа не закончена"),
        (1, "Не сказано, кого спрашивать"),
        (2, "Региона пока без координатора"),
    ]
    assert "Ещё не заданы столы, время встреч, пункты программы" in shown
    assert f'href="/missions/{made}/opening" data-opens="turn"' in shown
    assert "tiles/load" not in shown


def test_tiles_of_other_services_are_links_first(desk, mission):
    shown = text(browser(desk).page(f"/missions/{mission}"))

    for url in (
        f"/matching/missions/{mission}/tiles/load",
        f"/matching/missions/{mission}/tiles/incidents",
        f"/notifications/missions/{mission}/tiles/mails",
    ):
        assert f'hx-get="{url}"' in shown and f'<a href="{url}">' in shown


def test_cockpit_is_followed_by_who_may_see_it(desk, mission):
    other = desk.open_mission(reference="other")
    stranger = browser(desk, {Role.ORGANISER: [other]})
    organiser = browser(desk, {Role.ORGANISER: [mission]})

    def seen():
        return re.search(
            r'id="standing" data-live="([^"]+)" data-seen="(\w+)"', text(organiser.page(f"/missions/{mission}"))
        )

    before = seen()
    desk.applied(mission, "klu-04")

    assert before[1] == f"/live/mission/{mission}"
    assert before[2] != seen()[2] == seen()[2]
    assert stranger.get(before[1], headers=HTML).status_code == 404


def test_cockpit_is_for_organisers_and_those_who_look(desk, mission):
    company = desk.made("GET", "/v1/organisations")["items"][0]["id"]
    delegate, reader = browser(desk, {Role.DELEGATE: [company]}), browser(desk, {Role.READER: [mission]})

    assert delegate.page(f"/missions/{mission}").status_code in (403, 404)
    shown = text(reader.page(f"/missions/{mission}"))
    assert todo(shown) == []
    assert "data-opens" not in shown


def test_front_page_gathers_what_waits_in_all_missions(desk, mission):
    desk.open_mission(reference="other", titles={"ru": "Вторая миссия"}, slots=[])

    shown = text(browser(desk).page("/"))

    assert sorted((title, count) for count, title, _link in todo(shown)) == [
        ("Заявки ждут решения", 2),
        ("Не сказано, кого спрашивать", 1),
        ("Программа не закончена", 1),
    ]
    assert "Вторая миссия · " in shown
    assert f'<a href="/missions/{mission}/review">2</a>' in shown
    assert 'href="/missions/new"' in shown


def test_front_page_of_who_may_plan_nothing_has_no_button(desk, mission):
    shown = text(browser(desk, {Role.ORGANISER: [mission]}).page("/"))

    assert "/missions/new" not in shown
    assert [count for count, _title, _link in todo(shown)] == [2]


def test_front_page_leads_companies_to_what_they_may_see(desk, mission):
    company = desk.made("GET", "/v1/applications?status=submitted")["items"][0]["organisation_id"]
    delegate = browser(desk, {Role.DELEGATE: [company]})

    shown = text(delegate.page("/"))

    assert todo(shown) == []
    assert delegate.page(re.search(r'href="(/missions/[^"]+)"', shown)[1]).status_code == 200


def test_empty_platform_leads_from_regions_to_the_first_mission(quick_desk):
    admin = browser(quick_desk)
    before = text(admin.page("/"))

    answer = admin.send("/regions", form_of="/", codes=["RU-KLU", "RU-KYA", "XX-NONE"])
    after = text(admin.page("/"))

    assert '<li aria-current="step"><b>Регионы</b>' in before
    assert answer.status_code == 303
    assert {one["code"] for one in quick_desk.made("GET", "/v1/regions")["items"]} == {"RU-KLU", "RU-KYA"}
    assert '<li aria-current="step"><b>Миссия</b>' in after
    assert 'href="/missions/new"' in after


def test_regions_of_which_none_was_chosen_are_asked_for_beside_their_boxes(quick_desk):
    answer = browser(quick_desk).send("/regions", form_of="/", codes=[])

    assert answer.status_code == 422
    assert '<p class="msg" id="codes-e">Отметьте регионы, которые участвуют.</p>' in answer.get_data(as_text=True)
    assert quick_desk.made("GET", "/v1/regions")["items"] == []


def test_regions_are_added_by_who_runs_the_platform_alone(quick_desk):
    agency = browser(quick_desk, {Role.AGENCY: ["RU-KLU"]})

    shown = text(agency.page("/"))
    refused = agency.send("/regions", form_of="/missions/new?kind=outward", codes=["RU-KLU"])

    assert "Миссий пока нет" in shown and "codes" not in shown
    assert refused.status_code == 403
    assert quick_desk.made("GET", "/v1/regions")["items"] == []
