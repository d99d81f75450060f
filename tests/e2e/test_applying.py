"""A company applies in Chromium without touching the mouse, on a phone's screen."""

import time
from functools import partial

import pytest
from playwright.sync_api import expect

import chromium
from browsers import letters
from builders.registration import INN, Desk
from caravan.serving.server import application
from chromium import PHONE
from registration.service import SERVICE
from served import served
from servers.ports import free_port

BOSS = "boss@example.org"
MOST_TABS = 60
LONGER_THAN_A_CHECK_WAITS_SECONDS = 1.0
"""After this time the page would have checked the number that was typed last."""


class SlowSignIn:
    """The app, in which the page that renews the token of whoever has signed in takes its time once it `is_slow`."""

    def __init__(self, app):
        self.app, self.is_slow = app, False

    def __call__(self, environ, start_response):
        if self.is_slow and environ["PATH_INFO"] == "/registration/sign-in":
            time.sleep(LONGER_THAN_A_CHECK_WAITS_SECONDS)
        return self.app(environ, start_response)


@pytest.fixture
def desk(sqlite_runtime_of):
    host, port = "localhost", free_port()
    runtime = sqlite_runtime_of(SERVICE, public_url=f"http://{host}:{port}")
    answering = SlowSignIn(application([runtime]))
    with served(answering, host, port) as origin:
        found = Desk(runtime)
        found.origin, found.answering = origin, answering
        yield found


@pytest.fixture
def reader(browser, desk):
    """Call it to get a page on a phone of nobody yet."""
    with chromium.fresh(browser, desk.origin) as read:
        yield partial(read, as_admin=False, viewport=PHONE)


def reach(page, selector):
    """Press Tab until the focus is on what a selector finds."""
    for _time in range(MOST_TABS):
        page.keyboard.press("Tab")
        if page.evaluate("wanted => document.activeElement.matches(wanted)", selector):
            return
    pytest.fail(f"no Tab leads to {selector}")


def write(page, selector, text):
    reach(page, selector)
    page.keyboard.press("Control+A")
    page.keyboard.type(text)


def press(page, selector, key="Enter"):
    reach(page, selector)
    page.keyboard.press(key)


def come_in(page, desk):
    """Sign in as somebody new, from the public page of the mission on."""
    press(page, "main a.btn")
    page.wait_for_url("**/sign-in?**")
    page.keyboard.type(BOSS)
    press(page, "button[name=opens_account]")
    page.wait_for_url("**/sign-in/code/**")
    write(page, "#code", letters(desk.runtime)[-1]["code"])
    page.keyboard.press("Enter")
    page.wait_for_url("**/application")


def test_whole_application_is_sent_by_keyboard_alone(desk, reader):
    mission = desk.open_mission(starts_on="2090-12-10", ends_on="2090-12-12", slots=[], agenda=[])
    page = reader()
    page.goto(f"/registration/missions/{mission}/about")
    come_in(page, desk)

    write(page, "#names", "ООО «Гвоздика»")
    write(page, "#legal_form", "ООО")
    write(page, "#inn", INN[:-1] + "6")
    expect(page.locator("#inn-check .msg")).to_be_visible()
    page.keyboard.press("Backspace")
    page.keyboard.type(INN[-1])
    expect(page.locator("#inn-check .st.ok")).to_be_visible()
    write(page, "#city", "Калуга")
    press(page, "main .ends button")
    page.wait_for_url("**/profile")

    write(page, "[name='offers/0/text']", "Гвозди строительные")
    press(page, "[name='offers/0/type']", "ArrowDown")
    page.keyboard.press("Tab")
    expect(page.locator("#saved .st.ok")).to_contain_text("Сохранено в")
    page.reload()
    expect(page.locator("[name='offers/0/text']")).to_have_value("Гвозди строительные")
    press(page, "button[name=add][value=offers]")
    expect(page.locator("[name='offers/1/text']")).to_be_focused()
    press(page, "main .ends button")
    page.wait_for_url("**/people")

    press(page, "main a.btn")
    page.wait_for_url("**/people/new")
    write(page, "#names", "Гвоздева Анна")
    press(page, "main .ends button")
    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.locator("#names")).to_have_value("Гвоздева Анна")
    press(page, "input[value=processing]", "Space")
    press(page, "main .ends button")
    page.wait_for_url("**/people")

    press(page, "main a[href$=check]")
    page.wait_for_url("**/check")
    press(page, "main .ends button")
    page.wait_for_url("**/application?**")

    expect(page.locator(".card.next")).to_contain_text("Координатор проверяет заявку")
    assert desk.made("GET", "/v1/applications")["items"][0]["status"] == "submitted"
    press(page, "[data-opens=withdraw]")
    expect(page.locator("#withdraw")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#withdraw")).to_be_hidden()


def test_form_that_is_being_sent_checks_no_number_with_a_token_that_holds_no_more(desk, reader):
    mission = desk.open_mission(starts_on="2090-12-10", ends_on="2090-12-12", slots=[], agenda=[])
    page, answered = reader(), []
    page.goto(f"/registration/missions/{mission}/about")
    come_in(page, desk)
    page.fill("#names", "ООО «Гвоздика»")
    page.on("response", lambda answer: answered.append((answer.status, answer.url)))
    desk.answering.is_slow = True

    page.fill("#inn", INN)
    page.press("#inn", "Enter")
    page.wait_for_url("**/profile")

    assert [status for status, url in answered if "company-numbers" in url] == []


def test_form_that_could_not_be_left_checks_what_is_typed_afterwards(desk, reader):
    mission = desk.open_mission(starts_on="2090-12-10", ends_on="2090-12-12", slots=[], agenda=[])
    page = reader()
    page.goto(f"/registration/missions/{mission}/about")
    come_in(page, desk)
    page.evaluate("addEventListener('submit', (event) => event.preventDefault())")  # as if Escape stopped the way on

    page.fill("#inn", INN[:-1])
    page.press("#inn", "Enter")
    page.locator("#inn").press_sequentially(INN[-1])

    expect(page.locator("#inn-check .st.ok")).to_be_visible()


def test_steps_work_where_no_script_runs(desk, reader):
    mission = desk.open_mission(starts_on="2090-12-10", ends_on="2090-12-12", slots=[], agenda=[])
    page = reader(java_script_enabled=False)
    page.goto(f"/registration/missions/{mission}/about")
    come_in_without_scripts(page, desk)

    page.locator("#names").fill("ООО «Гвоздика»")
    page.locator("#inn").fill(INN)
    page.locator("main .ends button").click()
    page.locator("[name='offers/0/text']").fill("Гвозди")
    page.locator("[name='offers/0/type']").select_option("supplier_agreement")
    page.locator("button[name=add][value=needs]").click()
    page.locator("main .ends button").click()

    expect(page.get_by_role("heading", level=1)).to_contain_text("Кто участвует")
    application = desk.made("GET", "/v1/applications")["items"][0]
    assert len(desk.made("GET", f"/v1/applications/{application['id']}")["profile"]["offers"]) == 1


def come_in_without_scripts(page, desk):
    page.locator("main a.btn").first.click()
    page.locator("#email").fill(BOSS)
    page.locator("button[name=opens_account]").click()
    page.locator("#code").fill(letters(desk.runtime)[-1]["code"])
    page.locator("main button").first.click()
