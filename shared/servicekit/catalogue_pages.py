"""Where an instance shows the catalogue of events: a page, the AsyncAPI document and the schema of each event."""

import re
from collections.abc import Sequence

from flask import Blueprint, Flask, Response, current_app, jsonify, render_template

from contracts.document import every_event, schemas
from contracts.event import REGISTRY, Event
from servicekit import event_catalogue, languages, pages
from servicekit.endpoints import runtime
from servicekit.languages import noop as _
from servicekit.pages import Frame
from servicekit.problems import NotFoundError
from servicekit.service import Service

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
    app.register_blueprint(pages.blueprint())
    sheet = re.sub(r"@font-face\{[^}]*\}\n?", "", (pages.STATIC / "look.css").read_text(encoding="utf-8"))
    with app.test_request_context("/"):
        return render_template("catalogue_alone.html", book=event_catalogue.book(services, events), sheet=sheet)


def _page() -> str:
    book = event_catalogue.book(current_app.extensions.get(INSTALLED) or (runtime().service,))
    return render_template("catalogue.html", frame=Frame(_spoken(_("Events"))), book=book)


def _asyncapi() -> Response:
    return jsonify(event_catalogue.asyncapi(every_event()))


def _schema(type_: str) -> Response:
    every_event()
    if type_ not in REGISTRY:
        raise EventNotDeclaredError(_("There is no event of type %(type)s."), type=type_)
    return jsonify(schemas.event_schema(REGISTRY[type_]))


def _spoken(text: str) -> str:
    return str(languages.Spoken(text, "servicekit"))
