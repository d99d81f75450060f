"""Organisers drag meetings on the board of a timetable, in Chromium: with the mouse, by keyboard alone, two at once."""

import pytest
from playwright.sync_api import expect

import chromium
from builders.matching import MISSION, an_office, slot
from drafting import draft, meeting
from large_hall import large_hall
from served import served
from servicekit.app import create_app
from timetables_published import pin, publish

PAGE = f"/missions/{MISSION}/timetable"
PAGE_BYTES = 100_000
MOVES = 60
FRAME_MS = 16
"""How long a frame lasts: what a move takes has to fit into it many times."""


@pytest.fixture
def hall(sqlite_runtime_of):
    """Two guests and two hosts in a hall of two tables; the first guest meets both, one after the other."""
    desk = an_office(sqlite_runtime_of, live_streams=12)
    desk.announce()
    guests = [desk.admit(name, "guest") for name in ("klu-1", "klu-2")]
    hosts = [desk.admit(name, "host") for name in ("kya-1", "kya-2")]
    for host in hosts:
        desk.meet(guests[0], host)
    publish(desk, pin(guests[0], hosts[0], 0), pin(guests[0], hosts[1], 1))
    for row in desk.get(f"missions/{MISSION}/meetings")["items"]:
        desk.post(f"meetings/{row['id']}/unlock")
    return desk, guests, hosts


@pytest.fixture
def visitor(browser, hall):
    """Call it to open the board in a fresh browser; a drop that is refused is answered with 409."""
    with served(create_app(hall[0].runtime)) as origin, chromium.fresh(browser, origin) as read:

        def opened():
            page = read(expected=(409,))
            page.goto(PAGE)
            return page

        yield opened


def link(page, row):
    return page.locator(f"a.m[href$='{row['meeting_id']}']")


def cell(page, number, table):
    return page.locator(f"tr[data-k='{slot(number).id}'] td").nth(int(table[1:]) - 1)


def drag(page, row, number, table):
    """Take a meeting up with the mouse, hold it over a cell until the board says what it makes of that, and drop it."""
    link(page, row).hover()
    page.mouse.down()
    cell(page, number, table).hover(force=True)
    page.wait_for_selector("td.cannot, td.can")
    cell(page, number, table).hover(force=True, position={"x": 30, "y": 30})
    said = page.locator(".drag-said")
    expect(said).to_contain_text(f"Стол {table}: ")
    text = said.inner_text()
    marks = cell(page, number, table).get_attribute("class")
    page.mouse.up()
    return text, marks.split()


def place(desk, ends):
    row = meeting(desk, *ends)
    return row["slot"], row["table"]


def test_drag_moves_a_meeting_and_one_to_a_refused_cell_says_why_and_changes_nothing(hall, visitor):
    desk, guests, hosts = hall
    page, ends = visitor(), (guests[0], hosts[0])
    row = meeting(desk, *ends)

    why, marks = drag(page, row, 1, "T2")
    expect(page.locator("#refusal")).to_contain_text("на встрече")
    refused = place(desk, ends)
    text, allowed = drag(page, row, 3, "T2")
    expect(cell(page, 3, "T2").locator("a.m")).to_contain_text("kya-1")

    assert ("на встрече klu-1" in why.replace("\u00a0", " "), "cannot" in marks) == (True, True)
    assert refused == (row["slot"], row["table"])
    assert ("можно" in text, "cannot" in allowed) == (True, False)
    assert place(desk, ends) == (slot(3).id, "T2")
    expect(page.get_by_role("link", name="Опубликовать 1 правку")).to_be_visible()


def test_keyboard_alone_moves_a_meeting_and_opens_what_can_be_done(hall, visitor):
    desk, guests, hosts = hall
    page, ends = visitor(), (guests[0], hosts[0])
    row = meeting(desk, *ends)

    link(page, row).focus()
    page.keyboard.press(" ")
    page.wait_for_selector("td.cannot")
    page.keyboard.press("ArrowDown")
    expect(page.locator(".drag-said")).to_contain_text("на встрече")
    page.keyboard.press("Enter")
    expect(page.locator("#refusal")).to_be_visible()
    expect(link(page, row)).to_be_focused()
    page.keyboard.press(" ")
    page.wait_for_selector("td.cannot")
    for key in ("ArrowDown", "ArrowDown", "Enter"):
        page.keyboard.press(key)
    expect(cell(page, 2, row["table"]).locator("a.m")).to_contain_text("kya-1")
    expect(link(page, row)).to_be_focused()
    page.keyboard.press("Enter")

    expect(page.get_by_role("dialog").get_by_role("button", name="Закрепить здесь")).to_be_visible()
    assert place(desk, ends) == (slot(2).id, row["table"])


def test_escape_leaves_a_meeting_where_it_is(hall, visitor):
    desk, guests, hosts = hall
    page = visitor()
    row = meeting(desk, guests[0], hosts[0])

    link(page, row).focus()
    for key in (" ", "ArrowDown", "ArrowDown", "Escape"):
        page.keyboard.press(key)

    expect(page.locator(".drag-said")).to_have_text("Осталась на месте.")
    assert draft(desk)["edits"] == []


def test_two_at_one_board_see_each_others_changes(hall, visitor):
    desk, guests, hosts = hall
    one, other = visitor(), visitor()
    first, second = meeting(desk, guests[0], hosts[0]), meeting(desk, guests[0], hosts[1])

    drag(one, first, 3, "T1")
    expect(cell(other, 3, "T1").locator("a.m")).to_contain_text("kya-1")
    drag(other, second, 2, "T2")
    expect(cell(one, 2, "T2").locator("a.m")).to_contain_text("kya-2")

    expect(one.locator("#edits li")).to_have_count(2)


def test_page_of_thousands_of_meetings_is_light_and_a_drag_in_it_takes_little_of_a_frame(
    browser, sqlite_runtime_of, monkeypatch
):
    office = large_hall(sqlite_runtime_of)
    parted = office.client.get(PAGE, headers={"Accept": "text/html"}).data
    monkeypatch.setattr("matching.queries.boards.MOST_CELLS", 10_000)
    with served(create_app(office.runtime)) as origin, chromium.fresh(browser, origin) as read:
        page = read()
        page.goto(f"{PAGE}?part=3")
        cells = page.locator("tr[data-k] td").count()
        page.locator("a.m").first.hover()
        page.mouse.down()
        page.mouse.move(300, 600)
        page.wait_for_selector("td.cannot, td.can", timeout=60_000)
        session = page.context.new_cdp_session(page)
        session.send("Performance.enable")
        before = scripting(session)
        for number in range(MOVES):
            page.mouse.move(300 + 12 * number, 500 + 5 * (number % 40))
        spent = scripting(session) - before
        page.keyboard.press("Escape")

    assert len(parted) < PAGE_BYTES
    assert cells > 1000
    assert spent / MOVES < FRAME_MS / 2


def scripting(session):
    """Return how long scripts have run on a page so far, in milliseconds."""
    metrics = {one["name"]: one["value"] for one in session.send("Performance.getMetrics")["metrics"]}
    return 1000 * metrics["ScriptDuration"]
