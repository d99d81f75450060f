"""Builders for registration: bodies of requests, and a desk at which they are handed in."""

import json
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import func, select, text

from contracts.event import parse_data, parse_envelope
from registration.models import Base
from registration.service import SERVICE
from servicekit.app import create_app
from servicekit.bus import inbox
from servicekit.bus.in_process import Pump
from servicekit.data.tables import journal, outbox
from servicekit.data.tables import metadata as kit

INN = "4099001375"
SOLE_TRADER = {"legal_form": "ИП", "inn": "409900232940", "ogrnip": "315409900035872"}


def at(day, hour, minute=0):
    """An instant of the mission on the clocks of Krasnoyarsk."""
    return f"2024-12-{day}T{hour:02}:{minute:02}:00+07:00"


def a_slot(number=1, **changes):
    start = {"id": f"s{number}", "session": "b2b", "tables": ["T1"]}
    return start | {"starts_at": at(10, 13 + number), "ends_at": at(10, 13 + number, 30)} | changes


def an_agenda_item(**changes):
    times = {"starts_at": at(10, 10), "ends_at": at(10, 11)}
    return {"id": "plenary", "type": "plenary", "titles": {"ru": "Пленарное заседание"}} | times | changes


def a_mission(**changes):
    facts = {
        "reference": "klu-kya",
        "titles": {"ru": "Миссия", "en": "Mission"},
        "kind": "interregional",
        "guest_region": "RU-KLU",
        "host_region": "RU-KYA",
        "starts_on": "2024-12-10",
        "ends_on": "2024-12-12",
        "timezone": "Asia/Krasnoyarsk",
        "venue": {"ru": "Конгресс-зал"},
        "organiser": {"ru": "Правительство"},
        "tables": [{"id": "T1"}, {"id": "T2", "video_kit": True}],
        "slots": [a_slot(1), a_slot(2)],
        "agenda": [an_agenda_item()],
    }
    return facts | changes


def an_organisation(reference="klu-01", **changes):
    region = "RU-KYA" if reference.startswith("kya") else "RU-KLU"
    facts = {"reference": reference, "region": region, "names": {"ru": "ООО «Ромашка»", "en": "Romashka LLC"}}
    return facts | {"legal_form": "ООО", "is_sme": True} | changes


def a_consent(**changes):
    return {"purpose": "publication", "text": "Согласен.", "language": "ru", "channel": "import"} | changes


def a_delegate(reference="klu-01/p1", **changes):
    facts = {"reference": reference, "names": {"ru": "Снегирин Роман", "en": "Roman Snegirin"}}
    consents = [a_consent(purpose="processing")]
    email = f"{reference.rpartition('/')[2]}@example.org"
    return facts | {"email": email, "language": "ru", "consents": consents} | changes


def an_item(text="Стеклопластиковые настилы", **changes):
    return {"partnership_type": "supplier_agreement", "texts": {"ru": text}} | changes


