"""Lists of organisations taken into a mission, by the numbers of the list of bad inputs."""

from concurrent.futures import ThreadPoolExecutor
from io import BytesIO

import pytest
from python_calamine import load_workbook
from sqlalchemy import select

from builders.registration import INN
from builders.sheets import SHEET, a_bomb, a_member, a_text, a_workbook, a_zip
from lists import CONSENT, HEADER, PERSON, a_list, a_row, hand_in, nothing_but_a_note, refusal, report
from registration.sheets.columns import COLUMNS
from servicekit.data.tables import journal
from servicekit.sheets import reading


def test_list_makes_organisations_applications_profiles_and_people(desk):
    mission = desk.open_mission()

    told = report(hand_in(desk, mission, a_list(a_row(1, ИНН=INN), a_row(2, Сторона="хозяин"))))

    assert (told["new"], told["known"], told["refused"]) == (2, 0, 0)
    first = desk.made("GET", f"/v1/applications/{told['rows'][0]['application_id']}")
    organisation = desk.made("GET", f"/v1/organisations/{told['rows'][0]['organisation_id']}")
    assert (organisation["reference"], organisation["inn"], organisation["region"]) == ("klu-01", INN, "RU-KLU")
    assert (first["status"], first["side"]) == ("submitted", "guest")
    assert [item["texts"] for item in first["profile"]["offers"]] == [{"ru": "Настилы"}, {"ru": "Перила"}]
    assert {item["partnership_type"] for item in first["profile"]["offers"]} == {"supplier_agreement"}
    assert [person["email"] for person in first["delegates"]] == ["p1@example.org"]
    (consent,) = desk.made("GET", f"/v1/delegates/{first['delegates'][0]['id']}/consents")["items"]
    assert (consent["purpose"], consent["channel"], consent["text"]) == ("processing", "import", CONSENT)
    assert desk.facts().count("application.submitted") == 2
    assert desk.made("GET", "/v1/organisations?reference=klu-02")["items"][0]["region"] == "RU-KYA"


def test_workbook_of_the_template_is_taken(quick_desk):
    mission = quick_desk.open_mission()
    for language in ("ru", "en"):
        headers = {"Accept-Language": language}
        template = quick_desk.client.get("/v1/imports/template.xlsx", headers=headers)
        filled = [_first_row(template.data), *[["" for _ in COLUMNS]]]
        wanted = {"reference": f"klu-{language}", "side": "guest", "name_ru": "Ромашка", "person_en": "Roman"}
        wanted |= {"person_email": "r@example.org", "needs_en": "Pumps", "need_types": "Поставка", "is_sme": "да"}
        wanted["consent"] = CONSENT
        for place, column in enumerate(COLUMNS):
            filled[1][place] = wanted.get(column.key, "")

        told = report(hand_in(quick_desk, mission, a_workbook(filled), name="a.xlsx", language=language))

        assert told["new"] == 1
        made = quick_desk.made("GET", f"/v1/organisations/{told['rows'][0]['organisation_id']}")
        assert made["is_sme"] is True


def _first_row(workbook):
    """Return the headers of a template: it is empty, so that reading it as a list is refused."""
    return load_workbook(BytesIO(workbook)).get_sheet_by_index(0).to_python()[0]


def test_keys_are_headers_in_every_language(quick_desk):
    mission = quick_desk.open_mission()
    header = ["reference", "SIDE", "name_en", "person_en", "person_email", "consent"]

    told = report(
        hand_in(quick_desk, mission, a_text([header, ["a", "Host", "A", "B", "b@example.org", CONSENT]], ","))
    )

    assert told["new"] == 1


SPEAKS = "Контактное лицо говорит на языках"


def a_list_with_languages(*spoken):
    """Write a list of organisations whose contact persons speak what the cells say."""
    rows = [(*a_row(number), cell) for number, cell in enumerate(spoken, 1)]
    return a_text([(*HEADER, *PERSON, SPEAKS), *rows])


def test_list_tells_what_the_contact_person_speaks(desk):
    mission = desk.open_mission()

    told = report(hand_in(desk, mission, a_list_with_languages("RU, zh; ru", "")))

    spoken = []
    for row in told["rows"]:
        (person,) = desk.made("GET", f"/v1/applications/{row['application_id']}")["delegates"]
        spoken.append(person["languages"])
    assert spoken == [["ru", "zh"], []]


