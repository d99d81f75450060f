"""The form of offers and needs: lines that come and go, kept one by one though another cannot be right."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from contracts.registration import ProfileItem, Texts
from registration import frames
from registration.applying_forms import Body, Errors, Form, laid_over, load, spoken
from registration.commands import NewProfile
from registration.models import Profile
from registration.schemas.applications import MOST_ITEMS, NewProfileSchema
from servicekit import identifiers, languages
from servicekit.languages import noop as _
from servicekit.problems import FieldError, InvalidInputError
from servicekit.savepoints import savepoint

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
        return f"{line.name}/type", frames.say(_("Choose the kind of co-operation."))
    return f"{line.name}/{'type' if 'partnership_type' in parts else 'text'}", spoken(error)
