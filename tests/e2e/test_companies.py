"""Two companies with their phones: one asks, the other accepts; their day; one tap that says "I am late"."""

import re
from datetime import timedelta
from time import monotonic, sleep

import pytest
import requests

import chromium
import platforms
import signed_in
from access.roles import Role
from builders.registration import a_delegate, an_item
from trespass.world import EIGHT, HALF_HOUR, a_mission, an_organisation

SIDES = {"guest": "RU-KLU", "host": "RU-KYA"}


class Organiser:
    """Whoever prepares the mission through the interface."""

    def __init__(self, origin):
        self.origin = origin
        self.mission = ""
        self.ids = {}

    def ask(self, service, method, path, body=None):
        answer = requests.request(method, f"{self.origin}/{service}/v1/{path}", json=body, timeout=30)
        assert answer.status_code < 300, (path, answer.text)
        return answer.json() if answer.content else None

    def prepare(self):
        """Announce a mission and admit a company to each side."""
        for code in SIDES.values():
            facts = {"names": {"en": code}, "timezone": "Asia/Krasnoyarsk", "languages": ["en"]}
            self.ask("registration", "PUT", f"regions/{code}", facts)
        self.mission = self.ask("registration", "POST", "missions", a_mission("m", *SIDES.values()))["id"]
        self.ask("registration", "POST", f"missions/{self.mission}/opening")
        for side, region in SIDES.items():
            self.ids[side] = self.admit(side, region)
        wait(self.is_known)

    def is_known(self):
        """Tell whether matching has heard of everybody."""
        known = self.ask("matching", "GET", f"missions/{self.mission}")
        return [known[name] for name in ("participants", "profiles", "delegates")] == [len(SIDES)] * 3

    def admit(self, side, region):
        organisation = self.ask("registration", "POST", "organisations", an_organisation(f"the-{side}", region))["id"]
        body = {
            "mission_id": self.mission,
            "organisation_id": organisation,
            "side": side,
            "profile": {"offers": [an_item("Pumps for water")], "needs": [an_item("Water pumps")]},
            "delegates": [a_delegate(f"{side}/p", names={"en": f"Person of the {side}"})],
            "submit": True,
        }
        application = self.ask("registration", "POST", "applications", body)
        self.ask("registration", "POST", f"applications/{application['id']}/approval", {})
        return organisation

    def publish(self):
        """Let a timetable be made, and publish it."""
        run = self.ask("matching", "POST", f"missions/{self.mission}/timetable-runs", {})["id"]
        wait(lambda: self.ask("matching", "GET", f"timetable-runs/{run}")["status"] == "solved")
        self.ask("matching", "POST", f"timetable-runs/{run}/publication")

    def set_clock(self, at):
        self.ask("registration", "PUT", "clock", {"now": at.isoformat()})
        wait(lambda: self.ask("matching", "GET", "clock")["now"] >= at.isoformat()[:16])


def wait(is_so):
    until = monotonic() + 60
    while not is_so():
        assert monotonic() < until
        sleep(0.1)


@pytest.fixture
def organiser(tmp_path):
    many = {"MATCHING_LIVE_STREAMS": "20", "MATCHING_RECOMMENDATION_QUIET_SECONDS": "0"}
    with platforms.in_threads(tmp_path / "data", **many) as platform:
        made = Organiser(platform.origin)
        made.set_clock(EIGHT - timedelta(days=20))
        made.prepare()
        yield made


def pages_of(document):
    """Count the pages of what Chromium prints: it writes an object for each in plain words."""
    return len(re.findall(rb"/Type\s*/Page\b", document))


def phone_of(read, organiser, side):
    """Open the browser of whoever speaks for a side."""
    page = read("en", as_admin=False, viewport=chromium.PHONE)
    token = signed_in.token({Role.DELEGATE: [organiser.ids[side]]})
    page.context.add_cookies([{"name": "caravan-token", "value": token, "url": organiser.origin}])
    return page


def test_two_phones_ask_accept_meet_and_say_that_one_is_late(browser, organiser):
    of_mission = f"/matching/missions/{organiser.mission}"
    with chromium.fresh(browser, organiser.origin) as read:
        guest, host = (phone_of(read, organiser, side) for side in SIDES)
        guest.goto(f"{of_mission}/partners/catalogue")
        guest.get_by_role("link", name="Company the-host").click()
        guest.get_by_label("What do you want to talk about?").fill("Pumps for the spring")
        guest.get_by_role("button", name="Send the request").click()

        host.goto(f"{of_mission}/partners/requests")
        host.get_by_text("Pumps for the spring").wait_for()
        host.get_by_role("button", name="Accept").click()
        host.get_by_text("Agreed; the time comes with the timetable").wait_for()

        organiser.publish()
        meeting = organiser.ask("matching", "GET", f"missions/{organiser.mission}/meetings")["items"][0]
        number = int(meeting["slot"].removeprefix("s"))
        organiser.set_clock(EIGHT + number * HALF_HOUR - timedelta(minutes=8))
        guest.goto(f"{of_mission}/my-timetable")
        guest.get_by_text(re.compile(r"In [78] minutes\.")).wait_for()
        guest.get_by_text("Person of the guest").first.wait_for()
        assert guest.evaluate("document.documentElement.scrollWidth") <= chromium.PHONE["width"]

        host.goto(f"/matching/meetings/{meeting['id']}")
        guest.get_by_role("link", name="Company the-host").first.click()
        guest.get_by_role("button", name="By 10 minutes").click()
        guest.get_by_text("You said: 10 minutes late").first.wait_for()
        host.get_by_text("The partner is 10 minutes late").wait_for()

        guest.goto(f"{of_mission}/my-timetable?print")
        guest.get_by_text("Person of the guest").first.wait_for()
        assert pages_of(guest.pdf(prefer_css_page_size=True)) == 1
