"""The canary: marks in every personal field, a whole small mission with its failures, and a search everywhere."""

import json
from urllib.parse import urlsplit

import pika
import pytest

from browsers import browser_of
from builders.registration import SOLE_TRADER, Desk, a_consent, a_delegate, an_item, at
from canaries import all_logs, holders, places
from caravan import discovery
from instances import set_up, wait_for, working
from mail_servers import HOST, a_mail_server
from mail_servers import Desk as Post
from registration.identity import accounts
from registration.identity.sign_in import admin_link
from registration.models import ExternalIdentity, Passkey
from servicekit import identifiers
from servicekit.app import create_app
from servicekit.bus import topology
from servicekit.bus.history import install
from servicekit.data.clock import machine_now

PERSON = {
    "a name": "Канарейкин",
    "a name in English": "Kanareikin",
    "a position": "Смотритель вольера",
    "an e-mail": "kanareikin-7f3a@example.org",
    "an earlier e-mail": "kanareikin-before-7f3a@example.org",
    "a telephone": "+70004007731",
    "why somebody is absent": "Поезд Канарейкина-старшего задержан",
    "the words of a consent": "Птичьим пером подписано",
    "a browser": "Kanareika/7.31 (cage)",
    "the name of a passkey": "Ключ от вольера",
    "a name at an agency's sign-in": "bird-91c2-at-the-agency",
}
TRADER = {
    "a sole trader's name": "Щеглов и вольер",
    "a sole trader's legal name": "Предприниматель Щеглов Иван",
    "a sole trader's INN": SOLE_TRADER["inn"],
    "a sole trader's OGRNIP": SOLE_TRADER["ogrnip"],
    "a sole trader's e-mail": "sheglov-91bb@example.org",
    "a sole trader's telephone": "+70004007732",
}
COMPANY = {"a company's e-mail": "office-55d1@example.org", "a company's telephone": "+70004007733"}

HOME = {"registration.delegate", "registration.idempotency"}
CONTACT = HOME | {"notifications.contact", "notifications.inbox"}
"""The inbox holds the private event that could not be handled."""
ALLOWED = {
    "a name": CONTACT,
    "a name in English": CONTACT | {"registration.account"},  # the address holds it, too
    "a position": HOME,
    "an e-mail": CONTACT | {"registration.account"},
    "an earlier e-mail": {"registration.idempotency"},
    "a telephone": CONTACT,
    "why somebody is absent": HOME,
    "the words of a consent": {"registration.consent"},
    "a browser": {"registration.session"},
    "the name of a passkey": {"registration.passkey"},
    "a name at an agency's sign-in": {"registration.external_identity"},
    **{mark: {"registration.organisation"} for mark in (*TRADER, *COMPANY)},
}


@pytest.fixture
def post():
    """A mail server that refuses everything and repeats the address while it does."""
    desk = Post({"RCPT": f"550 <{PERSON['an e-mail']}> is unknown here"})
    with a_mail_server(desk) as port:
        yield desk, port


@pytest.fixture
def runtimes(runtime_of, vhost, post):
    services = [service for service in discovery.services().values() if service.name != "translations"]
    addresses = set_up(vhost, services)
    smtp = {"smtp_url": f"smtp://{HOST}:{post[1]}"}
    made = []
    for service in services:
        more = smtp if service.name == "notifications" else {"recommendation_quiet_seconds": 0}
        made.append(runtime_of(service, broker_url=addresses[service.name], **more))
        install(made[-1])
    return made


def named(runtimes, name):
    return next(runtime for runtime in runtimes if runtime.service.name == name)


def a_person(reference, **changes):
    facts = {
        "names": {"ru": f"{PERSON['a name']} Кеша", "en": f"{PERSON['a name in English']} Kesha"},
        "positions": {"ru": PERSON["a position"]},
        "email": PERSON["an earlier e-mail"],
        "phone": PERSON["a telephone"],
        "consents": [a_consent(purpose="processing", text=PERSON["the words of a consent"])],
    }
    return a_delegate(reference, **facts) | changes


def a_mission_with_people(desk):
    """Enter two companies and a sole trader with their people; return the mission, people and organisations."""
    desk.made("PUT", "/v1/clock", {"now": at("01", 9)})
    mission = desk.open_mission()
    contact = dict(zip(("email", "phone"), COMPANY.values(), strict=True))
    ids = {}
    for reference, side, more in (
        ("klu-01", "guest", {"contact": contact}),
        ("kya-01", "host", {}),
        ("klu-02", "guest", a_trader()),
    ):
        ids[reference] = desk.organisation(reference, **more)
        person = a_person(f"{reference}/p1") if reference == "klu-01" else a_delegate(f"{reference}/p1")
        profile = {"offers": [an_item()], "needs": [an_item("Монтажные организации")]}
        body = {"mission_id": mission, "organisation_id": ids[reference], "side": side, "profile": profile}
        answer = desk.send(
            "POST",
            "/v1/applications",
            body | {"delegates": [person], "submit": True},
            **{"Idempotency-Key": reference},
        )
        application = answer.get_json()
        desk.made("POST", f"/v1/applications/{application['id']}/approval", {})
        ids[f"{reference}/p1"] = application["delegates"][0]["id"]
    return mission, ids


def a_trader():
    values = TRADER
    return {
        **SOLE_TRADER,
        "names": {"ru": values["a sole trader's name"]},
        "legal_name": {"ru": values["a sole trader's legal name"]},
        "contact": {"email": values["a sole trader's e-mail"], "phone": values["a sole trader's telephone"]},
    }


