"""Browsers without a screen: they keep cookies, and send the forms that pages gave them."""

import json
import re
from base64 import urlsafe_b64decode
from html import unescape
from urllib.parse import urlsplit

from flask.testing import FlaskClient
from sqlalchemy import select

from contracts.event import parse_envelope
from contracts.registration.identity import SEALED_FOR
from servicekit.auth import encryption
from servicekit.data.tables import outbox
from signed_in import token

HTML = {"Accept": "text/html"}


class Browser(FlaskClient):
    """Nobody who has signed in, yet."""

    def page(self, path, **options):
        """Open a page."""
        return self.get(path, headers=HTML, **options)

    def send(self, path, *, form_of=None, **fields):
        """Send a form as the page at `form_of`, or at the path itself, gave it out."""
        text = self.page(form_of or path).get_data(as_text=True)
        found = re.search(r'name="csrf_token" value="([^"]+)"', text)
        assert found, text[-1500:]
        token = unescape(found[1])
        return self.post(path, data={"csrf_token": token, **fields}, headers=HTML)


def browser_of(app, **options):
    """Return a browser that has never been here."""
    return Browser(app, app.response_class, **options)


def browser_for(app, claims=None, language="ru"):
    """Return the browser of somebody with some roles who has signed in, the admin unless they are named."""
    browser = browser_of(app)
    browser.set_cookie("caravan-token", token(claims))
    browser.set_cookie("caravan-language", language)
    return browser


def letters(runtime):
    """Return what the letters of sign-in say that wait to be sent: address, kind, link and code."""
    with runtime.database.read() as session:
        bodies = session.scalars(select(outbox.c.body).order_by(outbox.c.seq)).all()
    told = [event for event in map(parse_envelope, bodies) if event.type == "caravan.sign_in.requested.v1"]
    return [_opened(runtime, event.data) for event in told]


def _opened(runtime, data):
    secret = runtime.settings.secret_key
    opened = json.loads(encryption.unseal(secret, SEALED_FOR, data["sealed"])) if data["sealed"] else {}
    path = urlsplit(opened.get("link", "")).path.removeprefix("/registration")
    return {"email": data["email"], "kind": data["kind"], "path": path, **opened}


def sign_in(app, runtime, email, *, place="/"):
    """Ask for a link with a browser, use it, and return the browser."""
    browser = browser_of(app)
    browser.send("/sign-in", email=email, next=place)
    letter = letters(runtime)[-1]
    assert letter["email"].casefold() == email.casefold()
    answer = browser.send(letter["path"])
    assert answer.status_code == 303, answer.get_data(as_text=True)
    return browser


def said(token):
    """Return what a token says, whoever signed it."""
    claims = token.split(".")[1]
    return json.loads(urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))
