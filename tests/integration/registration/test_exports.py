"""Lists of participants taken away: text that no spreadsheet runs, under a name that the server makes."""

import csv
import zipfile
from io import BytesIO, StringIO

import pytest

from access.roles import Role
from builders.registration import INN, a_delegate, an_organisation
from builders.sheets import SHEET
from servicekit.sheets import reading
from signed_in import anonymous, bearer

FORMULA = '=HYPERLINK("http://evil.example","x")'


def download(desk, mission, kind, language="ru", **headers):
    headers = {"Accept-Language": language} | headers
    answer = desk.client.get(f"/v1/missions/{mission}/participants.{kind}", headers=headers)
    assert answer.status_code == 200
    return answer


def rows_of(answer):
    return list(csv.DictReader(StringIO(answer.data.decode("utf-8-sig"), newline=""), delimiter=";"))


def mission_of(desk, name="ООО «Ромашка»", **changes):
    """Open a mission with one organisation of that name, two delegates, and another organisation with none."""
    mission = desk.open_mission(**changes)
    body = an_organisation("klu-01", names={"ru": name}, inn=INN, city={"ru": "Калуга"})
    known = desk.made("POST", "/v1/organisations", body)["id"]
    people = [
        a_delegate("klu-01/p1", phone="+7 495 123-45-67", languages=["ru", "en"]),
        a_delegate("klu-01/p2", names={"ru": name}),
    ]
    common = {"mission_id": mission, "submit": True}
    desk.made("POST", "/v1/applications", common | {"organisation_id": known, "side": "guest", "delegates": people})
    other = {"organisation_id": desk.organisation("kya-01"), "side": "host"}
    desk.made("POST", "/v1/applications", common | other)
    return mission


def test_list_names_organisations_sides_statuses_and_people(desk):
    mission = mission_of(desk)

    rows = rows_of(download(desk, mission, "csv"))

    assert [row["Код"] for row in rows] == ["klu-01", "klu-01", "kya-01"]
    first = rows[0]
    assert (first["ИНН"], first["Город"], first["Сторона"], first["Состояние"]) == (
        INN,
        "Калуга",
        "гость",
        "на проверке",
    )
    assert (first["Делегат"], first["Почта делегата"]) == ("Снегирин Роман", "p1@example.org")
    assert first["Телефон делегата"] == "'+74951234567"
    assert [row["Говорит на языках"] for row in rows] == ["ru, en", "", ""]
    assert rows[2]["Делегат"] == ""


def test_workbook_and_text_hold_the_same(quick_desk):
    mission = mission_of(quick_desk)

    text = rows_of(download(quick_desk, mission, "csv", "en"))
    book = reading.read(download(quick_desk, mission, "xlsx", "en").data, "x.xlsx")

    harmless = [{name: value.removeprefix("'") for name, value in row.items() if value} for row in text]
    assert [dict(row.cells) for row in book.rows] == harmless
    assert list(text[0])[:2] == ["Code", "Organisation"]


@pytest.mark.parametrize("name", [FORMULA, "+1", "-2+3", "@SUM(A1)", "＝1", "＋1", "－1", "＠A1"])
def test_89_name_that_looks_like_a_formula_is_exported_as_text(quick_desk, name):
    mission = mission_of(quick_desk, name)

    text = rows_of(download(quick_desk, mission, "csv"))
    book = download(quick_desk, mission, "xlsx").data
    with zipfile.ZipFile(BytesIO(book)) as parts:
        sheet = parts.read(SHEET)

    assert text[0]["Организация"] == text[1]["Делегат"] == f"'{name}"
    assert reading.read(book, "x.xlsx").rows[0].cells["Организация"] == name
    assert b"<f>" not in sheet and b"<hyperlink" not in sheet


def test_89_leading_tab_never_gets_into_a_name(quick_desk):
    quick_desk.regions()

    made = quick_desk.made("POST", "/v1/organisations", an_organisation(names={"ru": "\t=1"}))

    assert made["names"] == {"ru": "=1"}


@pytest.mark.parametrize(
    ("reference", "disposition"),
    [
        ("klu-kya", "attachment; filename=participants-klu-kya.csv"),
        ("../../x", "attachment; filename=participants-------x.csv"),
        ('a";x=b', "attachment; filename=participants-a--x-b.csv"),
        ("миссия", "filename*=UTF-8''participants-%D0%BC%D0%B8%D1%81%D1%81%D0%B8%D1%8F.csv"),
    ],
)
def test_90_download_has_a_name_that_the_server_made(quick_desk, reference, disposition):
    mission = quick_desk.open_mission(reference=reference)

    answer = download(quick_desk, mission, "csv")

    assert disposition in answer.headers["Content-Disposition"]
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(("kind", "type_"), [("csv", "text/csv"), ("xlsx", "spreadsheetml.sheet")])
def test_91_download_is_of_its_own_type_and_never_shown(quick_desk, kind, type_):
    answer = download(quick_desk, quick_desk.open_mission(), kind)

    assert type_ in answer.mimetype
    assert answer.headers["Content-Disposition"].startswith("attachment;")


def test_91_no_route_takes_an_image(quick_desk):
    paths = quick_desk.client.get("/v1/openapi.json").get_json()["paths"]
    uploads = [
        path
        for path, methods in paths.items()
        for said in methods.values()
        if "multipart/form-data" in str(said.get("requestBody", "") if isinstance(said, dict) else "")
    ]

    assert uploads == ["/v1/missions/{mission_id}/imports"]


def test_list_of_a_mission_that_is_not_there_is_not_found(quick_desk):
    answer = quick_desk.client.get("/v1/missions/01a20a5c-0000-7000-8000-000000000000/participants.csv")

    assert answer.status_code == 404


def test_list_shows_each_reader_what_this_one_may_know(quick_desk):
    mission = mission_of(quick_desk)

    def people(claims):
        rows = rows_of(download(quick_desk, mission, "csv", **bearer(claims)))
        return [(row["Код"], row["Делегат"]) for row in rows]

    assert people({Role.READER: [mission]}) == [("klu-01", ""), ("kya-01", "")]
    assert people({Role.AGENCY: ["RU-KLU"]}) == [("klu-01", "Снегирин Роман"), ("klu-01", "ООО «Ромашка»")]
    other = quick_desk.open_mission(reference="second")
    path = f"/v1/missions/{mission}/participants.csv"
    strangers = [bearer({Role.ORGANISER: [other]}), bearer({}), anonymous()]
    assert [quick_desk.client.get(path, headers=one).status_code for one in strangers] == [404, 404, 401]


def test_page_of_applications_links_to_both_lists_and_the_template(quick_desk):
    mission = quick_desk.open_mission()

    shown = quick_desk.client.get(f"/missions/{mission}/applications", headers={"Accept": "text/html"}).get_data(
        as_text=True
    )

    links = [f"/missions/{mission}/participants.xlsx", f"/missions/{mission}/participants.csv", "/lists/template.xlsx"]
    for link in links:
        answer = quick_desk.client.get(link)
        assert f'href="{link}"' in shown
        assert answer.status_code == 200 and answer.headers["Content-Disposition"].startswith("attachment;")
