"""Those who have no business with a mission get as little of it from PostgreSQL as from SQLite, and change nothing."""

import pytest
from sqlalchemy import text

from access.matrix import OPEN
from trespass.actors import actors
from trespass.asking import sent
from trespass.expected import Answer, amiss, expected, is_answered
from trespass.rows import ROWS

pytestmark = pytest.mark.long

WALKERS = ("organiser of another mission", "delegate of another organisation", "agency of the host region")
TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"


@pytest.mark.parametrize("service", ROWS)
@pytest.mark.parametrize("walker", WALKERS)
def test_routes_answer_the_same_on_postgresql(world_on_postgresql, service, walker):
    world = world_on_postgresql
    actor = actors(world)[walker]
    before, wrong = rows_of(world.runtimes[service]), {}

    for route, row in ROWS[service].items():
        method, rule = route.split(" ", 1)
        wanted = expected(world, service, rule, row, actor)
        if row.deed is None or row.deed in OPEN or (method != "GET" and wanted is Answer.THROUGH):
            continue
        answer = sent(world, service, method, rule, row, actor)
        if not is_answered(answer, wanted):
            wrong[route] = (wanted.name, answer.status_code, answer.get_data(as_text=True)[:300])
        elif wanted is Answer.THROUGH and row.lists:
            wrong |= {f"{route} {cause}": found for cause, found in amiss(world, service, row, actor, answer).items()}

    assert wrong == {}
    assert rows_of(world.runtimes[service]) == before


def rows_of(runtime):
    """Return, for each table, how many rows there are and which transaction last wrote one."""
    with runtime.database.engine.connect() as connection:
        tables = connection.scalars(text(TABLES)).all()
        newest = 'SELECT count(*), max(xmin::text::bigint) FROM "{}"'
        return {name: tuple(connection.execute(text(newest.format(name))).one()) for name in tables}
