"""Messages to groups: number of recipients, preview, sending once, states of the deliveries."""

import re

import pytest
from sqlalchemy import select

from access.roles import Role
from browsers import browser_for
from builders.notifications import GUEST, GUEST_PERSON, MISSION, a_contact, a_known_mission, deliveries
from notifications.models import Delivery, GroupMessage
from notifications.sending.sender import send_mail
from servicekit.app import create_app

PATH = f"/missions/{MISSION}/messages"
WORDS = {"subject_ru": "Автобус в 8:30", "text_ru": "Встречаемся у входа.\r\n\r\nНе опаздывайте."}


@pytest.fixture
def known(bus):
    return a_known_mission(bus)


@pytest.fixture
def browser(runtime, known):
    return browser_for(create_app(runtime))


def previewed(browser, **fields):
    return browser.send(PATH, form_of=f"{PATH}/new", action="preview", **WORDS | fields)


def sent(browser, preview, **fields):
    """Send the message from its preview."""
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', preview.text))
    return browser.post(PATH, data=hidden | WORDS | fields | {"action": "send"}, headers={"Accept": "text/html"})


def written(runtime):
    with runtime.database.read() as session:
        return session.scalars(select(GroupMessage)).all()


def test_message_is_seen_first_and_sends_nothing(browser, runtime):
    preview = previewed(browser)

    assert "Отправить: 2" in preview.text
    assert "Встречаемся у входа." in preview.text
    assert written(runtime) == []


def test_each_of_the_group_gets_a_letter_and_its_fate_is_told(browser, runtime):
    answer = sent(browser, previewed(browser))
    while send_mail(runtime):
        pass

    shown = browser.page(answer.headers["Location"]).text
    assert "отправлено: 2" in shown
    with runtime.database.read() as session:
        subjects = session.scalars(select(Delivery.subject).where(Delivery.kind == "group_message")).all()
    assert subjects == ["Автобус в 8:30"] * 2


def test_message_that_is_sent_twice_goes_once(browser, runtime):
    preview = previewed(browser)

    first, second = sent(browser, preview), sent(browser, preview)

    assert first.headers["Location"] == second.headers["Location"]
    assert len(written(runtime)) == 1
    assert len(deliveries(runtime)) == 2


@pytest.mark.parametrize(
    ("group", "people"),
    [
        ({"region": "RU-KLU"}, 1),
        ({"standing": "others"}, 2),
        ({"words": "ДАТЧИК"}, 1),
        ({"words": "klu-0"}, 2),
        ({"words": "%"}, 0),
        ({"standing": "admitted"}, 0),
        ({"attendance": "online"}, 0),
    ],
)
def test_group_is_counted_while_it_is_chosen(browser, group, people):
    query = "&".join(f"{name}={value}" for name, value in group.items()).replace("%", "%25")

    shown = browser.page(f"{PATH}/new?{query}").text

    assert re.search(rf'name="people" value="{people}"', shown)


def test_group_that_has_grown_since_it_was_seen_is_shown_again(browser, runtime, known):
    preview = previewed(browser)
    known.send(a_contact(person_id=GUEST_PERSON, organisation_id=GUEST, may_be_written_to=False))

    answer = sent(browser, preview)

    assert answer.status_code == 409
    assert "Группа тем временем изменилась" in answer.text
    assert "ещё 1 не хочет сообщений" in answer.text
    assert written(runtime) == []


@pytest.mark.parametrize(
    ("fields", "field", "said"),
    [
        ({"subject_ru": ""}, "subject_ru", "Напишите тему"),
        ({"text_ru": ""}, "text_ru", "Напишите текст"),
        ({"subject_ru": "", "text_ru": ""}, "subject_ru", "хотя бы на одном языке"),
        ({"subject_ru": "а" * 151}, "subject_ru", ""),
        ({"standing": "admitted"}, "standing", "никого нет"),
    ],
)
def test_what_cannot_be_sent_is_said_beside_its_field_and_kept(browser, runtime, fields, field, said):
    answer = previewed(browser, **fields)

    assert answer.status_code == 422
    assert said in re.search(rf'<p class="msg" id="{field}-e">([^<]+)</p>', answer.text)[1]
    assert "Не опаздывайте." in answer.text or fields.get("text_ru") == ""
    assert written(runtime) == []


def test_coordinator_writes_to_the_own_side_alone(runtime, known):
    coordinator = browser_for(create_app(runtime), {Role.AGENCY: ["RU-KLU"]})

    assert 'name="people" value="1"' in coordinator.page(f"{PATH}/new").text


def test_nobody_else_writes(runtime, known):
    delegate = browser_for(create_app(runtime), {Role.DELEGATE: [GUEST]})

    assert delegate.page(f"{PATH}/new").status_code in {403, 404}
