"""Pages on which an organiser writes to a group of people: for whom, in what words, and what became of it."""

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
from notifications.commands import WriteToGroup
from notifications.errors import GroupChangedError, MissionNotFoundError
from notifications.handlers.group_messages import write_to_group
from notifications.models import Delivery, GroupMessage, Mission, Notification, Region
from notifications.pages import layout
from notifications.queries.recipients import Group, may_write, reached
from notifications.status_texts import STATE_LOOKS, STATE_WORDS
from servicekit import identifiers, languages
from servicekit.auth import Actor
from servicekit.body import invalid
from servicekit.endpoints import reads, writes
from servicekit.fields import Text
from servicekit.languages import noop as _

LONGEST_SUBJECT, LONGEST_TEXT = 150, 5000
STANDINGS = {"": _("everybody who applied"), "admitted": _("who takes part"), "others": _("who does not take part yet")}
ATTENDANCES = {"": _("in person and online"), "in_person": _("in person"), "online": _("online")}

blueprint = Blueprint("messages", __name__, url_prefix="/missions/<uuid:mission_id>/messages")


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A message that is being written: for whom, in what words, and what is wrong with it by its fields."""

    asked: Mapping[str, str]
    words: Mapping[str, str] = field(default_factory=dict)
    wrong: Mapping[str, str] = field(default_factory=dict)


class GroupSchema(Schema):
    """Whom a message is for; what is empty narrows nothing."""

    standing = fields.String(load_default="", validate=validate.OneOf(list(STANDINGS)))
    region = Text(longest=16, shortest=0, load_default="")
    attendance = fields.String(load_default="", validate=validate.OneOf(list(ATTENDANCES)))
    language = fields.String(load_default="", validate=validate.OneOf(["", *languages.SUPPORTED]))
    words = Text(longest=100, shortest=0, load_default="")


class WordsSchema(Schema):
    """Subject and text in each language; one that has neither is left out."""

    subject_ru = Text(longest=LONGEST_SUBJECT, shortest=0, load_default="")
    text_ru = Text(longest=LONGEST_TEXT, shortest=0, lines=True, load_default="")
    subject_en = Text(longest=LONGEST_SUBJECT, shortest=0, load_default="")
    text_en = Text(longest=LONGEST_TEXT, shortest=0, lines=True, load_default="")


@blueprint.get("/new")
@reads(Deed.MESSAGES_SEND)
def show_new(session: Session, actor: Actor, mission_id: UUID) -> Response:
    """Ask for whom the message is and what it says; tell at once how many it reaches."""
    mission = _mission(session, mission_id, actor)
    asked, wrong = _read(GroupSchema, request.args.to_dict())
    return _page(session, actor, mission, Draft(asked=asked, wrong=wrong))


@blueprint.post("")
@writes(Deed.MESSAGES_SEND)
def send(session: Session, actor: Actor, mission_id: UUID) -> BaseResponse:
    """Show what would be sent to how many; send it when that was seen."""
    mission = _mission(session, mission_id, actor)
    sent = request.form.to_dict()
    asked, wrong = _read(GroupSchema, sent)
    words, wrong_words = _read(WordsSchema, {name: text.replace("\r\n", "\n") for name, text in sent.items()})
    wrong |= wrong_words or _missing(words)
    if wrong:
        return _page(session, actor, mission, Draft(asked=asked, words=sent, wrong=wrong))
    found = reached(session, mission.id, Group(**asked), actor)
    if not found.people:
        wrong = {"standing": layout.say(_("There is nobody in this group: choose another one."))}
        return _page(session, actor, mission, Draft(asked=asked, words=sent, wrong=wrong))
    message_id = _id_of(sent)
    if message_id is None or sent.get("action") != "send":
        return _page(session, actor, mission, Draft(asked=asked, words=words), preview=True)
    spoken = [code for code in languages.SUPPORTED if words[f"text_{code}"]]
    command = WriteToGroup(
        message_id=message_id,
        mission_id=mission.id,
        group=Group(**asked),
        subjects={code: words[f"subject_{code}"] for code in spoken},
        texts={code: words[f"text_{code}"] for code in spoken},
        people=int(sent["people"]) if sent.get("people", "").isdecimal() else 0,
    )
    try:
        message = write_to_group(session, command, actor)
    except GroupChangedError:
        return _page(session, actor, mission, Draft(asked=asked, words=words), preview=True, is_changed=True)
    address = url_for("messages.show_message", mission_id=mission.id, message_id=message.id)
    return redirect(address, HTTPStatus.SEE_OTHER)


@blueprint.get("/<uuid:message_id>")
@reads(Deed.MESSAGES_SEND)
def show_message(session: Session, actor: Actor, mission_id: UUID, message_id: UUID) -> str:
    """Show a message and what became of it."""
    mission = _mission(session, mission_id, actor)
    message = session.get(GroupMessage, message_id)
    if message is None or message.mission_id != mission.id:
        raise MissionNotFoundError
    counted = (
        select(Delivery.state, func.count())
        .join(Notification, Notification.id == Delivery.notification_id)
        .where(Notification.event_id == message.id)
        .group_by(Delivery.state)
    )
    counts = dict(session.execute(counted).all())
    return render_template(
        "notifications/message.html",
        frame=layout.frame(layout.say(_("Message to a group")), mission),
        mission=mission,
        message=message,
        states=[(STATE_LOOKS[state], layout.say(word), counts.get(state, 0)) for state, word in STATE_WORDS.items()],
        group=_in_words(session, message.asked),
    )


def _mission(session: Session, mission_id: UUID, actor: Actor) -> Mission:
    """Return a mission on which the actor may write to somebody.

    Raises:
        MissionNotFoundError: there is none.

    """
    mission = session.get(Mission, mission_id)
    if mission is None or not may_write(session, mission_id, actor):
        raise MissionNotFoundError
    return mission


def _read(schema: type[Schema], sent: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """Return what a form says, and what is wrong with it by its fields."""
    made = schema()
    try:
        loaded: dict[str, str] = made.load({name: sent[name] for name in made.fields if name in sent})
    except ValidationError as error:
        wrong = {
            one.pointer.removeprefix("#/"): layout.say(one.detail) % (one.facts or {}) for one in invalid(error).errors
        }
        return dict.fromkeys(made.fields, ""), wrong
    return loaded, {}


def _missing(words: Mapping[str, str]) -> dict[str, str]:
    """Find what is half written: a language has a subject and a text, or neither, and one language has them."""
    wrong = {}
    for code in languages.SUPPORTED:
        subject, text = words[f"subject_{code}"], words[f"text_{code}"]
        if text and not subject:
            wrong[f"subject_{code}"] = layout.say(_("Write a subject: it is what people see first."))
        if subject and not text:
            wrong[f"text_{code}"] = layout.say(_("Write the text, or delete the subject."))
    if not wrong and not any(words.values()):
        wrong["subject_ru"] = layout.say(_("Write the message in one language at least."))
    return wrong


def _id_of(sent: Mapping[str, str]) -> UUID | None:
    """Return the id that a preview gave to a message, so that it is sent once."""
    try:
        found = UUID(sent.get("message_id", ""))
    except ValueError:
        return None
    return found if found.version == 7 else None


def _page(
    session: Session, actor: Actor, mission: Mission, draft: Draft, *, preview: bool = False, is_changed: bool = False
) -> Response:
    status = HTTPStatus.CONFLICT if is_changed else HTTPStatus.UNPROCESSABLE_ENTITY if draft.wrong else HTTPStatus.OK
    page = render_template(
        "notifications/write.html",
        frame=layout.frame(layout.say(_("Write to a group")), mission),
        mission=mission,
        asked=draft.asked,
        words=draft.words,
        errors=draft.wrong,
        found=reached(session, mission.id, Group(**draft.asked), actor),
        preview=preview,
        is_changed=is_changed,
        message_id=identifiers.fresh(),
        standings=_options(STANDINGS),
        attendances=_options(ATTENDANCES),
        regions=[{"value": "", "label": layout.say(_("both"))}, *_regions(session, mission)],
        tongues_spoken=[{"value": "", "label": layout.say(_("any"))}, *_tongues()],
    )
    return make_response(page, status)


def _options(words: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"value": value, "label": layout.say(word)} for value, word in words.items()]


def _tongues() -> list[dict[str, str]]:
    return [{"value": "ru", "label": layout.say(_("Russian"))}, {"value": "en", "label": layout.say(_("English"))}]


def _regions(session: Session, mission: Mission) -> list[dict[str, str]]:
    codes = dict.fromkeys((mission.guest_region, mission.host_region))
    names = {row.code: row.names for row in session.scalars(select(Region).where(Region.code.in_(codes)))}
    language = languages.of_request()
    return [{"value": code, "label": languages.pick(names.get(code, {}), language) or code} for code in codes]


def _in_words(session: Session, asked: Mapping[str, Any]) -> str:
    """Say whom a message was for."""
    language = languages.of_request()
    region = session.scalars(select(Region).where(Region.code == asked.get("region", ""))).first()
    parts = [
        layout.say(STANDINGS.get(asked.get("standing", ""), "")),
        languages.pick(region.names, language) if region else asked.get("region", ""),
        layout.say(ATTENDANCES[asked["attendance"]]) if asked.get("attendance") else "",
        next((one["label"] for one in _tongues() if one["value"] == asked.get("language")), ""),
        asked.get("words", ""),
    ]
    return ", ".join(part for part in parts if part)
