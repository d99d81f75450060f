"""Tiles for pages of other services."""

import pytest

from access.roles import Role
from builders.meetings import an_agreement
from builders.notifications import MISSION, a_known_mission
from notifications.sending.sender import send_mail
from notifications.service import SERVICE
from servicekit.app import create_app
from signed_in import token

ELSEWHERE = "01a20a5c-0000-7000-8000-000000000000"


@pytest.fixture
def runtime(runtime_of, tmp_path):
    return runtime_of(SERVICE, mailbox_dir=tmp_path / "mailbox")


@pytest.fixture
def known(bus):
    return a_known_mission(bus)


def shown(runtime, claims=None, mission=MISSION, language="ru"):
    client = create_app(runtime).test_client()
    if claims is not None:
        client.set_cookie("caravan-token", token(claims))
    headers = {"Accept": "text/html", "Accept-Language": language, "Authorization": "Basic bm9ib2R5Og=="}
    answer = client.get(f"/missions/{mission}/tiles/mails", headers=headers)
    return answer.status_code, answer.get_data(as_text=True)


def test_tile_tells_how_many_letters_were_sent_and_wait(known, runtime):
    known.send(an_agreement())
    before = shown(runtime)[1]
    send_mail(runtime)
    status, after = shown(runtime)

    assert status == 200
    assert "0 из 2" in before and "2 в пути" in before
    assert "2 из 2" in after and "в пути" not in after
    assert f'href="/deliveries?mission_id={MISSION}"' in after


def test_tile_of_a_mission_without_letters_says_so(known, runtime):
    assert "Писем об этой миссии пока не было" in shown(runtime)[1]
    assert "No letter about this mission" in shown(runtime, language="en")[1]


def test_tile_is_there_for_whoever_may_read_messages(known, runtime):
    known.send(an_agreement())
    claims = [
        {Role.ORGANISER: [MISSION]},
        {Role.AGENCY: ["RU-KLU"]},
        {Role.ORGANISER: [ELSEWHERE]},
        {Role.READER: [MISSION]},
    ]

    assert [shown(runtime, one)[0] for one in claims] == [200, 200, 404, 404]
    assert shown(runtime, mission=ELSEWHERE)[0] == 404
