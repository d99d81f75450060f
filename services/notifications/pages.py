"""Pages of notifications: the mailbox, one letter as its recipient sees it, and the log of deliveries."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode, urlsplit
from uuid import UUID

from flask import Blueprint, Response, current_app, render_template, request, url_for
from sqlalchemy.orm import Session

from notifications import queries
from notifications.errors import NotHereError
from notifications.letters import reading
from notifications.mail.smtp_line import LOOPBACK
from notifications.queries import Mail, Search
from notifications.schemas import KINDS, STATES
from notifications.sending.sender import settings_of
from notifications.words import KIND_WORDS, STATE_LOOKS, STATE_WORDS
from servicekit.auth import Actor
from servicekit.endpoints import reads, runtime
from servicekit.languages import noop as _
from servicekit.pages import Frame, Link

PAGE_LENGTH = 50
LETTER_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'; sandbox"
)
"""What the page part of a letter may do: be looked at."""

blueprint = Blueprint("pages", __name__)


@blueprint.before_request
def refuse_strangers() -> None:
    """Show letters at the machine itself only, as long as nobody signs in.

    Raises:
        NotHereError: the request came from elsewhere, through a proxy, or under another host's name.

    """
    host = urlsplit(f"//{request.host}").hostname
    came_through = {"Forwarded", "X-Forwarded-For"} & set(request.headers.keys())
    if request.remote_addr not in LOOPBACK or host not in LOOPBACK or came_through:
        raise NotHereError(_("There is no sign-in yet. Open the page on the machine on which Caravan runs."))


@blueprint.get("/")
@reads
def show_mailbox(session: Session, actor: Actor) -> str:
    """Show letters, the newest first, with a search."""
    return _listed(session, "mailbox", "notifications/mailbox.html")


@blueprint.get("/deliveries")
@reads
def show_deliveries(session: Session, actor: Actor) -> str:
    """Show what became of every delivery."""
    return _listed(session, "deliveries", "notifications/deliveries.html", counts=queries.summary(session, None))


@blueprint.get("/mails/<uuid:delivery_id>")
@reads
def show_mail(session: Session, actor: Actor, delivery_id: UUID) -> str:
    """Show a letter as its recipient sees it, and how it was sent."""
    found = queries.mail(session, delivery_id)
    letter = reading.letter(session, settings_of(runtime()), found.delivery)
    return render_template(
        "notifications/mail.html",
        frame=_frame(letter.head.subject, "mailbox"),
        mail=found,
        letter=letter,
        entries=reading.entries(letter),
        attempts=queries.attempts(session, delivery_id),
        said=_text,
        **_words(),
    )


@blueprint.get("/mails/<uuid:delivery_id>/page")
@reads
def show_mail_page(session: Session, actor: Actor, delivery_id: UUID) -> Response:
    """Send the page part of a letter, locked up in a policy of its own."""
    letter = reading.letter(session, settings_of(runtime()), queries.delivery(session, delivery_id))
    return Response(letter.html, mimetype="text/html", headers={"Content-Security-Policy": LETTER_POLICY})


@blueprint.get("/mails/<uuid:delivery_id>/source")
@reads
def show_mail_source(session: Session, actor: Actor, delivery_id: UUID) -> Response:
    """Send a letter as it goes over the wire."""
    content = reading.source(session, settings_of(runtime()), queries.delivery(session, delivery_id))
    return Response(content, mimetype="text/plain")


def _listed(session: Session, active: str, template: str, **more: Any) -> str:
    search = Search(
        words=request.args.get("q", "").strip()[:200],
        kind=_one_of(KINDS, request.args.get("kind")),
        state=_one_of(STATES, request.args.get("state")),
    )
    mails = queries.mails(session, search, request.args.get("before", type=UUID), PAGE_LENGTH + 1)
    shown = mails[:PAGE_LENGTH]
    older = _older(shown[-1], search) if len(mails) > PAGE_LENGTH else None
    title = _text(_("Mailbox") if active == "mailbox" else _("Deliveries"))
    return render_template(
        template, frame=_frame(title, active), mails=shown, search=search, older_url=older, **_words(), **more
    )


def _older(last: Mail, search: Search) -> str:
    asked = {"q": search.words, "kind": search.kind, "state": search.state, "before": str(last.delivery.position)}
    return f"{url_for(str(request.endpoint))}?{urlencode({key: value for key, value in asked.items() if value})}"


def _one_of(known: tuple[str, ...], asked: str | None) -> str:
    return asked if asked in known else ""


def _frame(title: str, active: str) -> Frame:
    nav = (
        Link(key="mailbox", label=_text(_("Mailbox")), url=url_for("pages.show_mailbox")),
        Link(key="deliveries", label=_text(_("Deliveries")), url=url_for("pages.show_deliveries")),
    )
    return Frame(
        title, nav, active, where=_text(_("Messages")), note=_text(_("Times are those of the mission's place."))
    )


def _words() -> Mapping[str, Any]:
    return {
        "kinds": {kind: _text(word) for kind, word in KIND_WORDS.items()},
        "states": {state: _text(word) for state, word in STATE_WORDS.items()},
        "looks": STATE_LOOKS,
    }


def _text(message: str) -> str:
    translated: str = current_app.extensions["caravan.gettext"]()(message)
    return translated
