import ssl
import time
from functools import partial

import pytest

import mail_servers
from letters import a_rendered, an_envelope
from mail_servers import a_mail_server, a_villain, dribble, fall_silent, hang_up, reset
from notifications.mail.addresses import MailAddress
from notifications.mail.message import build_message
from notifications.mail.outcome import Outcome, Phase, State
from notifications.mail.smtp import send
from notifications.mail.smtp_connection import MailServer, Security
from servers.ports import free_port

plain_server = partial(
    MailServer, host=mail_servers.HOST, security=Security.NONE, local_name="test.example", timeout_seconds=10
)
IMPATIENT = {"timeout_seconds": 0.4}


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    return mail_servers.a_certificate(tmp_path_factory.mktemp("certificate"))


@pytest.fixture
def ssl_context(certificate):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    return context


def a_letter(text="Текст\n"):
    return build_message(an_envelope(), a_rendered(text=text))


def test_letter_is_accepted_and_arrives_as_it_was_written(desk):
    letter = a_letter(".\n..два\n" + "слово " * 500)

    with a_mail_server(desk) as port:
        outcome = send(plain_server(port=port), letter)

    (taken,) = desk.taken
    assert outcome == Outcome(state=State.ACCEPTED, phase=Phase.ANSWER, code=250, reason="OK")
    assert taken.content == letter.as_bytes()
    assert (taken.mail_from, taken.rcpt_tos) == ("missions@caravan.example", ["o.dubravina@sensor.example"])


def test_lines_that_begin_with_a_dot_arrive_with_one():
    letter = a_letter()
    letter.get_body(("plain",)).set_content(".\r\n.. two\r\nend", cte="7bit")

    with a_villain() as villain:
        send(plain_server(port=villain.port), letter)

    assert b"\r\n..\r\n... two\r\n" in villain.letters[0]


@pytest.mark.parametrize(
    ("command", "answer", "state", "phase"),
    [
        ("MAIL", "451 later", State.DEFERRED, Phase.SENDER),
        ("MAIL", "550 not you", State.FAILED, Phase.SENDER),
        ("RCPT", "421 closing", State.DEFERRED, Phase.RECIPIENT),
        ("RCPT", "451 greylisted", State.DEFERRED, Phase.RECIPIENT),
        ("RCPT", "550 no such user", State.FAILED, Phase.RECIPIENT),
        ("DATA", "452 full", State.DEFERRED, Phase.ANSWER),
        ("DATA", "554 spam", State.FAILED, Phase.ANSWER),
    ],
)
def test_refusal_is_judged_by_its_code(desk, command, answer, state, phase):
    desk.answers[command] = answer

    with a_mail_server(desk) as port:
        outcome = send(plain_server(port=port), a_letter())

    code, reason = answer.split(" ", 1)
    assert outcome == Outcome(state=state, phase=phase, code=int(code), reason=reason)
    assert desk.taken == []


@pytest.mark.parametrize(
    ("script", "state", "phase", "reason"),
    [
        ({"BANNER": fall_silent}, State.DEFERRED, Phase.CONNECT, "timeout"),
        ({"BANNER": hang_up}, State.DEFERRED, Phase.CONNECT, "connection lost"),
        ({"BANNER": b"554 no mail here\r\n"}, State.DEFERRED, Phase.CONNECT, "no mail here"),
        ({"BANNER": b"421 busy\r\n"}, State.DEFERRED, Phase.CONNECT, "busy"),
        ({"BANNER": b"what?\r\n"}, State.DEFERRED, Phase.CONNECT, ""),
        ({"EHLO": hang_up}, State.DEFERRED, Phase.HELLO, "connection lost"),
        ({"RCPT": reset}, State.DEFERRED, Phase.RECIPIENT, "connection lost"),
        ({"DATA": hang_up}, State.DEFERRED, Phase.DATA, "connection lost"),
        ({"DATA": b"554 no valid recipients\r\n"}, State.FAILED, Phase.DATA, "no valid recipients"),
        ({"LINE": hang_up}, State.DEFERRED, Phase.BODY, "connection lost"),
        ({"LINE": reset}, State.DEFERRED, Phase.BODY, "connection lost"),
        ({"LINE": b"552 too large\r\n"}, State.FAILED, Phase.BODY, "too large"),
        ({"DOT": hang_up}, State.UNKNOWN, Phase.ANSWER, "connection lost"),
        ({"DOT": reset}, State.UNKNOWN, Phase.ANSWER, "connection lost"),
        ({"DOT": fall_silent}, State.UNKNOWN, Phase.ANSWER, "timeout"),
        ({"DOT": b"what?\r\n"}, State.UNKNOWN, Phase.ANSWER, ""),
        ({"DOT": b"421 going down\r\n"}, State.DEFERRED, Phase.ANSWER, "going down"),
        ({"QUIT": b"421 going down\r\n"}, State.ACCEPTED, Phase.ANSWER, "ok"),
        ({"QUIT": hang_up}, State.ACCEPTED, Phase.ANSWER, "ok"),
        ({"QUIT": fall_silent}, State.ACCEPTED, Phase.ANSWER, "ok"),
    ],
)
def test_broken_conversation_is_judged_by_where_it_broke(script, state, phase, reason):
    look = 5 if "LINE" in script else 0.02

    with a_villain(**script) as villain:
        patience = IMPATIENT if fall_silent in script.values() else {}
        outcome = send(plain_server(port=villain.port, early_reply_seconds=look, **patience), a_letter())

    assert (outcome.state, outcome.phase) == (state, phase)
    assert reason in outcome.reason
    assert len(villain.letters) == (phase is Phase.ANSWER)


