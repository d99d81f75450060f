"""Names, texts and numbers as hostile or careless people write them: taken as they are, or refused with the field."""

import unicodedata

import pytest

from builders.registration import INN, SOLE_TRADER, a_delegate, an_organisation, refusal

FAMILY = "👨\u200d👩\u200d👧\u200d👦"
COMBINING = "\u0301\u0302\u0303"


def case(number, words, *values):
    return pytest.param(*values, id=f"{number}_{words.replace(' ', '_')}")


def registered(desk, **changes):
    """Register an organisation and read it back."""
    desk.regions()
    id_ = desk.organisation(**changes)
    return desk.made("GET", f"/v1/organisations/{id_}")


@pytest.mark.parametrize("name", ["Ёлкина-Иванова Анна", "王小明", "محمد", "O'Neill", "Nguyễn", "O", "ש״י עגנון"])
def test_29_name_is_kept_exactly_as_it_is_written(desk, name):
    mission = desk.open_mission()
    delegate = a_delegate(names={"ru": name})

    application = desk.applied(mission, delegates=[delegate])
    organisation = registered(desk, reference="klu-02", names={"ru": name})

    assert organisation["names"] == {"ru": name}
    assert application["delegates"][0]["names"] == {"ru": name}


def test_29_name_of_parted_letters_is_kept_in_its_composed_form(desk):
    parted = unicodedata.normalize("NFD", "Ёлкина Nguyễn")

    organisation = registered(desk, names={"ru": parted})

    assert organisation["names"]["ru"] == "Ёлкина Nguyễn" != parted


def test_30_emoji_are_kept_and_counted_in_code_points(desk):
    most = FAMILY * 42 + "𝔄" * 6

    organisation = registered(desk, names={"ru": most})

    assert len(most) == 300
    assert organisation["names"]["ru"] == most
    status, _problem = refusal(desk, "POST", "/v1/organisations", an_organisation("x", names={"ru": most + "𝔄"}), "ru")
    assert status == 422


def test_31_signs_that_nobody_sees_are_left_out(desk):
    seen = registered(desk, names={"ru": "\ufeffООО\u200b «Ро\u00adмаш\u2060ка»\u200b"})

    assert seen["names"]["ru"] == "ООО «Ромашка»"


@pytest.mark.parametrize(
    ("changes", "pointer", "ru", "en"),
    [
        *(
            case(
                31, f"bidi control {ord(sign):x}", {"names": {"ru": f"a{sign}b"}}, "#/names/ru", "управляющие", "contr"
            )
            for sign in "\u202a\u202b\u202d\u202e\u202c\u2066\u2067\u2068\u2069\u200e\u200f\u061c"
        ),
        case(32, "nul", {"names": {"ru": "a\x00b"}}, "#/names/ru", "управляющие знаки", "control character"),
        case(32, "nul in a number", {"inn": "77070838\x0093"}, "#/inn", "управляющие знаки", "control character"),
        case(32, "nul in a word", {"role": "com\x00pany"}, "#/role", "строчные латинские", "small Latin letters"),
        case(33, "lone surrogate", {"names": {"ru": "a\ud800"}}, "#/names/ru", "не существует", "does not exist"),
        case(33, "half of a pair", {"about": {"ru": "\udc00"}}, "#/about/ru", "не существует", "does not exist"),
        case(34, "ten thousand letters", {"names": {"ru": "Я" * 10_000}}, "#/names/ru", "", ""),
        case(34, "spaces alone", {"names": {"ru": " \u00a0\u3000 "}}, "#/names/ru", "", ""),
        case(34, "marks alone", {"names": {"ru": COMBINING}}, "#/names/ru", "видимого", "shows nothing"),
        case(34, "joiners alone", {"names": {"ru": "\u200d\u200c"}}, "#/names/ru", "видимого", "shows nothing"),
        case(34, "blank letters alone", {"names": {"ru": "\u3164\u2800"}}, "#/names/ru", "видимого", "shows nothing"),
        case(34, "no character", {"names": {"ru": "a\uffff"}}, "#/names/ru", "управляющие", "control"),
        case(36, "zalgo", {"names": {"ru": "Ро" + "\u0334" * 500}}, "#/names/ru", "надстрочные", "too many marks"),
        case(36, "enclosing marks", {"names": {"ru": "Р" + "\u20dd" * 5}}, "#/names/ru", "надстрочные", "too many"),
        case(38, "wrong check digit", {"inn": "7707083894"}, "#/inn", "ИНН 7707083894 неверен", "The INN 7707083894"),
        case(39, "inn of zeros", {"inn": "0000000000"}, "#/inn", "неверен", "is wrong"),
        case(39, "inn of twelve zeros", {"inn": "0" * 12, "legal_form": "ИП"}, "#/inn", "неверен", "is wrong"),
        case(41, "ogrn and a persons inn", {"inn": "409900232940", "ogrn": "1114099002115"}, "#/inn", "10 ц", "10 d"),
        case(41, "company of a persons inn", {"inn": "409900232940"}, "#/inn", "10 цифр", "10 digits"),
        case(41, "trader of a companys inn", SOLE_TRADER | {"inn": INN}, "#/inn", "12 цифр", "12 digits"),
        case(41, "trader by form alone", {"legal_form": "ИП", "inn": INN}, "#/inn", "12 цифр", "12 digits"),
        case(43, "few digits", {"contact": {"phone": "+7 000"}}, "#/contact/phone", "Это не телефон", "no telephone"),
        *(
            case(44, f"address {number}", {"contact": {"email": email}}, "#/contact/email", "написать нельзя", "no e-m")
            for number, email in enumerate(("a@b..c", "user@localhost", "a@[127.0.0.1]", '"a b"@x', '"a b"@ex.com'))
        ),
        case(45, "local part", {"contact": {"email": "иван@почта.рф"}}, "#/contact/email", "латинскими", "Latin"),
        case(47, "65 letters", {"contact": {"email": f"{'a' * 65}@example.org"}}, "#/contact/email", "нельзя", "no e-"),
    ],
)
def test_bad_fact_of_an_organisation_is_refused_with_its_field(quick_desk, changes, pointer, ru, en):
    quick_desk.regions()
    body = an_organisation(**changes)

    answers = [(refusal(quick_desk, "POST", "/v1/organisations", body, "ru"), ru)]
    answers += [(refusal(quick_desk, "POST", "/v1/organisations", body, "en"), en)]

    for (status, problem), words in answers:
        assert status == 422
        assert [error["pointer"] for error in problem["errors"]] == [pointer]
        assert words in problem["errors"][0]["detail"]


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        case(33, "name of a field", {"\ud800": 1}, "#/?"),
        case(33, "name of a language", {"names": {"\ud800": "x"}}, "#/names/?"),
    ],
)
def test_lone_surrogate_for_a_name_is_refused_in_an_answer_that_can_be_read(quick_desk, body, pointer):
    quick_desk.regions()

    status, problem = refusal(quick_desk, "POST", "/v1/organisations", an_organisation(**body), "ru")

    assert status == 422
    assert [error["pointer"] for error in problem["errors"]] == [pointer]