@dataclass
class Desk:
    """Registration with a client that hands bodies in, as the operator does."""

    runtime: object
    app: object = None

    def __post_init__(self):
        self.app = create_app(self.runtime)

    @property
    def client(self):
        """A client of its own for each use, so that threads may use one each."""
        return self.app.test_client()

    def send(self, method, path, body=None, **headers):
        options = {} if body is None else {"data": raw_json(body), "content_type": "application/json"}
        return self.client.open(path, method=method, headers=headers, **options)

    def made(self, method, path, body=None):
        """Send what must succeed and return the answer."""
        answer = self.send(method, path, body)
        assert answer.status_code in (200, 201, 204), answer.get_data(as_text=True)
        return answer.get_json(silent=True)

    def regions(self):
        for code in ("RU-KLU", "RU-KYA"):
            self.made("PUT", f"/v1/regions/{code}", {})

    def open_mission(self, **changes):
        """Plan and open a mission; return its id."""
        self.regions()
        mission = self.made("POST", "/v1/missions", a_mission(**changes))["id"]
        self.made("POST", f"/v1/missions/{mission}/opening")
        return mission

    def organisation(self, reference="klu-01", **changes):
        """Register an organisation; return its id."""
        return self.made("POST", "/v1/organisations", an_organisation(reference, **changes))["id"]

    def application(self, mission, reference="klu-01", **changes):
        """Return the body of an application of a new organisation."""
        side = "host" if reference.startswith("kya") else "guest"
        body = {"mission_id": mission, "organisation_id": self.organisation(reference), "side": side, "submit": True}
        profile = {"offers": [an_item()], "needs": [an_item("Монтажные организации")]}
        return body | {"profile": profile, "delegates": [a_delegate(f"{reference}/p1")]} | changes

    def applied(self, mission, reference="klu-01", **changes):
        """Apply for a new organisation; return the application."""
        return self.made("POST", "/v1/applications", self.application(mission, reference, **changes))

    def approved(self, mission, reference="klu-01", **changes):
        """Apply, approve, and let the events take effect; return the application."""
        application = self.applied(mission, reference, **changes)
        self.made("POST", f"/v1/applications/{application['id']}/approval", {})
        self.carry()
        return application

    def participant(self, application):
        """Return the participant that came of an application."""
        query = f"mission_id={application['mission_id']}&organisation_id={application['organisation_id']}"
        return self.made("GET", f"/v1/participants?{query}")["items"][0]

    def carry(self):
        """Let every event take effect."""
        pump = Pump([self.runtime])
        while pump.round():
            pass
        with self.runtime.database.read() as session:
            assert session.scalars(select(kit.tables["inbox"].c.error)).all().count(None) == self.count("inbox")

    def count(self, table):
        with self.runtime.database.read() as session:
            found = Base.metadata.tables.get(table, kit.tables.get(table))
            return session.scalar(select(func.count()).select_from(found))

    def counts(self):
        """Count the rows of every table."""
        names = (*Base.metadata.tables, *kit.tables)
        each = " UNION ALL ".join(f"SELECT '{name}', count(*) FROM {name}" for name in names)
        with self.runtime.database.read() as session:
            return dict(session.execute(text(each)).all())

    def events(self, fact=""):
        """Return the envelopes that were recorded, oldest first, of types that contain `fact`."""
        with self.runtime.database.read() as session:
            bodies = session.scalars(select(outbox.c.body).order_by(outbox.c.seq)).all()
        return [parse_data(parse_envelope(body)) for body in bodies if fact in json.loads(body)["type"]]

    def facts(self):
        """Return entity and fact of what was recorded, in order: `application.submitted`."""
        return [".".join(envelope.type.split(".")[1:3]) for envelope in self.events()]

    def refusals(self):
        """Return the causes of what the journal calls refused, oldest first."""
        with self.runtime.database.read() as session:
            outcomes = session.scalars(select(journal.c.outcome).order_by(journal.c.seq)).all()
        return [outcome.removeprefix("refused: ") for outcome in outcomes if outcome.startswith("refused: ")]

    def public_text(self):
        """Return everything that the public exchange carries, as one text."""
        with self.runtime.database.read() as session:
            rows = session.scalars(select(outbox.c.body).where(outbox.c.exchange == "caravan.events"))
            return "\n".join(rows)

    def hear(self, *bodies):
        """Let events come over the bus."""
        inbox.receive(self.runtime, bodies)

    @contextmanager
    def no_trace(self):
        """Check that what happens within leaves every table as it was."""
        before = self.counts()
        yield
        assert self.counts() == before


def raw_json(body):
    """Write JSON in UTF-8, halves of characters as their escapes."""
    return json.dumps(body, ensure_ascii=False).encode("utf-8", "backslashreplace")


def a_desk(runtime_of, **settings):
    return Desk(runtime_of(SERVICE, **settings))


def refusal(desk, method, path, body, language):
    """Send what is to be refused without a trace; return the status and the problem."""
    with desk.no_trace():
        answer = desk.send(method, path, body, **{"Accept-Language": language})
    assert answer.mimetype == "application/problem+json"
    return answer.status_code, answer.get_json()
