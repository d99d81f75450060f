"""When sessions end by themselves, and their tokens with them."""

import threading
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import select

from access.actor import Actor
from access.roles import Role
from browsers import browser_of, said, sign_in
from builders.registration import a_desk
from registration.identity import accounts, roles, sessions, token_issue
from registration.identity.commands import GiveRole
from registration.identity.second_factors import policy
from registration.models import Account, RoleGrant, SignedIn
from servicekit.auth.tokens import LEEWAY
from servicekit.web.authentication import SignInNeededError

ANNA = "anna@example.org"


@pytest.fixture
def desk(runtime_of):
    """Registration that asks nobody for a second factor who has none."""
    return a_desk(runtime_of, second_factor="offered")


@pytest.fixture
def anna(desk):
    """An account that somebody has."""
    with desk.runtime.database.write() as session:
        return accounts.open_account(session, ANNA, "ru").id


def made_organiser(desk, mission):
    desk.made("POST", "/v1/members", {"email": ANNA, "role": "organiser", "scope": mission})


def the_session(desk):
    with desk.runtime.database.read() as session:
        return session.scalars(select(SignedIn)).one()


def is_in(browser):
    """Tell whether a page opens, by the token or by one that the session is given for it."""
    answer = browser.page("/me")
    if answer.status_code == 303:
        browser.page(answer.location.removeprefix("/registration"))
        answer = browser.page("/me")
    return answer.status_code == 200


def token_holds(desk, browser):
    bearer = {"Authorization": f"Bearer {browser.get_cookie('caravan-token').value}"}
    return desk.client.get("/v1/sessions", headers=bearer).status_code == 200


def test_token_ends_with_its_session(desk, anna):
    browser = sign_in(desk.app, desk.runtime, ANNA)
    start, end = datetime.now(UTC), the_session(desk).expires_at
    for hours in range(6, 7 * 24, 6):
        with time_machine.travel(start + timedelta(hours=hours), tick=False):
            browser.page("/sign-in")

    with time_machine.travel(end - timedelta(minutes=5), tick=False):
        browser.page("/sign-in")
        before = token_holds(desk, browser)
    with time_machine.travel(end + LEEWAY + timedelta(seconds=1), tick=False):
        after, way_on = token_holds(desk, browser), browser.page("/sign-in").status_code

    assert (before, after) == (True, False)
    assert way_on == 200  # the form: no session leads on


def test_delegates_token_holds_for_twelve_hours(desk, anna):
    browser, start = sign_in(desk.app, desk.runtime, ANNA), datetime.now(UTC)

    with time_machine.travel(start + timedelta(hours=11, minutes=59), tick=False):
        assert token_holds(desk, browser)


def test_token_of_staff_holds_for_an_hour_and_is_made_anew_by_whatever_page_is_opened(desk, anna, mission):
    made_organiser(desk, mission)
    browser, start = sign_in(desk.app, desk.runtime, ANNA), datetime.now(UTC)

    with time_machine.travel(start + sessions.TOKENS_OF_STAFF + timedelta(minutes=2), tick=False):
        assert not token_holds(desk, browser)
        assert is_in(browser)
        assert token_holds(desk, browser)


def test_session_of_staff_ends_when_it_was_given_no_token_for_two_hours(desk, anna, mission):
    made_organiser(desk, mission)
    used, left = (sign_in(desk.app, desk.runtime, ANNA) for _ in range(2))
    start = datetime.now(UTC)

    with time_machine.travel(start + timedelta(minutes=90), tick=False):
        assert is_in(used)
    with time_machine.travel(start + sessions.IDLE_OF_STAFF + timedelta(seconds=1), tick=False):
        assert (is_in(used), is_in(left)) == (True, False)


def test_session_of_staff_ends_after_twelve_hours_however_much_it_is_used(desk, anna, mission):
    made_organiser(desk, mission)
    browser, start = sign_in(desk.app, desk.runtime, ANNA), datetime.now(UTC)

    for minutes in range(50, 12 * 60, 50):
        with time_machine.travel(start + timedelta(minutes=minutes), tick=False):
            assert is_in(browser)

    with time_machine.travel(start + timedelta(hours=12) + LEEWAY, tick=False):
        assert not is_in(browser)


