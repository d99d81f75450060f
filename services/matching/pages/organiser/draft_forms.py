"""The forms of the draft's pages: what each holds, and what is wrong with it in the reader's words."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate, validates_schema

from matching.pages.layout import say
from matching.schemas.drafts import NAME
from servicekit.texts.languages import noop as _
from servicekit.web.body import invalid
from servicekit.web.schema_fields import Id, PublishedText

OTHER, PARTS = "~", 3
"""What stands between id, slot and table in the choice of a meeting to exchange with, and how many that are."""


class _Form(Schema):
    class Meta:
        unknown = EXCLUDE


class _SeenForm(_Form):
    meeting_id = Id(required=True)
    slot = fields.String(required=True, validate=NAME)
    table = fields.String(required=True, validate=NAME)


class _MoveForm(_SeenForm):
    to_slot = fields.String(required=True, validate=NAME)
    to_table = fields.String(load_default="", validate=validate.Length(0, 200))


class _SwapForm(_SeenForm):
    other = fields.String(required=True, validate=validate.Length(1, 500))

    @validates_schema
    def _check_other(self, data: dict[str, Any], **_options: Any) -> None:
        parts = data["other"].split(OTHER)
        if len(parts) != PARTS or not all(parts):
            raise ValidationError(_("Choose a meeting."), "other")
        try:
            UUID(parts[0])
        except ValueError as error:
            raise ValidationError(_("Choose a meeting."), "other") from error


class _RemoveForm(_SeenForm):
    reason = PublishedText(longest=1000, lines=True, required=True)


class _AddForm(_Form):
    guest_id = Id(required=True)
    host_id = Id(required=True)
    to_slot = fields.String(required=True, validate=NAME)
    to_table = fields.String(load_default="", validate=validate.Length(0, 200))


class _UndoForm(_Form):
    edit_id = Id(required=True)


class _PublishForm(_Form):
    version = fields.Integer(required=True, validate=validate.Range(0, 2**31 - 1))


FORMS: Mapping[str, type[_Form]] = {
    "move": _MoveForm,
    "swap": _SwapForm,
    "lock": _SeenForm,
    "unlock": _SeenForm,
    "remove": _RemoveForm,
    "add": _AddForm,
    "undo": _UndoForm,
    "publish": _PublishForm,
}
WORDS = {
    "to_slot": _("Choose a time."),
    "other": _("Choose a meeting."),
    "guest_id": _("Choose a guest."),
    "host_id": _("Choose a host."),
}
"""What is said of a field whose failure has one cause: nothing was chosen."""


def read(deed: str, form: Mapping[str, str]) -> dict[str, Any]:
    """Read a form; raises ValidationError."""
    known: dict[str, Any] = FORMS[deed]().load({name: value for name, value in form.items() if value})
    return known


def given(deed: str, form: Mapping[str, str]) -> dict[str, str]:
    """Return what was typed and chosen, as it was."""
    return {name: form[name] for name in FORMS[deed]().fields if name in form}


def errors(error: ValidationError) -> dict[str, str]:
    """Say what is wrong, field by field."""
    wrong = {one.pointer.removeprefix("#/"): say(one.detail) for one in invalid(error).errors}
    return {name: say(WORDS[name]) if name in WORDS else text for name, text in wrong.items()}
