"""Additions to a contract are allowed; each kind of breaking change is refused."""

import copy

import pytest

from contracts.document.compatibility import breaking_changes

TYPE = "shop.order.placed.v1"


def an_event():
    properties = {
        "id": {"type": "string", "format": "uuid", "x-data-class": "id"},
        "title": {"type": "string", "x-data-class": "published", "description": "What it is called."},
        "count": {"type": "integer", "x-data-class": "technical"},
        "note": {"anyOf": [{"type": "string"}, {"type": "null"}], "x-data-class": "person"},
        "state": {"type": "string", "enum": ["open", "paid"], "x-data-class": "technical"},
        "colour": {"type": "string", "default": "red", "x-data-class": "organisation"},
        "names": {"type": "object", "additionalProperties": {"type": "string"}, "x-data-class": "organisation"},
        "lines": {
            "type": "array",
            "x-data-class": "technical",
            "items": {"type": "object", "properties": {"sku": {"type": "string"}}, "required": ["sku"]},
        },
    }
    required = [name for name in properties if name != "colour"]
    return {
        "type": "object",
        "properties": {"data": {"type": "object", "properties": properties, "required": required}},
        "required": ["data"],
        "x-publisher": "shop",
        "x-private": False,
    }


def change(spoil):
    """Return the breaking changes of a change to the data."""
    proposed = an_event()
    spoil(proposed["properties"]["data"])
    return breaking_changes({TYPE: an_event()}, {TYPE: proposed})


REFUSED = {
    "a property is gone": (lambda it: it["properties"].pop("count"), ".data.count: the property is gone"),
    "a property is renamed": (
        lambda it: it["properties"].update(amount=it["properties"].pop("count")),
        ".data.count: the property is gone",
    ),
    "the type is another": (
        lambda it: it["properties"]["count"].update(type="string"),
        ".data.count: the type was integer and is string",
    ),
    "the format is another": (
        lambda it: it["properties"]["id"].pop("format"),
        ".data.id: format was uuid and is None",
    ),
    "null is allowed": (
        lambda it: it["properties"].update(title={"anyOf": [{"type": "string"}, {"type": "null"}]}),
        ".data.title: null is allowed now",
    ),
    "null is refused": (
        lambda it: it["properties"].update(note={"type": "string", "x-data-class": "person"}),
        ".data.note: null is refused now",
    ),
    "a property becomes optional": (
        lambda it: it["required"].remove("title"),
        ".data.title: the property is optional now",
    ),
    "a property becomes required": (
        lambda it: it["required"].append("colour"),
        ".data.colour: the property is required now",
    ),
    "a new property is required": (
        lambda it: (it["properties"].update(price={"type": "number"}), it["required"].append("price")),
        ".data.price: a new property is required, but older events have none",
    ),
    "a word is taken from an enumeration": (
        lambda it: it["properties"]["state"].update(enum=["open"]),
        ".data.state: enum was ['open', 'paid'] and is ['open']",
    ),
    "a word is added to an enumeration": (
        lambda it: it["properties"]["state"].update(enum=["open", "paid", "lost"]),
        ".data.state: enum was ['open', 'paid'] and is ['open', 'paid', 'lost']",
    ),
    "a text becomes an enumeration": (
        lambda it: it["properties"]["title"].update(enum=["x"]),
        ".data.title: enum was None and is ['x']",
    ),
    "a text is bounded": (
        lambda it: it["properties"]["title"].update(maxLength=5),
        ".data.title: maxLength was None and is 5",
    ),
    "a default is another": (
        lambda it: it["properties"]["colour"].update(default="blue"),
        ".data.colour: the default was 'red' and is 'blue'",
    ),
    "a data class is looser": (
        lambda it: it["properties"]["note"].update({"x-data-class": "organisation"}),
        ".data.note: the data class was person and is organisation",
    ),
    "a data class is gone": (
        lambda it: it["properties"]["note"].pop("x-data-class"),
        ".data.note: the data class was person and is None",
    ),
    "a data class is none that is known": (
        lambda it: it["properties"]["note"].update({"x-data-class": "secret"}),
        ".data.note: the data class was person and is secret",
    ),
    "the values of a map are others": (
        lambda it: it["properties"]["names"].update(additionalProperties={"type": "integer"}),
        ".data.names[]: the type was string and is integer",
    ),
    "the values of a map may be anything": (
        lambda it: it["properties"]["names"].pop("additionalProperties"),
        ".data.names[]: the value schema was an object and is None",
    ),
    "a map takes no further values": (
        lambda it: it["properties"]["names"].update(additionalProperties=False),
        ".data.names[]: the value schema was an object and is False",
    ),
    "the values of a list may be anything": (
        lambda it: it["properties"]["lines"].pop("items"),
        ".data.lines[]: the value schema was an object and is None",
    ),
    "the values of a list are bound": (
        lambda it: it["properties"]["count"].update(items={"type": "string"}),
        ".data.count[]: the value schema was None and is an object",
    ),
    "a property within a list is gone": (
        lambda it: it["properties"]["lines"]["items"].update(properties={}, required=[]),
        ".data.lines[].sku: the property is gone",
    ),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_change_is_refused_when(kind):
    spoil, breach = REFUSED[kind]

    assert f"{TYPE}{breach}" in change(spoil)


ALLOWED = {
    "nothing changes": lambda it: None,
    "a property is added with a default": lambda it: it["properties"].update(price={"type": "number", "default": 0}),
    "words are clearer": lambda it: it["properties"]["title"].update(description="Its name."),
    "the order is another": lambda it: it.update(properties=dict(reversed(it["properties"].items()))),
    "a data class is stricter": lambda it: it["properties"]["title"].update({"x-data-class": "person"}),
    "a property within a list is added": lambda it: it["properties"]["lines"]["items"]["properties"].update(
        weight={"type": "number", "default": 0}
    ),
}


@pytest.mark.parametrize("kind", ALLOWED)
def test_change_is_welcome_when(kind):
    assert change(ALLOWED[kind]) == []


@pytest.mark.parametrize(
    ("spoil", "breach"),
    [
        (lambda it: it.update({"x-private": True}), "the event moves between the private and the public exchange"),
        (lambda it: it.update({"x-publisher": "stock"}), "stock publishes it instead of shop"),
    ],
)
def test_event_may_not_move(spoil, breach):
    moved = copy.deepcopy(an_event())

    spoil(moved)

    assert breaking_changes({TYPE: an_event()}, {TYPE: moved}) == [f"{TYPE}: {breach}"]


def test_event_may_come_but_not_go():
    assert breaking_changes({}, {TYPE: an_event()}) == []
    assert breaking_changes({TYPE: an_event()}, {}) == [f"{TYPE}: the event is gone"]
