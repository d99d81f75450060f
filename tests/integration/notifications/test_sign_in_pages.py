import pytest

import signed_in
from access.roles import Role
from builders.accounts import ADDRESS, CODE, LINK, a_sign_in
from builders.notifications import MISSION, Bus, a_delivery, a_known_mission, an_application
from letters import plain
from letters_read import body_of, letters_in
from mail_servers import Desk, a_mail_server
from notifications.sending.sender import send_mail
from notifications.service import SERVICE
from servicekit.app import create_app

SPACED = f"{CODE[:3]} {CODE[3:]}"
RUSSIAN = {"Accept-Language": "ru"}


@pytest.fixture(params=["on disk", "by a server"])
def runtime(request, sqlite_runtime_of, tmp_path):
    """A notifications service, with a mailbox on disk and with a mail server."""
    with a_mail_server(Desk()) as port:
        ways = {
            "on disk": {"mailbox_dir": tmp_path / "mailbox"},
            "by a server": {"smtp_url": f"smtp://127.0.0.1:{port}"},
        }
        yield sqlite_runtime_of(SERVICE, **ways[request.param])


@pytest.fixture
def client(runtime):
    return create_app(runtime).test_client()


def shown_of(client, delivery):
    paths = ("/", "/deliveries", f"/mails/{delivery.id}", f"/mails/{delivery.id}/page", f"/mails/{delivery.id}/source")
    answers = [client.get(path, headers=RUSSIAN) for path in paths]
    answers += [client.get(path) for path in ("/v1/deliveries", f"/v1/deliveries/{delivery.id}")]
    assert {answer.status_code for answer in answers} == {200}
    return [plain(answer.text) for answer in answers]


@pytest.mark.parametrize("is_sent", [False, True])
def test_who_reads_letters_back_sees_neither_link_nor_code(runtime, client, is_sent):
    Bus(runtime).send(a_sign_in())
    if is_sent:
        send_mail(runtime)
    delivery = a_delivery(runtime)

    pages = shown_of(client, delivery)

    assert delivery.state == ("accepted" if is_sent else "queued")
    assert "••• •••" in pages[3]
    assert "Ссылка и код скрыты" in pages[2]
    for page in pages:
        assert not any(secret in page for secret in (LINK, LINK.rpartition("/")[2], CODE, SPACED))


def test_letter_in_the_operators_own_mailbox_is_whole(sqlite_runtime_of, tmp_path):
    runtime = sqlite_runtime_of(SERVICE, mailbox_dir=tmp_path / "mailbox")
    Bus(runtime).send(a_sign_in())

    send_mail(runtime)

    (letter,) = letters_in(tmp_path / "mailbox")
    assert LINK in body_of(letter, "plain")
    assert SPACED in plain(body_of(letter, "html"))


def test_list_names_the_address_where_there_is_no_name(runtime, client):
    Bus(runtime).send(a_sign_in())

    assert ADDRESS in client.get("/?q=DUBRAVINA", headers=RUSSIAN).text
    assert "Вход" in client.get("/deliveries?kind=sign_in", headers=RUSSIAN).text


@pytest.mark.parametrize("claims", [{Role.AGENCY: ["RU-KLU", "RU-KYA"]}, {Role.ORGANISER: [MISSION]}])
def test_letters_to_accounts_are_there_for_the_platforms_admin_alone(runtime, client, claims):
    bus = a_known_mission(Bus(runtime))
    bus.send(an_application())
    own = a_delivery(runtime)
    bus.send(a_sign_in())
    headers = signed_in.bearer(claims)

    listed = client.get("/v1/deliveries", headers=headers).json["items"]
    everything = client.get("/v1/deliveries").json["items"]
    (foreign,) = [item for item in everything if item["kind"] == "sign_in"]

    assert [item["id"] for item in listed] == [str(own.id)]
    assert (foreign["mission_id"], foreign["organisation_id"]) == (None, None)
    assert client.get(f"/v1/deliveries/{foreign['id']}", headers=headers).status_code == 404