def test_long_letter_cut_in_the_middle_is_deferred():
    with a_villain(LINE=reset) as villain:
        outcome = send(plain_server(port=villain.port), a_letter("слово " * 1_000_000))

    assert (outcome.state, outcome.phase) == (State.DEFERRED, Phase.BODY)


def test_nobody_listening_is_deferred():
    server = plain_server(port=free_port())

    outcome = send(server, a_letter())

    assert outcome == Outcome(state=State.DEFERRED, phase=Phase.CONNECT, reason="connection refused")


def test_unknown_host_is_deferred():
    outcome = send(plain_server(host="mail.invalid", port=25), a_letter())

    assert (outcome.state, outcome.phase) == (State.DEFERRED, Phase.CONNECT)


@pytest.mark.parametrize(("step", "state"), [("BANNER", State.DEFERRED), ("DOT", State.UNKNOWN)])
def test_server_of_a_byte_at_a_time_is_left_at_the_deadline(step, state):
    started = time.monotonic()

    with a_villain(**{step: dribble}) as villain:
        server = plain_server(port=villain.port, deadline_seconds=0.5, answer_seconds=0.5)
        outcome = send(server, a_letter())

    assert (outcome.state, outcome.reason) == (state, "timeout")
    assert time.monotonic() - started < 4


@pytest.mark.parametrize(("answers", "calls"), [({}, 1), ({"RCPT": "550 no such user"}, 0), ({"DATA": "554 no"}, 1)])
def test_caller_is_told_before_the_final_dot_and_only_then(desk, answers, calls):
    desk.answers = answers
    seen = []

    with a_mail_server(desk) as port:
        send(plain_server(port=port), a_letter(), before_final_dot=lambda: seen.append(len(desk.taken)))

    assert seen == [0] * calls


def test_letter_to_two_people_is_refused_before_a_word_is_said():
    letter = a_letter()
    del letter["To"]
    letter["To"] = [MailAddress("a@x.example").header(), MailAddress("b@x.example").header()]

    with pytest.raises(ValueError, match="exactly one address in To"):
        send(plain_server(port=1), letter)


@pytest.mark.parametrize("security", [Security.STARTTLS, Security.TLS])
def test_letter_is_sent_encrypted_after_a_login(desk, certificate, ssl_context, security):
    options = {
        Security.STARTTLS: {"tls_context": ssl_context, "require_starttls": True, "auth_required": True},
        Security.TLS: {"ssl_context": ssl_context, "is_encrypted": True, "auth_require_tls": False},
    }[security]
    check = mail_servers.password_check("caravan", "secret")

    with a_mail_server(desk, authenticator=check, **options) as port:
        server = partial(plain_server, port=port, security=security, ca_file=str(certificate[0]))
        outcomes = [send(server(username="caravan", password=word), a_letter()) for word in ("secret", "wrong")]

    assert [(outcome.state, outcome.phase) for outcome in outcomes] == [
        (State.ACCEPTED, Phase.ANSWER),
        (State.DEFERRED, Phase.AUTHENTICATION),
    ]
    assert (outcomes[1].code, outcomes[1].reason) == (535, "authentication")
    assert len(desk.taken) == 1


def test_login_at_a_server_without_logins_is_deferred(desk):
    with a_mail_server(desk) as port:
        outcome = send(plain_server(port=port, username="caravan", password="secret"), a_letter())

    assert (outcome.state, outcome.reason) == (State.DEFERRED, "authentication")


@pytest.mark.parametrize("security", [Security.STARTTLS, Security.TLS])
def test_server_that_nobody_vouches_for_gets_nothing(desk, ssl_context, security):
    options = {
        Security.STARTTLS: {"tls_context": ssl_context},
        Security.TLS: {"ssl_context": ssl_context, "is_encrypted": True},
    }[security]

    with a_mail_server(desk, **options) as port:
        outcome = send(plain_server(port=port, security=security), a_letter())

    assert (outcome.state, outcome.phase, outcome.reason) == (State.DEFERRED, Phase.ENCRYPTION, "encryption")
    assert desk.taken == []


def test_letter_is_never_sent_in_the_clear_where_encryption_is_wanted(desk):
    with a_mail_server(desk) as port:
        outcome = send(plain_server(port=port, security=Security.STARTTLS), a_letter())

    assert (outcome.state, outcome.phase, outcome.reason) == (State.DEFERRED, Phase.ENCRYPTION, "encryption")
    assert desk.taken == []


def test_password_is_neither_sent_in_the_clear_nor_shown():
    with pytest.raises(ValueError, match="needs encryption"):
        MailServer(host="mail.example", security=Security.NONE, username="caravan", password="secret")

    assert "secret" not in repr(MailServer(host="mail.example", username="caravan", password="secret"))
