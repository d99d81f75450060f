"""Forms of the steps.

Forms of an application: what was typed becomes what the API takes, and what is wrong a word beside each field.

A form is saved field by field: what is right is kept though something else is not, so that nothing typed is lost.

The form of offers and needs: lines that come and go, kept one by one though another cannot be right.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from marshmallow import Schema, ValidationError
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from contracts.registration import ProfileItem, Texts
from registration.commands import NewProfile
from registration.models import Delegate, Organisation, Profile
from registration.pages import layout
from registration.schemas.applications import MOST_ITEMS, DelegateChangesSchema, NewProfileSchema
from registration.schemas.organisations import OrganisationChangesSchema
from registration.schemas.values import all_optional
from servicekit import identifiers
from servicekit.data.database import savepoint
from servicekit.problems import FieldError, InvalidInputError, translate_message
from servicekit.texts import languages
from servicekit.texts.languages import noop as _
from servicekit.web.body import invalid

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
        name: layout.say(LACKING[name]) if name in LACKING and not body.get(name) else said
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
    return translate_message(error.detail, error.facts, layout.say)


KINDS = ("offers", "needs")


@dataclass(frozen=True, kw_only=True)
class Line:
    """One offer or need as it stands in the form; `place` counts from 0 within its kind."""

    kind: str
    place: int
    id: str
    partnership_type: str
    text: str
    others: Texts
    """The same in other languages, which this page leaves as they are."""

    @property
    def name(self) -> str:
        """What its fields are called, before the last part."""
        return f"{self.kind}/{self.place}"

    @property
    def texts(self) -> Texts:
        """What it says in all languages."""
        return laid_over(self.others, self.text)

    @property
    def body(self) -> Body:
        """What the API takes for it."""
        return {"id": self.id, "partnership_type": self.partnership_type, "texts": self.texts}


def lines_of(form: Form, profile: Profile) -> list[Line]:
    """Return the offers and needs that a form holds, in their order."""
    known = {(kind, item.id): item for kind in KINDS for item in getattr(profile, kind)}
    return [_line(form, kind, place, known) for kind in KINDS for place in _places(form, kind)]


def lines_kept(profile: Profile) -> list[Line]:
    """Return the offers and needs of a profile as its form shows them."""
    return [
        Line(
            kind=kind,
            place=place,
            id=item.id,
            partnership_type=item.partnership_type,
            text=item.texts.get(languages.of_request(), ""),
            others=item.texts,
        )
        for kind in KINDS
        for place, item in enumerate(getattr(profile, kind))
    ]


def with_empty(lines: Sequence[Line], kind: str) -> list[Line]:
    """Add an empty line of a kind behind the others, unless there are as many as may be."""
    place = max((line.place for line in lines if line.kind == kind), default=-1) + 1
    if sum(line.kind == kind for line in lines) >= MOST_ITEMS:
        return list(lines)
    empty = Line(kind=kind, place=place, id=identifiers.random().hex[:8], partnership_type="", text="", others={})
    return [*lines, empty]


def save_lines(
    session: Session, lines: Sequence[Line], profile: Profile, save: Callable[[NewProfile], object]
) -> Errors:
    """Save the offers and needs that are right; of the others the last right one stays, or none."""
    wrong: Errors = {}
    while True:
        shown = [(line, _kept(line, profile) if _is_wrong(line, wrong) else line.body) for line in lines]
        told = {kind: [(line, body) for line, body in shown if line.kind == kind and _says(body)] for kind in KINDS}
        try:
            with savepoint(session):
                save(load(NewProfileSchema(), {kind: [body for _line, body in told[kind]] for kind in KINDS}))
        except InvalidInputError as error:
            found = dict(_named(one, told) for one in error.errors)
            if not found.keys() - wrong.keys() or "profile" in found:
                return wrong | found
            wrong |= found
        else:
            return wrong


def _line(form: Form, kind: str, place: int, known: Mapping[tuple[str, str], ProfileItem]) -> Line:
    id_ = form.get(f"{kind}/{place}/id", "")[:64] or identifiers.random().hex[:8]
    item = known.get((kind, id_))
    return Line(
        kind=kind,
        place=place,
        id=id_,
        partnership_type=form.get(f"{kind}/{place}/type", "").strip(),
        text=form.get(f"{kind}/{place}/text", ""),
        others=laid_over(item.texts, "") if item else {},
    )


def _places(form: Form, kind: str) -> list[int]:
    named = (key.split("/") for key in form if key.startswith(f"{kind}/") and key.endswith("/text"))
    places = {int(parts[1]) for parts in named if len(parts) == 3 and parts[1].isdecimal() and len(parts[1]) < 4}
    return sorted(places)[:MOST_ITEMS]


def _is_wrong(line: Line, wrong: Errors) -> bool:
    return any(name.rpartition("/")[0] == line.name for name in wrong)


def _kept(line: Line, profile: Profile) -> Body:
    """Return what is kept of a line that cannot be right as it was typed."""
    for item in getattr(profile, line.kind):
        if item.id == line.id:
            return {"id": item.id, "partnership_type": item.partnership_type, "texts": dict(item.texts)}
    return {}


def _says(body: Body) -> bool:
    return bool(body.get("texts"))


def _named(error: FieldError, told: Mapping[str, Sequence[tuple[Line, Body]]]) -> tuple[str, str]:
    """Find the field of the form that an error points to; `profile` for all of them together."""
    parts = error.pointer.removeprefix("#/").split("/")
    if len(parts) < 2 or parts[0] not in told or not parts[1].isdecimal():
        return "profile", spoken(error)
    line, _body = told[parts[0]][int(parts[1])]
    if "partnership_type" in parts and not line.partnership_type:
        return f"{line.name}/type", layout.say(_("Choose the kind of co-operation."))
    return f"{line.name}/{'type' if 'partnership_type' in parts else 'text'}", spoken(error)
