import pytest
from sqlalchemy import update

from builders.meetings import a_line, an_agreement, an_itinerary, cancelled, moved
from builders.notifications import NOON, a_contact, a_delivery, a_known_mission, a_removal, an_application, deliveries
from notifications.models import Attempt
from notifications.sending.sender import send_mail
from notifications.service import SERVICE
from servicekit.app import create_app

RUSSIAN = {"Accept-Language": "ru"}


@pytest.fixture
def runtime(runtime_of, tmp_path):
    return runtime_of(SERVICE, mailbox_dir=tmp_path / "mailbox")


@pytest.fixture
def client(runtime):
    return create_app(runtime).test_client()


@pytest.fixture
def known(bus):
    return a_known_mission(bus)


@pytest.fixture
def sent(known, runtime):
    known.send(an_agreement())
    send_mail(runtime)
    return known


def page(client, path="/", **options):
    return client.get(path, headers=RUSSIAN, **options).text


def test_mailbox_lists_letters_with_their_readers(sent, client):
    shown = page(client)

    assert "Снегирин Роман Андреевич" in shown
    assert "Соглашение подписано: АО «Теплосеть»" in shown.replace("\u00a0", " ")
    assert '<span class="st ok">отправлено</span>' in shown


def test_empty_mailbox_says_what_will_come(client):
    assert "Писем нет" in page(client)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=снегирин", 2),
        ("q=снегирин%00", 2),
        ("q=ДАТЧИК", 1),
        ("q=teploset", 1),
        ("q=nobody", 0),
        ("kind=agreement_signed&state=accepted", 2),
        ("state=failed", 0),
        ("state=no-such-state", 2),
    ],
)
def test_mailbox_is_searched_by_names_kind_and_state(sent, client, query, found):
    assert page(client, f"/?{query}").count('href="/mails/') == found


@pytest.mark.parametrize("words", ["%25", "_", "'; DROP TABLE delivery--", "%5c"])
def test_25_search_takes_its_words_literally(sent, client, words):
    assert 'href="/mails/' not in page(client, f"/?q={words}")


def test_letter_is_shown_as_its_reader_sees_it(known, runtime, client):
    line, other = a_line(), a_line("m-2", starts_at=NOON.replace(hour=11))
    known.send(an_itinerary(line, other))
    known.send(an_itinerary(moved(line), cancelled(other), number=2))
    send_mail(runtime)
    changed = deliveries(runtime)[-1]

    shown = page(client, f"/mails/{changed.id}")
    locked = client.get(f"/mails/{changed.id}/page")
    raw = client.get(f"/mails/{changed.id}/source")

    assert "Авария на станции" in shown
    assert "изменить" in shown
    assert "вычеркнуть" in shown
    assert "sandbox" in shown
    assert "sandbox" in locked.headers["Content-Security-Policy"]
    assert "frame-ancestors 'self'" in locked.headers["Content-Security-Policy"]
    assert "unsafe-inline" not in locked.headers["Content-Security-Policy"]
    assert "<table" in locked.text
    assert raw.mimetype == "text/plain"
    assert b"Auto-Submitted: auto-generated" in raw.data


def test_letter_that_was_not_sent_is_shown_as_it_would_be_written(known, runtime, client):
    known.send(an_application())

    shown = page(client, f"/mails/{a_delivery(runtime).id}")

    assert "Попыток ещё не было" in shown


def test_answer_of_a_server_is_shown_as_it_is(sent, runtime, client):
    first = deliveries(runtime)[0]
    with runtime.database.write() as session:
        session.execute(update(Attempt).values(state="deferred", reason="452 disk 100% full %(x)s"))

    assert "452 disk 100% full %(x)s" in page(client, f"/mails/{first.id}")


def test_letter_to_an_erased_person_is_not_shown(sent, runtime, client):
    sent.send(a_removal())

    assert client.get(f"/mails/{deliveries(runtime)[0].id}", headers=RUSSIAN).status_code == 404


def test_log_counts_states_and_tells_the_last_answer(known, runtime, client):
    known.send(a_contact(email="nobody"))
    known.send(an_application())
    send_mail(runtime)

    shown = page(client, "/deliveries")

    assert "не доставлено" in shown
    assert "no letter can be written" in shown


@pytest.mark.parametrize("path", ["/", "/deliveries", "/mails/{}", "/mails/{}/page", "/mails/{}/source"])
def test_letters_are_shown_to_nobody_who_has_not_signed_in(sent, runtime, client, path):
    client.delete_cookie("caravan-token")

    answer = client.get(path.format(deliveries(runtime)[0].id), headers={"Accept": "text/html"})

    assert answer.status_code == 303
    assert answer.location.startswith("/registration/sign-in?next=")
    assert "Снегирин" not in answer.text


def test_pages_stand_under_the_prefix_of_the_service(sent, client):
    shown = page(client, "/", environ_overrides={"SCRIPT_NAME": "/notifications"})

    assert 'href="/notifications/mails/' in shown


def test_log_tells_which_messages_wait_for_somebodys_word(known, client):
    known.send(a_contact(is_vouched_for=False))
    known.send(an_application())

    waiting = page(client, "/deliveries")
    known.send(a_contact())

    assert "до одобрения заявки" in waiting
    assert "до одобрения заявки" not in page(client, "/deliveries")
