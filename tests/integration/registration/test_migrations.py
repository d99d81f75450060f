"""An instance that was there before keeps what it knows."""

from datetime import UTC, datetime

import pytest
from alembic import command
from sqlalchemy import JSON, Boolean, Date, DateTime, Integer, inspect, text

from registration.models import Account, Delegate, Erasure, ErasureAnswer, Mission, Organisation, RoleGrant
from registration.service import SERVICE
from servicekit import identifiers, migrations
from servicekit.service import assemble

BLANKS = {JSON: "[]", Boolean: False, Integer: 0, Date: "2024-12-10", DateTime: "2024-12-10 07:00:00.000000"}


def an_id(*name):
    return identifiers.derived(*name)


def insert(connection, table, **given):
    """Insert a row of an older table: what is not given is as blank as its column takes it."""
    columns = [one for one in inspect(connection).get_columns(table) if not one["nullable"] or one["name"] in given]
    values = {one["name"]: given.get(one["name"], blank(one["type"])) for one in columns}
    plain = {name: value.hex if hasattr(value, "hex") else value for name, value in values.items()}
    holders = ", ".join(f":{name}" for name in plain)
    connection.execute(text(f"INSERT INTO {table} ({', '.join(plain)}) VALUES ({holders})"), plain)


def blank(kind):
    return next((value for known, value in BLANKS.items() if isinstance(kind, known)), "")


def a_company(connection, name, status, granted_by):
    """Insert a company with one application, one delegate and one colleague who speaks for it."""
    organisation, application = an_id(name), an_id(name, "application")
    insert(connection, "organisation", id=organisation, reference=name)
    of_mission = {"mission_id": an_id("mission"), "organisation_id": organisation}
    insert(connection, "application", id=application, status=status, **of_mission)
    person = {"reference": name, "email": f"{name}@example.org", "attendance": "in_person"}
    insert(connection, "delegate", id=an_id(name, "p"), application_id=application, **of_mission, **person)
    grant = {"account_id": an_id("account"), "role": "delegate", "scope": str(organisation)}
    insert(connection, "role_grant", id=an_id(name, "grant"), granted_by=granted_by, **grant)


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_from_before_they_speak_who_were_approved_and_the_self_registered_are_confirmed_who_were(
    request, tmp_path, kind
):
    url = f"sqlite:///{tmp_path}/old.db" if kind == "sqlite" else request.getfixturevalue("postgres_database")
    runtime = assemble(SERVICE, {"REGISTRATION_DATABASE_URL": url})
    own = f"person:{an_id('account')}"
    with runtime.database.engine.begin() as connection:
        for package, revision in (("servicekit", "head"), ("registration", "0004")):
            command.upgrade(migrations._config(package, connection), revision)
        insert(connection, "mission", id=an_id("mission"), reference="m")
        insert(connection, "account", id=an_id("account"), email_key="a@example.org")
        a_company(connection, "approved", "approved", own)
        a_company(connection, "waiting", "submitted", own)
        a_company(connection, "by-staff", "draft", "operator")
        office = {"role": "organiser", "scope": str(an_id("mission")), "granted_by": "operator"}
        insert(connection, "role_grant", id=an_id("office"), account_id=an_id("account"), **office)

    migrations.upgrade(runtime)

    with runtime.database.read() as session:
        names = ("approved", "waiting", "by-staff")
        speak = {name: session.get_one(Delegate, an_id(name, "p")).speaks_since for name in names}
        confirmed = [name for name in names if session.get_one(Organisation, an_id(name)).is_confirmed]
        assert session.get_one(Account, an_id("account")).came_of_delegate
        assert session.get_one(RoleGrant, an_id("office")).by_staff
        assert not session.get_one(RoleGrant, an_id("by-staff", "grant")).by_staff
    assert [name for name, since in speak.items() if since and since <= datetime.now(UTC)] == ["approved"]
    assert confirmed == ["approved", "by-staff"]
    runtime.close()


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_erasures_get_ids_of_their_own_and_keep_their_answers(request, tmp_path, kind):
    url = f"sqlite:///{tmp_path}/old.db" if kind == "sqlite" else request.getfixturevalue("postgres_database")
    runtime = assemble(SERVICE, {"REGISTRATION_DATABASE_URL": url})
    person = an_id("person")
    with runtime.database.engine.begin() as connection:
        for package, revision in (("servicekit", "head"), ("registration", "0006")):
            command.upgrade(migrations._config(package, connection), revision)
        insert(connection, "erasure", id=person, home="RU-KLU", version=1)
        insert(connection, "erasure_answer", person_id=person, service="matching")

    migrations.upgrade(runtime)

    with runtime.database.read() as session:
        erasure = session.get_one(Erasure, Erasure.id_of(person))
        assert (erasure.person_id, erasure.home, erasure.version) == (person, "RU-KLU", 1)
        assert erasure.requested_at == datetime(2024, 12, 10, 7, tzinfo=UTC)
        assert session.get_one(ErasureAnswer, (person, "matching")).answered_at == erasure.requested_at
    runtime.close()


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_missions_and_delegates_from_before_have_no_walks_interpreters_and_languages(request, tmp_path, kind):
    url = f"sqlite:///{tmp_path}/old.db" if kind == "sqlite" else request.getfixturevalue("postgres_database")
    runtime = assemble(SERVICE, {"REGISTRATION_DATABASE_URL": url})
    with runtime.database.engine.begin() as connection:
        for package, revision in (("servicekit", "head"), ("registration", "0008")):
            command.upgrade(migrations._config(package, connection), revision)
        insert(connection, "mission", id=an_id("mission"), reference="m", status="draft")
        insert(connection, "account", id=an_id("account"), email_key="a@example.org")
        a_company(connection, "company", "approved", "operator")

    migrations.upgrade(runtime)

    with runtime.database.read() as session:
        mission = session.get_one(Mission, an_id("mission"))
        assert (mission.walking, mission.interpreters) == ((), ())
        assert session.get_one(Delegate, an_id("company", "p")).languages == ()
    runtime.close()
