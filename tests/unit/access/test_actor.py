"""Scopes of an actor, and acting on behalf of an organisation."""

from uuid import UUID

import pytest

from access.actor import Actor
from access.matrix import Deed
from access.roles import EVERYTHING, Role

ONE, OTHER = UUID(int=1), UUID(int=2)


def doing(deed, role, *scopes, **changes):
    return Actor(**{"id": "person:1", "claims": {role: frozenset(map(str, scopes))}, "deed": deed} | changes)


@pytest.mark.parametrize(
    ("actor", "name"),
    [
        (doing(Deed.PEOPLE_WRITE, Role.DELEGATE, ONE), ""),
        (doing(Deed.PEOPLE_WRITE, Role.DELEGATE, OTHER), str(ONE)),
        (doing(Deed.APPLICATIONS_WRITE, Role.AGENCY, "RU-KLU"), str(ONE)),
        (doing(Deed.REQUESTS_WRITE, Role.ORGANISER, OTHER), str(ONE)),
        (doing(Deed.AGREEMENTS_WRITE, Role.ADMIN, EVERYTHING), str(ONE)),
        (doing(Deed.ORGANISATIONS_WRITE, Role.AGENCY, "RU-KLU"), str(ONE)),
        (doing(Deed.APPLICATIONS_REVIEW, Role.AGENCY, "RU-KLU"), ""),
        (doing(Deed.PEOPLE_WRITE, Role.ADMIN, EVERYTHING, is_system=True), ""),
    ],
)
def test_actor_acts_for_an_organisation_of_which_it_is_no_delegate(actor, name):
    assert actor.acts_for(ONE) == name
    assert actor.acts_for(None) == ""


def test_role_is_effective_where_any_of_its_relations_grants_the_permission():
    agency = doing(Deed.KEYS_MANAGE, Role.AGENCY, "RU-KLU")

    assert agency.effective_scopes(Role.AGENCY) == {"RU-KLU"}
    assert agency.doing(Deed.CLOCK_MOVE).effective_scopes(Role.AGENCY) == frozenset()
    assert agency.effective_scopes(Role.ORGANISER) == frozenset()


def test_part_of_the_platform_may_do_everything():
    assert doing(Deed.CLOCK_MOVE, Role.READER, is_system=True).may_everywhere()


def test_account_is_that_of_a_person():
    assert Actor(id=f"person:{ONE}").account_id == ONE
    assert Actor(id=f"key:{ONE}").account_id is None
