"""A person is forgotten by every service of an instance, in one process without a broker."""

import pytest
from sqlalchemy import func, select

from browsers import sign_in
from builders.registration import Desk, a_delegate
from caravan import discovery
from notifications.models import Delivery
from notifications.sending.sender import send_mail
from registration.models import Account
from servicekit.app import create_app
from servicekit.bus.in_process import Pump
from servicekit.data.tables import metadata as kit
from signed_in import bearer

MARKS = ("Снегирин", "Директор", "snegirin", "70004000001", "klu-01/secret")


@pytest.fixture
def instance(sqlite_runtime_of, tmp_path):
    services = discovery.services()
    more = {"notifications": {"mailbox_dir": tmp_path / "mailbox"}}
    return {name: sqlite_runtime_of(service, **more.get(name, {})) for name, service in services.items()}


def carry(instance):
    pump = Pump(list(instance.values()))
    while pump.round():
        pass


def everything(runtime):
    """Return every value of every table as one text, with the table's name before each row."""
    lines = []
    with runtime.database.read() as session:
        for table in (*runtime.service.metadata.sorted_tables, *kit.sorted_tables):
            rows = session.execute(select(table))
            lines += [f"{table.name}: {[str(value) for value in row]}" for row in rows]
    return lines


def holders(instance, marks=MARKS):
    return {
        (name, line.split(":")[0])
        for name, runtime in instance.items()
        for line in everything(runtime)
        if any(mark in line for mark in marks)
    }


def test_every_service_forgets_and_answers(instance, tmp_path):
    desk = Desk(instance["registration"])
    facts = {"names": {"ru": "Снегирин Роман"}, "positions": {"ru": "Директор"}, "phone": "+7 000 400-00-01"}
    person = a_delegate("klu-01/secret", **facts, email="snegirin@example.org")
    application = desk.applied(desk.open_mission(), delegates=[person])
    desk.made("POST", f"/v1/applications/{application['id']}/approval")
    carry(instance)
    while send_mail(instance["notifications"]):
        pass
    id_ = application["delegates"][0]["id"]
    letters = list((tmp_path / "mailbox" / "new").iterdir())
    before = holders(instance)

    asked = desk.send("DELETE", f"/v1/people/{id_}").get_json()
    carry(instance)
    state = desk.made("GET", f"/v1/people/{id_}/erasure")

    assert asked["missing"] == ["matching", "notifications", "registration"]
    assert (state["missing"], state["is_overdue"]) == ([], False)
    assert len(letters) >= 2
    assert {("registration", "delegate"), ("notifications", "contact"), ("matching", "delegate")} <= before
    assert holders(instance, MARKS[:-1]) == set()
    assert list((tmp_path / "mailbox" / "new").iterdir()) == []
    with instance["notifications"].database.read() as session:
        assert session.scalar(select(func.count()).select_from(Delivery)) == 0


@pytest.fixture
def guest(instance):
    """A delegate who was written to and has signed in by a letter; returns desk, delegate and account."""
    desk = Desk(instance["registration"])
    person = a_delegate("klu-01/secret", names={"ru": "Снегирин"}, email="snegirin@example.org")
    application = desk.applied(desk.open_mission(), delegates=[person])
    desk.made("POST", f"/v1/applications/{application['id']}/approval")
    sign_in(desk.app, desk.runtime, "snegirin@example.org")
    deliver(instance)
    with desk.runtime.database.read() as session:
        account = session.scalars(select(Account.id)).one()
    return desk, application["delegates"][0]["id"], str(account)


def deliver(instance):
    carry(instance)
    while send_mail(instance["notifications"]):
        pass
    carry(instance)


@pytest.mark.parametrize("way", ["erased", "removed", "another address, then erased", "account erased by its owner"])
def test_nothing_is_left_of_a_person_who_has_signed_in_whatever_way_the_person_goes(instance, guest, tmp_path, way):
    desk, person, account = guest
    before, letters = holders(instance), list((tmp_path / "mailbox" / "new").iterdir())

    if way == "another address, then erased":
        desk.made("PATCH", f"/v1/delegates/{person}", {"email": "anew@example.org"})
        deliver(instance)
    path = {"removed": f"/v1/delegates/{person}", "account erased by its owner": f"/v1/people/{account}"}.get(way)
    gone = desk.send("DELETE", path or f"/v1/people/{person}", **owner(account) if "owner" in way else {})
    deliver(instance)

    assert {("registration", "account"), ("notifications", "contact")} <= before
    assert len(letters) >= 2
    assert gone.status_code in (202, 204)
    assert holders(instance, MARKS[:-1]) == set()
    assert list((tmp_path / "mailbox" / "new").iterdir()) == []
    assert desk.made("GET", "/v1/erasures?unfinished=true")["items"] == []


def owner(account):
    return bearer({}, actor_id=f"person:{account}")


def test_owner_of_an_account_alone_reads_what_notifications_holds_of_it(instance, guest):
    _desk, _person, account = guest
    client = create_app(instance["notifications"]).test_client()
    path = f"/v1/people/{account}/export"

    own = client.get(path, headers=owner(account))
    other = client.get(path, headers=owner("00000000-0000-4000-8000-00000000000f"))

    assert own.get_json()["records"]["contact"][0]["email"] == "snegirin@example.org"
    assert other.status_code == 404
