import pytest

from packs import loader
from packs.classifiers import FOLDER, read_classifier, save
from packs.models import PackError

REGION = """
pack = "region"
id = "RU-OMS"
timezone = "Asia/Omsk"
languages = ["ru"]
currency = "RUB"
classifiers = ["okved2", "nace2"]

[names]
ru = "Омская область"
"""
TABLE = "code\tru\n10.51\tПроизводство молока\n10.51.1\tПроизводство питьевого молока\n"


def a_classifier(text=TABLE, name="okved2"):
    return read_classifier(name, "okved2.csv", text.encode())


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "ru-oms.toml").write_text(REGION, encoding="utf-8")
    (tmp_path / FOLDER).mkdir()
    (tmp_path / FOLDER / "okved2.tsv").write_text(TABLE, encoding="utf-8")
    return tmp_path


def test_code_of_a_built_in_region_is_called_as_nace_calls_it_in_both_languages():
    called = loader.load().activity("RU-KLU", "10.51")

    assert called == {
        "en": "Operation of dairies and cheese making",
        "ru": "Переработка молока и производство сыров (сыроварение)",
    }


@pytest.mark.parametrize("code", ["10.51.1", "10.51.12", "1051", " 10.51 "])
def test_longer_code_of_a_country_is_called_as_its_class(code):
    packs = loader.load()

    assert packs.activity("RU-KLU", code) == packs.activity("RU-KLU", "10.51")


@pytest.mark.parametrize("code", ["99.98", "10.59", "19.5", "ремонт", ""])
def test_unknown_code_has_no_title(code):
    assert loader.load().activity("RU-KLU", code) == {}


def test_codes_of_a_region_without_a_pack_have_no_title():
    assert loader.load().activity("CN-GD", "10.51") == {}


def test_operators_classifier_comes_first_and_the_next_one_fills_in_languages(folder):
    packs = loader.load(str(folder))

    assert packs.activity("RU-OMS", "10.51.1") == {
        "ru": "Производство питьевого молока",
        "en": "Operation of dairies and cheese making",
    }
    assert packs.activity("RU-OMS", "10.51.2")["ru"] == "Производство молока"
    assert packs.activity("RU-OMS", "25.62")["en"] == "Machining"


def test_region_that_names_a_classifier_that_is_not_there_is_refused_by_its_file(folder):
    (folder / FOLDER / "okved2.tsv").unlink()

    with pytest.raises(PackError, match=r"ru-oms\.toml.*okved2"):
        loader.load(str(folder))


def test_damaged_classifier_is_refused_by_its_file_and_line(folder):
    with (folder / FOLDER / "okved2.tsv").open("a", encoding="utf-8") as file:
        file.write("10.52\n")

    with pytest.raises(PackError, match=r"okved2\.tsv: line 4"):
        loader.load(str(folder))


@pytest.mark.parametrize(
    "text",
    [
        "code;ru;en\n10.51;Молоко;Milk\n\n10.52;Мороженое;Ice cream\n",
        "\ufeffCode,RU,EN\r\n10.51,Молоко,Milk\r\n10.52,Мороженое,Ice cream\r\n",
        'code\tru\ten\n10.51\t" Молоко "\tMilk\n10.52\tМороженое\t"Ice\n cream"\n',
    ],
    ids=["semicolons", "commas", "tabs"],
)
def test_table_is_read_whatever_parts_its_columns(text):
    read = a_classifier(text)

    assert read.titles == {"10.51": {"ru": "Молоко", "en": "Milk"}, "10.52": {"ru": "Мороженое", "en": "Ice cream"}}


def test_code_may_lack_a_title_in_one_language():
    read = a_classifier("code\tru\ten\n10.51\tМолоко\t\n")

    assert read.titles_of("10.51") == {"ru": "Молоко"}


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        ("", "line 1: it must name the columns"),
        ("10.51\tМолоко\n", "line 1: it must name the columns"),
        ("code\n10.51\n", "line 1: it must name the columns"),
        ("code\tru\tru\n10.51\tМолоко\tСыр\n", "line 1: it must name the columns"),
        ("code\tru\n", "it contains no codes"),
        ("code\tru\n10.51\tМолоко\textra\n", "line 2: it has 3 columns, but the first line has 2"),
        ("code\tru\n\n10.51\n", "line 3: it has 1 columns"),
        ("code\tru\n\tМолоко\n", "line 2: it must begin with a code"),
        ("code\tru\n" + "1" * 33 + "\tМолоко\n", "line 2: it must begin with a code"),
        ("code\tru\n10.51\t \n", "line 2: 10.51 has no title"),
        ("code\tru\n10.51\t" + "я" * 1001 + "\n", "line 2: the title of 10.51 is longer than 1000 characters"),
        ("code\tru\n10.51\tМоло\x07ко\n", "line 2: the title of 10.51"),
        ("code\tru\n10.51\tМолоко\n10.52\tЛёд\n1051\tСыр\n", "line 4: duplicate code 1051: already defined as 10.51"),
        ('code\tru\n10.51\t"Молоко\n10.52\tСыр\n', "line 2: unexpected end of data"),
    ],
)
def test_table_that_cannot_be_used_is_refused_by_file_line_and_cause(text, cause):
    with pytest.raises(PackError) as refused:
        a_classifier(text)

    assert str(refused.value).startswith(f"okved2.csv: {cause}")


def test_table_in_another_encoding_is_refused_by_the_line_where_it_begins():
    with pytest.raises(PackError, match=r"okved2\.csv: line 2: it is not UTF-8"):
        read_classifier("okved2", "okved2.csv", "code;ru\n10.51;Молоко\n".encode("cp1251"))


@pytest.mark.parametrize("name", ["", "ОКВЭД", "../nace2", "OKVED2", "a" * 33])
def test_name_that_is_no_plain_word_is_refused(name):
    with pytest.raises(PackError, match="invalid classifier name"):
        a_classifier(name=name)


def test_classifier_is_kept_where_packs_are_read_from_and_read_as_it_was(folder):
    quoted = a_classifier('code;ru;en\n10.51;"Молоко; ""сырое"" и\tпрочее";Milk\n')

    save(quoted, folder)

    found = loader.load(str(folder)).classifiers["okved2"]
    assert (found, [path.name for path in (folder / FOLDER).iterdir()]) == (quoted, ["okved2.tsv"])
