"""What people write is shown as text wherever it is shown: pages of all services, letters, calendars."""

import re
from datetime import UTC, datetime
from email.header import decode_header, make_header
from html.parser import HTMLParser

import pytest

import ical_reader
from builders.matching import Office
from builders.registration import Desk, a_delegate, an_item, an_organisation
from letters_read import body_of, letters_taken
from mail_servers import Desk as PostDesk
from mail_servers import a_mail_server
from matching.service import SERVICE as MATCHING
from matching.timetabling.exact import local_search
from notifications.sending.sender import send_mail
from notifications.service import SERVICE as NOTIFICATIONS
from registration.service import SERVICE as REGISTRATION
from servicekit.app import create_app
from servicekit.bus.in_process import Pump

HOSTILE = """<script>alert(1)</script>"><img src=x onerror=alert(1)> {{7*7}} ${7*7} {0.__class__} %(x)s %s"""
NAMES = "Ёлкина-Иванова Анна 王小明 O'Neill & Söhne Nguyễn 👨\u200d👩\u200d👧\u200d👦 𝔄"
RIGHT_TO_LEFT = "שלום محمد"
PLACES = ("td", "th", "li", "dd", "h2")
"""Elements in which a name stands among other words."""


class Page(HTMLParser):
    """A page as a browser takes it: elements with their attributes, and what a reader sees."""

    def __init__(self, page):
        super().__init__()
        self.elements, self.words, self.inside, self.open = [], [], [], []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))
        self.inside.append((tag, dict(attributes)))

    def handle_endtag(self, tag):
        while self.inside and self.inside.pop()[0] != tag:
            pass

    def handle_data(self, data):
        self.words.append(data)
        held = any(tag in ("bdi", "pre") or attributes.get("dir") == "auto" for tag, attributes in self.inside)
        if not held and any(tag in PLACES for tag, _attributes in self.inside):
            self.open.append(tidy(data))

    @property
    def text(self):
        return tidy(" ".join(self.words))

    @property
    def is_harmless(self):
        scripts = any(
            "alert(1)" in data for data, tag in zip(self.words, self.elements, strict=False) if tag == "script"
        )
        return not scripts and not any("onerror" in attributes for _tag, attributes in self.elements)


def tidy(text):
    """Leave out what is set for looks alone: soft hyphens and the width of spaces."""
    return " ".join(text.replace("\xad", "").split())


class Instance:
    """The three services in one process, with a mission in which everything is called by one text."""

    def __init__(self, runtime_of, port):
        self.desk = Desk(runtime_of(REGISTRATION))
        self.office = Office(runtime_of(MATCHING, recommendation_quiet_seconds=0))
        self.post = runtime_of(NOTIFICATIONS, smtp_url=f"smtp://127.0.0.1:{port}")
        self.pump = Pump([self.desk.runtime, self.office.runtime, self.post])

    def carry(self):
        while self.pump.round():
            self.office.work()
        self.office.work()
        while self.pump.round():
            pass

    def tell(self, text):
        """Let a mission happen; return its id, and the two organisations."""
        words = {"ru": text, "en": text}
        self.office.set_clock(datetime(2024, 11, 20, tzinfo=UTC))
        agenda = [{"id": "p", "type": "plenary", "titles": words, "location": text[:99]}]
        agenda = [
            one | {"starts_at": "2024-12-10T10:00:00+07:00", "ends_at": "2024-12-10T11:00:00+07:00"} for one in agenda
        ]
        mission = self.desk.open_mission(titles=words, venue=words, organiser=words, agenda=agenda)
        sides = [self.enter(mission, reference, words) for reference in ("klu-01", "kya-01")]
        self.carry()
        pair = {"from_organisation_id": sides[0], "to_organisation_id": sides[1]}
        asked = self.office.post("meeting-requests", {"mission_id": mission, "message": text} | pair)
        assert asked.status_code == 201, asked.text
        self.office.post(f"meeting-requests/{asked.json['id']}/acceptance")
        self.carry()
        run = self.office.post(f"missions/{mission}/timetable-runs").json
        self.carry()
        self.office.post(f"timetable-runs/{run['id']}/publication")
        self.carry()
        self.sign(mission, sides, text)
        return mission, sides

    def enter(self, mission, reference, words):
        texts = {"names": words, "legal_name": words, "city": words, "about": words}
        organisation = self.desk.made("POST", "/v1/organisations", an_organisation(reference, **texts))["id"]
        person = a_delegate(f"{reference}/p1", names=words, positions=words, email=f"{reference}@example.org")
        item = an_item(words["ru"], texts=words)
        body = {"mission_id": mission, "organisation_id": organisation, "delegates": [person], "submit": True}
        body |= {"profile": {"offers": [item], "needs": [item]}, "side": "host" if reference == "kya-01" else "guest"}
        application = self.desk.made("POST", "/v1/applications", body)
        self.desk.made("POST", f"/v1/applications/{application['id']}/approval", {})
        return organisation

    def sign(self, mission, sides, text):
        facts = {"type": "supply_contract", "subject": text, "currency": "RUB", "signed_at": "2024-11-20T00:00:00Z"}
        body = {"mission_id": mission, "guest_id": sides[0], "host_id": sides[1], "expected_amount": 1}
        signed = self.office.post("agreements", body | facts)
        assert signed.status_code == 201, signed.text
        self.carry()

    def letters(self, taken):
        """Send what is to be sent; return the letters that the mail server took."""
        while send_mail(self.post):
            pass
        return letters_taken(taken)

    def pages(self, mission, sides):
        """Yield every page on which something of the mission stands."""
        application = self.desk.made("GET", "/v1/applications")["items"][0]["id"]
        person = self.desk.made("GET", "/v1/delegates")["items"][0]["id"]
        own = (
            "/",
            f"/missions/{mission}",
            f"/missions/{mission}/applications",
            f"/missions/{mission}/applications/{application}",
            f"/tiles/people?ids={person}",
        )
        views = ("recommendations", f"recommendations?organisation_id={sides[0]}", "timetable", "report")
        deliveries = create_app(self.post).test_client().get("/v1/deliveries").json["items"]
        letters = [f"/mails/{one['id']}{part}" for one in deliveries for part in ("", "/page")]
        for service, app, paths in (
            ("registration", self.desk.app, own),
            ("matching", create_app(self.office.runtime), ("/", *(f"/missions/{mission}/{view}" for view in views))),
            ("notifications", create_app(self.post), ("/", "/deliveries", *letters)),
        ):
            for path in paths:
                answer = app.test_client().get(path, headers={"Accept-Language": "en", "Accept": "text/html"})
                assert answer.status_code == 200, path
                yield service + path, answer.text


