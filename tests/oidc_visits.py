"""Browsers that sign in by an agency's OpenID Connect, at a registration that trusts two of them."""

from urllib.parse import parse_qs, urlencode, urlsplit

from access.roles import EVERYTHING, Role
from builders.registration import a_desk
from registration.identity import accounts, roles
from registration.identity.commands import GiveRole
from servicekit.auth.actors import OPERATOR

OLGA = "olga@agency.example"
LEAVE = "/sign-in/oidc/kaluga"


def a_desk_of(runtime_of, providers, second_factor="offered"):
    """Registration that trusts two providers."""
    told = providers[0].toml() + providers[1].toml("omsk")
    return a_desk(runtime_of, oidc=told, second_factor=second_factor)


def invited(desk, email=OLGA):
    """Open an account of an administrator; return its id."""
    with desk.runtime.database.write() as session:
        account = accounts.open_account(session, email, "ru")
        roles.give(session, GiveRole(account_id=account.id, role=Role.ADMIN, scope=EVERYTHING), OPERATOR)
        return account.id


def there_and_back(browser, provider, leave=LEAVE, **changes):
    """Let a browser go to the provider and come back, with other answers where a test says so."""
    back = urlsplit(provider.visit(browser.page(leave).location))
    given = {name: values[0] for name, values in parse_qs(back.query).items()} | changes
    given = {name: value for name, value in given.items() if value is not None}
    return browser.page(f"{back.path.removeprefix('/registration')}?{urlencode(given)}")
