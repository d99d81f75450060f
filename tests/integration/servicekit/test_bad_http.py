"""What is wrong with a request is told plainly, and leaves no trace: hostile bodies, headers and addresses."""

import pytest

from notes_http import SERVICE, count
from servicekit.app import MAX_BODY_BYTES, create_app

RUSSIAN = {"Accept-Language": "ru"}
FORM, JSON = "application/x-www-form-urlencoded", "application/json"


@pytest.fixture
def runtime(sqlite_runtime_of):
    return sqlite_runtime_of(SERVICE)


@pytest.fixture
def client(runtime):
    return create_app(runtime).test_client()


def nested(levels, opening=b"[", closing=b"]"):
    return b'{"words": ' + opening * levels + b"1" + closing * levels + b"}"


def bad(name, body, status, content_type=JSON):
    return pytest.param(body, content_type, status, id=name)


@pytest.mark.parametrize("language", ["ru", "en"])
@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        bad("01_too_large", b"x" * (MAX_BODY_BYTES + 1), 413),
        bad("04_100000_levels", b"[" * 100_000, 400),
        bad("04_more_levels_than_are_allowed", nested(33), 400),
        bad("04_as_many_levels_as_the_parser_can", nested(700), 400),
        bad("04_as_many_objects_as_the_parser_can", nested(700, b'{"a":', b"}"), 400),
        bad("05_duplicate_key", b'{"words": "a", "words": "b"}', 400),
        bad("05_duplicate_key_within", b'{"words": {"a": 1, "a": 1}}', 400),
        bad("06_nan", b'{"words": NaN}', 400),
        bad("06_infinity", b'{"number": -Infinity}', 400),
        bad("06_1e999", b'{"number": 1e999}', 400),
        bad("06_10000_digits", b'{"number": ' + b"9" * 10_000 + b"}", 400),
        bad("07_latin_1", '{"words": "é"}'.encode("latin-1"), 400),
        bad("07_utf_16", '{"words": "a"}'.encode("utf-16"), 400),
        bad("07_utf_16_without_a_mark", '{"words": "a"}'.encode("utf-16-be"), 400),
        bad("07_no_utf_8", b'{"words": "\xff"}', 400),
        bad("07_no_json", b"no json", 400),
        bad("08_text", b'{"words": "a"}', 415, "text/plain"),
        bad("08_form", b"words=a", 415, FORM),
        bad("09_list", b"[]", 422),
        bad("09_null", b"null", 422),
        bad("09_text", b'"x"', 422),
        bad("09_nothing", b"", 422),
        bad("10_unknown_field", b'{"words": "a", "is_admin": true}', 422),
        bad("10_field_that_is_only_told", b'{"words": "a", "id": "01a20a5c-0000-7000-8000-000000000000"}', 422),
        bad("11_number_for_text", b'{"words": 7}', 422),
        bad("11_text_for_number", b'{"words": "a", "number": "7"}', 422),
        bad("11_fraction_for_number", b'{"words": "a", "number": 1.5}', 422),
        bad("11_flag_for_number", b'{"words": "a", "number": true}', 422),
        bad("11_text_for_flag", b'{"words": "a", "loud": "true"}', 422),
        bad("11_number_for_flag", b'{"words": "a", "loud": 1}', 422),
        bad("31_turned_text", b'{"words": "a\\u202eb"}', 422),
        bad("32_nul", b'{"words": "a\\u0000b"}', 422),
        bad("33_half_a_character", b'{"words": "\\ud800"}', 422),
        bad("34_only_blanks", b'{"words": "   "}', 422),
        bad("34_too_long", b'{"words": "' + b"x" * 41 + b'"}', 422),
    ],
)
def test_bad_body_is_a_clear_problem_and_leaves_no_trace(client, runtime, body, content_type, status, language):
    headers = {"Accept-Language": language, "Content-Type": content_type}

    answer = client.post("/v1/notes", data=body, headers=headers)

    assert answer.status_code == status
    assert answer.mimetype == "application/problem+json"
    assert is_russian(answer.json["title"]) == (language == "ru")
    for error in answer.json.get("errors", ()):
        assert error["pointer"].startswith("#")
        assert is_russian(error["detail"]) == (language == "ru")
    assert count(runtime) == 0


def is_russian(text):
    return any("а" <= letter <= "я" for letter in text.lower())


