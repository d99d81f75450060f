"""An organiser sets the agenda, the times of meetings and the hall of a mission with the browser alone."""

import re
from html import unescape

import pytest

from access.roles import Role
from browsers import browser_for


@pytest.fixture
def mission(quick_desk):
    quick_desk.regions()
    return quick_desk.open_mission()


@pytest.fixture
def browser(quick_desk):
    return browser_for(quick_desk.app)


def programme_of(desk, mission):
    return desk.made("GET", f"/v1/missions/{mission}")


def sent(browser, mission, part, of="", **fields):
    """Fill in a form as its page shows it, change some fields, and send it."""
    base = f"/missions/{mission}/programme/{part}"
    page = f"{base}/form?id={of}"
    text = browser.page(page).text
    form = text[text.index(f'action="{base}"') :]
    shown = {}
    for tag in re.findall(r"<(?:input|select)[^>]*>", form[: form.index("</form>")]):
        name = re.search(r'name="([^"]+)"', tag)
        kind = re.search(r'type="([^"]+)"', tag)
        value = re.search(r'value="([^"]*)"', tag)
        is_chosen = not kind or kind[1] not in {"checkbox", "radio"} or " checked" in tag
        if name and is_chosen:
            shown[name[1]] = unescape(value[1]) if value else ""
    for name, options in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', options) or re.search(r'value="([^"]*)"', options)
        shown[name] = unescape(chosen[1])
    return browser.post(base, data=shown | fields, headers={"Accept": "text/html"})


def test_session_is_cut_into_slots_with_all_tables(quick_desk, mission, browser):
    before = len(programme_of(quick_desk, mission)["slots"])

    answer = sent(
        browser,
        mission,
        "slots",
        day="2024-12-12",
        **{"from": "15:00"},
        until="16:40",
        minutes="30",
        pause="5",
        session="Вечер",
    )

    assert answer.status_code == 303
    programme = programme_of(quick_desk, mission)
    added = programme["slots"][before:]
    assert [slot["starts_at"] for slot in added] == [f"2024-12-12T0{at}:00+00:00" for at in ("8:00", "8:35", "9:10")]
    assert all(slot["tables"] == [table["id"] for table in programme["tables"]] for slot in added)
    assert "сессия Вечер" in browser.page(answer.headers["Location"]).text


def test_tables_are_numbered_on_and_open_in_all_slots(quick_desk, mission, browser):
    before = programme_of(quick_desk, mission)

    answer = sent(browser, mission, "tables", many="2", seats="6", location="Холл")

    after = programme_of(quick_desk, mission)
    added = [table["id"] for table in after["tables"][len(before["tables"]) :]]
    assert answer.status_code == 303
    assert len(set(added)) == 2
    assert all(set(added) <= set(slot["tables"]) for slot in after["slots"])


def test_point_of_the_agenda_is_added_changed_and_removed(quick_desk, mission, browser):
    sent(browser, mission, "agenda", title_ru="Обед", type="meal", **{"from": "13:00"}, until="14:00", day="2024-12-11")
    added = programme_of(quick_desk, mission)["agenda"][-1]
    sent(browser, mission, "agenda", added["id"], until="14:30")
    changed = programme_of(quick_desk, mission)["agenda"][-1]
    browser.send(
        f"/missions/{mission}/programme/agenda/removal",
        form_of=f"/missions/{mission}/programme/agenda/form?id={added['id']}",
        id=added["id"],
    )

    assert added["titles"] == {"ru": "Обед"}
    assert (added["starts_at"], added["ends_at"]) == ("2024-12-11T06:00:00+00:00", "2024-12-11T07:00:00+00:00")
    assert changed == added | {"ends_at": "2024-12-11T07:30:00+00:00"}
    assert added["id"] not in [point["id"] for point in programme_of(quick_desk, mission)["agenda"]]


