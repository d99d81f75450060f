"""Catalogue pages.

The catalogue of events: what the services of an instance tell one another, sorted for a reader.

Where an instance shows the catalogue of events: a page, the AsyncAPI document and the schema of each event.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from flask import Blueprint, Flask, Response, current_app, jsonify, render_template
from markupsafe import Markup, escape

from contracts.document import descriptions, every_event, examples, schemas
from contracts.document.asyncapi import Bus, channel_name, document, guide
from contracts.event import REGISTRY, Event, entity_of
from servicekit.bus import outbox, subscriptions, topology
from servicekit.bus.history import MAX_AGE
from servicekit.problems import NotFoundError
from servicekit.reference.api import Field, fields
from servicekit.service import Frame, Service
from servicekit.texts import languages
from servicekit.texts.languages import noop as _
from servicekit.web import layout
from servicekit.web.endpoints import runtime

BUS = Bus(
    exchange=topology.EVENTS,
    history=topology.LOG,
    external_queue_prefix=topology.STRANGERS,
    retention_days=MAX_AGE.days,
    max_event_bytes=outbox.LIMIT_BYTES,
)
"""Where events stand on our broker."""


@dataclass(frozen=True, kw_only=True)
class Told:
    """One event: its type, the key under which it is routed, what it says, and which services listen to it."""

    type: str
    anchor: str
    key: str
    summary: str
    heard_by: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Shape:
    """Events that carry the same properties, with an example of the first of them on the wire."""

    description: str
    events: tuple[Told, ...]
    fields: tuple[Field, ...]
    example: str


@dataclass(frozen=True, kw_only=True)
class Entity:
    """All that is told about one sort of aggregate."""

    name: str
    anchor: str
    publisher: str
    shapes: tuple[Shape, ...]


@dataclass(frozen=True, kw_only=True)
class Book:
    """All that the catalogue shows; entities whose events travel in private stand apart."""

    introduction: Markup
    chapters: tuple[tuple[str, tuple[Markup, ...]], ...]
    envelope: tuple[Field, ...]
    public: tuple[Entity, ...]
    private: tuple[Entity, ...]

    @property
    def count(self) -> int:
        """How many public events there are."""
        return sum(len(shape.events) for entity in self.public for shape in entity.shapes)


def asyncapi(events: Sequence[type[Event]]) -> dict[str, Any]:
    """Return the AsyncAPI document of some events on our broker."""
    return document(events, BUS)


def event_catalogue(services: Sequence[Service], events: Sequence[type[Event]] | None = None) -> Book:
    """Sort events, all that are known where none are given, and name the services that listen to each."""
    known = every_event() if events is None else events
    listeners: dict[str, list[str]] = {}
    for service in sorted(services, key=lambda service: service.name):
        for type_ in subscriptions.event_types(service):
            listeners.setdefault(type_, []).append(service.name)
    heard = {type_: tuple(names) for type_, names in listeners.items()}
    introduction, chapters = _guide()
    return Book(
        introduction=introduction,
        chapters=chapters,
        envelope=_fields(schemas.envelope_schema()),
        public=tuple(_entities([event for event in known if not event.private], heard)),
        private=tuple(_entities([event for event in known if event.private], heard)),
    )


def _entities(events: Sequence[type[Event]], heard: Mapping[str, tuple[str, ...]]) -> Iterator[Entity]:
    sorted_: dict[tuple[str, str], list[type[Event]]] = {}
    as_declared = {event: place for place, event in enumerate(REGISTRY.values())}
    for event in sorted(events, key=lambda event: as_declared[event]):
        sorted_.setdefault((event.publisher, entity_of(event.type)), []).append(event)
    for (publisher, name), own in sorted(sorted_.items(), key=lambda item: item[0]):
        shapes = tuple(_shape(alike, heard) for alike in _alike(own))
        yield Entity(name=name.replace("_", " "), anchor=_anchor("of", name), publisher=publisher, shapes=shapes)


def _alike(events: Sequence[type[Event]]) -> list[list[type[Event]]]:
    """Put events together that carry the same properties."""
    found: dict[str, list[type[Event]]] = {}
    for event in events:
        found.setdefault(json.dumps(schemas.data_schema(event)["properties"]), []).append(event)
    return list(found.values())


def _shape(alike: Sequence[type[Event]], heard: Mapping[str, tuple[str, ...]]) -> Shape:
    texts = [descriptions.event_description(event).split("\n\n") for event in alike]
    shared = [text for text in texts[0][1:] if all(text in others for others in texts)]
    return Shape(
        description=" ".join(shared),
        events=tuple(_told(event, heard) for event in alike),
        fields=_fields(schemas.data_schema(alike[0])),
        example=json.dumps(examples.wire_example(alike[0]), ensure_ascii=False, indent=2),
    )


def _told(event: type[Event], heard: Mapping[str, tuple[str, ...]]) -> Told:
    return Told(
        type=event.type,
        anchor=_anchor(event.type),
        key="{home}." + channel_name(event),
        summary=descriptions.event_summary(event),
        heard_by=heard.get(event.type, ()),
    )


def _fields(schema: Mapping[str, Any]) -> tuple[Field, ...]:
    """Tell the properties of an object; a default as it would be on the wire."""
    found = fields(schema, {}, without="writeOnly")
    return tuple(replace(told, limits=_limits(told), description=_inline(told.description)) for told in found)


def _limits(told: Field) -> tuple[tuple[str, str], ...]:
    """Leave out patterns, which say less than words do, and empty defaults, which go without saying."""
    hidden = {("default", empty) for empty in ("", "{}", "[]", "None")}
    return tuple(limit for limit in told.limits if limit[0] != "pattern" and limit not in hidden)


@cache
def _guide() -> tuple[Markup, tuple[tuple[str, tuple[Markup, ...]], ...]]:
    introduction, *rest = re.split(r"^## ", guide(BUS), flags=re.MULTILINE)
    chapters = []
    for chapter in rest:
        title, *paragraphs = (part for part in chapter.split("\n\n") if part.strip())
        chapters.append((title.strip(), tuple(_inline(text) for text in paragraphs)))
    return _inline(introduction), tuple(chapters)


def _inline(text: str) -> Markup:
    """Turn a paragraph of the guide into HTML: what stands between backticks is code."""
    return Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", str(escape(" ".join(text.split())))))  # noqa: S704  # escaped


def _anchor(*parts: str) -> str:
    return "-".join(re.findall(r"\w+", "-".join(parts).lower()))


INSTALLED = "caravan.installed"
"""The extension of an app that holds the services of the installation, to be named as listeners."""


class EventNotDeclaredError(NotFoundError):
    """Nobody publishes an event of that type."""

    slug = "event-not-declared"
    title = _("There is no such event")


def blueprint() -> Blueprint:
    """Make what an app registers to show the catalogue beside its API."""
    made = Blueprint("event_catalogue", __name__, url_prefix="/v1/events")
    made.add_url_rule("/catalogue", "page", _page)
    made.add_url_rule("/asyncapi.json", "asyncapi", _asyncapi)
    made.add_url_rule("/schemas/<type_>.json", "schema", _schema)
    return made


def alone(services: Sequence[Service], events: Sequence[type[Event]]) -> str:
    """Write the catalogue as a page that needs no server: in English, with its style in it."""
    app = Flask(__name__)
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_null_translations(newstyle=True)  # type: ignore[attr-defined]  # the extension adds it
    app.register_blueprint(layout.blueprint())
    sheet = re.sub(r"@font-face\{[^}]*\}\n?", "", (layout.STATIC / "look.css").read_text(encoding="utf-8"))
    with app.test_request_context("/"):
        return render_template("catalogue_alone.html", book=event_catalogue(services, events), sheet=sheet)


def _page() -> str:
    book = event_catalogue(current_app.extensions.get(INSTALLED) or (runtime().service,))
    return render_template("catalogue.html", frame=Frame(_spoken(_("Events"))), book=book)


def _asyncapi() -> Response:
    return jsonify(asyncapi(every_event()))


def _schema(type_: str) -> Response:
    every_event()
    if type_ not in REGISTRY:
        raise EventNotDeclaredError(_("There is no event of type %(type)s."), type=type_)
    return jsonify(schemas.event_schema(REGISTRY[type_]))


def _spoken(text: str) -> str:
    return str(languages.Spoken(text, "servicekit"))
