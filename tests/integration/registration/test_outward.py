"""Who may not know of people reads of an organisation what is published of it: no contacts, and not who a trader is."""

import pytest

from access.matrix import Deed
from access.roles import EVERYTHING, Role
from browsers import browser_of
from builders.registration import INN, SOLE_TRADER, a_delegate, an_item
from signed_in import bearer, token

NAME, LEGAL = "ИП Снегирин", "Индивидуальный предприниматель Снегирин"
CONTACT = {"email": "snegirin@example.org", "phone": "+70004000001"}
PERSONAL = {NAME, LEGAL, *CONTACT.values(), SOLE_TRADER["inn"], SOLE_TRADER["ogrnip"]}
WITHOUT = ["reader of the mission", "reader of the region", "agency of the guests", "key that may not read of people"]
WITH = ["organiser", "agency of the hosts", "agency at home", "delegate", "administrator"]


@pytest.fixture
def trader(desk):
    """A sole trader, who is at home with neither side and has not consented to be published, in a mission."""
    mission = desk.open_mission()
    desk.made("PUT", "/v1/regions/RU-TVE", {"names": {"ru": "Тверь"}, "timezone": "Europe/Moscow", "languages": ["ru"]})
    facts = {"region": "RU-TVE", "names": {"ru": NAME}, "legal_name": {"ru": LEGAL}, "contact": CONTACT}
    id_ = desk.organisation("tve-09", **SOLE_TRADER, **facts)
    twin = desk.organisation("tve-10", **SOLE_TRADER, **facts)
    for one in (id_, twin):
        body = {"mission_id": mission, "organisation_id": one, "side": "guest", "submit": True}
        body |= {"profile": {"offers": [an_item()], "needs": []}, "delegates": [a_delegate(f"{one}/p")]}
        application = desk.made("POST", "/v1/applications", body)
    visit = {"type": "site_visit", "titles": {"ru": "Посещение"}, "location": "tve-09", "organisation_ids": [id_]}
    when = {"starts_at": "2024-12-10T10:00:00+07:00", "ends_at": "2024-12-10T11:00:00+07:00"}
    programme = {"tables": [], "slots": [], "agenda": [{"id": "v"} | visit | when]}
    desk.made("PUT", f"/v1/missions/{mission}/programme", programme)
    return {"id": id_, "twin": twin, "mission": mission, "application": application["id"]}


@pytest.fixture
def as_who(trader):
    """Return what the token of somebody says."""
    mission, key = trader["mission"], {"actor_id": "key:1", "deeds": frozenset(Deed) - {Deed.PEOPLE_READ}}
    key["deeds"] -= {Deed.ORGANISATIONS_WRITE}
    known = {
        "reader of the mission": ({Role.READER: [mission]}, {}),
        "reader of the region": ({Role.READER: ["RU-KLU"]}, {}),
        "agency of the guests": ({Role.AGENCY: ["RU-KLU"]}, {}),
        "key that may not read of people": ({Role.ORGANISER: [mission]}, key),
        "organiser": ({Role.ORGANISER: [mission]}, {}),
        "agency of the hosts": ({Role.AGENCY: ["RU-KYA"]}, {}),
        "agency at home": ({Role.AGENCY: ["RU-TVE"]}, {}),
        "delegate": ({Role.DELEGATE: [trader["id"]]}, {}),
        "administrator": ({Role.ADMIN: [EVERYTHING]}, {}),
    }
    return known.__getitem__


@pytest.fixture
def read(desk):
    """Read a place of the API, or a page, as somebody."""

    def as_somebody(who, path):
        claims, more = who
        is_api = path.startswith("/v1/")
        page = {"Accept": "text/html", "Accept-Language": "ru", "Cookie": f"caravan-token={token(claims, **more)}"}
        shown = bearer(claims, **more) if is_api else page
        return browser_of(desk.app, use_cookies=False).get(path, headers=shown)

    return as_somebody


