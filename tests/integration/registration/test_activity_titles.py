"""What organisations do, in the words of a classifier."""

from importlib.resources import files
from pathlib import Path

import pytest
from click.testing import CliRunner

from builders.registration import a_desk
from matching.console import match

CODES = ["10.51", "25.62.1", "00.99"]
PACKS = Path(str(files("packs")))


def applied(desk, codes=CODES):
    mission = desk.open_mission()
    body = desk.application(mission)
    desk.made("PATCH", f"/v1/organisations/{body['organisation_id']}", {"activity_codes": codes})
    application = desk.made("POST", "/v1/applications", body)
    return f"/missions/{mission}/applications/{application['id']}", body["organisation_id"]


def page(desk, path, language):
    return desk.client.get(path, headers={"Accept": "text/html", "Accept-Language": language}).get_data(as_text=True)


@pytest.mark.parametrize(
    ("language", "told"),
    [
        (
            "ru",
            [
                "10.51 Переработка молока и производство сыров (сыроварение)",
                "25.62.1 Основные технологические процессы машиностроения",
                "00.99",
            ],
        ),
        ("en", ["10.51 Operation of dairies and cheese making", "25.62.1 Machining", "00.99"]),
    ],
)
def test_page_calls_activities_in_the_readers_language_and_leaves_unknown_codes(desk, language, told):
    path, _organisation = applied(desk)

    shown = page(desk, path, language)

    assert f">{'; '.join(told)}<" in shown


def test_interface_gives_each_code_with_its_titles(desk):
    _path, organisation = applied(desk)

    read = desk.made("GET", f"/v1/organisations/{organisation}")

    assert read["activity_codes"] == CODES
    assert [one["code"] for one in read["activities"]] == CODES
    assert [one["titles"].get("en") for one in read["activities"]] == [
        "Operation of dairies and cheese making",
        "Machining",
        None,
    ]


def test_titles_are_no_fact_that_can_be_corrected(quick_desk):
    _path, organisation = applied(quick_desk)

    refused = quick_desk.send("PATCH", f"/v1/organisations/{organisation}", {"activities": []})

    assert refused.status_code == 422


@pytest.fixture
def packs(tmp_path):
    """A folder in which the operator has a region's pack that names an imported classifier before NACE."""
    folder = tmp_path / "packs"
    folder.mkdir()
    built_in = (PACKS / "regions" / "ru-klu.toml").read_text(encoding="utf-8")
    named = built_in.replace('classifiers = ["nace2"]', 'classifiers = ["okved2", "nace2"]')
    assert named != built_in
    (folder / "ru-klu.toml").write_text(named, encoding="utf-8")
    table = tmp_path / "table.csv"
    table.write_text("code;ru\n10.51.1;Питьевое молоко\n", encoding="utf-8")
    asked = ["classifier", "import", str(table), "--name", "okved2", "--packs-dir", str(folder)]
    assert CliRunner().invoke(match, asked).exit_code == 0
    return folder


def test_imported_classifier_of_a_country_is_what_readers_see(runtime_of, packs):
    desk = a_desk(runtime_of, packs_dir=str(packs))
    path, _organisation = applied(desk, ["10.51.1", "10.52"])

    russian, english = (page(desk, path, language) for language in ("ru", "en"))

    assert ">10.51.1 Питьевое молоко; 10.52 Производство мороженого<" in russian
    assert ">10.51.1 Operation of dairies and cheese making; 10.52 Manufacture of ice cream<" in english
