"""An administrator's first sign-in and the ones after, in Chromium with an authenticator that it plays."""

import re
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
import time_machine
from playwright.sync_api import expect

import chromium
from access.roles import EVERYTHING, Role
from caravan.serving.server import application
from chromium import PHONE
from registration.identity import accounts, roles, sign_in
from registration.identity.commands import GiveRole
from registration.service import SERVICE
from served import served
from servers.ports import free_port
from servicekit.auth.actors import OPERATOR
from soft_apps import code_of

OLGA = "olga@example.org"
AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def origin(sqlite_runtime_of):
    """Registration at a host name, as browsers demand it for passkeys: they know localhost without TLS."""
    host, port = "localhost", free_port()
    runtime = sqlite_runtime_of(SERVICE, public_url=f"http://{host}:{port}")
    with served(application([runtime]), host, port) as url:
        yield runtime, url


@pytest.fixture
def reader(browser, origin):
    """Call it to get a page in a fresh browser of nobody yet."""
    with chromium.fresh(browser, origin[1]) as read:
        yield partial(read, "en", as_admin=False)


def device_of(page):
    """Give a browser an authenticator; return the line to it and its name there."""
    line = page.context.new_cdp_session(page)
    line.send("WebAuthn.enable")
    return line, line.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})["authenticatorId"]


def link_for(runtime):
    """Make an administrator as `caravan admin create` does; return the link that it prints."""
    with runtime.database.write() as session:
        account = accounts.open_account(session, OLGA, "en")
        roles.give(session, GiveRole(account_id=account.id, role=Role.ADMIN, scope=EVERYTHING), OPERATOR)
        return sign_in.admin_link(session, account)


def enter(page, runtime):
    """Use the operator's link."""
    page.goto(link_for(runtime))
    follow(page, "Sign in")


def follow(page, name, role="button"):
    """Click, and be on the page to which that leads."""
    with page.expect_navigation():
        page.get_by_role(role, name=name).click()


def add_passkey(page, name):
    page.get_by_label("Name it").fill(name)
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Codes for when it is lost")
    page.get_by_role("link", name="go on").click()


def add_passkey_and_leave(page, runtime):
    enter(page, runtime)
    add_passkey(page, "Office laptop")
    page.goto("/registration/me")
    page.get_by_role("button", name="Sign out").click()


def test_operators_link_leads_over_a_passkey_into_the_platform(reader, origin):
    page = reader()
    device_of(page)

    enter(page, origin[0])
    expect(page.get_by_role("heading", level=1)).to_have_text("Set up a second factor")
    add_passkey(page, "Office laptop")
    page.goto("/registration/")

    expect(page.get_by_role("heading", level=1)).to_have_text("Missions")


def test_passkey_alone_signs_in(reader, origin):
    page = reader()
    line, device = device_of(page)
    add_passkey_and_leave(page, origin[0])

    page.goto("/registration/me")
    page.get_by_role("button", name="Sign in with a passkey").click()

    expect(page.get_by_text(OLGA)).to_be_visible()
    kept = line.send("WebAuthn.getCredentials", {"authenticatorId": device})["credentials"]
    assert [(one["rpId"], one["isResidentCredential"]) for one in kept] == [("localhost", True)]


def test_passkey_is_shown_after_a_link_and_a_device_without_one_is_told(reader, origin):
    page = reader()
    line, device = device_of(page)
    add_passkey_and_leave(page, origin[0])
    enter(page, origin[0])

    kept = line.send("WebAuthn.getCredentials", {"authenticatorId": device})["credentials"][0]
    line.send("WebAuthn.clearCredentials", {"authenticatorId": device})
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("alert")).to_contain_text("showed no passkey")
    kept.pop("lastUsedTimestamp", None)
    line.send("WebAuthn.addCredential", {"authenticatorId": device, "credential": kept})
    page.get_by_role("button", name="Use a passkey").click()

    page.wait_for_url(re.compile(r"/registration/$"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Missions")


def test_app_does_where_there_are_no_scripts(reader, origin):
    page = reader(java_script_enabled=False)
    enter(page, origin[0])
    expect(page.get_by_role("button", name="Add a passkey")).to_have_count(0)

    page.get_by_role("button", name="Set up an app").click()
    secret = page.locator("code").inner_text().replace(" ", "")
    page.get_by_label("Six digits").fill(code_of(secret))
    page.get_by_role("button", name="Confirm").click()
    page.get_by_role("link", name="go on").click()
    page.goto("/registration/me")
    page.get_by_role("button", name="Sign out").click()
    enter(page, origin[0])
    with time_machine.travel(datetime.now(UTC) + timedelta(seconds=30)):
        page.get_by_label("Code from your authenticator app").fill(code_of(secret))
        page.get_by_role("button", name="Go on").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Missions")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_of_factors_scrolls_sideways_on_a_phone(reader, origin, scheme):
    page = reader(viewport=PHONE, color_scheme=scheme)
    device_of(page)
    wide = {}

    def measure(name):
        wide[name] = page.evaluate("document.documentElement.scrollWidth")

    page.goto("/registration/sign-in")
    measure("sign-in")
    enter(page, origin[0])
    measure("enrolment")
    follow(page, "Set up an app")
    measure("app")
    follow(page, "Back", "link")
    page.get_by_label("Name it").fill("W" * 100)
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Codes for when it is lost")
    measure("codes")
    page.goto("/registration/me/factors")
    measure("factors")

    assert {name: width for name, width in wide.items() if width > PHONE["width"]} == {}
