"""Each service answers what its document says, to requests made from the document; `make fuzz` asks far more."""

import pytest

from fuzzed.placing import known
from fuzzed.walk import operations, walk_of
from signed_in import bearer
from trespass.world import NAMES

SEED, EXAMPLES, EVERY = 7, 1, 6
"""What a walk of some seconds is made of: it is the same each time, and fails each time or never."""
EMPTY = {
    "registration": {"GET /v1/sessions"},
    "matching": {
        "GET /v1/meeting-requests/{request_id}/free-times",
        "GET /v1/missions/{mission_id}/timetable-draft/places",
        "GET /v1/timetable-runs/{run_id}/preview",
    },
    "notifications": set(),
}
"""What stays without an answer: the askers have tokens, and nobody has signed in; whose places has to be said in one of
two ways; all runs are published; nobody whose request waits has a free time."""


@pytest.mark.parametrize("service", NAMES)
def test_no_answer_is_an_error_of_ours_or_outside_the_document(kept, service):
    walk = walk_of(kept, service, SEED)

    walk.go(examples=EXAMPLES, every=EVERY)

    assert "\n".join(walk.findings.values()) == ""
    assert walk.accepted


@pytest.mark.parametrize("service", NAMES)
def test_what_there_is_is_told_as_the_document_says(kept, service):
    asked = [operation for operation in operations(kept.world.apps[service]) if operation.method == "get"]

    told = {operation.label: [is_told(operation, kept.world.ids, number) for number in range(5)] for operation in asked}

    assert {label for label, answers in told.items() if not any(answers)} == EMPTY[service]


def is_told(operation, ids, number):
    """Ask for what is known in the world, and tell whether there was something; what is told is held to the schema."""
    case = operation.Case(
        path_parameters={one.name: known(one.name, ids, number) for one in operation.path_parameters},
        query={one.name: known(one.name, ids, number) for one in operation.query if one.is_required},
    )
    answer = case.call_and_validate(headers=bearer())
    if "json" not in answer.headers["content-type"][0]:
        return bool(answer.content)
    return answer.status_code == 200 and bool(answer.json().get("items", True))
