"""Whoever speaks for an organisation, with a browser."""

from access.roles import Role
from browsers import browser_of
from signed_in import token


def delegate_of(app, *organisations, role=Role.DELEGATE, actor="person:00000000-0000-4000-8000-0000000000d1"):
    """Return a browser of somebody who speaks for some organisations."""
    browser = browser_of(app)
    browser.set_cookie("caravan-token", token({role: list(organisations)}, actor_id=actor))
    return browser
