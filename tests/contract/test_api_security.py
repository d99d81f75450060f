"""The document of each API says who may, and how each operation refuses."""

from pathlib import Path

import pytest

from access.matrix import OPEN, Deed
from matching.service import SERVICE as MATCHING
from notifications.service import SERVICE as NOTIFICATIONS
from registration.service import SERVICE as REGISTRATION
from servicekit.app import create_app
from servicekit.service import assemble

NOWHERE = f"sqlite:///{Path(__file__).parent}"
"""No database can be opened there: it is a folder."""
METHODS = {"get", "post", "put", "patch", "delete"}
SERVICES = (REGISTRATION, MATCHING, NOTIFICATIONS)


def document(service):
    runtime = assemble(service, {f"{service.name.upper()}_DATABASE_URL": NOWHERE})
    return create_app(runtime).test_client().get("/v1/openapi.json").get_json()


def operations(told):
    """Return each operation of a document by its method and path."""
    return {
        f"{method} {path}": operation
        for path, methods in told["paths"].items()
        for method, operation in methods.items()
        if method in METHODS
    }


@pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.name)
def test_every_operation_names_its_deed_and_how_it_refuses(service):
    told = document(service)

    assert told["components"]["securitySchemes"]["bearer"]["scheme"] == "bearer"
    assert operations(told)
    for name, operation in operations(told).items():
        deed = Deed(operation["x-deed"])
        assert operation["security"] == ([] if deed in OPEN else [{"bearer": []}]), name
        assert deed in OPEN or {"403", "404"} <= operation["responses"].keys(), name
        assert {"400", "401", "429", "503"} <= operation["responses"].keys(), name
        assert "default" not in operation["responses"], name


@pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.name)
def test_every_refusal_is_a_problem_but_those_of_oauth(service):
    told = document(service)
    components = told["components"]["responses"]

    others = {
        (name, status)
        for name, operation in operations(told).items()
        for status, answer in operation["responses"].items()
        if int(status) >= 400
        and list(components.get(answer.get("$ref", "").rpartition("/")[2], answer)["content"])
        != ["application/problem+json"]
    }

    assert others == ({("post /v1/tokens", "400"), ("post /v1/tokens", "401")} if service is REGISTRATION else set())


def test_document_of_one_service_holds_nothing_of_another():
    documents = [document(service) for service in SERVICES]

    assert documents[0]["components"]["schemas"].keys() > {"Organisation"}
    assert "Organisation" not in documents[1]["components"]["schemas"].keys() | documents[2]["components"]["schemas"]
