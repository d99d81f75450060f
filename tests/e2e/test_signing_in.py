"""Somebody is invited and signs in by mail, in one process on SQLite and in many on RabbitMQ and PostgreSQL."""

import asyncio
import re
import threading
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest
import requests

from deployment import many_processes, one_process
from instances import wait_for
from letters_read import address_of, body_of, letters_taken
from mail_servers import Desk, a_mail_server
from servers.vhost import Vhost
from signed_in import anonymous
from under_kills import broker as set_up_on
from under_kills import databases

COLLEAGUE, STRANGER = "r.snegirin@example.org", "nobody@example.org"
QUICK = {
    "NOTIFICATIONS_LEASE_SECONDS": "0.5",
    "NOTIFICATIONS_SMTP_TIMEOUT_SECONDS": "1",
    "NOTIFICATIONS_SMTP_DEADLINE_SECONDS": "1",
}
"""How soon another sender takes up what a killed one had in hand."""
BY_MAIL_ALONE = {"REGISTRATION_SECOND_FACTOR": "offered"}
SENDERS = ("up", "work-notifications")
"""Which process sends, in one and in many."""


@dataclass
class Hall(Desk):
    """A mail server that can be told to keep one letter waiting, after its recipient was named."""

    waits: threading.Event = field(default_factory=threading.Event)
    keeps_waiting: bool = False

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802  # aiosmtpd's name
        if self.keeps_waiting:
            self.keeps_waiting = False
            self.waits.set()
            await asyncio.sleep(3600)
        return await super().handle_RCPT(server, session, envelope, address, options)

    def letters(self, subject):
        """Return the letters with a subject that begins so."""
        return [letter for letter in letters_taken(self.taken) if letter["Subject"].startswith(subject)]


class Browser:
    """Sends forms as a browser does, and goes by its cookies alone."""

    def __init__(self, urls):
        self._urls, self._cookies = urls, requests.Session()

    def get(self, path):
        """Open a page, and stay there where it leads elsewhere."""
        return self._ask("GET", path)

    def send(self, path, form_of="", **values):
        """Send the form of a page."""
        page = self.get(form_of or path)
        token = re.search(r'name="csrf_token"[^>]* value="([^"]+)"', page.text)
        assert token, page.text
        return self._ask("POST", path, data={"csrf_token": token[1], **values})

    def _ask(self, method, path, **given):
        url = self._urls[path.split("/")[1]] + path
        headers = {**anonymous(), "Accept": "text/html", "Accept-Language": "ru"}
        return self._cookies.request(method, url, headers=headers, allow_redirects=False, timeout=30, **given)


@contextmanager
def in_one_process(request, folder, settings):
    with one_process(folder, settings) as instance:
        yield instance


@contextmanager
def in_many_processes(request, folder, settings):
    with ExitStack() as stack:
        vhost = stack.enter_context(Vhost(request.getfixturevalue("broker")))
        settings |= databases(stack, request.getfixturevalue("postgres_url")) | set_up_on(vhost)
        yield stack.enter_context(many_processes(folder, settings))


@pytest.mark.parametrize("running", [in_one_process, in_many_processes], ids=lambda way: way.__name__)
def test_colleague_is_invited_and_signs_in_by_a_letter_that_comes_once_though_its_sender_is_killed(
    request, tmp_path, running
):
    hall = Hall()
    with a_mail_server(hall) as port, running(request, tmp_path, QUICK | BY_MAIL_ALONE | at(port)) as instance:
        browser = Browser(instance.urls)
        invite(instance)
        door = link_in(wait_for(lambda: hall.letters("Вас приглашают"), 60)[0])
        assert browser.get("/notifications/").headers["Location"].startswith(door)

        hall.keeps_waiting = True
        known, unknown = (browser.send(door, email=address) for address in (COLLEAGUE, STRANGER))
        kill_the_sender(instance, hall)
        letter = wait_for(lambda: hall.letters("Вход в Караван"), 60)[0]
        used = browser.send(link_in(letter))

        assert (known.status_code, unknown.status_code) == (303, 303)
        assert (used.status_code, used.headers["Location"]) == (303, "/")
        assert COLLEAGUE in browser.get("/registration/me").text
        assert [browser.get(f"/{service}/").status_code for service in instance.urls] == [200, 200, 200]
        assert browser.send("/registration/sign-in/code/" + attempt_of(known), code=code_in(letter)).status_code == 410
    assert {address_of(letter) for letter in hall.letters("")} == {COLLEAGUE}
    assert len(hall.taken) == 2
    told = "".join(log.read_text() for log in tmp_path.glob("*.log"))
    assert "mail attempted" in told
    assert not any(secret in told for secret in (link_in(letter), code_in(letter)))


def at(port):
    return {"NOTIFICATIONS_SMTP_URL": f"smtp://127.0.0.1:{port}"}


def invite(instance):
    body = {"email": COLLEAGUE, "role": "agency", "scope": "RU-KLU", "language": "ru"}
    url = f"{instance.urls['registration']}/registration/v1/members"
    assert requests.post(url, json=body, timeout=30).status_code == 201


def kill_the_sender(instance, hall):
    """Kill whoever has a letter half way through, and start it again."""
    assert hall.waits.wait(60)
    (sender,) = (process for name, process in instance.processes.items() if name in SENDERS)
    sender.kill()
    sender.start()
    instance.wait_until_ready()


def link_in(letter):
    found = re.search(r"Войти: (\S+)", body_of(letter, "plain"))
    assert found, letter
    return urlsplit(found[1]).path


def code_in(letter):
    found = re.search(r"код для входа: (\d{3})\s(\d{3})", body_of(letter, "plain"))
    assert found, letter
    return found[1] + found[2]


def attempt_of(answer):
    return answer.headers["Location"].rpartition("/")[2]
