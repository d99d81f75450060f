"""A person looks after an event that failed, in Chromium, while the instance works."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import expect

from chromium import PHONE
from servicekit import identifiers
from servicekit.bus import inbox
from servicekit.data import tables

SAMPLE = Path(__file__).parents[1] / "contract" / "samples" / "caravan.region.registered.v1.json"


@pytest.fixture
def failed(small):
    """Two events, and no others, whose data matching could not read."""
    runtime = small.runtimes["matching"]
    broken = [json.loads(SAMPLE.read_text(encoding="utf-8")) | {"data": {"n": n}} for n in range(2)]
    with runtime.database.write() as session:
        session.execute(tables.inbox.delete().where(tables.inbox.c.body.is_not(None)))
    inbox.receive(runtime, [json.dumps(event | {"id": str(identifiers.fresh())}) for event in broken])


@pytest.fixture
def page(visitor):
    return visitor(viewport=PHONE)


def test_a_person_finds_an_event_that_failed_and_discards_it(page, failed):
    page.goto("/matching/")
    page.get_by_role("link", name="2 события с ошибкой").click()
    page.get_by_role("table").get_by_role("link").first.click()
    expect(page.get_by_role("main")).to_contain_text("Его содержание не такое")

    page.get_by_role("link", name="Отбросить…").click()
    page.get_by_role("button", name="Отбросить навсегда").click()
    expect(page.get_by_role("alert")).to_be_focused()
    page.get_by_label("Причина").fill("пробное событие")
    page.get_by_role("button", name="Отбросить навсегда").click()

    expect(page.get_by_role("main")).to_contain_text("Содержание удалено")
    expect(page.get_by_role("main")).to_contain_text("пробное событие")
    expect(page.get_by_role("link", name="1 событие с ошибкой")).to_be_visible()


def test_a_person_replays_an_event_and_reads_that_it_failed_again(page, failed):
    page.goto("/matching/events/dead")
    page.get_by_role("table").get_by_role("link").first.click()
    page.get_by_role("link", name="Повторить…").click()
    page.get_by_label("Причина").fill("проверяем")
    page.get_by_role("button", name="Повторить").click()

    expect(page.get_by_role("main")).to_contain_text("person:00000000-0000-4000-8000-000000000001: повторено")
    page.get_by_role("link", name="Все события с ошибкой").click()
    expect(page.get_by_role("table")).to_contain_text("ждёт решения")


def test_no_page_of_failed_events_scrolls_sideways_on_a_phone(page, failed):
    page.goto("/matching/events/dead")
    letter = page.get_by_role("table").get_by_role("link").first.get_attribute("href")

    wide = {}
    for path in ("/matching/events/dead", letter, f"{letter}/replay", f"{letter}/discard", "/registration/events/dead"):
        page.goto(path)
        wide[path] = page.evaluate("document.documentElement.scrollWidth")

    assert {path: width for path, width in wide.items() if width > PHONE["width"]} == {}
