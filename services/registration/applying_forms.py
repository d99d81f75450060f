"""Forms of an application: what was typed becomes what the API takes, and what is wrong a word beside each field.

A form is saved field by field: what is right is kept though something else is not, so that nothing typed is lost.
"""

from collections.abc import Callable, Mapping
from typing import Any

from marshmallow import Schema, ValidationError
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from contracts.registration import Texts
from registration import frames
from registration.models import Delegate, Organisation
from registration.schemas.applications import DelegateChangesSchema
from registration.schemas.organisations import OrganisationChangesSchema
from registration.schemas.values import all_optional
from servicekit import languages
from servicekit.body import invalid
from servicekit.languages import noop as _
from servicekit.messages import translate_message
from servicekit.problems import FieldError, InvalidInputError
from servicekit.savepoints import savepoint

Form = MultiDict[str, str]
Body = dict[str, Any]
Errors = dict[str, str]
"""Field of a form -> what to mend, in the reader's language."""

NUMBERS = ("inn", "ogrn", "ogrnip", "tax_id")
SIZES = ("micro", "small", "medium")
"""The sizes of companies that are small or medium by law."""
_COMPANY_TEXTS = ("names", "legal_name", "city", "about")
_COMPANY_WORDS = ("legal_form", "size", "email", "phone", *NUMBERS)
_PERSON_TEXTS = ("names", "positions")
_PERSON_WORDS = ("email", "phone", "attendance")


def laid_over(known: Texts, typed: str) -> dict[str, str]:
    """Put what was typed in the reader's language in its place among a text's languages."""
    mine = languages.of_request()
    others = {language: text for language, text in known.items() if language != mine}
    return others | ({mine: typed.strip()} if typed.strip() else {})


def company_body(form: Form, organisation: Organisation | None) -> Body:
    """Return the facts of a company that a form holds; those of `organisation` stay in other languages."""
    body: Body = {name: form[name] for name in _COMPANY_WORDS if name in form}
    for name in _COMPANY_TEXTS:
        if name in form:
            body[name] = laid_over(getattr(organisation, name, {}), form[name])
    if "activity_codes" in form:
        body["activity_codes"] = form["activity_codes"].replace(",", " ").replace(";", " ").split()
    if "size" in form:
        body["is_sme"] = form["size"] in SIZES
    return body


def person_body(form: Form, delegate: Delegate | None) -> Body:
    """Return the facts of a person that a form holds."""
    body: Body = {name: form[name] for name in _PERSON_WORDS if name in form}
    for name in _PERSON_TEXTS:
        if name in form:
            body[name] = laid_over(getattr(delegate, name, {}), form[name])
    if "attendance" in form:  # the form is whole: a box that is not ticked is not sent
        body |= {"can_negotiate": "can_negotiate" in form, "languages": form.getlist("languages")}
    return body


def changes_of_company(body: Body) -> Any:
    """Load what is to be corrected of a company.

    Raises:
        InvalidInputError: a field cannot be right.

    """
    contact = {name: body[name] for name in ("email", "phone") if name in body}
    rest = {name: value for name, value in body.items() if name not in contact}
    return load(all_optional(OrganisationChangesSchema), rest | ({"contact": contact} if contact else {}))


def changes_of_person(body: Body) -> Any:
    """Load what is to be corrected of a person.

    Raises:
        InvalidInputError: a field cannot be right.

    """
    return load(all_optional(DelegateChangesSchema), body)


def load(schema: Schema, body: Body) -> Any:
    """Load a body, or raise InvalidInputError that points to each field."""
    try:
        return schema.load(body)
    except ValidationError as error:
        raise invalid(error) from error


def save_what_is_right(session: Session, body: Body, save: Callable[[Body], object]) -> Errors:
    """Save the fields of a form that are right; return what is wrong with the others."""
    left, wrong = dict(body), Errors()
    while left:
        try:
            with savepoint(session):
                save(left)
        except InvalidInputError as error:
            found = mended_words(errors_of(error), left)
            if not found.keys() & left.keys():
                raise
            wrong |= found
            left = {name: value for name, value in left.items() if name not in found}
        else:
            break
    return wrong


LACKING: Mapping[str, str] = {
    "names": _("Write the name."),
    "email": _("Write an e-mail address."),
    "region": _("Choose a region."),
}
"""What is said of a field that has to hold something and is empty."""


def mended_words(wrong: Errors, body: Body) -> Errors:
    """Say of a field that was left empty what to do, and not what a schema thinks of it."""
    return {
        name: frames.say(LACKING[name]) if name in LACKING and not body.get(name) else said
        for name, said in wrong.items()
    }


def errors_of(error: InvalidInputError) -> Errors:
    """Say what is wrong with each field, by the names that fields have in forms: the first word for each."""
    found: Errors = {}
    for one in error.errors:
        first, *rest = one.pointer.removeprefix("#/").split("/")
        found.setdefault(rest[0] if first == "contact" and rest else first, spoken(one))
    return found


def spoken(error: FieldError) -> str:
    """Say in the reader's language what is wrong."""
    return translate_message(error.detail, error.facts, frames.say)
