"""Who may ask from where, under which name and how often, and what every answer tells the browser."""

from collections import Counter
from datetime import timedelta

import pytest

from notes_http import SERVICE, count
from servicekit.app import create_app
from servicekit.data import clock
from servicekit.web.security import HSTS_SECONDS

RUSSIAN = {"Accept-Language": "ru"}
OPEN = {"public_url": "https://caravan.example", "rate_limit": "6/minute"}


@pytest.fixture
def runtime(sqlite_runtime_of):
    return sqlite_runtime_of(SERVICE)


@pytest.fixture
def client(runtime):
    return create_app(runtime).test_client()


def statuses(client, times, address="203.0.113.7", path="/v1/notes", **headers):
    """Ask so often from an address, and count what was answered."""
    found = Counter()
    for _ in range(times):
        with client.get(path, headers=headers, environ_base={"REMOTE_ADDR": address}) as answer:
            found[answer.status_code] += 1
    return found


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8000", "127.0.0.1.evil.example", "", "[::1", "a b"])
def test_12_instance_answers_under_its_own_names_alone(client, runtime, host):
    answers = [
        client.get("/v1/notes", headers={"Host": host}),
        client.post("/v1/notes", json={"words": "x"}, headers={"Host": host}),
        client.get("/v1", headers={"Host": host}),
    ]

    assert [answer.status_code for answer in answers] == [400, 400, 400]
    assert "evil" not in "".join(str(answer.headers) for answer in answers)
    assert count(runtime) == 0


@pytest.mark.parametrize("name", ["X-Forwarded-For", "Forwarded", "X-Real-IP", "X-Client-IP"])
def test_13_forged_address_escapes_no_limit(sqlite_runtime_of, name):
    client = create_app(sqlite_runtime_of(SERVICE, **OPEN)).test_client()

    found = sum((statuses(client, 1, **{name: f"198.51.100.{number}"}) for number in range(10)), Counter())

    assert found == {200: 6, 429: 4}


def test_13_headers_of_a_proxy_are_ignored_unless_there_is_one(sqlite_runtime_of):
    forged = {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https", "X-Forwarded-Prefix": "/evil"}
    direct = create_app(sqlite_runtime_of(SERVICE)).test_client()
    behind = create_app(sqlite_runtime_of(SERVICE, proxy_hops=1)).test_client()

    answer = direct.get("/v1", headers=forged)

    assert (answer.status_code, answer.headers["Location"]) == (302, "/v1/")
    assert behind.get("/v1", headers=forged).status_code == 400


def test_13_behind_a_proxy_each_client_is_counted_by_what_the_proxy_adds(sqlite_runtime_of):
    client = create_app(sqlite_runtime_of(SERVICE, proxy_hops=1, **OPEN)).test_client()

    first = statuses(client, 8, **{"X-Forwarded-For": "198.51.100.1"})
    other = statuses(client, 1, **{"X-Forwarded-For": "198.51.100.2"})
    forged = statuses(client, 1, **{"X-Forwarded-For": "198.51.100.9, 198.51.100.1"})

    assert (first, other, forged) == ({200: 6, 429: 2}, {200: 1}, {429: 1})


def test_28_one_address_is_told_to_wait_and_the_others_are_not(runtime_of, monkeypatch):
    client = create_app(runtime_of(SERVICE, **OPEN | {"rate_limit": "60/minute"})).test_client()

    found = statuses(client, 66)
    refused = client.get("/v1/notes", environ_base={"REMOTE_ADDR": "203.0.113.7"})
    page = client.get("/nowhere", headers={"Accept": "text/html"}, environ_base={"REMOTE_ADDR": "203.0.113.7"})
    other = statuses(client, 3, "203.0.113.8")
    free = statuses(client, 3, path="/health/live") + statuses(client, 3, path="/look/x/look.css")
    at = clock.machine_now() + timedelta(seconds=61)
    monkeypatch.setattr("servicekit.web.rate_limits.machine_now", lambda: at)
    monkeypatch.setattr("servicekit.web.rate_limits.machine_now", lambda: at)

    assert found == {200: 60, 429: 6}
    assert (refused.mimetype, page.mimetype) == ("application/problem+json", "text/html")
    assert 50 <= int(refused.headers["Retry-After"]) <= 60
    assert (other, free) == ({200: 3}, {200: 6})
    assert statuses(client, 3) == {200: 3}


def test_28_processes_let_through_little_more_than_one(runtime_of):
    runtime = runtime_of(SERVICE, **OPEN | {"rate_limit": "60/minute"})
    processes = [create_app(runtime).test_client() for _ in range(3)]

    found = sum((statuses(client, 1) for _ in range(40) for client in processes), Counter())

    assert 60 <= found[200] <= 60 + 2 * len(processes)


def test_28_one_household_is_one_address(sqlite_runtime_of):
    client = create_app(sqlite_runtime_of(SERVICE, **OPEN)).test_client()

    found = sum((statuses(client, 1, f"2001:db8::{number:x}") for number in range(10)), Counter())

    assert found == {200: 6, 429: 4}
    assert statuses(client, 1, "2001:db8:0:1::1") == {200: 1}


def test_machine_itself_is_not_limited_where_nobody_else_comes(sqlite_runtime_of):
    client = create_app(sqlite_runtime_of(SERVICE, rate_limit="2/minute")).test_client()

    assert statuses(client, 5, "127.0.0.1") == {200: 5}
    assert statuses(client, 5) == {200: 2, 429: 3}


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_134_page_of_another_site_changes_nothing(client, runtime, headers):
    answer = client.post("/v1/notes", json={"words": "x"}, headers=headers | RUSSIAN)

    assert answer.status_code == 403
    assert answer.json["detail"] == "Страница другого сайта ничего не может здесь изменить."
    assert count(runtime) == 0


def test_own_page_may_change_things(client):
    headers = {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}

    assert client.post("/v1/notes", json={"words": "x"}, headers=headers).status_code == 201


@pytest.mark.parametrize("path", ["/v1/notes", "/nowhere", "/v1/", "/v1/notes/bug"])
def test_134_every_answer_says_what_nobody_may_do_with_it(client, path):
    first, second = client.get(path).headers, client.get(path).headers

    policy = first["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert {"object-src 'none'", "base-uri 'none'", "form-action 'self'", "frame-ancestors 'none'"} <= set(
        policy.split("; ")
    )
    assert policy != second["Content-Security-Policy"]  # a nonce is for one answer
    assert first["Cache-Control"] == "no-store"
    assert first["X-Content-Type-Options"] == "nosniff"
    assert first["Referrer-Policy"] == "same-origin"
    assert first["Cross-Origin-Opener-Policy"] == first["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "geolocation=()" in first["Permissions-Policy"]
    assert "Strict-Transport-Security" not in first


def test_134_page_that_came_by_https_comes_by_nothing_else(sqlite_runtime_of):
    runtime = sqlite_runtime_of(SERVICE, public_url="https://caravan.example")

    answer = create_app(runtime).test_client().get("/v1/notes")

    assert answer.headers["Strict-Transport-Security"] == f"max-age={HSTS_SECONDS}; includeSubDomains"
    assert HSTS_SECONDS > 31_536_000


@pytest.mark.parametrize(
    ("public_url", "name", "is_secure"),
    [("https://caravan.example", "__Host-caravan-language", True), ("http://localhost", "caravan-language", False)],
)
def test_choice_of_a_language_is_kept_in_a_cookie_as_safe_as_any(sqlite_runtime_of, public_url, name, is_secure):
    client = create_app(sqlite_runtime_of(SERVICE, public_url=public_url)).test_client()
    client.get("/nowhere?lang=ru", base_url=public_url)

    kept = client.get_cookie(name, domain=public_url.partition("://")[2])
    page = client.get("/nowhere", base_url=public_url, headers={"Accept-Language": "en"})

    assert (kept.value, kept.secure, kept.http_only, kept.same_site, kept.path) == ("ru", is_secure, True, "Lax", "/")
    assert page.headers["Content-Language"] == "ru"