@pytest.fixture
def post_desk():
    return PostDesk()


@pytest.fixture
def instance(sqlite_runtime_of, post_desk):
    with a_mail_server(post_desk) as port:
        yield Instance(sqlite_runtime_of, port)


@pytest.fixture(autouse=True)
def little_polish(monkeypatch):
    """Leave the timetable as it was found: how comfortable it is does not matter here."""
    monkeypatch.setattr(local_search, "EFFORT", 0)


def test_35_hostile_text_is_shown_as_text_on_every_page_and_in_every_letter(instance, post_desk):
    text = HOSTILE
    mission, sides = instance.tell(text)
    letters = instance.letters(post_desk.taken)

    pages = {path: Page(page) for path, page in instance.pages(mission, sides)}
    bodies = [Page(body_of(letter, "html")) for letter in letters]
    texts = [tidy(body_of(letter, "plain")) for letter in letters]
    calendars = [part.get_content() for letter in letters for part in letter.walk() if is_calendar(part)]

    assert len(letters) >= 8 and len(calendars) >= 2
    assert [path for path, page in pages.items() if not (page.is_harmless and tidy(text) in page.text)] == []
    assert all(page.is_harmless and tidy(text) in page.text for page in bodies)
    assert all(tidy(text) in written for written in texts)
    summaries = [event["SUMMARY"].text for calendar in calendars for event in events_of(calendar)]
    assert all(text in summary for summary in summaries)


@pytest.mark.parametrize("name", [NAMES, RIGHT_TO_LEFT], ids=["29_30_names", "29_31_right_to_left"])
def test_name_is_shown_exactly_and_turns_no_line_on_any_page_and_in_any_letter(instance, post_desk, name):
    mission, sides = instance.tell(name)
    letters = instance.letters(post_desk.taken)

    pages = {path: Page(page) for path, page in instance.pages(mission, sides)}

    assert [path for path, page in pages.items() if tidy(name) not in page.text] == []
    turned = [(path, data) for path, page in pages.items() if "/page" not in path for data in page.open if name in data]
    assert turned == [], "\n".join(map(str, turned))
    assert {addressee(envelope) for envelope in post_desk.taken} == {name}
    assert all(tidy(name) in tidy(body_of(letter, "plain")) for letter in letters)


def addressee(envelope):
    """Read the name in To; the parser of Python 3.11 itself leaves spaces between encoded words."""
    (header,) = re.findall(rb"^To: (.*\r\n(?:[ \t].*\r\n)*)", envelope.content, re.MULTILINE)
    words = header.decode("ascii").replace("\r\n", "").rpartition(" <")[0]
    return str(make_header(decode_header(words)))


def is_calendar(part):
    return part.get_content_type() == "text/calendar"


def events_of(calendar):
    return ical_reader.parse("\r\n".join(calendar.splitlines()) + "\r\n").every("VEVENT")
