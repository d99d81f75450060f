"""People with second factors: a browser, a passkey and an authenticator app of their own."""

import re

from access.roles import EVERYTHING, Role
from browsers import HTML, browser_of, letters
from builders.registration import a_desk
from registration.identity import accounts, roles
from registration.identity.commands import GiveRole
from servicekit.auth.actors import OPERATOR
from soft_apps import code_of
from soft_passkeys import SoftPasskey

OLGA = "olga@example.org"
ORIGIN, PARTY = "https://caravan.example", "caravan.example"
BASE = {"base_url": ORIGIN}


def a_house(runtime_of, **settings):
    """Registration behind https, with Olga, who is its administrator."""
    desk = a_desk(runtime_of, public_url=ORIGIN, **settings)
    with desk.runtime.database.write() as session:
        account = accounts.open_account(session, OLGA, "en")
        roles.give(session, GiveRole(account_id=account.id, role=Role.ADMIN, scope=EVERYTHING), OPERATOR)
    return desk


class Person:
    """Somebody with a browser, a passkey and an app."""

    def __init__(self, desk, email=OLGA):
        self.desk, self.email = desk, email
        self.browser = browser_of(desk.app)
        self.passkey = SoftPasskey(ORIGIN, PARTY)

    def page(self, path):
        return self.browser.page(path.removeprefix("/registration"), **BASE)

    def text(self, path):
        return self.page(path).get_data(as_text=True)

    def send(self, path, *, form_of=None, **fields):
        token = re.search(r'name="csrf_token" value="([^"]+)"', self.text(form_of or path))[1]
        headers = HTML | {"Origin": ORIGIN, "Referer": f"{ORIGIN}/", "Accept-Language": "en"}
        return self.browser.post(path, data={"csrf_token": token, **fields}, headers=headers, **BASE)

    def by_mail(self, place="/"):
        """Sign in by a letter; return the answer to the last step."""
        self.send("/sign-in", email=self.email, next=place)
        return self.send(letters(self.desk.runtime)[-1]["path"])

    def challenge(self, path, form_of):
        answer = self.send(path, form_of=form_of)
        assert answer.status_code == 200, answer.get_data(as_text=True)
        return answer.get_json()

    def add_passkey(self, name="Laptop", **wrong):
        told = self.challenge("/me/factors/passkeys/challenge", "/me/factors")
        credential = self.passkey.made(told["options"], **wrong)
        fields = {"ceremony": told["ceremony"], "credential": credential, "name": name}
        return self.send("/me/factors/passkeys", form_of="/me/factors", **fields)

    def asked(self, form_of="/sign-in/factor", path="/sign-in/factor/passkey"):
        return self.challenge(f"{path}/challenge", form_of)

    def show(self, told, credential, form_of="/sign-in/factor", path="/sign-in/factor/passkey"):
        return self.send(path, form_of=form_of, ceremony=told["ceremony"], credential=credential)

    def show_passkey(self, **wrong):
        told = self.asked()
        return self.show(told, self.passkey.shown(told["options"], **wrong))

    def sign_in_with_passkey(self, **wrong):
        told = self.asked("/sign-in", "/sign-in/passkey")
        credential = self.passkey.shown(told["options"], **wrong)
        return self.show(told, credential, "/sign-in", "/sign-in/passkey")

    def add_app(self):
        """Set an authenticator app up; return its secret and the answer to its first code."""
        self.send("/me/factors/app/secret", form_of="/me/factors")
        secret = re.search(r"secret=([A-Z2-7]+)", self.text("/me/factors/app"))[1]
        return secret, self.send("/me/factors/app", code=code_of(secret))

    def show_code(self, code):
        return self.send("/sign-in/factor/code", form_of="/sign-in/factor", code=code)

    @property
    def is_in(self):
        return self.page("/me").status_code == 200

    @property
    def has_token(self):
        return self.browser.get_cookie("__Host-caravan-token", domain=PARTY) is not None


def codes_on(answer):
    """Return the recovery codes that a page shows."""
    return re.findall(r"<li><code>([^<]+)</code>", answer.get_data(as_text=True))


def enrolled(desk, how="passkey"):
    """Return somebody who has set up a factor and signed in by a letter again, so that it is asked for."""
    olga = Person(desk)
    olga.by_mail()
    kept = olga.add_passkey() if how == "passkey" else olga.add_app()
    olga.send("/sign-out", form_of="/me/factors")
    olga.by_mail()
    return olga, kept
