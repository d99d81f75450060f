import pytest

from registration.company_ids import Numbers, any_text, russian, scheme
from servicekit.problems import InvalidInputError


@pytest.mark.parametrize("number", ["315409900035872", "304500116000157"])
def test_ogrnip_is_checked_as_the_register_does(number):
    checked = russian(Numbers(ogrnip=number))

    assert (checked.ogrnip, checked.are_of_sole_trader) == (number, True)


@pytest.mark.parametrize("digit", "013456789")
def test_ogrnip_with_another_check_digit_is_refused(digit):
    with pytest.raises(InvalidInputError):
        russian(Numbers(ogrnip=f"31540990003587{digit}"))


def test_40_numbers_are_written_in_plain_digits():
    checked = russian(Numbers(inn=" ７７０７ ０８３８９３ ", ogrn="1114099\u00a0002115"))

    assert checked == Numbers(inn="7707083893", ogrn="1114099002115")


@pytest.mark.parametrize(
    "numbers",
    [
        {"inn": "0000000000"},
        {"inn": "000000000000"},
        {"inn": "7707083894"},
        {"inn": "770708389"},
        {"inn": "٧٧٠٧٠٨٣٨٩٣x"},
        {"ogrn": "0000000000000"},
        {"ogrnip": "000000000000000"},
        {"ogrn": "1114099002115", "ogrnip": "315409900035872"},
        {"ogrn": "1114099002115", "inn": "409900232940"},
        {"ogrnip": "315409900035872", "inn": "4099001375"},
        {"inn": "409900232940", "of_person": False},
        {"inn": "4099001375", "of_person": True},
    ],
)
def test_numbers_that_cannot_be_right_are_refused(numbers):
    with pytest.raises(InvalidInputError) as refused:
        russian(Numbers(**numbers))

    assert len(refused.value.errors) == 1


def test_every_wrong_number_is_pointed_to():
    with pytest.raises(InvalidInputError) as refused:
        russian(Numbers(inn="1", ogrn="2"))

    assert [error.pointer for error in refused.value.errors] == ["#/inn", "#/ogrn"]


def test_inn_of_twelve_digits_alone_is_a_sole_traders():
    assert russian(Numbers(inn="409900232940")).are_of_sole_trader
    assert not russian(Numbers(inn="4099001375")).are_of_sole_trader


def test_scheme_is_found_by_its_name():
    assert scheme("ru.inn") is russian
    with pytest.raises(LookupError, match=r"mars\.id"):
        scheme("mars.id")


def test_42_without_a_scheme_any_number_stays_as_it_is():
    numbers = Numbers(tax_id="DE 136695976", inn="1")

    assert any_text(numbers) is numbers
