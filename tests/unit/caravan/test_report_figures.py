from caravan.report import figures

REPORT = {
    "guest_organisations": 2,
    "agreements_signed": 3,
    "expected_amount": 1000,
    "currency": "RUB",
    "meetings": {"scheduled": 0, "held": 5},
    "at_months": {"3": {"realised": 1, "realised_amount": 400, "realisation_rate_strict_percent": 33.3}},
    "definitions": {"strict": "realised / signed"},
}
EXPECTED = {
    "guest_organisations": 2,
    "agreements_signed": 3,
    "expected_amount_rub": 1000,
    "at_3_months": {"realised": 1, "realised_amount_rub": 400, "realisation_rate_strict_percent": 33.3},
}


def test_figures_come_under_the_names_of_the_file():
    found = figures.with_names_of(EXPECTED, REPORT)

    assert found == EXPECTED
    assert list(figures.differences(EXPECTED, found)) == []


def test_a_figure_that_differs_is_named_with_its_place():
    found = figures.with_names_of(EXPECTED, REPORT | {"at_months": {"3": {"realised": 2}}})

    assert [one.name for one in figures.differences(EXPECTED, found)] == [
        "at_3_months.realised",
        "at_3_months.realised_amount_rub",
        "at_3_months.realisation_rate_strict_percent",
    ]


def test_an_amount_is_missing_when_the_report_counts_in_another_currency():
    found = figures.with_names_of({"expected_amount_rub": 1000}, REPORT | {"currency": "KZT"})

    assert found == {"expected_amount_rub": None}


def test_amounts_of_other_currencies_come_under_the_names_of_the_file():
    months = {"3": {"realised_amount": 400, "other_currencies": {"BYN": 7}}}
    report = REPORT | {"other_currencies": {"BYN": 70}, "at_months": months}
    expected = {"expected_amount_byn": 70, "expected_amount_eur": 0, "at_3_months": {"realised_amount_byn": 7}}

    assert figures.with_names_of(expected, report) == expected


def test_all_figures_get_usual_names_when_nothing_is_expected():
    found = figures.with_default_names(REPORT)

    assert found["expected_amount_rub"] == 1000
    assert found["at_3_months"]["realised_amount_rub"] == 400
    assert found["meetings"] == {"scheduled": 0, "held": 5}
    assert "currency" not in found


def test_amounts_alone_get_a_currency():
    assert figures.with_default_names({"currency": "EUR", "agreements_with_amount": 1}) == {"agreements_with_amount": 1}


def test_words_are_no_figures():
    assert figures.numbers_only({"signed": 1, "definitions_en": "x", "at": {"rate": None, "note": "y"}}) == {
        "signed": 1,
        "at": {"rate": None},
    }


def test_words_of_the_file_come_along_where_the_report_has_none_of_that_name():
    expected = EXPECTED | {"definitions_en": "strict = realised / signed", "currency": "EUR"}

    found = figures.with_names_of(expected, REPORT)

    assert found == expected | {"currency": "RUB"}
    assert list(figures.differences(figures.numbers_only(expected), figures.numbers_only(found))) == []
