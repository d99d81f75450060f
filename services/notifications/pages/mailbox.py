"""Pages of notifications: the mailbox, one letter as its recipient sees it, and the log of deliveries."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, render_template, request, url_for
from sqlalchemy.orm import Session

from access.matrix import Deed
from notifications.pages import layout, mail_preview
from notifications.pages.content_policy import policy
from notifications.queries import deliveries
from notifications.queries.deliveries import Mail, Search
from notifications.queries.recipients import may_write
from notifications.schemas import KINDS, STATES
from notifications.settings import settings_of
from notifications.status_texts import KIND_WORDS, STATE_LOOKS, STATE_WORDS
from servicekit.auth import Actor
from servicekit.endpoints import reads, runtime
from servicekit.languages import noop as _

PAGE_LENGTH = 50
VIEWS = {"mailbox": _("Mailbox"), "deliveries": _("Deliveries")}
"""The views of messages, by their pages."""

blueprint = Blueprint("pages", __name__)


@blueprint.get("/")
@reads(Deed.MESSAGES_READ)
def show_mailbox(session: Session, actor: Actor) -> str:
    """Show letters, the newest first, with a search."""
    return _listed(session, actor, "mailbox", "notifications/mailbox.html")


@blueprint.get("/deliveries")
@reads(Deed.MESSAGES_READ)
def show_deliveries(session: Session, actor: Actor) -> str:
    """Show what became of every delivery."""
    counts = deliveries.summary(session, request.args.get("mission_id", type=UUID), actor)
    return _listed(session, actor, "deliveries", "notifications/deliveries.html", counts=counts)


@blueprint.get("/mails/<uuid:delivery_id>")
@reads(Deed.MESSAGES_READ)
def show_mail(session: Session, actor: Actor, delivery_id: UUID) -> str:
    """Show a letter as its recipient sees it, and how it was sent."""
    found = deliveries.mail(session, delivery_id, actor)
    letter = mail_preview.letter(session, settings_of(runtime()), found.delivery)
    return render_template(
        "notifications/mail.html",
        frame=layout.frame(letter.head.subject, found.mission),
        mail=found,
        letter=letter,
        entries=mail_preview.entries(letter),
        attempts=deliveries.attempts(session, delivery_id, actor),
        said=layout.say,
        **_words(),
    )


@blueprint.get("/mails/<uuid:delivery_id>/page")
@reads(Deed.MESSAGES_READ)
def show_mail_page(session: Session, actor: Actor, delivery_id: UUID) -> Response:
    """Send the page part of a letter, locked up in a policy of its own."""
    letter = mail_preview.letter(session, settings_of(runtime()), deliveries.delivery(session, delivery_id, actor))
    return Response(letter.html, mimetype="text/html", headers={"Content-Security-Policy": policy(letter.html)})


@blueprint.get("/mails/<uuid:delivery_id>/source")
@reads(Deed.MESSAGES_READ)
def show_mail_source(session: Session, actor: Actor, delivery_id: UUID) -> Response:
    """Send a letter as it goes over the wire."""
    content = mail_preview.source(session, settings_of(runtime()), deliveries.delivery(session, delivery_id, actor))
    return Response(content, mimetype="text/plain")


def _listed(session: Session, actor: Actor, view: str, template: str, **more: Any) -> str:
    search = Search(
        words=request.args.get("q", "").replace("\x00", " ").strip()[:200],
        kind=_one_of(KINDS, request.args.get("kind")),
        state=_one_of(STATES, request.args.get("state")),
        mission_id=request.args.get("mission_id", type=UUID),
    )
    mails = deliveries.mails(session, search, request.args.get("before", type=UUID), PAGE_LENGTH + 1, actor)
    shown = mails[:PAGE_LENGTH]
    older = _older(shown[-1], search) if len(mails) > PAGE_LENGTH else None
    mission = deliveries.mission(session, search.mission_id, actor)
    return render_template(
        template,
        frame=layout.frame(layout.say(VIEWS[view]), mission),
        views=_views(view, search),
        may_send=mission is not None and may_write(session, mission.id, actor),
        mails=shown,
        search=search,
        older_url=older,
        **_words(),
        **more,
    )


def _older(last: Mail, search: Search) -> str:
    return url_for(str(request.endpoint), **search.asked(), before=last.delivery.position)


def _views(current: str, search: Search) -> list[dict[str, Any]]:
    """List the views of the same messages."""
    return [
        {
            "label": layout.say(label),
            "url": url_for(f"pages.show_{view}", mission_id=search.mission_id),
            "current": view == current,
        }
        for view, label in VIEWS.items()
    ]


def _one_of(known: tuple[str, ...], asked: str | None) -> str:
    return asked if asked in known else ""


def _words() -> Mapping[str, Any]:
    return {
        "kinds": {kind: layout.say(word) for kind, word in KIND_WORDS.items()},
        "states": {state: layout.say(word) for state, word in STATE_WORDS.items()},
        "looks": STATE_LOOKS,
    }
