"""Pages on which an organiser writes a message to a group of people, previews it and follows its delivery."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from marshmallow import Schema, ValidationError, fields, validate
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from access.matrix import Deed
from notifications.commands import SendGroupMessage
from notifications.errors import GroupChangedError, MissionNotFoundError
from notifications.handlers.group_messages import send_group_message
from notifications.models import Delivery, GroupMessage, Mission, Notification, Region
from notifications.pages import layout
from notifications.queries.recipients import RecipientGroup, find_recipients, may_send
from notifications.status_texts import STATE_CLASSES, STATE_TEXTS
from servicekit import identifiers
from servicekit.auth.actors import Actor
from servicekit.texts import languages
from servicekit.texts.languages import noop as _
from servicekit.web.body import invalid
from servicekit.web.endpoints import reads, writes
from servicekit.web.schema_fields import Text

MAX_SUBJECT_LENGTH, MAX_TEXT_LENGTH = 150, 5000
STANDING_TEXTS = {
    "": _("everybody who applied"),
    "admitted": _("who takes part"),
    "others": _("who does not take part yet"),
}
ATTENDANCE_TEXTS = {"": _("in person and online"), "in_person": _("in person"), "online": _("online")}

blueprint = Blueprint("messages", __name__, url_prefix="/missions/<uuid:mission_id>/messages")


@dataclass(frozen=True, kw_only=True)
class MessageForm:
    """The values of the form: criteria of the group, subjects and texts, and errors by field."""

    group: Mapping[str, str]
    texts: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)


class GroupSchema(Schema):
    """The criteria of the group; an empty one matches everybody."""

    standing = fields.String(load_default="", validate=validate.OneOf(list(STANDING_TEXTS)))
    region = Text(longest=16, shortest=0, load_default="")
    attendance = fields.String(load_default="", validate=validate.OneOf(list(ATTENDANCE_TEXTS)))
    language = fields.String(load_default="", validate=validate.OneOf(["", *languages.SUPPORTED]))
    words = Text(longest=100, shortest=0, load_default="")


class TextsSchema(Schema):
    """Subject and text in each language; a language without both is not sent."""

    subject_ru = Text(longest=MAX_SUBJECT_LENGTH, shortest=0, load_default="")
    text_ru = Text(longest=MAX_TEXT_LENGTH, shortest=0, lines=True, load_default="")
    subject_en = Text(longest=MAX_SUBJECT_LENGTH, shortest=0, load_default="")
    text_en = Text(longest=MAX_TEXT_LENGTH, shortest=0, lines=True, load_default="")


@blueprint.get("/new")
@reads(Deed.MESSAGES_SEND)
def show_new(session: Session, actor: Actor, mission_id: UUID) -> Response:
    """Show the form, with the number of recipients of the chosen group."""
    mission = _require_mission(session, mission_id, actor)
    group, errors = _validate(GroupSchema, request.args.to_dict())
    return _form_page(session, actor, mission, MessageForm(group=group, errors=errors))


@blueprint.post("")
@writes(Deed.MESSAGES_SEND)
def send(session: Session, actor: Actor, mission_id: UUID) -> BaseResponse:
    """Show a preview with the number of recipients, or send the message if it was previewed."""
    mission = _require_mission(session, mission_id, actor)
    sent = request.form.to_dict()
    group, errors = _validate(GroupSchema, sent)
    texts, text_errors = _validate(TextsSchema, {name: text.replace("\r\n", "\n") for name, text in sent.items()})
    errors |= text_errors or _incomplete_texts(texts)
    if errors:
        return _form_page(session, actor, mission, MessageForm(group=group, texts=sent, errors=errors))
    recipients = find_recipients(session, mission.id, RecipientGroup(**group), actor)
    if not recipients.people:
        errors = {"standing": layout.translate(_("There is nobody in this group: choose another one."))}
        return _form_page(session, actor, mission, MessageForm(group=group, texts=sent, errors=errors))
    message_id = _previewed_message_id(sent)
    if message_id is None or sent.get("action") != "send":
        return _form_page(session, actor, mission, MessageForm(group=group, texts=texts), preview=True)
    codes = [code for code in languages.SUPPORTED if texts[f"text_{code}"]]
    command = SendGroupMessage(
        message_id=message_id,
        mission_id=mission.id,
        group=RecipientGroup(**group),
        subjects={code: texts[f"subject_{code}"] for code in codes},
        texts={code: texts[f"text_{code}"] for code in codes},
        people=int(sent["people"]) if sent.get("people", "").isdecimal() else 0,
    )
    try:
        message = send_group_message(session, command, actor)
    except GroupChangedError:
        return _form_page(session, actor, mission, MessageForm(group=group, texts=texts), preview=True, is_changed=True)
    address = url_for("messages.show_message", mission_id=mission.id, message_id=message.id)
    return redirect(address, HTTPStatus.SEE_OTHER)


@blueprint.get("/<uuid:message_id>")
@reads(Deed.MESSAGES_SEND)
def show_message(session: Session, actor: Actor, mission_id: UUID, message_id: UUID) -> str:
    """Show a sent message and the states of its deliveries."""
    mission = _require_mission(session, mission_id, actor)
    message = session.get(GroupMessage, message_id)
    if message is None or message.mission_id != mission.id:
        raise MissionNotFoundError
    query = (
        select(Delivery.state, func.count())
        .join(Notification, Notification.id == Delivery.notification_id)
        .where(Notification.event_id == message.id)
        .group_by(Delivery.state)
    )
    counts = dict(session.execute(query).all())
    return render_template(
        "notifications/message.html",
        frame=layout.frame(layout.translate(_("Message to a group")), mission),
        mission=mission,
        message=message,
        states=[
            (STATE_CLASSES[state], layout.translate(word), counts.get(state, 0)) for state, word in STATE_TEXTS.items()
        ],
        group=_describe_group(session, message.asked),
    )


def _require_mission(session: Session, mission_id: UUID, actor: Actor) -> Mission:
    """Return the mission.

    Raises:
        MissionNotFoundError: it does not exist, or the actor may write to nobody on it.

    """
    mission = session.get(Mission, mission_id)
    if mission is None or not may_send(session, mission_id, actor):
        raise MissionNotFoundError
    return mission


def _validate(schema: type[Schema], sent: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """Return the validated values of a form, and error texts by field; with errors all values are empty."""
    validator = schema()
    try:
        loaded: dict[str, str] = validator.load({name: sent[name] for name in validator.fields if name in sent})
    except ValidationError as error:
        errors = {
            one.pointer.removeprefix("#/"): layout.translate(one.detail) % (one.facts or {})
            for one in invalid(error).errors
        }
        return dict.fromkeys(validator.fields, ""), errors
    return loaded, {}


def _incomplete_texts(texts: Mapping[str, str]) -> dict[str, str]:
    """Return errors by field: each language needs both subject and text or neither, and one language needs both."""
    errors = {}
    for code in languages.SUPPORTED:
        subject, text = texts[f"subject_{code}"], texts[f"text_{code}"]
        if text and not subject:
            errors[f"subject_{code}"] = layout.translate(_("Write a subject: it is what people see first."))
        if subject and not text:
            errors[f"text_{code}"] = layout.translate(_("Write the text, or delete the subject."))
    if not errors and not any(texts.values()):
        errors["subject_ru"] = layout.translate(_("Write the message in one language at least."))
    return errors


def _previewed_message_id(sent: Mapping[str, str]) -> UUID | None:
    """Return the id that the preview assigned to the message, so that it is sent only once; None if invalid."""
    try:
        message_id = UUID(sent.get("message_id", ""))
    except ValueError:
        return None
    return message_id if message_id.version == 7 else None


def _form_page(
    session: Session,
    actor: Actor,
    mission: Mission,
    form: MessageForm,
    *,
    preview: bool = False,
    is_changed: bool = False,
) -> Response:
    status = HTTPStatus.CONFLICT if is_changed else HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    page = render_template(
        "notifications/write.html",
        frame=layout.frame(layout.translate(_("Write to a group")), mission),
        mission=mission,
        group=form.group,
        texts=form.texts,
        errors=form.errors,
        recipients=find_recipients(session, mission.id, RecipientGroup(**form.group), actor),
        preview=preview,
        is_changed=is_changed,
        message_id=identifiers.fresh(),
        standings=_select_options(STANDING_TEXTS),
        attendances=_select_options(ATTENDANCE_TEXTS),
        regions=[{"value": "", "label": layout.translate(_("both"))}, *_region_options(session, mission)],
        language_options=[{"value": "", "label": layout.translate(_("any"))}, *_language_options()],
    )
    return make_response(page, status)


def _select_options(words: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"value": value, "label": layout.translate(word)} for value, word in words.items()]


def _language_options() -> list[dict[str, str]]:
    return [
        {"value": "ru", "label": layout.translate(_("Russian"))},
        {"value": "en", "label": layout.translate(_("English"))},
    ]


def _region_options(session: Session, mission: Mission) -> list[dict[str, str]]:
    codes = dict.fromkeys((mission.guest_region, mission.host_region))
    names = {row.code: row.names for row in session.scalars(select(Region).where(Region.code.in_(codes)))}
    language = languages.of_request()
    return [{"value": code, "label": languages.pick(names.get(code, {}), language) or code} for code in codes]


def _describe_group(session: Session, asked: Mapping[str, Any]) -> str:
    """Return the criteria of a group as text."""
    language = languages.of_request()
    region = session.scalars(select(Region).where(Region.code == asked.get("region", ""))).first()
    parts = [
        layout.translate(STANDING_TEXTS.get(asked.get("standing", ""), "")),
        languages.pick(region.names, language) if region else asked.get("region", ""),
        layout.translate(ATTENDANCE_TEXTS[asked["attendance"]]) if asked.get("attendance") else "",
        next((one["label"] for one in _language_options() if one["value"] == asked.get("language")), ""),
        asked.get("words", ""),
    ]
    return ", ".join(part for part in parts if part)
