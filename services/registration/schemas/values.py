"""Fields for the values that registration takes: texts in several languages, instants, zones, addresses."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar
from uuid import UUID
from zoneinfo import available_timezones

from marshmallow import Schema, ValidationError, fields, post_load, validate

from servicekit.privacy import contacts
from servicekit.problems import FieldError, InvalidInputError
from servicekit.texts.languages import noop as _
from servicekit.web.schema_fields import PublishedText, Shape, Text

MOST_LANGUAGES = 8
REGION_CODE = r"^[A-Z]{2}(-[A-Z0-9]{1,3})?$"
_LANGUAGE = re.compile(r"^[a-z]{2,3}$")


class ValueSchema(Schema):
    """A schema that loads into `made`, the dataclass that a command is or holds."""

    made: ClassVar[Any]

    @post_load
    def build(self, data: dict[str, Any], **_options: Any) -> Any:
        """Make the value."""
        return self.made(**data)


class Language(fields.String):
    """A language by its code: `ru`, `en`."""

    keywords: ClassVar = {"pattern": _LANGUAGE.pattern}

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> str:
        return _language(super()._deserialize(value, attr, data, **options))


class Languages(fields.List[str]):
    """Languages that somebody speaks, by codes, each once: the first part of a BCP 47 tag, as `ru`."""

    def __init__(self, *, fewest: int = 0, **options: Any) -> None:
        super().__init__(Language(), validate=validate.Length(fewest, MOST_LANGUAGES), **options)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> Any:
        return tuple(dict.fromkeys(super()._deserialize(value, attr, data, **options)))


class Texts(fields.Dict):
    """One text in one or more languages: `{"ru": "…", "en": "…"}`; in none, where it may be empty."""

    made_of: ClassVar[type[Text]] = Text

    def __init__(self, *, longest: int = 200, shortest: int = 1, lines: bool = False, **options: Any) -> None:
        self._text = self.made_of(longest=longest, shortest=shortest, lines=lines)
        self._fewest = min(shortest, 1)
        self.keywords = {"minProperties": self._fewest, "maxProperties": MOST_LANGUAGES}
        super().__init__(keys=Language(), values=self._text, **options)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> dict[str, str]:
        if not isinstance(value, Mapping):
            raise self.make_error("invalid")
        if not self._fewest <= len(value) <= MOST_LANGUAGES:
            raise ValidationError(_("Give the text in one to eight languages."))
        texts: dict[str, str] = {}
        wrong: dict[str, Any] = {}
        for language, text in value.items():
            try:
                texts[_language(language)] = str(self._text.deserialize(text))
            except ValidationError as error:
                wrong[str(language)[:20]] = error.messages
        if wrong:
            raise ValidationError(wrong)
        return texts


class PublishedTexts(Texts):
    """One text in one or more languages that everybody may read."""

    made_of = PublishedText


class Zone(fields.String):
    """A time zone by its IANA name, of a place: `Asia/Krasnoyarsk`."""

    keywords: ClassVar = {"description": "A time zone by its IANA name, of a place: Asia/Krasnoyarsk."}

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> str:
        zone = super()._deserialize(value, attr, data, **options)
        is_of_place = "/" in zone and not zone.startswith("Etc/")
        if zone not in available_timezones() or not (is_of_place or zone == "UTC"):
            raise ValidationError(_("Name the zone as the IANA does, by a place in it: Asia/Krasnoyarsk."))
        return zone


class Email(Text):
    """An e-mail address."""

    keywords: ClassVar = {"description": "An e-mail address that letters can be sent to."}

    def __init__(self, **options: Any) -> None:
        super().__init__(longest=320, **options)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> str:
        text = super()._deserialize(value, attr, data, **options)
        if not text:
            return text
        try:
            return contacts.email(text)
        except ValueError as error:
            said = _("This is no e-mail address that we can write to.")
            if not text.rpartition("@")[0].isascii():
                said = _("Give an address with Latin letters before the @: not every mail server takes others.")
            raise ValidationError(said) from error


def all_optional(schema: type[Schema]) -> Schema:
    """Make a schema whose own fields may all be left out; what they hold must still be whole."""
    return schema(partial=tuple(schema._declared_fields))  # noqa: SLF001  # marshmallow tells them nowhere else


def reference(**options: Any) -> Text:
    """Make the field of a short name of the caller's own, unique among its kind."""
    return Text(longest=64, **options)


def word(**options: Any) -> fields.String:
    """Make the field of a word of some glossary: small letters, digits, underscores."""
    wrong = _("Use small Latin letters, digits and underscores.")
    return fields.String(validate=Shape(r"^[a-z][a-z0-9_-]{0,31}$", error=wrong), **options)


def region_code(**options: Any) -> fields.String:
    """Make the field of an ISO 3166-2 code, or of a whole country's."""
    wrong = _("Write the code of ISO 3166-2, as RU-KLU.")
    return fields.String(validate=Shape(REGION_CODE, error=wrong), **options)


def _language(code: Any) -> str:
    if not isinstance(code, str) or not _LANGUAGE.fullmatch(code):
        raise ValidationError(_("Name a language by its code of two or three letters: ru, en."))
    return code


def ids_in(texts: Sequence[str], *, most: int) -> list[UUID]:
    """Read ids out of repeated or comma-separated values of a query.

    Raises:
        InvalidInputError: one is no id, or there are more than `most`.

    """
    given = [part.strip() for text in texts for part in text.split(",") if part.strip()]
    try:
        if len(given) > most:
            raise ValueError(len(given))
        return [UUID(one) for one in given]
    except ValueError as error:
        detail = _("Give up to %(most)s ids, parted by commas.")
        raise InvalidInputError(errors=[FieldError("#/ids", detail, {"most": most})]) from error
