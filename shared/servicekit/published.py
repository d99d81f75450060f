"""Fields for texts that everybody may read: what they hold travels on the public exchange."""

from collections.abc import Collection
from typing import Any

from flask import has_app_context
from marshmallow import ValidationError

from packs import loader
from servicekit import contacts
from servicekit.endpoints import runtime
from servicekit.fields import Text
from servicekit.languages import noop as _


class PublishedText(Text):
    """A text that its author publishes: it names no way to reach people past the platform."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> str:
        text = super()._deserialize(value, attr, data, **options)
        wrong = []
        if contacts.holds_email(text):
            wrong.append(_("Take the e-mail address out: everybody may read this text."))
        if any(contacts.holds_phone(text, country) for country in _countries()):
            wrong.append(_("Take the telephone number out: everybody may read this text."))
        if wrong:
            raise ValidationError(wrong)
        return text


def _countries() -> Collection[str]:
    """Name the countries in which a number without its country's code may be: those of the packs and of our homes."""
    settings = runtime().settings if has_app_context() else None
    known = loader.load(settings.packs_dir if settings else "").countries
    return known | {home.split("-", maxsplit=1)[0] for home in (settings.homes if settings else ())}
