"""Every route of every service, asked by every role of this mission, of another one and of other regions."""

import pytest

from access.matrix import OPEN
from caravan import discovery
from trespass.actors import actors
from trespass.asking import sent
from trespass.expected import REFUSALS, Answer, amiss, expected, is_answered
from trespass.rows import FRONT, ROWS

ROUTES = [(service, *route.split(" ", 1)) for service, rows in ROWS.items() for route in rows]
FOR_ALL = ("anonymous", "person without a role")


def routes_of(app):
    """Return every route of an app as the rows name them."""
    return {
        f"{method} {rule.rule}": app.view_functions[rule.endpoint]
        for rule in app.url_map.iter_rules()
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }


def test_every_service_has_rows():
    assert set(ROWS) == set(discovery.services())


@pytest.mark.parametrize("service", ROWS)
def test_every_route_has_a_row_and_every_row_a_route(built, service):
    assert set(routes_of(built.apps[service])) == set(ROWS[service])


def test_front_of_one_process_has_the_routes_of_its_rows_and_leads_home(built):
    answer = built.front.test_client().get("/")

    assert set(routes_of(built.front)) == set(FRONT)
    assert (answer.status_code, answer.location) == (302, "/registration/")


@pytest.mark.parametrize("service", ROWS)
def test_every_route_is_the_deed_of_its_row(built, service):
    found = {route: getattr(view, "deed", None) for route, view in routes_of(built.apps[service]).items()}

    assert found == {route: row.deed for route, row in ROWS[service].items()}


@pytest.mark.parametrize(("service", "method", "rule"), ROUTES)
def test_route_answers_each_role_what_the_matrix_says(kept, service, method, rule):
    row, world = ROWS[service][f"{method} {rule}"], kept.world
    wrong = {}
    for name, actor in walkers(world, row).items():
        answer = sent(world, service, method, rule, row, actor)
        wanted = expected(world, service, rule, row, actor)
        if not is_answered(answer, wanted):
            wrong[name] = (wanted.name, answer.status_code, answer.get_data(as_text=True)[:300])
        elif wanted in REFUSALS and not kept.is_as_it_was(service):
            wrong[name] = (wanted.name, "something was changed")
        elif wanted is Answer.THROUGH and row.lists:
            wrong |= {f"{name} {cause}": found for cause, found in amiss(world, service, row, actor, answer).items()}
        kept.put_back()

    assert wrong == {}


def walkers(world, row):
    """Return who asks: what is open is open to whoever has no role."""
    everybody = actors(world)
    return everybody if row.deed and row.deed not in OPEN else {name: everybody[name] for name in FOR_ALL}
