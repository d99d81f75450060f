import pytest

from servicekit.privacy import contacts


@pytest.mark.parametrize(
    ("given", "uniform"),
    [
        ("Klu-01@Example.ORG", "Klu-01@example.org"),
        ("ivan@press.test", "ivan@press.test"),
        ("ivan@почта.рф", "ivan@почта.рф"),
        ("exam@exаmple.com", "exam@exаmple.com"),
    ],
)
def test_email_is_made_uniform(given, uniform):
    assert contacts.email(given) == uniform


@pytest.mark.parametrize(
    "given",
    [
        "a@b..c",
        "user@localhost",
        "a@test",
        "a@[127.0.0.1]",
        '"a b"@x',
        f"{'a' * 65}@example.org",
        "иван@почта.рф",
        "x",
        "",
    ],
)
def test_44_45_47_email_that_no_server_serves_is_refused(given):
    with pytest.raises(ValueError, match=r"."):
        contacts.email(given)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("A@Ex.com", "a@ex.com"),
        (" a@ex.com", "A@EX.COM "),
        ("ivan@почта.рф", "IVAN@xn--80a1acny.xn--p1ai"),
        ("ivan@ПОЧТА.РФ", "ivan@почта.рф"),
        ("a@bücher.example", "a@bu\u0308cher.example"),
    ],
)
def test_48_spellings_of_one_mailbox_have_one_key(one, other):
    assert contacts.email_key(one) == contacts.email_key(other)


@pytest.mark.parametrize("other", ["b@ex.com", "a+1@ex.com", "a@ex.org", "a@еx.com", "a.a@ex.com"])
def test_48_other_mailboxes_have_other_keys(other):
    assert contacts.email_key(other) != contacts.email_key("a@ex.com")


def test_48_key_is_plain_ascii_in_small_letters():
    assert contacts.email_key("Ivan.Petrov@Почта.РФ") == "ivan.petrov@xn--80a1acny.xn--p1ai"


def test_46_domain_of_look_alike_letters_shows_on_the_wire():
    assert contacts.email_on_the_wire("exam@exаmple.com") == "exam@xn--exmple-4nf.com"
    assert contacts.email_on_the_wire("exam@example.com") == "exam@example.com"


def test_48_what_is_no_address_has_no_key():
    with pytest.raises(ValueError, match=r"."):
        contacts.email_key("user@localhost")


@pytest.mark.parametrize(
    ("given", "uniform"),
    [("8 (495) 123-45-67", "+74951234567"), ("+7 000 400-00-01", "+70004000001"), ("+49 30 123456", "+4930123456")],
)
def test_43_phone_is_written_in_its_international_form(given, uniform):
    assert contacts.phone(given, "RU") == uniform


@pytest.mark.parametrize("given", ["+7 000", "call me", "123", "+" * 300])
def test_43_phone_with_too_few_digits_is_refused(given):
    with pytest.raises(ValueError, match=r"."):
        contacts.phone(given, "RU")


@pytest.mark.parametrize("text", ["пишите: ivan@example.org.", "ivan.petrov+b2b@mail.example.ru", "иван@почта.рф"])
def test_email_is_found_in_a_text(text):
    assert contacts.holds_email(text)


@pytest.mark.parametrize("text", ["тел. 8 (495) 123-45-67", "+7 000 400-00-01", "звоните 89161234567"])
def test_phone_is_found_in_a_text(text):
    assert contacts.holds_phone(text, "RU")


@pytest.mark.parametrize(
    "text",
    [
        "Трубы 18–820 мм, 25 000 000 руб. в год, ГОСТ 12345-2020",
        "ИНН 4099001375, ОГРН 1114099002115",
        "рабочая температура от минус 60 °C, 5-7 дней, 2024-12-10",
        "цена @ склад, 10 000 шт.",
    ],
)
def test_ordinary_text_holds_no_contact(text):
    assert not contacts.holds_phone(text, "RU")
    assert not contacts.holds_email(text)


@pytest.mark.parametrize(
    ("kept", "read"),
    [
        ("+74842400020", "+7\u00a0484\u00a0240-00-20"),
        ("+49301234567", "+49\u00a030\u00a01234567"),
        ("", ""),
        ("112", "112"),
    ],
)
def test_phone_is_written_as_people_read_it(kept, read):
    assert contacts.readable_phone(kept) == read
