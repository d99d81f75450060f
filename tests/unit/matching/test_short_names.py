import pytest

from matching.pages.texts import short_name


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("ООО «Рудмонтаж»", "Рудмонтаж"),
        ("ФГБОУ ВО «Сибирский институт прикладных материалов»", "Сибирский институт прикладных материалов"),
        ("ГБУ «Бизнес-инкубатор „Калуга-Рост“»", "Бизнес-инкубатор «Калуга-Рост»"),
        ("ИП Аистов Глеб Романович", "ИП Аистов Г. Р."),
        ("Vakhtomash LLC", "Vakhtomash"),
        ("Krasnoyarsk Business Links Agency (ANO)", "Krasnoyarsk Business Links Agency"),
        ("Aistov G. R., sole proprietor", "Aistov G. R."),
    ],
)
def test_short_name_leaves_out_the_legal_form(name, short):
    assert short_name(name) == short


@pytest.mark.parametrize("name", ["Завод «Заря»", "LLC", "", "klu-17", "Теплосеть", "«Кедр»"])
def test_short_name_keeps_what_has_no_legal_form(name):
    assert short_name(name) == name
