"""A mission is planned, set, opened and closed in the browser alone."""

import re

import pytest

from access.roles import Role
from browsers import HTML, browser_of
from signed_in import ADMIN, token

NEW = {
    "kind": "outward",
    "titles/ru": "Калужские компании в Красноярске",
    "titles/en": "Kaluga companies in Krasnoyarsk",
    "guest_region": "RU-KLU",
    "host_region": "RU-KYA",
    "starts_on": "2024-12-10",
    "ends_on": "2024-12-12",
    "venue/ru": "Конгресс-зал",
    "rules/min_meetings_per_guest": "3",
    "rules/max_meetings_per_person_per_day": "5",
    "rules/places/guest": "24",
    "applications_until": "2024-11-30",
    "organiser/ru": "Штаб миссии",
    "organiser_phone": "+7 391 200-00-00",
    "organiser_email": "desk@example.org",
}
BEFORE, MEANWHILE = "2024-11-20T03:00:00+00:00", "2024-12-11T03:00:00+00:00"


def browser(desk, claims=ADMIN, language="ru"):
    """Return a browser of somebody with roles."""
    made = browser_of(desk.app)
    made.set_cookie("caravan-token", token(claims))
    made.set_cookie("caravan-language", language)
    return made


def text(answer):
    return answer.get_data(as_text=True)


def said_beside(answer):
    """Return what stands beside fields, by the ids of the fields."""
    return dict(re.findall(r'<p class="msg" id="([\w/-]+)-e">([^<]+)</p>', text(answer)))


@pytest.fixture
def regions(quick_desk):
    quick_desk.regions()
    return quick_desk


@pytest.fixture
def mission(quick_desk):
    """An open mission, three weeks before its first day."""
    made = quick_desk.open_mission()
    quick_desk.made("PUT", "/v1/clock", {"now": BEFORE})
    return made


def test_new_mission_begins_with_its_kind_and_its_rules(regions):
    kinds = text(browser(regions).page("/missions/new"))
    form = text(browser(regions).page("/missions/new?kind=outward"))

    assert "Выездная бизнес-миссия" in kinds
    assert 'href="/missions/new?kind=outward"' in kinds
    assert re.search(r'name="rules/min_meetings_per_guest"[^>]*', form)
    assert re.search(r'value="4"[^>]*name="rules/min_meetings_per_guest"', form)
    assert '<option value="RU-KYA">Красноярский край</option>' in form


def test_mission_is_planned_as_it_was_typed(regions):
    answer = browser(regions).send("/missions/new", form_of="/missions/new?kind=outward", **NEW)

    made = regions.made("GET", "/v1/missions")["items"][0]
    assert (answer.status_code, answer.location) == (303, f"/missions/{made['id']}")
    assert (made["status"], made["reference"], made["kind"]) == ("draft", "klu-kya-2024-12", "outward")
    assert made["timezone"] == "Asia/Krasnoyarsk"
    assert made["titles"] == {"ru": NEW["titles/ru"], "en": NEW["titles/en"]}
    assert made["rules"] | {"online_tables": []} == {
        "max_meetings_per_person_per_day": 5,
        "min_meetings_per_guest": 3,
        "online_tables": [],
        "places": {"guest": 24},
    }
    assert (made["applications_until"], made["organiser_email"]) == ("2024-11-30", "desk@example.org")


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"titles/ru": "", "titles/en": ""}, "titles-ru"),
        ({"ends_on": "2024-12-09"}, "ends_on"),
        ({"starts_on": ""}, "starts_on"),
        ({"guest_region": "RU-OMS"}, "guest_region"),
        ({"rules/places/guest": "many"}, "rules-places-guest"),
        ({"rules/min_meetings_per_guest": "-1"}, "rules-min_meetings_per_guest"),
        ({"organiser_email": "штаб"}, "organiser_email"),
        ({"timezone": "Москва"}, "timezone"),
    ],
)
def test_wrong_form_keeps_what_was_typed_and_changes_nothing(regions, wrong, field):
    seen = browser(regions)
    answer = seen.send("/missions/new", form_of="/missions/new?kind=outward", **{**NEW, **wrong})

    assert answer.status_code == 422
    assert list(said_beside(answer)) == [field]
    assert re.search(r"[а-я]{4,}", said_beside(answer)[field])
    assert f'href="#{field}"' in text(answer)
    assert f'value="{NEW["organiser_phone"]}"' in text(answer)
    assert regions.made("GET", "/v1/missions")["items"] == []


def test_region_that_is_not_chosen_is_asked_for_and_not_its_time_zone(regions):
    answer = browser(regions).send("/missions/new", form_of="/missions/new?kind=outward", **NEW | {"host_region": ""})

    assert said_beside(answer) == {"host_region": "Выберите регион."}
    assert "Какой регион принимает: Выберите регион." in text(answer)


def test_short_name_that_is_taken_is_told_beside_it(regions):
    seen = browser(regions)
    seen.send("/missions/new", form_of="/missions/new?kind=outward", **NEW)
    again = seen.send("/missions/new", form_of="/missions/new?kind=outward", **NEW, **{"titles/de": "x"})

    assert (again.status_code, list(said_beside(again))) == (422, ["reference"])
    assert len(regions.made("GET", "/v1/missions")["items"]) == 1


