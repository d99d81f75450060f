"""The policy that every page comes with: it costs no page its look, and stops what was slipped in."""

import re

import pytest

DOWNLOADS = (".json", ".csv", ".xlsx", ".ics", "/source")


def links_of(page):
    """Return the addresses of our own pages that a page leads to, without what differs in a query alone."""
    found = page.evaluate("[...document.querySelectorAll('a[href], iframe[src]')].map(it => it.href || it.src)")
    ours = page.evaluate("location.origin")
    return {link.partition("#")[0] for link in found if link.startswith(ours)}


def kind_of(address):
    """Return what two pages of one kind have in common: the path without ids, and whether a query narrows it."""
    path, _, query = re.sub(r"^https?://[^/]+", "", address).partition("?")
    names = {part.partition("=")[0] for part in query.split("&")} - {"", "lang", "theme"}
    return re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}|caravan\.[\w.]+", "…", path), bool(names)


def test_134_no_page_breaks_its_own_policy(reader):
    page, seen, ahead = (
        reader(),
        set(),
        ["/", "/registration/v1/", "/matching/v1/", "/notifications/v1/"],
    )
    ahead += [f"/{name}/events/dead" for name in ("registration", "matching", "notifications")]

    while ahead:
        address = ahead.pop(0)
        if kind_of(address) in seen or address.partition("?")[0].endswith(DOWNLOADS):
            continue
        seen.add(kind_of(address))
        answer = page.goto(address)
        assert answer.status == 200, address
        assert "unsafe-inline" not in answer.headers["content-security-policy"]
        ahead += sorted(links_of(page))

    shown = {path for path, _narrowed in seen}
    assert {"/notifications/mails/…", "/notifications/mails/…/page", "/matching/missions/…/timetable"} <= shown
    assert {"/registration/missions/…/applications/…", "/registration/v1/events/catalogue"} <= shown
    assert {"/matching/missions/…/day", "/matching/missions/…/map", "/registration/missions/…/programme"} <= shown


@pytest.mark.parametrize(
    "slipped_in",
    [
        "<img src=x onerror='document.title = 7'>",
        "<p style='position: fixed'>",
        "<style>body { display: none }</style>",
    ],
)
def test_134_what_was_slipped_into_a_page_does_nothing(browser, origin, slipped_in):
    page = browser.new_page(base_url=origin)
    page.goto("/")
    before = page.title()

    said = page.evaluate(
        """async markup => {
            const refused = new Promise(said => document.addEventListener(
                "securitypolicyviolation", broken => said(broken.effectiveDirective)));
            document.body.insertAdjacentHTML("beforeend", markup);
            return await Promise.race([refused, new Promise(said => setTimeout(said, 5000))]);
        }""",
        slipped_in,
    )
    title, display = page.title(), page.evaluate("getComputedStyle(document.body).display")
    page.close()

    assert said in {"script-src-attr", "style-src-attr", "style-src-elem"}
    assert (title, display) == (before, "block")


def test_134_no_page_stands_in_a_frame_of_another(browser, origin):
    page = browser.new_page()

    page.goto("data:text/html,<h1>Win a prize</h1>")
    page.evaluate(
        "address => new Promise(loaded => { const it = document.createElement('iframe'); it.src = address;"
        " it.onload = loaded; document.body.append(it) })",
        f"{origin}/registration/",
    )
    inside = [frame.url for frame in page.frames[1:]]
    page.close()

    assert inside == ["chrome-error://chromewebdata/"]
