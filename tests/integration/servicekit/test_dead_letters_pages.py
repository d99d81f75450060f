"""Events that failed, on the pages of a service; and what of them is shown nowhere."""

import re
from html import unescape

import pytest
from sqlalchemy import text

import reader
from letters_dead import PATH, REALLY, body_of, dead, id_of, parked, retry_all
from notes import told
from servicekit.app import create_app
from servicekit.bus import inbox

RUSSIAN = {"Accept-Language": "ru", "Accept": "text/html"}


@pytest.fixture
def client(reading):
    return create_app(reading).test_client()


def page(client, path="/events/dead", **options):
    answer = client.get(path, headers=RUSSIAN, **options)
    return unescape(answer.text).replace("\u00a0", " ")


def send(client, path, reason):
    """Send the form of a page as the page gave it out."""
    (token,) = re.findall(r'name="csrf_token" value="([^"]+)"', client.get(path, headers=RUSSIAN).text)
    return client.post(path, data={"csrf_token": token, "reason": reason}, headers=RUSSIAN)


def test_page_says_what_is_wrong_with_a_type(client):
    shown = page(client, "/events/dead?type=%00")

    assert "Исправьте некоторые поля" in shown and "type" in shown


def test_private_event_is_named_and_not_shown(writing, reading, client):
    body = body_of(writing, "Snegirin, +7 900 000 00 00", private=True)
    with reader.unbearable("Snegirin, +7 900 000 00 00"):
        inbox.receive(reading, [body])
    letter = id_of(body)

    whole = client.get(f"{PATH}/{letter}")
    seen = [client.get(PATH).text, whole.text, page(client), page(client, f"/events/dead/{letter}")]
    seen += [page(client, f"/events/dead/{letter}/{action}") for action in ("replay", "discard")]

    assert whole.json["fields"] == ["note_id", "words"]
    assert "data" not in whole.json["content"]
    assert whole.json["error"] == "PoisonError"
    assert not [text for text in seen if "Snegirin" in text or "+7" in text]


@pytest.mark.parametrize(
    "body",
    [
        '{"type": "caravan.note.whispered.v1", "id": "Snegirin", "data": {"words": "Snegirin"}}',
        '{"specversion": "Snegirin"}',
        '{"Snegirin": {"nested": ["Snegirin", {"deep": "Snegirin"}]}}',
        '{"data": {"Snegirin Roman": 1}, "subjectversion": "Snegirin"}',
        "Snegirin is no JSON",
        '["Snegirin"]',
    ],
)
def test_what_nobody_can_read_may_be_private_and_is_not_shown(reading, client, body):
    inbox.receive(reading, [body])
    (letter,) = client.get(PATH).json["items"]

    seen = [client.get(PATH).text, client.get(f"{PATH}/{letter['id']}").text]
    seen += [page(client), page(client, f"/events/dead/{letter['id']}")]

    hidden = "Snegirin " if '"Snegirin":' in body else "Snegirin"
    assert not [text for text in seen if hidden in text]


@pytest.mark.parametrize(
    "data",
    [
        '{"words": NaN}',
        '{"words": 1e999}',
        '{"words": "\\ud800"}',
        '{"words": ' + "[" * 500 + "]" * 500 + "}",
        '{"words": "\\u0000<script>alert(1)</script>"}',
    ],
)
def test_odd_content_of_a_public_event_breaks_neither_api_nor_page(writing, reading, client, data):
    body = body_of(writing, "x").partition('"data":')[0] + f'"data":{data}}}'
    inbox.receive(reading, [body])
    (letter,) = client.get(PATH).json["items"]

    whole, shown = client.get(f"{PATH}/{letter['id']}"), client.get(f"/events/dead/{letter['id']}", headers=RUSSIAN)

    assert (whole.status_code, shown.status_code) == (200, 200)
    assert whole.json["content"]["data"].keys() == {"words"}
    assert "<script>" not in shown.text


def test_page_lists_what_failed_with_the_reason_in_plain_words(writing, reading, client):
    dead(writing, reading, "hopeless")
    parked(writing, reading, "bitter")
    inbox.receive(reading, ["garbage"])

    shown = page(client)

    assert "Служба не смогла с ним справиться." in shown
    assert "Это не событие, которое система может прочитать." in shown
    assert "ждёт решения" in shown and "будет повторено" in shown
    assert "2 события с ошибкой" in shown


@pytest.mark.parametrize("path", ["/v1/", "/v1/events/catalogue"])
def test_page_that_needs_no_database_shows_how_many_wait_while_there_is_one(writing, reading, client, path):
    dead(writing, reading, "hopeless")

    alarmed = page(client, path)
    with reading.database.write() as session:
        session.execute(text("ALTER TABLE inbox RENAME TO lost"))
    calm = client.get(path, headers=RUSSIAN)
    with reading.database.write() as session:
        session.execute(text("ALTER TABLE lost RENAME TO inbox"))

    assert "1 событие с ошибкой" in alarmed
    assert calm.status_code == 200
    assert "st bad" not in calm.text


def test_page_is_calm_when_nothing_failed(client):
    shown = page(client)

    assert "Событий с ошибкой нет" in shown
    assert "st bad" not in shown


def test_action_is_looked_at_then_done_with_a_reason(writing, reading, client):
    letter = dead(writing, reading, "hopeless")
    address = f"/events/dead/{letter}/replay"

    looked = page(client, address)
    refused = send(client, address, "  ")
    done = send(client, address, "починили")
    before = page(client, done.location)
    retry_all(reading)
    after = page(client, done.location)

    assert "Служба сразу повторит попытку" in looked
    assert refused.status_code == 422
    assert 'aria-invalid="true"' in refused.text and "Напишите, почему" in refused.text
    assert done.status_code == 303
    assert "Сейчас будет повторено" in before and "повторено" in before and "починили" in before
    assert "Обработано" in after
    assert told(reading) == ["hopeless"]


def test_refused_reason_is_kept_in_its_field(writing, reading, client):
    letter = dead(writing, reading, "hopeless")

    refused = send(client, f"/events/dead/{letter}/discard", "<b>" * 200)

    assert refused.status_code == 422
    assert "<b><b>" not in refused.text and "&lt;b&gt;&lt;b&gt;" in refused.text
    assert "от 1 до 500" in refused.text


def test_discarded_event_says_so(writing, reading, client):
    letter = dead(writing, reading, "hopeless")

    done = send(client, f"/events/dead/{letter}/discard", "nobody needs it")

    assert "Содержание удалено." in page(client, done.location)
    assert "nobody needs it" in page(client, done.location)
    assert client.get(f"/events/dead/{letter}/replay", headers=RUSSIAN).status_code == 409


def test_page_of_another_site_cannot_discard(writing, reading, client):
    letter = dead(writing, reading, "hopeless")
    stranger = {"Origin": "https://evil.example"}

    for path in (f"{PATH}/{letter}/discard", f"/events/dead/{letter}/discard"):
        assert client.post(path, json=REALLY, headers=stranger).status_code == 403

    assert client.get(f"{PATH}/{letter}").json["state"] == "dead"


def test_error_with_markup_is_text(writing, reading, client):
    markup = "<img src=x onerror=alert(1)>"

    letter = dead(writing, reading, markup)

    for path in ("/events/dead", f"/events/dead/{letter}", f"/events/dead/{letter}/replay"):
        assert "<img" not in client.get(path, headers=RUSSIAN).text