def test_settings_change_what_was_typed_and_say_so(quick_desk, mission):
    seen = browser(quick_desk)
    given = {"titles/ru": "Другое имя", "titles/en": "", "venue/ru": "Дворец", "starts_on": "2024-12-10"}
    given |= {"ends_on": "2024-12-13", "timezone": "Asia/Krasnoyarsk", "organiser_phone": "+7 391 200-00-00"}

    answer = seen.send(f"/missions/{mission}/settings", **given)
    shown = text(seen.page(answer.location))

    made = quick_desk.made("GET", f"/v1/missions/{mission}")
    assert (made["titles"], made["ends_on"], made["organiser"]) == ({"ru": "Другое имя"}, "2024-12-13", {})
    assert 'role="status"><span>Сохранено</span>' in shown
    assert 'href="tel:+73912000000"' in shown


def test_settings_refuse_days_that_leave_the_programme_out(quick_desk, mission):
    given = {
        "titles/ru": "Другое имя",
        "starts_on": "2024-12-11",
        "ends_on": "2024-12-12",
        "timezone": "Asia/Krasnoyarsk",
    }

    answer = browser(quick_desk).send(f"/missions/{mission}/settings", **given)

    assert (answer.status_code, list(said_beside(answer))) == (422, ["starts_on"])
    assert 'value="Другое имя"' in text(answer)
    assert quick_desk.made("GET", f"/v1/missions/{mission}")["titles"] == {"ru": "Миссия", "en": "Mission"}


def test_settings_of_a_mission_that_has_begun_ask_for_no_days(quick_desk, mission):
    quick_desk.made("PUT", "/v1/clock", {"now": MEANWHILE})
    seen = browser(quick_desk)

    form = text(seen.page(f"/missions/{mission}/settings"))
    answer = seen.send(
        f"/missions/{mission}/settings", **{"titles/ru": "Миссия", "organiser_phone": "+7 391 200-00-00"}
    )

    assert 'name="starts_on"' not in form
    assert "Миссия уже началась" in form
    assert answer.status_code == 303
    assert quick_desk.made("GET", f"/v1/missions/{mission}")["organiser_phone"] == "+7 391 200-00-00"


def test_draft_is_opened_and_closed_with_and_without_a_dialog(regions):
    regions.made("PUT", "/v1/clock", {"now": BEFORE})
    seen = browser(regions)
    page = seen.send("/missions/new", form_of="/missions/new?kind=outward", **NEW).location

    settings = text(seen.page(f"{page}/settings"))
    asked = seen.page(f"{page}/opening")
    opened = seen.send(f"{page}/opening")
    closing = text(seen.page(f"{page}/settings"))
    closed = seen.send(f"{page}/closing")

    assert f'href="{page}/opening" data-opens="turn"' in settings and '<dialog id="turn"' in settings
    assert (asked.status_code, opened.status_code, closed.status_code) == (200, 303, 303)
    assert f'href="{page}/closing" data-opens="turn"' in closing
    assert [fact for fact in regions.facts() if fact.startswith("mission.")] == ["mission.announced", "mission.closed"]
    assert '<dialog id="turn"' not in text(seen.page(f"{page}/settings"))


def test_pages_of_planning_are_for_those_who_may(quick_desk, mission):
    organiser, agency, sender, delegate, reader = (
        browser(quick_desk, claims)
        for claims in (
            {Role.ORGANISER: [mission]},
            {Role.AGENCY: ["RU-KYA"]},
            {Role.AGENCY: ["RU-KLU"]},
            {Role.DELEGATE: ["01a20a5c-0000-7000-8000-000000000000"]},
            {Role.READER: [mission]},
        )
    )
    settings, new, members = f"/missions/{mission}/settings", "/missions/new", f"/missions/{mission}/members"

    def seen(one):
        return [
            one.get(path, headers=HTML).status_code for path in (settings, new, members, f"/missions/{mission}/opening")
        ]

    assert seen(organiser) == [200, 403, 200, 200]
    assert seen(agency) == [200, 200, 200, 200]
    assert seen(sender) == [403, 200, 403, 403]
    assert seen(delegate) == [404, 403, 404, 404]
    assert seen(reader) == [403, 403, 403, 403]


def test_agency_plans_for_its_own_region_only(regions):
    seen = browser(regions, {Role.AGENCY: ["RU-KLU"]})
    foreign = {"guest_region": "RU-KYA", "host_region": "RU-KYA"}

    refused = seen.send("/missions/new", form_of="/missions/new?kind=outward", **{**NEW, **foreign})

    assert refused.status_code == 403
    assert regions.made("GET", "/v1/missions")["items"] == []


def test_forms_speak_english_too(quick_desk, mission):
    seen = browser(quick_desk, language="en")

    assert "Where it meets, in Russian" in text(seen.page(f"/missions/{mission}/settings"))
    assert "Invite somebody" in text(seen.page(f"/missions/{mission}/members"))