def test_session_of_whoever_becomes_staff_ends_as_soon_as_that_of_staff(desk, anna, mission):
    browser = sign_in(desk.app, desk.runtime, ANNA)

    made_organiser(desk, mission)

    mine = the_session(desk)
    assert mine.expires_at - mine.created_at == sessions.LONGEST_OF_STAFF
    assert is_in(browser)
    with time_machine.travel(datetime.now(UTC) + sessions.IDLE_OF_STAFF + timedelta(minutes=1), tick=False):
        assert not is_in(browser)


def test_session_that_is_older_than_those_of_staff_may_be_ends_when_its_owner_becomes_staff(desk, anna, mission):
    browser, start = sign_in(desk.app, desk.runtime, ANNA), datetime.now(UTC)

    with time_machine.travel(start + timedelta(hours=11), tick=False):
        browser.page("/sign-in")
    with time_machine.travel(start + timedelta(hours=12, minutes=29), tick=False):
        was_in = is_in(browser)
    with time_machine.travel(start + timedelta(hours=12, minutes=30), tick=False):
        made_organiser(desk, mission)
        assert (was_in, is_in(browser)) == (True, False)


def test_role_that_changes_nothing_of_others_leaves_a_session_as_it_is(desk, anna, mission):
    sign_in(desk.app, desk.runtime, ANNA)

    desk.made("POST", "/v1/members", {"email": ANNA, "role": Role.READER.value, "scope": mission})

    mine = the_session(desk)
    assert mine.expires_at - mine.created_at == sessions.LONGEST


@pytest.mark.parametrize("ending", ["role", "session"])
def test_122_token_that_is_asked_for_while_a_role_or_the_session_is_taken_at_once_says_neither(
    desk, anna, mission, ending
):
    made_organiser(desk, mission)
    sign_in(desk.app, desk.runtime, ANNA)
    given = []

    def ask():
        with desk.runtime.database.write() as session, suppress(SignInNeededError):
            given.append(token_issue.of_session(session, session.get_one(SignedIn, the_session(desk).id)))

    asking = threading.Thread(target=ask)
    with desk.runtime.database.write() as session:
        if ending == "role":
            granted = session.scalars(select(RoleGrant.id).where(RoleGrant.account_id == anna)).one()
            roles.revoke(session, granted, Actor(id="operator", is_system=True))
        else:
            sessions.end_all(session, accounts.known_by(session, ANNA))
        session.flush()
        asking.start()
        asking.join(0.3)
        assert asking.is_alive()
    asking.join(10)

    assert [said(token)["roles"] for token in given] == ([{}] if ending == "role" else [])


def overlapping(desk, earlier, later):
    """Let one transaction begin before another one has ended."""

    def meanwhile():
        with desk.runtime.database.write() as session:
            later(session)

    other = threading.Thread(target=meanwhile)
    with desk.runtime.database.write() as session:
        earlier(session)
        session.flush()
        other.start()
        other.join(0.3)
    other.join(10)


@pytest.fixture
def entering(anna):
    """Return what begins a session, and the tokens that it has given."""
    given = []

    def enter(session):
        account = session.get_one(Account, anna)
        is_staff = policy.is_staff(session, account)
        begun, _secret = sessions.begin(session, account, "link", "", is_staff=is_staff)
        given.append(token_issue.of_session(session, begun))

    return enter, given


@pytest.mark.parametrize("is_first", [True, False])
def test_122_sign_in_at_the_same_time_as_a_role_is_taken_leaves_no_token_that_says_it(
    desk, anna, mission, entering, is_first
):
    made_organiser(desk, mission)
    enter, given = entering

    def take(session):
        granted = session.scalars(select(RoleGrant.id).where(RoleGrant.account_id == anna)).one()
        roles.revoke(session, granted, Actor(id="operator", is_system=True))

    overlapping(desk, *((enter, take) if is_first else (take, enter)))

    browser = browser_of(desk.app)
    browser.set_cookie("caravan-token", given[0])
    assert said(given[0])["roles"] == {} or not token_holds(desk, browser)


@pytest.mark.parametrize("is_first", [True, False])
def test_session_begun_at_the_same_time_as_its_owner_becomes_staff_is_of_staff(desk, anna, mission, entering, is_first):
    enter, _given = entering

    def give(session):
        command = GiveRole(account_id=anna, role=Role.ORGANISER, scope=mission)
        roles.give(session, command, Actor(id="operator", is_system=True))

    overlapping(desk, *((enter, give) if is_first else (give, enter)))

    mine = the_session(desk)
    assert (mine.is_staff, mine.expires_at - mine.created_at) == (True, sessions.LONGEST_OF_STAFF)
