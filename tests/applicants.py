"""Companies in front of a browser: newcomers, and those who speak for an organisation already."""

from access.roles import Role
from browsers import browser_of, sign_in
from builders.registration import INN
from signed_in import token

BOSS = "boss@example.org"
COMPANY = {"region": "RU-KLU", "names": "ООО «Гвоздика»", "legal_form": "ООО", "inn": INN, "city": "Калуга"}
PERSON = {"names": "Гвоздева Анна", "email": BOSS, "attendance": "in_person", "languages": ["ru", "en"]}
AGREED = {"consents": ["processing"], "version/processing": "2026-11"}
LINE = {"offers/0/text": "Гвозди строительные", "offers/0/type": "supplier_agreement"}
BY_ITSELF = {"HX-Request": "true", "Accept": "text/html"}


def mission_ahead(desk, **changes):
    """Open a mission on some day before it; return its id."""
    desk.made("PUT", "/v1/clock", {"now": "2024-11-20T03:00:00+00:00"})
    return desk.open_mission(**changes)


def newcomer(desk, email=BOSS, language="ru"):
    """Sign in by an address that nobody knows yet."""
    browser_of(desk.app).send("/sign-in", email=email, opens_account="yes")
    return speaking(sign_in(desk.app, desk.runtime, email), language)


def delegate_of(desk, *organisations, language="ru", role=Role.DELEGATE):
    """Return the browser of somebody who holds a role in some scopes."""
    browser = speaking(browser_of(desk.app), language)
    browser.set_cookie("caravan-token", token({role: set(organisations)}))
    return browser


def speaking(browser, language):
    """Let a browser keep a language."""
    browser.set_cookie("caravan-language", language)
    return browser


def followed(browser, answer):
    """Go where an answer leads, as a browser does; return where that is, and the page."""
    place = ""
    while answer.status_code == 303:
        place = answer.headers["Location"]
        answer = browser.page(place)
    return place, answer.get_data(as_text=True)


def begun(desk, mission, browser=None):
    """Begin an application of a new company; return the browser, and the path above the steps."""
    browser = browser or newcomer(desk)
    place, _text = followed(browser, browser.send(f"/missions/{mission}/application", **COMPANY))
    return browser, place.rpartition("/")[0]


def filled(desk, mission):
    """Fill an application in up to its check; return the browser, and the path above the steps."""
    browser, steps = begun(desk, mission)
    browser.send(f"{steps}/profile", **LINE)
    browser.send(f"{steps}/people/new", **PERSON, **AGREED)
    return browser, steps


def sent(desk, mission):
    """Send an application; return the browser, and the path above the steps."""
    browser, steps = filled(desk, mission)
    assert browser.send(f"{steps}/check").status_code == 303
    return browser, steps


def sent_again(browser, steps):
    """Send an application once more; the field tells the form from the one before, which may be of the same second."""
    return browser.send(f"{steps}/check", once_more="yes")


def whole(desk, steps):
    """Return an application as the API tells it."""
    return desk.made("GET", f"/v1/applications/{steps.rpartition('/')[2]}")


def by_itself(browser, path, **fields):
    """Send a form as the page does by itself while somebody goes on typing; return what it then says."""
    text = browser.page(path).get_data(as_text=True)
    secret = text.split('name="csrf_token" value="')[1].split('"')[0]
    answer = browser.post(path, data={"csrf_token": secret, **fields}, headers=BY_ITSELF)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)