def sign_in(desk, email):
    """Ask for a letter, and come in by a link such as an operator makes: the letter is refused; return the account."""
    browser = browser_of(desk.app)
    browser.environ_base["HTTP_USER_AGENT"] = PERSON["a browser"]
    assert browser.send("/sign-in", email=email).status_code == 303
    with desk.runtime.database.write() as session:
        account = accounts.known_by(session, email)
        link, id_ = admin_link(session, account), account.id
    entered = browser.send(urlsplit(link).path.removeprefix("/registration"))
    assert entered.status_code == 303, entered.text
    assert email in browser.page("/me").get_data(as_text=True)
    return id_


def set_up_factors(desk, account):
    """Let somebody have a passkey with a name, and an account at an agency's own sign-in."""
    now = machine_now()
    own = {"account_id": account, "created_at": now}
    device = {"credential_id": "c", "public_key": "k", "sign_count": 0, "transports": ()}
    elsewhere = {"issuer": "https://login.example.org", "last_used_at": now, "showed_second_factor": True}
    with desk.runtime.database.write() as session:
        session.add(Passkey(id=identifiers.random(), name=PERSON["the name of a passkey"], **own, **device))
        subject = PERSON["a name at an agency's sign-in"]
        session.add(ExternalIdentity(id=identifiers.random(), subject=subject, **own, **elsewhere))


def sign_in_by_both_addresses(desk, person):
    """Sign in, get another address, and sign in by that; what came of the first one is forgotten at once."""
    sign_in(desk, PERSON["an earlier e-mail"])
    desk.made("PATCH", f"/v1/delegates/{person}", {"email": PERSON["an e-mail"]})
    set_up_factors(desk, sign_in(desk, PERSON["an e-mail"]))
    wait_for(lambda: nobody_is_owed(desk))


def nobody_is_owed(desk):
    return not desk.made("GET", "/v1/erasures?unfinished=true")["items"]


def publish_timetable(runtimes, mission, ids):
    """Let the companies meet."""
    office = create_app(named(runtimes, "matching")).test_client()
    pair = {"from_organisation_id": ids["klu-01"], "to_organisation_id": ids["kya-01"]}
    asked = wait_for(lambda: made(office.post("/v1/meeting-requests", json={"mission_id": mission, **pair})))
    assert office.post(f"/v1/meeting-requests/{asked['id']}/acceptance").status_code == 200
    run = wait_for(lambda: made(office.post(f"/v1/missions/{mission}/timetable-runs", json={})))
    wait_for(lambda: office.get(f"/v1/timetable-runs/{run['id']}").json["status"] == "solved")
    assert office.post(f"/v1/timetable-runs/{run['id']}/publication").status_code == 200
    return wait_for(lambda: office.get(f"/v1/missions/{mission}/meetings").json["items"])


def made(answer):
    return answer.json if answer.status_code in (201, 202) else None


def send_broken(vhost, person_id):
    """Let registration tell of the person what nobody can handle: it fails, and its body is kept."""
    contact = {"names": {"ru": PERSON["a name"]}, "email": PERSON["an e-mail"], "phone": PERSON["a telephone"]}
    body = {
        "specversion": "1.0",
        "id": "0197a0c6-0000-7000-8000-00000000c0de",
        "source": "/ru-klu/registration",
        "type": "caravan.contact.changed.v1",
        "subject": person_id,
        "time": "2026-01-01T00:00:00Z",
        "subjectversion": 99,
        "data": {"person_id": person_id, "name_en": PERSON["a name in English"], **contact},
    }
    connection = pika.BlockingConnection(pika.URLParameters(vhost.amqp_url))
    key = "ru-klu.contact.changed.v1"
    connection.channel().basic_publish(topology.PRIVATE, key, json.dumps(body, ensure_ascii=False).encode())
    connection.close()


def settled(runtimes):
    """Tell whether every letter has met its fate and what failed has been kept."""
    client = create_app(named(runtimes, "notifications")).test_client()
    counts = client.get("/v1/deliveries/summary").json
    states = {state for channels in counts.values() for found in channels.values() for state in found}
    dead = client.get("/v1/events/dead").json["items"]
    return "itinerary" in counts and not states & {"queued", "sending"} and dead


@pytest.mark.parametrize("database_kind", ["postgresql"])
def test_139_nothing_personal_is_anywhere_but_where_it_may_be_and_after_erasure_nowhere(runtimes, vhost):
    marks = PERSON | TRADER | COMPANY
    desk = Desk(named(runtimes, "registration"))
    with all_logs() as log, working(*runtimes):
        mission, ids = a_mission_with_people(desk)
        person, trader = ids["klu-01/p1"], ids["klu-02"]
        absence = {"starts_at": at(10, 16), "ends_at": at(10, 17), "reason": PERSON["why somebody is absent"]}
        desk.send("POST", f"/v1/delegates/{person}/absences", absence, **{"Idempotency-Key": "absence"})
        sign_in_by_both_addresses(desk, person)
        publish_timetable(runtimes, mission, ids)
        send_broken(vhost, person)
        wait_for(lambda: settled(runtimes))

        before = holders(marks, places(runtimes, vhost, log.getvalue()))
        for one in (person, trader):
            assert desk.send("DELETE", f"/v1/people/{one}").status_code == 202
        wait_for(lambda: nobody_is_owed(desk))
        send_broken(vhost, person)
        after = holders(marks, places(runtimes, vhost, log.getvalue()))

    strays = {mark: found - ALLOWED[mark] for mark, found in before.items() if found - ALLOWED[mark]}
    assert strays == {}
    assert before.keys() == marks.keys()
    assert "notifications.contact" in before["an e-mail"]
    assert "notifications.inbox" in before["an e-mail"]
    assert {mark: found for mark, found in after.items() if mark not in COMPANY} == {}
