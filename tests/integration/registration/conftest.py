import pytest

import oidc_provider
from builders.registration import a_consent, a_delegate, a_desk, at
from erased import PERSON
from second_factors import a_house
from servers.certificates import Authority
from servicekit.auth import encryption
from unconfirmed import a_company


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch):
    """Answer at once where answers wait for an even time."""
    monkeypatch.setattr(encryption, "sleep", lambda _seconds: None)


@pytest.fixture
def desk(runtime_of):
    """Registration on a fresh database of each kind."""
    return a_desk(runtime_of)


@pytest.fixture
def quick_desk(sqlite_runtime_of):
    """Registration on SQLite: for what no database changes."""
    return a_desk(sqlite_runtime_of)


@pytest.fixture
def mission(desk):
    """A mission that takes applications."""
    return desk.open_mission()


@pytest.fixture
def company(desk, mission):
    """A company that registered itself, and the header of whoever speaks for it."""
    return a_company(desk)


@pytest.fixture
def house(runtime_of):
    """Registration behind https, with an administrator, on each kind of database."""
    return a_house(runtime_of)


@pytest.fixture
def quick_house(sqlite_runtime_of):
    """The same on SQLite: for what no database changes."""
    return a_house(sqlite_runtime_of)


@pytest.fixture(scope="module")
def providers(tmp_path_factory):
    """Two agencies' providers."""
    certificate = Authority(tmp_path_factory.mktemp("authority")).issue()
    with oidc_provider.running(certificate) as one, oidc_provider.running(certificate) as other:
        yield one, other


@pytest.fixture
def provider(providers):
    """A provider that tells the truth, until a test says otherwise."""
    for one in providers:
        one.lies, one.about, one.userinfo, one.answers, one.raw = {}, {}, {}, {}, ""
        one.algorithm, one.forges = "RS256", False
        one.says()
    return providers[0]


@pytest.fixture
def person(desk):
    """A delegate of an approved organisation, with consent and an absence; returns the id."""
    consents = [a_consent(purpose="processing", text="Я, Снегирин Роман, согласен.")]
    application = desk.approved(desk.open_mission(), delegates=[a_delegate(**PERSON, consents=consents)])
    id_ = application["delegates"][0]["id"]
    absence = {"starts_at": at(10, 14), "ends_at": at(10, 14, 30), "reason": "Рейс задержан"}
    desk.made("POST", f"/v1/delegates/{id_}/absences", absence)
    return id_
