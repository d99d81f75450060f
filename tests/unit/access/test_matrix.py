"""The permission matrix is complete, and no role gives access beyond its scopes."""

from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Column, Integer, String, Uuid, create_engine, select
from sqlalchemy.orm import DeclarativeBase, Session

from access import row_access
from access.actor import ANONYMOUS, Actor, codes, ids
from access.matrix import FOR_ANY_USER, MATRIX, ON_BEHALF, OPEN, Deed
from access.roles import EVERYTHING, Relation, Role

DEEDS = st.sampled_from(Deed)
BOUND = sorted(set(Deed) - OPEN - FOR_ANY_USER)
MISSIONS = [UUID(int=number) for number in range(1, 4)]
COMPANIES = [UUID(int=number) for number in range(11, 14)]
REGIONS = ["RU-KLU", "RU-KYA", "RU-OMS"]
SCOPES = {
    Role.AGENCY: st.sampled_from(REGIONS),
    Role.ORGANISER: st.sampled_from(MISSIONS).map(str),
    Role.DELEGATE: st.sampled_from(COMPANIES).map(str),
    Role.READER: st.sampled_from([*map(str, MISSIONS), *REGIONS]),
}
CLAIMS = st.fixed_dictionaries({}, optional={role: st.frozensets(scope) for role, scope in SCOPES.items()})


class Base(DeclarativeBase):
    pass


class Mission(Base):
    __tablename__ = "mission"
    id = Column(Uuid, primary_key=True)
    host = Column(String)
    guest = Column(String)


class Row(Base):
    __tablename__ = "row"
    id = Column(Integer, primary_key=True)
    mission_id = Column(Uuid)
    organisation_id = Column(Uuid)


HOME = dict(zip(COMPANIES, REGIONS, strict=True))
ROWS = [(mission, company) for mission in MISSIONS for company in COMPANIES]


@pytest.fixture(scope="module")
def session():
    """Three missions, each from one region to the next, and a row for each company in each mission."""
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    with Session(engine) as made:
        for number, mission in enumerate(MISSIONS):
            made.add(Mission(id=mission, guest=REGIONS[number], host=REGIONS[(number + 1) % 3]))
        made.add_all(Row(id=n, mission_id=one[0], organisation_id=one[1]) for n, one in enumerate(ROWS))
        made.flush()
        yield made
    engine.dispose()


RULES = {
    **row_access.mission_rules(Row.mission_id, row_access.missions_by_region(Mission.id, Mission.host, Mission.guest)),
    **row_access.organisation_rules(
        Row.organisation_id,
        registered=lambda regions: select(Row.organisation_id).where(
            Row.organisation_id.in_([company for company, home in HOME.items() if home in regions])
        ),
    ),
}


def found(session, actor, deed):
    """Return the rows on which an actor has a permission."""
    rows = session.execute(
        select(Row.mission_id, Row.organisation_id).where(row_access.allowed_rows(actor, RULES, deed))
    )
    return {tuple(row) for row in rows}


def person(claims, **changes):
    return Actor(**{"id": "person:1", "claims": claims} | changes)


def test_every_deed_has_a_row():
    assert set(MATRIX) == set(Deed)
    assert all(MATRIX[deed] for deed in Deed)


def test_every_relation_has_a_role_and_every_role_has_a_relation():
    assert {relation.role for relation in Relation} == set(Role)


@pytest.mark.parametrize("deed", [deed for deed in Deed if deed not in OPEN])
def test_platform_may_do_every_deed(deed):
    assert Relation.PLATFORM in MATRIX[deed]


def test_delegates_have_every_deed_that_is_done_in_a_name():
    assert all(Relation.DELEGATE in MATRIX[deed] for deed in ON_BEHALF)


def test_reader_changes_nothing():
    theirs = {deed for deed in Deed if Relation.READER in MATRIX[deed]} - FOR_ANY_USER - OPEN

    assert {deed.rpartition(":")[2] for deed in theirs} == {"read"}


@given(deed=st.sampled_from(BOUND))
@settings(deadline=None)
def test_whoever_holds_no_role_reaches_no_row(session, deed):
    assert found(session, person({}), deed) == set()
    assert found(session, ANONYMOUS, deed) == set()
    assert not person({}).may_somewhere(deed)


@given(deed=DEEDS)
@settings(deadline=None)
def test_nobody_who_is_unknown_may_do_anything(deed):
    assert not ANONYMOUS.may_somewhere(deed)


@given(deed=DEEDS)
@settings(deadline=None)
def test_admin_reaches_every_row(session, deed):
    assert found(session, person({Role.ADMIN: frozenset({EVERYTHING})}), deed) == set(ROWS)


@given(claims=CLAIMS, deed=DEEDS)
@settings(deadline=None)
def test_actor_reaches_what_the_plain_words_of_the_roles_say(session, claims, deed):
    actor = person(claims)
    missions = {id_: (REGIONS[number], REGIONS[(number + 1) % 3]) for number, id_ in enumerate(MISSIONS)}

    def scopes_of(mission, company):
        guest, host = missions[mission]
        return {
            Relation.HOST: {host},
            Relation.SENDER: {guest},
            Relation.HOME: {HOME[company]},
            Relation.ORGANISER: {str(mission)},
            Relation.DELEGATE: {str(company)},
            Relation.READER: {str(mission), host, guest},
        }

    plain = {
        row
        for row in ROWS
        if any(
            relation in MATRIX[deed] and scopes & claims.get(relation.role, frozenset())
            for relation, scopes in scopes_of(*row).items()
        )
    }

    assert found(session, actor, deed) == plain


@given(mine=CLAIMS, others=CLAIMS, deed=DEEDS)
@settings(deadline=None)
def test_scopes_of_one_give_nothing_of_the_others(session, mine, others, deed):
    both = {role: mine.get(role, frozenset()) | others.get(role, frozenset()) for role in Role}

    together = found(session, person(mine), deed) | found(session, person(others), deed)

    assert found(session, person(both), deed) == together


@given(claims=CLAIMS, deed=DEEDS, deeds=st.frozensets(DEEDS))
@settings(deadline=None)
def test_key_reaches_no_further_than_its_role_and_only_by_what_it_was_made_for(session, claims, deed, deeds):
    key = person(claims, deeds=deeds)

    assert found(session, key, deed) == (found(session, person(claims), deed) if deed in deeds else set())
    assert not (key.may_somewhere(deed) and deed not in deeds)


def test_scope_of_one_kind_is_none_of_another():
    mixed = frozenset({"RU-KLU", str(MISSIONS[0]), EVERYTHING})

    assert ids(mixed) == [MISSIONS[0]]
    assert codes(mixed) == ["RU-KLU"]