def test_04_body_of_allowed_depth_is_read(client):
    answer = client.post("/v1/notes", data=nested(31), content_type=JSON)

    assert answer.status_code == 422


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        ("&".join(f"f{number}=1" for number in range(5000)), FORM),
        (
            "".join(f'--b\r\nContent-Disposition: form-data; name="{number}"\r\n\r\n1\r\n' for number in range(5000))
            + "--b--\r\n",
            "multipart/form-data; boundary=b",
        ),
        ("words=" + "x" * MAX_BODY_BYTES, FORM),
    ],
    ids=["03_5000_fields", "03_5000_parts", "01_too_large"],
)
def test_form_beyond_the_limits_is_refused(client, runtime, body, content_type):
    answer = client.post("/v1/notes/form", data=body, content_type=content_type)

    assert answer.status_code == 413
    assert answer.headers["Connection"] == "close"
    assert count(runtime) == 0


def test_10_form_sets_only_what_it_asks_for(client, runtime):
    told = {"words": "a", "id": "01a20a5c-0000-7000-8000-000000000000", "version": "9", "is_admin": "1"}

    client.post("/v1/notes/form", data=told)
    (note,) = client.get("/v1/notes").json["items"]

    assert (note["words"], note["id"] == told["id"]) == ("a", False)


@pytest.mark.parametrize("note", ["1.0", "01", "-1", str(2**63), "%00", "01a20a5c-0000-7000-8000-000000000000'--"])
def test_11_number_that_is_no_id_is_not_found(client, note):
    assert client.post(f"/v1/notes/{note}/wipe").status_code == 404


@pytest.mark.parametrize(
    ("number", "status"),
    [("0", 200), ("7", 200), ("9999999999", 200)]
    + [(wrong, 404) for wrong in ("01", "00", "-1", "+1", "1.0", "1_0", "%201", "10000000000", str(2**63))]
    + [("%D9%A1", 404), ("%EF%BC%91", 404), ("1%0A", 404)],  # Arabic and full-width digits, a line feed
)
def test_11_number_in_an_address_has_one_spelling(runtime, number, status):
    app = create_app(runtime)
    app.add_url_rule("/v1/numbers/<int:number>", "number", lambda number: {"number": number})

    answer = app.test_client().get(f"/v1/numbers/{number}")

    assert answer.status_code == status


@pytest.mark.parametrize("query", ["limit=1&limit=2", "after=&after="])
def test_14_address_that_says_something_twice_is_refused(client, query):
    answer = client.get(f"/v1/notes?{query}", headers=RUSSIAN)

    assert answer.status_code == 400
    assert "больше одного раза" in answer.json["detail"]


@pytest.mark.parametrize("header", ["X-HTTP-Method-Override", "X-Method-Override", "X-HTTP-Method"])
def test_15_header_changes_no_method(client, runtime, header):
    client.post("/v1/notes", json={"words": "kept"})
    (note,) = client.get("/v1/notes").json["items"]

    answers = [
        client.get(f"/v1/notes/{note['id']}/wipe", headers={header: "POST"}),
        client.get(f"/v1/notes/{note['id']}/wipe?_method=POST"),
    ]

    assert [answer.status_code for answer in answers] == [405, 405]
    assert client.get("/v1/notes").json["items"] == [note]


@pytest.mark.parametrize(
    "path",
    [
        "../../settings.py",
        "../../../../../../etc/passwd",
        "%2e%2e/%2e%2e/settings.py",
        "..%2f..%2fsettings.py",
        "..%5c..%5csettings.py",
        "look.css%00.png",
        "%2fetc%2fpasswd",
        "fonts",
    ],
)
def test_17_no_file_is_served_but_those_of_the_look(client, path):
    answer = client.get(f"/look/x/{path}", follow_redirects=True)

    assert answer.status_code == 404
    assert "import" not in answer.text


@pytest.mark.parametrize("asked", ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)"])
def test_18_form_leads_nobody_elsewhere(client, asked):
    answer = client.post("/v1/notes/form", data={"words": "a"}, query_string={"next": asked})

    assert answer.headers["Location"] == "/home/"


@pytest.mark.parametrize("path", ["/v1/notes/form?next=", "/v1/notes/form?lang="])
def test_19_line_end_in_a_query_begins_no_header(client, path):
    answer = client.post(f"{path}%2fa%0d%0aX-Evil:%201", data={"words": "a"})

    assert answer.headers["Location"] == "/home/"
    assert "evil" not in str(answer.headers).lower()


@pytest.mark.parametrize(
    "query", ["limit=100000", "limit=0", "limit=-1", "limit=1e3", "page=1", "sort=words", "after=1"]
)
def test_24_list_takes_only_what_it_knows(client, query):
    assert client.get(f"/v1/notes?{query}").status_code == 422