@pytest.mark.parametrize(
    "path",
    [
        "/v1/organisations?reference=a%00b",
        "/v1/delegates?reference=%00",
        "/v1/missions?reference=%00",
        "/v1/regions/%00",
        "/v1/organisations/%00",
        "/?words=%00",
    ],
)
def test_32_nul_in_an_address_is_no_failure_of_the_database(desk, path):
    answer = desk.send("GET", path)

    assert answer.status_code in (200, 404, 422)


@pytest.mark.parametrize(
    ("given", "kept"),
    [("7707083893", "7707083893"), ("７７０７０８３８９３", "7707083893"), (" 7707 083\u00a0893 ", "7707083893")],
)
def test_40_inn_is_kept_in_plain_digits(desk, given, kept):
    assert registered(desk, inn=given)["inn"] == kept


def test_40_number_in_other_digits_is_found_to_be_the_same(desk):
    first = registered(desk, inn="7707083893")["id"]
    second = registered(desk, reference="klu-02", inn="７７０７ ０８３８９３")["id"]

    same = desk.made("GET", f"/v1/organisations/{second}/same-number")["items"]

    assert [one["id"] for one in same] == [first]


@pytest.mark.parametrize("region", ["DE-BE", "RU-KLU"])
def test_42_foreign_organisation_has_its_own_tax_number_and_no_inn(desk, region):
    desk.regions()
    place = {"names": {"de": "Berlin"}, "timezone": "Europe/Berlin", "languages": ["de"]}
    desk.made("PUT", "/v1/regions/DE-BE", place)
    body = an_organisation(region=region, legal_form="GmbH", tax_id="DE136695976")

    organisation = desk.made("POST", "/v1/organisations", body)

    assert (organisation["tax_id"], organisation["inn"]) == ("DE136695976", None)
    assert [event.data.tax_id for event in desk.events("organisation")] == ["DE136695976"]


def test_43_number_as_people_dial_it_is_kept_in_its_international_form(desk):
    organisation = registered(desk, contact={"phone": "8 (495) 123-45-67"})

    assert organisation["contact"]["phone"] == "+74951234567"


@pytest.mark.parametrize("email", ["a@b..c", "иван@почта.рф", f"{'a' * 65}@example.org", "a@[127.0.0.1]"])
def test_44_address_of_a_delegate_that_no_server_serves_is_refused(quick_desk, email):
    body = quick_desk.application(quick_desk.open_mission()) | {"delegates": [a_delegate(email=email)]}

    status, problem = refusal(quick_desk, "POST", "/v1/applications", body, "ru")

    assert status == 422
    assert [error["pointer"] for error in problem["errors"]] == ["#/delegates/0/email"]
