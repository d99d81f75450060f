"""Headers that nobody sends who means well: no route of any service fails over them, or lets in whoever sends them."""

import pytest
from flask.testing import FlaskClient

from trespass.actors import actors, headers
from trespass.asking import address
from trespass.rows import FRONT, ROWS

ROUTES = [(app, *route.split(" ", 1)) for app, rows in {"front": FRONT, **ROWS}.items() for route in rows]
FOREIGN = ("evil.example", "[::1", "127.0.0.1@evil.example", "")
BEFORE_THE_VIEW = {
    "HTTP_ORIGIN": ("http://[", "http://a[b", "http://\u00e2\u0084\u0080.example"),
    "HTTP_AUTHORIZATION": ("Basic OjpfOg==", "Basic !!!", "Bearer a.b.c", "\u00ff\u0000"),
    "HTTP_COOKIE": ('a="; b=\\777; caravan-token', "caravan-token=\u00ff; caravan-session=[", ";;;=="),
    "CONTENT_LENGTH": ("-1", "9" * 30, "\u00b2"),
    "CONTENT_TYPE": ('multipart/form-data; boundary="', "application/json; charset=utf-7"),
}
"""What may have a request refused before anything else of it is read: each is sent without the others."""
STRANGE = ("http://[", "-1", "bytes=9-1", "ru;q=nan, en;q=1e999, *", "00-" + "z" * 32, "\u00ff\u00fe\u0000")
OTHERS = (
    "REFERER ACCEPT ACCEPT_LANGUAGE ACCEPT_ENCODING ACCEPT_CHARSET TRACEPARENT TRACESTATE IF_MATCH IF_NONE_MATCH RANGE "
    "IF_RANGE IF_MODIFIED_SINCE IDEMPOTENCY_KEY X_FORWARDED_FOR X_FORWARDED_HOST X_FORWARDED_PROTO X_FORWARDED_PREFIX "
    "X_FORWARDED_PORT FORWARDED USER_AGENT EXPECT CONTENT_ENCODING CACHE_CONTROL SEC_FETCH_MODE"
)

APART = 8
"""Each route gets every eighth of them, the next one those beside: each comes to many routes of each service."""


def asked(world, route, strange, *, as_admin=True):
    """Send a request with headers as a server hands them on; return its status."""
    app, method, rule = route
    served = world.front if app == "front" else world.apps[app]
    is_page = not rule.startswith(("/v1", "/metrics"))
    told = headers(actors(world)["admin"], page=is_page) if as_admin else {}
    client = FlaskClient(served, served.response_class, use_cookies=False)
    kind = "application/x-www-form-urlencoded" if is_page else "application/json"
    body = {} if method == "GET" else {"data": "{}", "content_type": kind}
    path = address(world, rule)
    answer = client.open(path, method=method, headers=told, environ_overrides=strange, buffered=True, **body)
    return answer.status_code


@pytest.mark.parametrize("route", ROUTES, ids=" ".join)
def test_12_route_of_every_service_answers_under_no_foreign_name(kept, route):
    found = {host: asked(kept.world, route, {"HTTP_HOST": host}) for host in FOREIGN}

    assert set(found.values()) == {400}, found


@pytest.mark.parametrize("route", ROUTES, ids=" ".join)
def test_134_route_of_every_service_fails_over_no_header(kept, route):
    others = [f"HTTP_{name}" for name in OTHERS.split()]
    tried = [{name: value} for name, values in BEFORE_THE_VIEW.items() for value in values]
    tried += [dict.fromkeys(others, value) for value in STRANGE]

    mine = tried[ROUTES.index(route) % APART :: APART]
    failed = [strange for strange in mine if asked(kept.world, route, strange) >= 500]
    kept.put_back()

    assert failed == []
