"""Sign-in by an agency's own OpenID Connect, which runs here over TLS: who gets in, and who is linked."""

import pytest
from sqlalchemy import select

from browsers import browser_of, sign_in
from oidc_visits import LEAVE, OLGA, a_desk_of, invited, there_and_back
from registration.identity import accounts
from registration.models import ExternalIdentity


@pytest.fixture
def desk(provider, providers, sqlite_runtime_of):
    """Registration that trusts both; nobody has to show a second factor unless a test says so."""
    return a_desk_of(sqlite_runtime_of, providers)


def test_staff_sign_in_where_they_always_do(provider, providers, runtime_of):
    desk = a_desk_of(runtime_of, providers)
    browser = browser_of(desk.app)

    entered = there_and_back(browser, provider, f"{LEAVE}?next=/me")
    again = there_and_back(browser_of(desk.app), provider)

    assert (entered.status_code, entered.location) == (303, "/me")
    assert OLGA in browser.page("/me").get_data(as_text=True)
    assert again.status_code == 303
    assert (desk.count("account"), desk.count("external_identity")) == (1, 1)
    assert provider.asked["scope"] == "openid email"
    assert provider.asked["acr_values"] == "strong"


def test_address_may_change_at_the_provider_and_the_person_stays(provider, desk):
    there_and_back(browser_of(desk.app), provider)
    provider.says(email="olga.married@agency.example", email_verified=False)

    entered = there_and_back(browser_of(desk.app), provider)

    assert entered.status_code == 303
    assert desk.count("account") == 1


def test_address_is_asked_for_where_the_token_holds_none(provider, desk):
    provider.claims = {"sub": "olga-at-work"}
    provider.userinfo = {"sub": "olga-at-work", "email": OLGA, "email_verified": True}

    assert there_and_back(browser_of(desk.app), provider).status_code == 303


def test_keys_of_the_provider_may_change(provider, desk):
    there_and_back(browser_of(desk.app), provider)
    provider.key, provider.stranger = provider.stranger, provider.key

    entered = there_and_back(browser_of(desk.app), provider)
    provider.key, provider.stranger = provider.stranger, provider.key

    assert entered.status_code == 303


@pytest.mark.parametrize("claims", [{"amr": ["pwd", "mfa"]}, {"acr": "strong"}])
def test_second_factor_of_the_provider_counts_for_staff(provider, providers, sqlite_runtime_of, claims):
    desk = a_desk_of(sqlite_runtime_of, providers, "required")
    there_and_back(browser_of(desk.app), provider)
    invited(desk)
    browser = browser_of(desk.app)
    provider.says(**claims)

    entered = there_and_back(browser, provider, f"{LEAVE}?next=/me")

    assert entered.location == "/me"
    assert browser.page("/me").status_code == 200


@pytest.mark.parametrize("claims", [{}, {"amr": ["pwd"], "acr": "weak"}])
def test_without_one_it_is_asked_for_here(provider, providers, sqlite_runtime_of, claims):
    desk = a_desk_of(sqlite_runtime_of, providers, "required")
    there_and_back(browser_of(desk.app), provider)
    invited(desk)
    browser = browser_of(desk.app)
    provider.says(**claims)

    entered = there_and_back(browser, provider)

    assert "/sign-in/factor" in entered.location
    assert browser.get_cookie("caravan-token") is None


def test_invited_person_links_it_while_signed_in_by_a_letter(provider, providers, sqlite_runtime_of):
    desk = a_desk_of(sqlite_runtime_of, providers, "required")
    account = invited(desk)
    provider.says(amr=["mfa"])
    browser = sign_in(desk.app, desk.runtime, OLGA)

    linked = there_and_back(browser, provider, f"{LEAVE}?next=/me")
    later = browser_of(desk.app)
    there_and_back(later, provider)

    assert linked.location == "/me"
    assert browser.page("/me").status_code == later.page("/me").status_code == 200
    with desk.runtime.database.read() as session:
        assert session.scalars(select(ExternalIdentity.account_id)).all() == [account]


def test_linked_provider_is_asked_for_after_a_letter(provider, providers, sqlite_runtime_of):
    desk = a_desk_of(sqlite_runtime_of, providers, "required")
    invited(desk)
    provider.says(amr=["mfa"])
    there_and_back(sign_in(desk.app, desk.runtime, OLGA), provider)
    thief = sign_in(desk.app, desk.runtime, OLGA)

    asked = thief.page("/sign-in/factor").get_data(as_text=True)
    enrols = thief.page("/me/factors")
    provider.says()
    weak = there_and_back(thief, provider)
    provider.says(amr=["mfa"])
    strong = there_and_back(thief, provider)

    assert "/sign-in/oidc/kaluga" in asked
    assert "/sign-in/factor" in enrols.location
    assert (weak.status_code, strong.status_code) == (403, 303)


def test_account_without_a_role_links_nothing(provider, desk):
    with desk.runtime.database.write() as session:
        accounts.open_account(session, OLGA, "ru")

    assert there_and_back(sign_in(desk.app, desk.runtime, OLGA), provider).status_code == 403
    assert desk.refusals() == ["not invited"]


def test_sign_in_page_names_the_agencies_in_the_readers_language(provider, desk):
    browser = browser_of(desk.app)

    shown = [browser.page(f"/sign-in?lang={code}").get_data(as_text=True) for code in ("ru", "en")]

    assert "Войти через: Агентство" in shown[0]
    assert "Sign in with Kaluga Agency" in shown[1]
    assert browser.page("/sign-in/oidc/mars").status_code == 404
