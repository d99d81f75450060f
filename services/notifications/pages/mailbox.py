"""Pages: the mailbox, one mail as its recipient sees it, and the delivery log."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, render_template, request, url_for
from sqlalchemy.orm import Session

from access.matrix import Deed
from notifications.pages import layout, mail_preview
from notifications.pages.content_policy import content_security_policy
from notifications.queries import deliveries
from notifications.queries.deliveries import DeliveryDetails, DeliverySearch
from notifications.queries.recipients import may_send
from notifications.schemas import KINDS, STATES
from notifications.settings import settings_of
from notifications.status_texts import KIND_TEXTS, STATE_CLASSES, STATE_TEXTS
from servicekit.auth.actors import Actor
from servicekit.texts.languages import noop as _
from servicekit.web.endpoints import reads, runtime

PAGE_LENGTH = 50
VIEWS = {"mailbox": _("Mailbox"), "deliveries": _("Deliveries")}
"""The tabs above the lists, by page name."""

blueprint = Blueprint("pages", __name__)


@blueprint.get("/")
@reads(Deed.MESSAGES_READ)
def show_mailbox(session: Session, actor: Actor) -> str:
    """Show mails, newest first, with a search form."""
    return _delivery_list(session, actor, "mailbox", "notifications/mailbox.html")


@blueprint.get("/deliveries")
@reads(Deed.MESSAGES_READ)
def show_deliveries(session: Session, actor: Actor) -> str:
    """Show the delivery log, with totals by state."""
    counts = deliveries.count_deliveries(session, request.args.get("mission_id", type=UUID), actor)
    return _delivery_list(session, actor, "deliveries", "notifications/deliveries.html", counts=counts)


@blueprint.get("/mails/<uuid:delivery_id>")
@reads(Deed.MESSAGES_READ)
def show_mail(session: Session, actor: Actor, delivery_id: UUID) -> str:
    """Show a mail as its recipient sees it, with the attempts to send it."""
    details = deliveries.get_delivery_details(session, delivery_id, actor)
    letter = mail_preview.read_mail(session, settings_of(runtime()), details.delivery)
    return render_template(
        "notifications/mail.html",
        frame=layout.frame(letter.subject, details.mission),
        mail=details,
        letter=letter,
        entries=mail_preview.calendar_entries(letter),
        attempts=deliveries.list_attempts(session, delivery_id),
        translate=layout.translate,
        **_status_texts(),
    )


@blueprint.get("/mails/<uuid:delivery_id>/page")
@reads(Deed.MESSAGES_READ)
def show_mail_page(session: Session, actor: Actor, delivery_id: UUID) -> Response:
    """Return the HTML part of a mail, with a Content-Security-Policy that allows only its own styles."""
    letter = mail_preview.read_mail(
        session, settings_of(runtime()), deliveries.get_delivery(session, delivery_id, actor)
    )
    return Response(
        letter.html, mimetype="text/html", headers={"Content-Security-Policy": content_security_policy(letter.html)}
    )


@blueprint.get("/mails/<uuid:delivery_id>/source")
@reads(Deed.MESSAGES_READ)
def show_mail_source(session: Session, actor: Actor, delivery_id: UUID) -> Response:
    """Return the source of a mail."""
    content = mail_preview.mail_source(
        session, settings_of(runtime()), deliveries.get_delivery(session, delivery_id, actor)
    )
    return Response(content, mimetype="text/plain")


def _delivery_list(session: Session, actor: Actor, view: str, template: str, **more: Any) -> str:
    search = DeliverySearch(
        words=request.args.get("q", "").replace("\x00", " ").strip()[:200],
        kind=_allowed_or_empty(KINDS, request.args.get("kind")),
        state=_allowed_or_empty(STATES, request.args.get("state")),
        mission_id=request.args.get("mission_id", type=UUID),
    )
    mails = deliveries.search_deliveries(session, search, request.args.get("before", type=UUID), PAGE_LENGTH + 1, actor)
    listed = mails[:PAGE_LENGTH]
    older_url = _older_page_url(listed[-1], search) if len(mails) > PAGE_LENGTH else None
    mission = deliveries.get_mission(session, search.mission_id, actor)
    return render_template(
        template,
        frame=layout.frame(layout.translate(VIEWS[view]), mission),
        views=_view_tabs(view, search),
        may_send=mission is not None and may_send(session, mission.id, actor),
        mails=listed,
        search=search,
        older_url=older_url,
        **_status_texts(),
        **more,
    )


def _older_page_url(last: DeliveryDetails, search: DeliverySearch) -> str:
    return url_for(str(request.endpoint), **search.query_args(), before=last.delivery.position)


def _view_tabs(current: str, search: DeliverySearch) -> list[dict[str, Any]]:
    """Return the tabs for `tabs()` of the templates."""
    return [
        {
            "label": layout.translate(label),
            "url": url_for(f"pages.show_{view}", mission_id=search.mission_id),
            "current": view == current,
        }
        for view, label in VIEWS.items()
    ]


def _allowed_or_empty(allowed: tuple[str, ...], value: str | None) -> str:
    return value if value in allowed else ""


def _status_texts() -> Mapping[str, Any]:
    return {
        "kinds": {kind: layout.translate(word) for kind, word in KIND_TEXTS.items()},
        "states": {state: layout.translate(word) for state, word in STATE_TEXTS.items()},
        "looks": STATE_CLASSES,
    }