def told(answer):
    """Return what an answer tells of the person."""
    text = answer.get_data(as_text=True)
    return {one for one in PERSONAL if one in text or one in text.encode().decode("unicode-escape", "ignore")}


@pytest.mark.parametrize("who", WITHOUT)
def test_sole_trader_without_consent_is_a_number_to_whoever_may_not_read_of_people(trader, as_who, read, who):
    answer = read(as_who(who), f"/v1/organisations/{trader['id']}")

    assert answer.status_code == 200
    assert answer.json["names"] == {"ru": "tve-09"}
    assert answer.json["legal_name"] == {}
    assert answer.json["contact"] == {"email": "", "phone": ""}
    assert [answer.json[name] for name in ("inn", "ogrn", "ogrnip", "tax_id")] == [None] * 4


@pytest.mark.parametrize("who", WITH)
def test_whoever_may_read_of_people_or_speaks_for_the_trader_knows_the_trader(trader, as_who, read, who):
    answer = read(as_who(who), f"/v1/organisations/{trader['id']}")

    assert answer.json["names"] == {"ru": NAME}
    assert answer.json["contact"] == CONTACT
    assert answer.json["inn"] == SOLE_TRADER["inn"]
    assert read(as_who(who), f"/v1/people/{trader['id']}/export").status_code == 200


@pytest.mark.parametrize("who", WITHOUT)
def test_no_list_file_page_or_search_tells_who_a_trader_is(trader, as_who, read, who):
    mission, person = f"/missions/{trader['mission']}", as_who(who)
    places = {
        "/v1/organisations": 200,
        f"/v1/organisations?mission_id={trader['mission']}": 200,
        f"/v1/organisations/{trader['id']}/same-number": 200,
        f"/v1{mission}/participants.csv": 200,
        f"/v1/people/{trader['id']}/export": 403 if "key" in who else 404,
        f"{mission}?side=guest": 200,
        f"{mission}/participants.csv": 200,
        f"/people/{trader['id']}": 403 if "key" in who else 404,
    }
    if "agency" not in who:
        places[f"{mission}/applications/{trader['application']}"] = 200

    answers = {path: read(person, path) for path in places}

    assert {path: answer.status_code for path, answer in answers.items()} == places
    assert {path: told(answer) for path, answer in answers.items()} == {path: set() for path in places}
    assert answers[f"/v1/organisations/{trader['id']}/same-number"].json["items"] == []


def test_search_finds_a_trader_by_name_for_whoever_knows_the_name_alone(trader, as_who, read):
    path = f"/missions/{trader['mission']}/applications?words=снегирин"

    assert "tve-09" not in read(as_who("reader of the mission"), path).get_data(as_text=True).split('id="agenda"')[0]
    assert "tve-09" in read(as_who("organiser"), path).get_data(as_text=True).split('id="agenda"')[0]


def test_trader_who_consents_is_named_to_everybody_and_keeps_the_numbers(desk, trader, as_who, read):
    consent = {"purpose": "publication", "text": "Согласен.", "language": "ru", "channel": "form"}
    desk.made("POST", f"/v1/organisations/{trader['id']}/consents", {"consents": [consent]})

    found = read(as_who("reader of the mission"), f"/v1/organisations/{trader['id']}").json

    assert (found["names"], found["legal_name"]) == ({"ru": NAME}, {"ru": LEGAL})
    assert (found["inn"], found["ogrnip"], found["contact"]["email"]) == (None, None, "")


def test_company_is_named_to_a_reader_and_its_contacts_are_not(desk, trader, as_who, read):
    company = desk.applied(trader["mission"])["organisation_id"]
    desk.made("PATCH", f"/v1/organisations/{company}", {"contact": CONTACT, "inn": INN})

    found = read(as_who("reader of the mission"), f"/v1/organisations/{company}").json

    assert (found["names"]["ru"], found["inn"]) == ("ООО «Ромашка»", INN)
    assert found["contact"] == {"email": "", "phone": ""}
