"""Whatever route somebody changes something by, the journal tells what it was done to, and whom it concerns."""

import pytest

from access.matrix import is_platform_only
from trespass.actors import actors
from trespass.asking import sent
from trespass.rows import ROWS

WRITES = [
    (service, *route.split(" ", 1))
    for service, rows in ROWS.items()
    for route, row in rows.items()
    if row.deed and not route.startswith("GET ")
]
SILENT = {
    "POST /sign-in": "an entry would tell whether the address is known; `signed in` comes with the account later",
    "POST /sign-in/link/<token>": "the address holds a secret; `signed in` tells the account",
    "POST /sign-in/passkey/challenge": "nobody is known yet",
    "POST /sign-in/passkey": "`signed in` tells the account",
    "POST /sign-in/factor/passkey/challenge": "the session is on its way in: the challenge is for nobody else",
    "POST /sign-in/factor/passkey": "`second factor shown` tells the account",
    "POST /sign-in/factor/code": "`second factor shown` tells the account",
    "POST /regions": "every region that has a pack takes part already, and stays as it is",
    "POST /sign-out": "one's own session, which the entry names as that of the actor",
    "POST /me/factors/passkeys/challenge": "one's own, and nothing comes of it yet",
    "POST /me/factors/passkeys": "an entry of its own tells the account",
    "POST /me/factors/app/secret": "one's own, and nothing comes of it yet",
    "POST /me/factors/app": "an entry of its own tells the account",
    "POST /me/factors/app/removal": "an entry of its own tells the account",
    "POST /me/factors/recovery-codes": "an entry of its own tells the account",
    "POST /me/erasure": "the walker has no account: see test_who_is_named_is_forgotten_by_a_button_and_signed_out",
    "POST /v1/tokens": "tells the key: see test_key_that_is_exchanged_is_named",
    "POST /v1/events/dead/replay": "the audit of failed events tells each of them with its reason",
}
"""Routes without an id in their address whose entry names nothing, or that the walker cannot use, and why."""


@pytest.mark.parametrize(("service", "method", "rule"), WRITES)
def test_entry_of_every_route_names_what_it_was_done_to(world, service, method, rule):
    route = f"{method} {rule}"
    row, client = ROWS[service][route], world.apps[service].test_client()
    if route == "POST /v1/meeting-requests":  # a pair has one at a time
        for one in client.get(f"{rule}?mission_id={world.ids['a.mission']}&status=accepted").json["items"]:
            world.ask(service, "POST", f"{rule}/{one['id']}/withdrawal")
    newest = client.get("/v1/journal?limit=1").json["items"]

    answer = sent(world, service, method, rule, row, actors(world)["admin"])
    found = client.get("/v1/journal?limit=1").json["items"]

    if route in SILENT:
        return
    if answer.status_code >= 400:
        assert "_id>" in rule, answer.text
        return
    assert found != newest
    (entry,) = found
    assert entry["subjects"] or entry["changes"]
    assert entry["context"] or entry["home"] or is_platform_only(row.deed)


def test_every_route_that_is_silent_is_there_and_names_no_thing():
    routes = {f"{method} {rule}" for _service, method, rule in WRITES}

    assert SILENT.keys() <= routes
    assert [route for route in SILENT if "_id>" in route] == []
