"""A key to the API that an operator makes at the machine."""

import pytest
from click.testing import CliRunner

from registration import console


def made(desk, *words):
    return CliRunner().invoke(console.keys, ["create", *words], obj=lambda _name: desk.runtime)


def asked(desk, secret, path):
    return desk.client.get(path, headers={"Authorization": f"Bearer {secret}"}).status_code


def test_key_of_an_operator_does_what_it_was_made_for_and_nothing_else(quick_desk):
    quick_desk.regions()

    told = made(quick_desk, "feed", "--role", "admin", "--scope", "*", "--may", "missions:read", "--days", "30")

    secret = told.output.strip()
    assert (told.exit_code, len(told.output.splitlines())) == (0, 1)
    assert [asked(quick_desk, secret, path) for path in ("/v1/missions", "/v1/journal")] == [200, 403]
    exchanged = quick_desk.client.post("/v1/tokens", headers={"Authorization": f"Bearer {secret}"})
    assert asked(quick_desk, exchanged.get_json()["access_token"], "/v1/missions") == 200
    entry = quick_desk.made("GET", "/v1/journal")["items"][1]
    assert (entry["actor"], entry["action"]) == ("operator", "keys create")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--role", "reader", "--scope", "RU-KLU", "--may", "missions:run"), "The role reader cannot do that."),
        (("--role", "reader", "--scope", "*", "--may", "missions:read"), "scope"),
        (("--role", "reader", "--scope", "RU-KLU", "--may", "keys:manage"), "scopes"),
    ],
)
def test_key_that_cannot_be_made_is_refused_in_words(quick_desk, words, told):
    refused = made(quick_desk, "feed", *words)

    assert refused.exit_code == 1
    assert told in refused.output
    assert quick_desk.count("api_key") == 0
