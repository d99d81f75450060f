"""A token says whom its owner is named as: each service then tells of this person what it holds, and of nobody else."""

from uuid import UUID

import pytest

from signed_in import bearer
from trespass.world import NAMES


@pytest.mark.parametrize("service", NAMES)
def test_every_service_tells_of_a_person_to_whom_the_token_names_and_to_nobody_else(world, service):
    mine, others = world.ids["a.g1.delegate"], world.ids["a.h1.delegate"]
    client = world.apps[service].test_client()

    def status(person, *persons):
        shown = bearer({}, persons=frozenset(map(UUID, persons)))
        return client.get(f"/v1/people/{person}/export", headers=shown).status_code

    assert (status(mine, mine), status(others, mine), status(mine)) == (200, 404, 404)


def test_token_of_a_person_lets_nobody_do_anything_to_it(world):
    mine = world.ids["a.g1.delegate"]
    own = bearer({}, persons=frozenset({UUID(mine)}))
    client = world.apps["registration"].test_client()

    erased = client.delete(f"/v1/people/{mine}", headers=own)
    changed = client.patch(f"/v1/delegates/{mine}", headers=own, json={"email": "mine@example.org"})

    assert (erased.status_code, changed.status_code) == (404, 404)
