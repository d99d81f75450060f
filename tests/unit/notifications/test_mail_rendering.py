import re
from html.parser import HTMLParser
from importlib.resources import files

import pytest

from letters import (
    a_context,
    a_meeting,
    an_itinerary,
    catalogue,
    every_context,
    plain,
    worded,
)
from notifications.mail import contexts
from notifications.mail.rendering import render

VOID = {"meta", "br", "link", "img"}
KINDS = pytest.mark.parametrize("context", every_context(), ids=lambda context: context.template)
LANGUAGES = pytest.mark.parametrize("language", ["ru", "en"])


class Page(HTMLParser):
    def __init__(self, page):
        super().__init__()
        self.open, self.words, self.links = [], [], []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.links += [value for name, value in attrs if name == "href"]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.words.append(data)

    @property
    def text(self):
        return " ".join(" ".join(self.words).split())


@KINDS
@LANGUAGES
def test_every_letter_is_whole_in_every_language(context, language):
    letter = worded(context, language)

    page = Page(letter.html)
    assert page.open == []
    assert page.links.count(context.action_url) == 1
    for words in (page.text, " ".join(letter.text.split())):
        assert all(told in plain(words) for told in named(context))
    assert context.action_url in letter.text
    assert "\n" not in letter.subject
    assert 10 < len(letter.subject) < 120
    assert "%(" not in letter.subject + letter.text + letter.html


def named(context):
    """List the values that a mail must contain; mails about accounts have no mission."""
    names = (
        ("organiser_phone", "organiser_email", "mission_title")
        if isinstance(context, contexts.MissionMailContext)
        else ()
    )
    return [context.recipient_name, *(getattr(context, name) for name in names)]


@KINDS
def test_russian_letters_have_no_english_left(context):
    letter = worded(context)

    words = re.sub(r"https?://\S+|\S+@\S+", "", letter.subject + letter.text)
    assert re.findall(r"[A-Za-z]{3,}", words) == []
    assert "!" not in words
    assert "пожалуйста" not in words


@KINDS
def test_text_and_page_tell_the_same_facts(context):
    letter = worded(context)

    page = Page(letter.html).text
    for line in ("partner_name", "reason", "comment", "message", "subject", "amount", "venue"):
        value = getattr(context, line, "")
        assert value in letter.text
        assert value in page


@LANGUAGES
def test_35_what_organisations_write_stays_text(language):
    context = a_context(contexts.RequestReceived, partner_name="<b>A & B</b>", message='"<script>alert(1)</script>"')

    letter = worded(context, language)

    assert "<script>" not in letter.html
    assert "&lt;b&gt;A &amp; B&lt;/b&gt;" in letter.html
    assert "<b>A & B</b>" in letter.subject
    assert '"<script>alert(1)</script>"' in letter.text


@LANGUAGES
def test_letter_to_sign_in_with_tells_its_code_in_text_and_page_and_nowhere_that_a_list_shows(language):
    (context,) = [c for c in every_context() if c.template == "sign_in"]

    letter = worded(context, language)

    page = Page(letter.html).text
    assert "123 456" in plain(page)
    assert "123 456" in plain(letter.text)
    assert "123" not in letter.subject
    assert page.index("123") > page.index({"ru": "Ваш код", "en": "Your code"}[language])
    for words in (page, letter.text, letter.subject):
        assert {"ru": "12:00 в Москве", "en": "12:00 in Moscow"}[language] in plain(words)


def test_letter_about_an_account_names_no_mission_and_nobody_to_ask():
    for context in every_context()[-3:]:
        letter = worded(context)

        assert "Вопросы" not in letter.text + letter.html
        assert "·" not in letter.text + letter.html


def test_a_line_break_in_a_name_does_not_reach_the_subject():
    context = a_context(contexts.RequestAccepted, partner_name="A\r\nBcc: victim@example.org")

    letter = worded(context)

    assert letter.subject.startswith("A Bcc: victim@example.org ")


def test_recommendations_show_five_and_count_the_rest():
    (context,) = [c for c in every_context() if c.template == "recommendations_ready"]

    text = plain(worded(context).text)

    assert "\n5. " in text
    assert "\n6. " not in text
    assert "Показаны первые 5 из 12." in text


def test_an_unknown_template_is_refused():
    with pytest.raises(ValueError, match="no template"):
        render("welcome", "ru", an_itinerary(new=(a_meeting(),)), catalogue=catalogue)


def test_a_context_of_another_template_is_refused():
    with pytest.raises(TypeError, match="no use for Itinerary"):
        render("request_accepted", "ru", an_itinerary(new=(a_meeting(),)), catalogue=catalogue)


def test_every_kind_has_both_templates():
    templates = files("notifications") / "templates" / "mail"

    names = {entry.name for entry in templates.iterdir()}

    assert {f"{kind}.{suffix}" for kind in contexts.CONTEXTS for suffix in ("txt", "html")} <= names
    assert {context.template for context in every_context()} == set(contexts.CONTEXTS)
