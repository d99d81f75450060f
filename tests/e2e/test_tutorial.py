"""Somebody new walks docs/tutorial.md in Chromium, from an empty folder to a published timetable."""

import os
import re
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect

import chromium
from commanding import caravan
from deployment import one_process
from servers.ports import free_port
from soft_apps import code_of

TUTORIAL = Path("docs/tutorial.md").read_text(encoding="utf-8")
COMPANIES = {
    "Nails LLC": ("4028001379", "Kaluga Oblast", "Construction nails in bulk", "Steel wire for nails"),
    "Wire LLC": ("2465001219", "Krasnoyarsk Krai", "Steel wire for nails and springs", "Accounting software"),
    "Builders LLC": ("2465001226", "Krasnoyarsk Krai", "Construction of houses", "Construction nails in bulk"),
}
FIRST_DAY = datetime.now(UTC).date() + timedelta(days=21)


@pytest.fixture
def read(tmp_path, browser):
    """Call it to open a browser of somebody new on a platform that was started a moment ago."""
    port = free_port()
    origin = f"http://localhost:{port}"
    settings = {"CARAVAN_PUBLIC_URL": origin, "CARAVAN_DATA": str(tmp_path / "data")}
    with one_process(tmp_path, settings, port), chromium.fresh(browser, origin) as opened:
        made = caravan("admin", "create", "you@example.org", "--language", "en", environ=os.environ | settings)
        assert made.returncode == 0, made.stderr
        yield tmp_path, made.stdout.strip(), opened


class Walk:
    """Whoever organises, and what it pressed and wrote into, in the words of the pages."""

    def __init__(self, page):
        self.page, self.named = page, []

    def name(self, label):
        if label not in self.named:
            self.named.append(label)

    def press(self, label, page=None):
        """Press the button or link of a name, the first if there are several."""
        self.name(label)
        page = page or self.page
        button, link = (page.get_by_role(role, name=label, exact=True) for role in ("button", "link"))
        button.or_(link).locator("visible=true").first.click()

    def write(self, **fields):
        """Fill fields, named by their labels with _ for a space, in order."""
        for label, text in fields.items():
            self.name(label)
            self.page.get_by_label(label, exact=True).fill(text)

    def choose(self, label, option):
        self.name(label)
        self.page.get_by_label(label, exact=True).select_option(label=option)

    def tick(self, *labels):
        for label in labels:
            self.name(label)
            self.page.get_by_label(re.compile(f"^{label}")).check()


def test_tutorial_leads_from_an_empty_folder_to_a_published_timetable(read):
    folder, link, opened = read
    walk = Walk(opened("en", as_admin=False, expected=(404, 422)))  # of what was opened a moment ago not all know yet
    come_in(walk, link)
    plan(walk)
    furnish(walk)
    walk.press("Overview")
    walk.press("Open for applications")
    walk.press("Open for applications", walk.page.get_by_role("dialog"))
    expect(walk.page.get_by_text("Open the timetable")).to_be_visible()
    walk.name("The page where companies apply")
    about = walk.page.get_by_role("link", name="The page where companies apply").get_attribute("href")
    overview = walk.page.url
    for company in COMPANIES:
        apply(walk, opened("en", as_admin=False, viewport=chromium.PHONE), folder, about, company)
    review(walk, overview)
    publish_lists(walk)
    meet(walk)
    walk.press("Day desk")
    expect(walk.page.get_by_role("heading", level=1)).to_contain_text("Day desk")

    bold = re.findall(r"\*\*(.+?)\*\*", re.sub(r"\s+", " ", TUTORIAL.split("## 1.")[1]))
    assert walk.named == list(dict.fromkeys(bold))
    assert all(fact in TUTORIAL for name, facts in COMPANIES.items() for fact in (name, *facts))


def come_in(walk, link):
    walk.page.goto(link)
    walk.press("Sign in")
    walk.press("Set up an app")
    secret = walk.page.locator("main code").first.inner_text().replace(" ", "")
    walk.write(**{"Six digits": code_of(secret)})
    walk.press("Confirm")
    walk.press("I have kept them: go on")


