"""A person walks through the pages of a mission that was played, in Chromium."""

import re

import pytest
from playwright.sync_api import expect

from chromium import PHONE


def section(page, name):
    return page.get_by_role("navigation", name=re.compile("Разделы|Sections")).get_by_role("link", name=name)


def walk_to_an_application(page, words):
    """Find the only application that has some words, from the front door on."""
    page.goto("/")
    page.get_by_role("row").get_by_role("link").first.click()
    section(page, "Заявки").click()
    page.get_by_role("searchbox").fill(words)
    page.get_by_role("button", name="Показать").click()
    page.get_by_role("table").get_by_role("link").click()


def partners_of(instance, mission, reference):
    """Ask whom an organisation should meet now, after all that happened."""
    found = instance.get("registration", "/registration/v1/organisations", reference=reference).json()["items"][0]
    path = f"/matching/v1/missions/{mission}/recommendations"
    return instance.get("matching", path, organisation_id=found["id"]).json()["items"][0]["partners"]


def test_a_reader_finds_an_application_and_who_fits_it(reader, played, mission):
    page = reader()
    partners = partners_of(played[0], mission, "klu-03")

    walk_to_an_application(page, "klu-03")
    people = page.get_by_role("table", name="Люди").inner_text()
    page.get_by_role("link", name="С кем встретиться").click()

    assert "@" in people
    expect(page.get_by_role("heading", level=2)).to_have_count(len(partners))
    expect(page.locator(".why mark").first).to_be_visible()
    expect(page.locator(".why").first).to_contain_text(partners[0]["reasons"][0]["need"])


def test_a_mission_that_is_over_says_so(reader, mission):
    page = reader()

    page.goto(f"/registration/missions/{mission}")

    expect(page.locator(".head")).to_contain_text("завершена")
    expect(page.locator("main")).not_to_contain_text("идёт приём заявок")


def test_a_filter_that_fits_nobody_says_what_to_do(reader, mission):
    page = reader()
    page.goto(f"/registration/missions/{mission}/applications?words=nobody-at-all")

    page.get_by_role("link", name="Показать всех").click()

    expect(page.get_by_role("table").get_by_role("row").nth(1)).to_be_visible()


def test_each_version_of_the_timetable_tells_what_moved(reader, mission, played):
    page = reader()
    page.goto(f"/matching/missions/{mission}/timetable?version=1")
    changed = {}

    for number, incident in enumerate(played[1]["incidents"], 2):
        page.get_by_role("link", name=f"Версия {number}").click()
        expect(page.get_by_role("link", name=f"Версия {number}")).to_have_attribute("aria-current", "page")
        rows = page.locator("#changes tbody tr")
        changed[number] = (rows.count(), sum(len(incident[kind]) for kind in ("moved", "dropped", "added")))

    assert changed
    assert all(shown == told for shown, told in changed.values())


def test_a_moved_meeting_names_its_old_place_on_the_board(reader, mission, played):
    page = reader()
    moving = [number for number, incident in enumerate(played[1]["incidents"], 2) if incident["moved"]]

    page.goto(f"/matching/missions/{mission}/timetable?version={moving[0]}&day=2024-12-10")

    expect(page.locator(".board .tag", has_text="было:").first).to_be_visible()
    expect(page.locator("#changes s").first).to_be_visible()


def test_a_day_without_meetings_is_no_empty_board(reader, mission, played):
    page = reader()
    meetings = played[1]["timetables"][-1]["meetings"]

    page.goto(f"/matching/missions/{mission}/timetable")
    days = page.get_by_role("navigation", name="День").get_by_role("link")
    counts = [int(text) for text in days.locator(".n").all_inner_texts()]
    for place, count in enumerate(counts):
        days.nth(place).click()
        expect(days.nth(place)).to_have_attribute("aria-current", "page")
        expect(page.locator(".board")).to_have_count(1 if count else 0)
        expect(page.locator(".empty")).to_have_count(0 if count else 1)

    assert sum(counts) == len(meetings)


def test_the_report_opens_with_the_newest_answers(reader, mission, played):
    page = reader()

    page.goto(f"/matching/missions/{mission}/report")

    expect(page.get_by_role("navigation", name="Проверка").locator("[aria-current]")).to_have_text("Через 12 месяцев")
    rate = played[1]["report"]["at_12_months"]["realisation_rate_strict_percent"]
    expect(page.locator(".rate").first).to_contain_text(f"{rate:.1f}".replace(".", ","))


def test_a_letter_is_read_in_the_mailbox_of_its_mission(reader, mission):
    page = reader()
    page.goto(f"/registration/missions/{mission}")

    section(page, "Сообщения").click()
    page.get_by_label("Вид сообщения").select_option("itinerary")
    page.get_by_role("button", name="Найти").click()
    page.get_by_role("table").get_by_role("link").first.click()

    expect(page.frame_locator("iframe").get_by_role("heading", level=1)).to_be_visible()
    expect(section(page, "Сообщения")).to_have_attribute("href", f"/notifications/?mission_id={mission}")


def test_the_language_is_kept_from_one_service_to_the_next(reader, mission):
    page = reader()
    page.goto(f"/registration/missions/{mission}")

    page.get_by_role("link", name="English").click()
    section(page, "Timetable").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Timetable")
    section(page, "Messages").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Mailbox")
    page.get_by_role("link", name="Русский").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Письма")


@pytest.mark.parametrize(("language", "scheme"), [("ru", "light"), ("en", "dark")])
def test_no_page_scrolls_sideways_on_a_phone(reader, mission, language, scheme):
    page = reader(language, viewport=PHONE, color_scheme=scheme)
    page.goto(f"/notifications/?mission_id={mission}&kind=itinerary")
    letter = page.locator("table a").first.get_attribute("href")
    applications = f"/registration/missions/{mission}/applications"
    page.goto(applications)
    application = page.locator("main table a").first.get_attribute("href")
    meetings = f"/matching/missions/{mission}"
    ours = ["/registration/", "/matching/", "/notifications/", "/notifications/deliveries", application, letter]
    ours += [f"{meetings}/{name}" for name in ("recommendations", "timetable", "report")]
    ours += [f"/{name}/{end}" for name in ("registration", "matching", "notifications") for end in ("v1/", "journal")]

    wide = {}
    for path in (f"/registration/missions/{mission}", applications, "/registration/me", *ours):
        page.goto(path)
        wide[path] = page.evaluate("document.documentElement.scrollWidth")

    assert {path: width for path, width in wide.items() if width > PHONE["width"]} == {}


def test_pages_work_without_scripts(reader):
    page = reader(java_script_enabled=False)

    walk_to_an_application(page, "klu-03")
    section(page, "Рекомендации").click()
    page.get_by_label("Организация").select_option(index=3)
    page.get_by_role("button", name="Показать").click()
    section(page, "Расписание").click()

    expect(page.locator(".board .m").first).to_be_visible()