@pytest.mark.parametrize("cell", ["русский", "ru-RU", "ru, 1", "aa,bb,cc,dd,ee,ff,gg,hh,ii"])
def test_list_whose_languages_are_no_codes_is_refused_in_their_column(quick_desk, cell):
    mission = quick_desk.open_mission()

    problem = refusal(quick_desk, mission, a_list_with_languages("en", cell))

    assert {error["pointer"] for error in problem["errors"]} == {f"#/rows/3/{SPEAKS}"}


def test_81_bomb_is_refused_and_nothing_is_left(quick_desk):
    mission = quick_desk.open_mission()

    problem = refusal(quick_desk, mission, a_zip([a_member("xl/workbook.xml", b""), a_bomb(SHEET, 270)]))

    assert problem["type"] == "urn:caravan:problem:sheet-refused"
    assert "больше 50 МБ" in problem["detail"]


def test_86_header_that_is_unknown_missing_or_meant_twice_is_named(quick_desk):
    mission = quick_desk.open_mission()
    listed = a_text([["Код", "Code", "Прибыль", "Сторона"], ["a", "a", "1", "гость"]])

    errors = {error["pointer"]: error["detail"] for error in refusal(quick_desk, mission, listed)["errors"]}

    missing = [f"#/rows/1/{header}" for header in ("Почта контактного лица", "Согласие контактного лица")]
    assert list(errors) == ["#/rows/1/Code", "#/rows/1/Прибыль", *missing]
    assert "«Код»" in errors["#/rows/1/Code"]


def test_87_one_bad_row_of_two_hundred_stops_the_list_and_is_named(quick_desk):
    mission = quick_desk.open_mission()
    rows = [a_row(number) for number in range(200)]
    rows[99] = a_row(99, ИНН="7707083894")

    problem = refusal(quick_desk, mission, a_list(*rows))

    assert [error["pointer"] for error in problem["errors"]] == ["#/rows/101/ИНН"]
    assert "ИНН 7707083894 неверен" in problem["errors"][0]["detail"]


def test_87_bad_rows_are_left_out_by_choice(desk):
    mission = desk.open_mission()
    rows = [a_row(1), a_row(2, **{"Почта контактного лица": "nobody"}), a_row(3, Сторона="зритель"), a_row(4)]

    told = report(hand_in(desk, mission, a_list(*rows), "?skip_bad=true"))

    assert (told["new"], told["refused"]) == (2, 2)
    assert [row["fate"] for row in told["rows"]] == ["new", "refused", "refused", "new"]
    error = told["rows"][1]["errors"][0]
    assert (error["pointer"], error["cell"]) == ("#/rows/3/Почта контактного лица", "H3")
    assert "написать нельзя" in error["detail"]
    assert desk.count("organisation") == desk.count("application") == 2


def test_87_rehearsal_tells_the_same_and_leaves_nothing(desk):
    mission = desk.open_mission()
    listed = a_list(a_row(1), a_row(2, **{"Название (рус.)": ""}))

    with nothing_but_a_note(desk):
        told = report(hand_in(desk, mission, listed, "?dry_run=true"))

    assert (told["dry_run"], told["new"], told["refused"]) == (True, 1, 1)
    assert told["rows"][0]["organisation_id"] is None
    assert told["rows"][1]["errors"][0]["column"] == "Название (рус.)"


@pytest.mark.parametrize(
    ("changes", "header"),
    [
        ({"Код": ""}, "Код"),
        ({"Код": "x" * 65}, "Код"),
        ({"Сторона": ""}, "Сторона"),
        ({"Название (рус.)": "a\u202eb"}, "Название (рус.)"),
        ({"Предложения (рус.)": "Звоните: +7 495 123-45-67"}, "Предложения (рус.)"),
        ({"Виды предложений": ""}, "Виды предложений"),
        ({"Контактное лицо (рус.)": ""}, "Контактное лицо (рус.)"),
        ({"Согласие контактного лица": ""}, "Согласие контактного лица"),
    ],
)
def test_87_every_failure_names_its_column(quick_desk, changes, header):
    mission = quick_desk.open_mission()

    problem = refusal(quick_desk, mission, a_list(a_row(1, **changes)))

    assert {error["pointer"] for error in problem["errors"]} == {f"#/rows/2/{header}"}


@pytest.mark.parametrize("name", ["../../x.csv", "a\r\nSet-Cookie: x=1.csv", "файл.csv", "x" * 300 + ".csv", "x.txt"])
def test_90_name_of_a_file_is_looked_at_for_its_ending_alone(quick_desk, name, caplog):
    mission = quick_desk.open_mission()

    answer = hand_in(quick_desk, mission, a_list(a_row(1)), name=name)

    assert report(answer)["new"] == 1
    assert "Set-Cookie" not in answer.headers
    assert name not in answer.get_data(as_text=True) + caplog.text


