"""The built-in packs are valid for all services: properties, tables, and the functions that they name."""

import re
from importlib.resources import files
from pathlib import Path

import pytest

from packs import loader
from packs.classifiers import make
from packs.models import PackError, RegionPack
from registration import pack

PACKS = loader.load()
HOUSE = Path(str(files("registration"))).parents[1]


def a_region(tables):
    head = {"timezone": "Asia/Omsk", "languages": ("ru",), "currency": "RUB"}
    return RegionPack(id="RU-OMS", names={}, source="ru-oms.toml", tables=tables, **head)


@pytest.mark.parametrize("region", PACKS.regions.values(), ids=lambda region: region.id)
def test_region_serves_registration_and_names_a_scheme_that_exists(region):
    rules = pack.rules_of_region(region)

    assert callable(rules.numbers_scheme)


@pytest.mark.parametrize("region", PACKS.regions.values(), ids=lambda region: region.id)
def test_region_has_a_document_for_each_purpose_in_each_of_its_languages(region):
    documents = pack.rules_of_region(region).consents

    assert {"processing", "mailing", "naming", "publication"} <= documents.keys()
    assert all(set(region.languages) <= document.texts.keys() for document in documents.values())


@pytest.mark.parametrize(
    "table", [{"ru": "Да."}, {"version": "1"}, {"version": "1", "ru": " "}, {"version": "1", "ru": 1}]
)
def test_document_without_version_or_words_is_refused_by_its_file(table):
    odd = a_region({"registration": {"consents": {"processing": table}}})

    with pytest.raises(PackError, match=r"ru-oms\.toml.*processing"):
        pack.rules_of_region(odd)


@pytest.mark.parametrize("kind", PACKS.mission_kinds.values(), ids=lambda kind: kind.id)
def test_mission_kind_serves_registration(kind):
    rules = pack.rules_of_kind(kind)

    assert set(rules.places) <= set(kind.sides)
    assert {"max_meetings_per_person_per_day", "min_meetings_per_guest"} <= kind.rules.keys()
    assert all({"ru", "en"} <= names.keys() for names in rules.partnership_types.values())


@pytest.mark.parametrize("region", PACKS.regions.values(), ids=lambda region: region.id)
def test_region_is_named_in_each_of_its_languages(region):
    assert set(region.languages) <= region.names.keys()


def test_built_in_classifier_is_what_its_script_makes():
    assert make.FILE.read_text(encoding="utf-8") == make.nace().table()


def test_tables_of_packs_are_those_of_services():
    tables = {name for found in (PACKS.regions, PACKS.mission_kinds) for one in found.values() for name in one.tables}

    assert tables <= {path.name for path in (HOUSE / "services").iterdir()}


def test_table_that_registration_does_not_understand_is_refused_by_its_file():
    odd = a_region({"registration": {"compani_id": "ru.inn"}})

    with pytest.raises(PackError, match=r"ru-oms\.toml.*compani_id"):
        pack.rules_of_region(odd)


def test_no_service_asks_which_region_it_serves():
    asked = re.compile(r"==\s*[\"']RU-[A-Z]+[\"']|[\"']RU-[A-Z]+[\"']\s*(==|in\b)")

    asking = [
        str(path) for path in (HOUSE / "services").rglob("*.py") if asked.search(path.read_text(encoding="utf-8"))
    ]

    assert asking == []