def plan(walk):
    walk.tick("Kaluga Oblast", "Krasnoyarsk Krai")
    walk.press("Add these regions")
    walk.press("New mission")
    walk.press("Interregional business mission")
    walk.write(**{"Title, in English": "Companies of Kaluga in Krasnoyarsk"})
    walk.choose("Who sends the guests", "Kaluga Oblast")
    walk.choose("Who receives them", "Krasnoyarsk Krai")
    days = {"First day": FIRST_DAY.isoformat(), "Last day": (FIRST_DAY + timedelta(days=1)).isoformat()}
    walk.write(**days, Telephone="+7 391 200-00-00")
    walk.press("Make the draft")


def furnish(walk):
    walk.press("The programme is not finished")
    walk.page.get_by_role("link", name="Hall").click()
    walk.name("Hall")
    walk.press("Add tables")
    walk.write(**{"How many tables": "4"})
    walk.press("Save")
    walk.name("Meeting times")
    walk.page.get_by_role("link", name="Meeting times").click()
    walk.press("Add a session")
    walk.press("Save")
    expect(walk.page.get_by_text("room for 24 meetings")).to_be_visible()
    walk.name("Points")
    walk.page.get_by_role("link", name="Points").click()
    walk.press("Add a point")
    walk.write(**{"What it is, in English": "Opening", "Starts at": "09:00", "Ends at": "10:00"})
    walk.press("Save")
    expect(walk.page.get_by_text("Opening")).to_be_visible()


def apply(walk, page, folder, about, company):
    number, region, offer, need = COMPANIES[company]
    page.goto(about)
    walk.press("Apply", page)
    page.fill("#email", f"boss@{company.split(maxsplit=1)[0].lower()}.example")
    walk.press("I am new here", page)
    page.fill("#code", newest_code(walk, folder))
    page.keyboard.press("Enter")
    page.get_by_label(region).check()
    page.fill("#names", company)
    page.fill("#inn", number)
    expect(page.locator("#inn-check .st.ok")).to_be_visible()
    page.locator("main .ends button").click()
    page.fill("[name='offers/0/text']", offer)
    page.select_option("[name='offers/0/type']", "supplier_agreement")
    page.locator("button[name=add][value=needs]").click()
    page.fill("[name='needs/0/text']", need)
    page.select_option("[name='needs/0/type']", "supplier_agreement")
    page.locator("main .ends button").click()
    page.locator("main a.btn").first.click()
    page.fill("#names", f"Boss of {company}")
    page.locator("input[value=processing]").check()
    page.locator("main .ends button").click()
    page.locator("main a.btn[href$=check]").click()
    page.locator("main .ends button").click()
    expect(page.locator(".card.next")).to_contain_text("The coordinator looks at your application")


def newest_code(walk, folder):
    """Read the code of the letter that was written last, as the tutorial says."""
    walk.page.locator("header a").first.click()
    walk.press("Mail")
    expect(walk.page.locator("main table a", has_text="Sign in to Caravan").first).to_be_visible()
    command = re.search(r"^    (grep .+)$", TUTORIAL, re.MULTILINE)[1].replace("var/", "data/")
    said = subprocess.run(["sh", "-c", command], cwd=folder, capture_output=True, text=True, check=True)
    return re.fullmatch(r"Your code to sign in: (\d{3} \d{3})", said.stdout.strip())[1]


def review(walk, overview):
    walk.page.goto(overview)
    walk.press("Applications wait for your decision")
    for _company in COMPANIES:
        walk.press("Approve")
        expect(walk.page.get_by_text("Approved:")).to_be_visible()


def publish_lists(walk):
    walk.press("Recommendations")
    walk.press("Publish the lists")
    expect(walk.page.get_by_role("heading", name="Who is shown to whom")).to_be_visible()
    for _time in range(60):
        if walk.page.get_by_text("The lists are those that were published").count():
            break
        walk.page.wait_for_timeout(500)
        walk.page.reload()


def meet(walk):
    walk.press("Timetable")
    walk.press("Start the search")
    walk.press("Publish")
    walk.press("Publish and tell them")
    expect(walk.page.get_by_text("organisations were told with it").first).to_be_visible()
    walk.page.goto(walk.page.url.partition("?")[0])
    expect(walk.page.locator("a.m")).to_have_count(2)
