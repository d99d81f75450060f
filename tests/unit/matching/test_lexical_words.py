import pytest

from matching.recommending.text.words import in_latin, meaningful_words


def bases(text, language="ru"):
    return [word.base for word in meaningful_words(text, language)]


def test_russian_inflections_share_a_base():
    one, other = "алюминиевых сплавов", "Алюминиевый сплав"

    assert bases(one) == bases(other) == ["алюминиевый", "сплав"]


def test_english_inflections_share_a_base():
    one, other = "hardened cheeses", "harden cheese"

    assert bases(one, "en") == bases(other, "en")


def test_letter_yo_is_read_as_ye():
    one, other = "ёмкость", "емкость"

    assert bases(one) == bases(other)


@pytest.mark.parametrize(
    ("text", "language"), [("для и на компании, производство", "ru"), ("the company for production", "en")]
)
def test_function_words_and_commonplaces_carry_nothing(text, language):
    words = meaningful_words(text, language)

    assert words == ()


def test_latin_words_in_a_russian_text_are_stemmed_as_english():
    words = bases("серверы и cables")

    assert words == ["сервер", "cabl"]


def test_words_of_a_language_without_a_stemmer_keep_their_spelling():
    words = bases("ақпарат", "kk")

    assert words == ["ақпарат"]


def test_places_of_words_are_those_in_the_text():
    text = "MES-система и Сыры"

    found = [text[word.start : word.end] for word in meaningful_words(text, "ru")]

    assert found == ["MES", "Сыры"]


def test_transliteration_leaves_latin_as_it_is():
    word = "лазер-cut"

    assert in_latin(word) == "lazer-cut"


def test_names_of_places_say_where_and_carry_nothing():
    assert bases("Ремонт насосов в Сибири, Казахстане и на Урале") == ["ремонт", "насос"]


@pytest.mark.parametrize(
    ("text", "language"),
    [("Датчики тепла для складов и камер, корпус", "ru"), ("heat sensors for stores and chambers, case", "en")],
)
def test_purpose_lasts_to_the_next_punctuation(text, language):
    words = meaningful_words(text, language)

    assert [word.is_purpose for word in words] == [False, False, True, True, False]
