import pytest

from matching.recommending.matrix.word_alignment import WordLikeness
from matching.recommending.text.clauses import Text
from matching.recommending.text.lexicon import russian_to_english
from matching.recommending.text.word_similarity import Known, alike
from matching.recommending.weights import TextWeights


def terms(text, language="ru"):
    return list(Text(text, language).terms)


def likeness(one, other, language="ru", **weights):
    return float(alike(terms(one), Known(terms(other, language), None), None, TextWeights(**weights))[0, 0])


def test_lexicon_translates_words_of_trade():
    lexicon = russian_to_english()

    assert lexicon["подшипник"]["bear"] == 1
    assert "chees" in lexicon["сыр"]
    assert len(lexicon) > 60_000


def test_inflected_words_are_equal():
    assert likeness("подшипниками", "подшипник") == 1


def test_translation_is_worth_less_than_an_equal_word_and_more_than_nothing():
    translated, unrelated = likeness("сыр", "cheese", "en"), likeness("сыр", "bearing", "en")

    assert 0.5 < translated < 1
    assert unrelated == 0


def test_translation_is_left_out_when_it_weighs_nothing():
    assert likeness("сыр", "cheese", "en", translation=0) == 0


def test_words_of_one_root_are_alike_by_their_spelling():
    assert 0 < likeness("роботизация", "роботизированный") < 1


def test_cyrillic_loan_word_is_alike_its_latin_original():
    assert likeness("профиль", "profile", "en", translation=0) > 0.2


def test_first_word_of_a_text_counts_more_than_the_others():
    query = [Text("фанера берёзовая", "ru")]
    documents = [Text("фанера", "ru"), Text("берёзовая", "ru")]

    (row,) = WordLikeness([*query, *documents], TextWeights(), None).compare(query, documents)

    assert row[0] > row[1]


def test_rare_word_counts_more_than_a_frequent_one():
    others = [Text(f"медный {thing}", "ru") for thing in ("чайник", "таз", "провод", "лист", "пруток", "самовар")]
    query, documents = [Text("труба медный колокол", "ru")], [Text("медный", "ru"), Text("колокол", "ru")]

    (row,) = WordLikeness([*query, *documents, *others], TextWeights(), None).compare(query, documents)

    assert row[1] > row[0]


def test_text_without_words_is_like_nothing():
    query, documents = [Text("и для на", "ru")], [Text("фанера", "ru"), Text("", "ru")]

    (row,) = WordLikeness([*query, *documents], TextWeights(), None).compare(query, documents)

    assert row.tolist() == [0, 0]


@pytest.mark.parametrize(
    ("text", "clauses"),
    [
        ("Литьё: чугун; сталь", ("Литьё", "чугун", "сталь")),
        ("Кабель медный", ("Кабель медный",)),
        ("", ("",)),
    ],
)
def test_text_is_cut_into_clauses_at_its_punctuation(text, clauses):
    assert Text(text, "ru").clauses == clauses
