"""Migrations keep the data of an existing instance."""

from datetime import UTC, datetime

import pytest
from alembic import command
from sqlalchemy import text

from notifications.models import Attempt, Delivery, Notification
from notifications.service import SERVICE
from servicekit import identifiers, migrations
from servicekit.service import assemble

AT = datetime(2024, 12, 10, 7, tzinfo=UTC)
NAMES = ("mission", "organisation", "notification", "delivery", "event", "person")
ID = {name: identifiers.derived(name) for name in NAMES}
ROWS = (
    """INSERT INTO notification (id, event_id, kind, mission_id, organisation_id, caused_at, is_shared, content)
       VALUES (:notification, :event, 'itinerary', :mission, :organisation, :at, true, '{}')""",
    """INSERT INTO delivery (id, home, version, position, notification_id, event_id, person_id, organisation_id,
                              mission_id, channel, kind, content, is_critical, state, created_at, subject, error,
                              attempts, deferrals, fence)
       VALUES (:delivery, 'RU-KLU', 1, :delivery, :notification, :event, :person, :organisation, :mission, 'mail',
               'itinerary', '{}', false, 'accepted', :at, '', '', 1, 0, 1)""",
    """INSERT INTO attempt (delivery_id, fence, began_at, state, phase, reason)
       VALUES (:delivery, 1, :at, 'accepted', 'answer', '')""",
)


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_letters_from_before_keep_their_mission_organisation_and_attempts(request, tmp_path, kind):
    url = f"sqlite:///{tmp_path}/old.db" if kind == "sqlite" else request.getfixturevalue("postgres_database")
    runtime = assemble(SERVICE, {"NOTIFICATIONS_DATABASE_URL": url})
    values = {name: id_.hex for name, id_ in ID.items()} | {"at": AT.strftime("%Y-%m-%d %H:%M:%S.%f")}
    with runtime.database.engine.begin() as connection:
        for package, revision in (("servicekit", "head"), ("notifications", "0002")):
            command.upgrade(migrations._config(package, connection), revision)
        for row in ROWS:
            connection.execute(text(row), values)

    migrations.upgrade(runtime)

    with runtime.database.read() as session:
        for kept in (session.get_one(Notification, ID["notification"]), session.get_one(Delivery, ID["delivery"])):
            assert (kept.mission_id, kept.organisation_id) == (ID["mission"], ID["organisation"])
        assert session.get_one(Attempt, (ID["delivery"], 1)).state == "accepted"
        assert session.get_one(Delivery, ID["delivery"]).expires_at is None
    assert [one for one in migrations.differences(runtime) if one[0] != "remove_table"] == []
    runtime.close()
