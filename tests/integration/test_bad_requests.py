"""Every endpoint of every service refuses what it does not know: fields, methods, orders and limits."""

import re
from uuid import UUID

import pytest

from caravan import discovery
from servicekit.app import create_app

SERVICES = ("registration", "matching", "notifications")
NOBODY = UUID("01a20a5c-0000-7000-8000-000000000000")
WANTED = {"is_admin": True, "role": "platform_admin", "mission_id": str(NOBODY), "status": "approved", "version": 7}


@pytest.fixture(params=SERVICES)
def app(request, sqlite_runtime_of, tmp_path):
    settings = {"mailbox_dir": tmp_path} if request.param == "notifications" else {}
    return create_app(sqlite_runtime_of(discovery.service(request.param), **settings))


def filled(path):
    """Put an id that nobody has, a number or a word wherever a path wants one."""
    path = re.sub(r"<int:[^>]*>|\{months\}", "6", path)
    path = re.sub(r"<letter:[^>]*>|\{letter_id\}", f"{NOBODY}.x", path)
    return re.sub(r"\{[^}]*\}|<uuid:[^>]*>", str(NOBODY), re.sub(r"<(?!uuid:)[^>]*>", "x", path))


def operations(app, *methods):
    """Give the path and the description of each operation of the API."""
    for path, operations in app.test_client().get("/v1/openapi.json").json["paths"].items():
        yield from ((filled(path), method, operations[method]) for method in methods if method in operations)


def test_10_no_body_sets_what_was_not_asked_for(app):
    client, wrong = app.test_client(), []

    for path, method, told in operations(app, "post", "put", "patch"):
        own = told.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
        answer = client.open(path, method=method.upper(), json=WANTED | {"is_root": 1})
        refused = [error["pointer"] for error in answer.json.get("errors", ())]
        if own and not (answer.status_code == 422 and {"#/is_admin", "#/is_root"} <= set(refused)):
            wrong.append((method, path, answer.status_code, refused))

    assert wrong == []


def test_15_nothing_is_changed_by_looking(app):
    rules = [rule for rule in app.url_map.iter_rules() if not rule.methods & {"GET"}]
    paths = {filled(rule.rule) for rule in rules} - {
        filled(r.rule) for r in app.url_map.iter_rules() if "GET" in r.methods
    }

    answers = {path: app.test_client().get(path, headers={"X-HTTP-Method-Override": "POST"}) for path in paths}

    assert paths
    assert {path: answer.status_code for path, answer in answers.items() if answer.status_code not in {404, 405}} == {}


@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "FOO", "PROPFIND"])
def test_16_no_endpoint_takes_a_method_that_is_none(app, method):
    paths = {filled(rule.rule) for rule in app.url_map.iter_rules()}

    found = {path: app.test_client().open(path, method=method).status_code for path in paths}

    assert {path: status for path, status in found.items() if status not in {404, 405}} == {}


@pytest.mark.parametrize(
    "query", ["limit=1000000", "limit=-1", "limit=x", "page=1000000000", "sort=password", "order=desc;--"]
)
def test_24_no_list_takes_an_order_or_a_length_of_the_askers(app, query):
    lists = [path for path, _, told in operations(app, "get") if "limit" in str(told.get("parameters"))]

    found = {path: app.test_client().get(f"{path}?{query}").status_code for path in lists}

    assert lists
    assert {path: status for path, status in found.items() if status not in {404, 422}} == {}


@pytest.mark.parametrize(
    "query",
    [
        "page=1000000000&limit=1000000&sort=password",
        "after=x&before=x&mission_id=x&version=99999999999999999999&day=x&check=x",
        "q='%3B DROP TABLE--&words='%3B DROP TABLE--&state=%00&kind=%00&type=%00&side=%00&status=%00",
        "q=%00&words=%00&organisation_id=%00&lang=%00",
        "version=1&version=2&day=2024-12-10&day=2024-12-11&q=a&q=b&words=a&words=b",
        "q=%ff&words=%ed%a0%80",
    ],
)
def test_14_24_25_no_page_fails_of_its_address(app, query):
    paths = {filled(rule.rule) for rule in app.url_map.iter_rules() if "GET" in rule.methods and "/v1" not in rule.rule}

    found = {path: app.test_client().get(f"{path}?{query}", headers={"Accept": "text/html"}) for path in paths}

    assert {path: answer.status_code for path, answer in found.items() if answer.status_code >= 500} == {}
