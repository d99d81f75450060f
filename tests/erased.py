"""A person who is forgotten in tests of registration, and what would tell of the person."""

from sqlalchemy import select

from servicekit.data.tables import idempotency, outbox

PERSON = {
    "names": {"ru": "Снегирин Роман"},
    "positions": {"ru": "Директор"},
    "email": "snegirin@example.org",
    "phone": "+7 000 400-00-01",
}
MARKS = ("Снегирин", "Директор", "snegirin", "70004000001", "Рейс", "Я, Снегирин")


def whole_text(desk):
    """Return every value of every table as one text."""
    found = []
    with desk.runtime.database.read() as session:
        for table in (*desk.runtime.service.metadata.sorted_tables, outbox, idempotency):
            found += [str(list(row)) for row in session.execute(select(table))]
    return "\n".join(found)


def erase(desk, person):
    answer = desk.send("DELETE", f"/v1/people/{person}")
    assert answer.status_code == 202, answer.text
    return answer.get_json()
