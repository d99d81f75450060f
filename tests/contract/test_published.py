"""Texts that callers write and events publish are checked for contact data."""

import dataclasses
from typing import get_args, get_origin

import pytest
from marshmallow import fields

from caravan import discovery
from contracts.data_classes import DataClass
from contracts.event import REGISTRY
from contracts.registration import Texts
from contracts.schema import properties
from registration.schemas.values import PublishedTexts
from servicekit.web.schema_fields import PublishedText

SERVICES = discovery.services()
DERIVED = {"need", "offer", "need_texts", "offer_texts"}
"""Profile texts that are published again as reasons of a recommendation."""
KEPT = {("AbsenceSchema", "reason")}
"""Texts with the same name that no event publishes."""


def published(declared):
    """Yield the names of published texts of a dataclass and of the dataclasses nested in it."""
    for prop in properties(declared):
        hint = get_args(prop.type)[0] if get_origin(prop.type) is tuple else prop.type
        if dataclasses.is_dataclass(hint):
            yield from published(hint)
        elif prop.data_class is DataClass.PUBLISHED:
            assert prop.type in (str, Texts), (declared, prop.name)
            yield prop.name


def bodies(service):
    """Yield the schema of each request body of a service."""
    for blueprint in SERVICES[service].blueprints():
        for methods in getattr(blueprint, "_docs", {}).values():
            for documented in (told for method, told in methods.items() if method != "parameters"):
                parameters = documented.get("arguments", {}).get("parameters", ())
                schemas = [parameter["schema"] for parameter in parameters if parameter["in"] == "json"]
                yield from (schema() if isinstance(schema, type) else schema for schema in schemas)


def taken(schema):
    """Yield the fields of a schema and of the schemas nested in it."""
    for name, field in schema.load_fields.items():
        inner = field.inner if isinstance(field, fields.List) else field
        if isinstance(inner, fields.Nested):
            yield from taken(inner.schema)
        else:
            yield type(schema).__name__, name, inner


NAMES = {
    name
    for event in REGISTRY.values()
    if not event.private and event.publisher in SERVICES
    for name in published(event)
}


def written(service):
    """Return the fields of request bodies that have the name of a published text."""
    found = {(owner, name): field for body in bodies(service) for owner, name, field in taken(body)}
    return {place: field for place, field in found.items() if place[1] in NAMES and place not in KEPT}


@pytest.mark.parametrize("service", SERVICES)
def test_text_that_is_published_is_screened(service):
    unscreened = [
        place for place, field in written(service).items() if not isinstance(field, PublishedText | PublishedTexts)
    ]

    assert unscreened == []


def test_every_published_text_is_written_by_somebody():
    assert {name for service in SERVICES for _owner, name in written(service)} == NAMES - DERIVED
