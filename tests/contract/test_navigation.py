"""The three services render the same navigation."""

import re
from contextlib import contextmanager
from datetime import UTC, date, datetime
from html import unescape
from pathlib import Path
from uuid import UUID

import pytest
from flask import render_template

from matching.models import MissionCopy
from matching.pages import layout as of_matching
from matching.service import SERVICE as MATCHING
from notifications.models import Mission as KnownMission
from notifications.pages import layout as of_notifications
from notifications.service import SERVICE as NOTIFICATIONS
from registration.models import Mission
from registration.pages import layout as of_registration
from registration.service import SERVICE as REGISTRATION
from servicekit.app import create_app
from servicekit.service import assemble

NOW = datetime(2024, 12, 10, 7, tzinfo=UTC)
ID = UUID("01a20ae9-5e1d-7154-8725-002a51e82150")
NOWHERE = f"sqlite:///{Path(__file__).parent}"
"""A folder, so that no database can be opened there."""
NAMED = {"id": ID, "titles": {"ru": "Миссия", "en": "Mission"}, "timezone": "Asia/Krasnoyarsk"}
DAYS = {"starts_on": date(2024, 12, 10), "ends_on": date(2024, 12, 12)}
HOURS = {"starts_at": NOW, "ends_at": NOW.replace(day=12)}
THEIRS = Mission(**NAMED, **DAYS)

ONES = {
    "registration": (
        REGISTRATION,
        lambda: of_registration.general("Page"),
        lambda: of_registration.of_mission(THEIRS, "Page", where=of_registration.name_of(THEIRS)),
    ),
    "matching": (
        MATCHING,
        lambda: of_matching.general("Page"),
        lambda: of_matching.of_mission(MissionCopy(**NAMED, **DAYS), "Page", "report", NOW),
    ),
    "notifications": (
        NOTIFICATIONS,
        lambda: of_notifications.frame("Page", None),
        lambda: of_notifications.frame("Page", KnownMission(**NAMED, **HOURS)),
    ),
}


@contextmanager
def reading(name, language):
    """Enter a request to a service whose database is unavailable."""
    app = create_app(assemble(ONES[name][0], {f"{name.upper()}_DATABASE_URL": NOWHERE}))
    prefix = {"SCRIPT_NAME": f"/{name}"}
    with app.test_request_context("/nowhere", headers={"Accept-Language": language}, environ_overrides=prefix):
        app.preprocess_request()
        yield


def rendered(name, which, language):
    """Return the links of a service's layout: the URL of the brand, then label and URL of each section."""
    with reading(name, language):
        text = render_template("frame.html", frame=ONES[name][which]())
    brand = re.search(r'class="brand" href="([^"]+)"', text)
    navigation = text[text.index('<nav class="nav"') : text.index("</nav>")]
    sections = re.findall(r'<a href="([^"]+)"[^>]*>([^<]+)</a>', navigation)
    return unescape(brand[1]), [(unescape(url), label.strip()) for url, label in sections]


OF_COMPANIES = {
    "registration": lambda: of_registration.of_company(THEIRS, "Page", "mine"),
    "matching": lambda: of_matching.of_company(MissionCopy(**NAMED, **DAYS), "Page", "mine", NOW),
}


@pytest.mark.parametrize("language", ["ru", "en"])
def test_registration_and_matching_give_companies_the_same_four_entries(language):
    bars = []
    for name, of_company in OF_COMPANIES.items():
        with reading(name, language):
            text = render_template("frame.html", frame=of_company())
        bars.append(text[text.index('<nav class="tabbar"') : text.index("</nav>")])

    assert bars[0] == bars[1]
    assert bars[0].count("<a ") == 4


@pytest.mark.parametrize("language", ["ru", "en"])
@pytest.mark.parametrize("which", [1, 2], ids=["general", "mission"])
def test_the_services_render_the_same_navigation(which, language):
    first, *others = (rendered(name, which, language) for name in ONES)

    assert all(other == first for other in others)


def test_a_mission_has_its_sections_in_russian():
    home, sections = rendered("matching", 2, "ru")

    assert home == "/registration/"
    assert [label for _url, label in sections] == [
        "Обзор",
        "Заявки",
        "Программа",
        "Рекомендации",
        "Расписание",
        "День",
        "Отчёт",
        "Сообщения",
        "Настройки",
    ]
    assert sections[-2][0] == f"/notifications/?mission_id={ID}"


def test_a_mission_is_named_alike_by_all():
    wheres = []
    for name, (_service, _general, of_mission) in ONES.items():
        with reading(name, "ru"):
            wheres.append(of_mission().where)

    assert wheres == ["Миссия, 10–12\u00a0декабря 2024"] * 3