def test_file_is_read_before_the_database_is_locked(quick_desk, monkeypatch):
    mission = quick_desk.open_mission()
    read = reading.read

    with ThreadPoolExecutor() as another:

        def read_while_another_writes(content, name):
            another.submit(quick_desk.organisation, "kya-09").result(timeout=5)
            return read(content, name)

        monkeypatch.setattr(reading, "read", read_while_another_writes)
        told = report(hand_in(quick_desk, mission, a_list(a_row(1))))

    assert told["new"] == 1


def test_body_beyond_the_limit_of_files_is_refused_and_other_routes_take_less(quick_desk):
    mission = quick_desk.open_mission()

    too_large = hand_in(quick_desk, mission, bytes(6 * 1024 * 1024))
    elsewhere = quick_desk.client.post("/v1/missions", data=bytes(2 * 1024 * 1024), content_type="application/json")

    assert (too_large.status_code, elsewhere.status_code) == (413, 413)
    assert "5 МБ" in refusal(quick_desk, mission, bytes(5 * 1024 * 1024 + 1))["detail"]


def test_request_without_a_file_is_refused(quick_desk):
    mission = quick_desk.open_mission()

    for options in ({"json": {}}, {"data": {"file": "text"}}, {"data": b"x", "content_type": "multipart/form-data"}):
        answer = quick_desk.client.post(f"/v1/missions/{mission}/imports", **options)

        assert answer.status_code == 422
        assert answer.get_json()["errors"][0]["pointer"] == "#/file"


def test_list_for_a_mission_that_is_not_there_or_not_open_is_refused(quick_desk):
    mission = quick_desk.open_mission()
    quick_desk.made("POST", f"/v1/missions/{mission}/closing")

    closed = hand_in(quick_desk, mission, a_list(a_row(1)))
    absent = hand_in(quick_desk, "01a20a5c-0000-7000-8000-000000000000", a_list(a_row(1)))

    assert (closed.status_code, absent.status_code) == (409, 404)


def test_document_of_the_api_tells_how_a_list_is_sent(quick_desk):
    document = quick_desk.client.get("/v1/openapi.json").get_json()

    sent = document["paths"]["/v1/missions/{mission_id}/imports"]["post"]
    taken = sent["requestBody"]["content"]["multipart/form-data"]["schema"]
    assert taken["properties"]["file"]["format"] == "binary"
    assert {"dry_run", "skip_bad"} <= {parameter["name"] for parameter in sent["parameters"]}
    assert "its first sheet is read" in quick_desk.client.get("/v1/").get_data(as_text=True)
    template = document["paths"]["/v1/imports/template.xlsx"]["get"]
    assert "spreadsheetml" in next(iter(template["responses"]["200"]["content"]))


def test_87_list_that_is_too_long_for_one_transaction_is_refused(quick_desk):
    mission = quick_desk.open_mission()

    problem = refusal(quick_desk, mission, a_list(*[a_row(number) for number in range(501)]))

    assert "до 500 организаций" in problem["detail"]


def test_87_what_only_the_handlers_see_names_its_column_too(quick_desk):
    mission = quick_desk.open_mission()
    header = (
        "Код",
        "Сторона",
        "Название (рус.)",
        "Контактное лицо (рус.)",
        "Почта контактного лица",
        "Телефон контактного лица",
        "Согласие контактного лица",
    )
    rows = [(code, "гость", "А", "Б", "b@example.org", phone, CONSENT) for code, phone in (("a", "+7 000"), ("b", ""))]
    listed = a_text([header, *rows])

    stopped = refusal(quick_desk, mission, listed)
    told = report(hand_in(quick_desk, mission, listed, "?skip_bad=true"))

    assert [error["pointer"] for error in stopped["errors"]] == ["#/rows/2/Телефон контактного лица"]
    assert [row["fate"] for row in told["rows"]] == ["refused", "new"]
    assert quick_desk.count("organisation") == 1


def test_journal_names_only_what_came_of_a_list(quick_desk):
    mission = quick_desk.open_mission()

    hand_in(quick_desk, mission, a_list(a_row(1), a_row(2, **{"Виды предложений": ""}), a_row(3)), "?skip_bad=true")

    with quick_desk.runtime.database.read() as session:
        changes = session.scalars(select(journal.c.changes).order_by(journal.c.seq.desc())).first()
    assert len(changes) == 2 * len({change["type"] for change in changes})