def test_table_that_is_removed_leaves_its_slots(quick_desk, mission, browser):
    table = programme_of(quick_desk, mission)["tables"][0]["id"]

    browser.send(
        f"/missions/{mission}/programme/tables/removal",
        form_of=f"/missions/{mission}/programme/tables/form?id={table}",
        id=table,
    )

    after = programme_of(quick_desk, mission)
    assert table not in [one["id"] for one in after["tables"]]
    assert not any(table in slot["tables"] for slot in after["slots"])


def test_session_is_removed_whole(quick_desk, mission, browser):
    slot = programme_of(quick_desk, mission)["slots"][0]
    page = f"/missions/{mission}/programme?view=slots"

    browser.send(
        f"/missions/{mission}/programme/slots/removal", form_of=page, session=slot["session"], day="2024-12-10"
    )

    left = programme_of(quick_desk, mission)["slots"]
    assert not any(one["session"] == slot["session"] and one["starts_at"].startswith("2024-12-10") for one in left)


@pytest.mark.parametrize(
    ("sending", "field", "said"),
    [
        (("agenda", {"title_ru": "", "from": "13:00", "until": "14:00"}), "title_ru", "Напишите, что это"),
        (("agenda", {"title_ru": "Обед", "from": "обед", "until": "14:00"}), "from", "например 14:30"),
        (("agenda", {"title_ru": "Обед", "from": "14:00", "until": "13:00"}), "until", "позже начала"),
        (("slots", {"from": "10:00", "until": "10:10", "minutes": "30"}), "until", "не помещается ни одна встреча"),
        (("slots", {"from": "00:00", "until": "23:00", "minutes": "5"}), "minutes", "больше ста слотов"),
        (("tables", {"many": "0"}), "many", "целое число"),
        (("tables", {"many": "7e1"}), "many", "целое число"),
        (("walking", {"from": "Луна", "to": "Марс", "minutes": "5"}), "from", "Луна"),
        (("interpreters", {"id": "Анна", "languages": "ru en"}), "id", "код"),
        (("interpreters", {"id": "I1", "languages": "ru"}), "languages", ""),
    ],
)
def test_what_does_not_fit_stands_beside_its_field_and_changes_nothing(
    quick_desk, mission, browser, sending, field, said
):
    part, fields = sending
    before = programme_of(quick_desk, mission)

    answer = sent(browser, mission, part, **fields)

    assert answer.status_code == 422
    message = re.search(rf'<p class="msg"(?: id="{field}-e")?>([^<]+)</p>', answer.text)
    assert message and said in message[1]
    assert programme_of(quick_desk, mission) == before
    typed = next((value for value in fields.values() if value), "0")
    assert f'value="{typed}"' in answer.text


def test_programme_that_somebody_else_changed_is_not_overwritten(quick_desk, mission, browser):
    fields = {"title_ru": "Ужин", "from": "18:00", "until": "20:00", "binds": "", "day": "2024-12-11"}

    answer = sent(browser, mission, "agenda", version="0", **fields)

    assert answer.status_code == 409
    assert "тем временем изменили" in answer.text
    assert 'value="Ужин"' in answer.text
    assert "Ужин" not in str(programme_of(quick_desk, mission)["agenda"])


def test_views_speak_both_languages_and_an_empty_one_says_what_to_do(quick_desk, browser):
    empty = {"tables": [], "slots": [], "agenda": [], "walking": [], "interpreters": []}
    mission = quick_desk.open_mission()
    assert quick_desk.send("PUT", f"/v1/missions/{mission}/programme", empty).status_code == 200
    english = browser_for(quick_desk.app, language="en")

    assert "Начните с того, куда приходят все" in browser.page(f"/missions/{mission}/programme").text
    assert "Set the tables of the hall first" in english.page(f"/missions/{mission}/programme?view=slots").text


@pytest.mark.parametrize("role", [Role.DELEGATE, Role.READER])
def test_programme_is_the_organisers_alone(quick_desk, mission, role):
    stranger = browser_for(quick_desk.app, {role: [mission]})

    assert stranger.page(f"/missions/{mission}/programme").status_code in {403, 404}
