"""The form of a mission: what it shows of one, and how what was typed becomes the body that the API takes."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from contracts.registration import Side, Texts
from packs.models import MissionKind
from registration import frames, pack
from registration.domain.rules import Rules
from registration.models import Mission, Region
from servicekit import languages
from servicekit.languages import noop as _
from servicekit.messages import translate_message
from servicekit.problems import FieldError

TEXTS = ("titles", "venue", "organiser")
"""What is written in each language: a field `titles/ru` for each."""
WHEN = ("starts_on", "ends_on", "timezone")
PLAIN = ("organiser_phone", "organiser_email")
OPTIONAL = ("applications_until",)
REGIONS = ("guest_region", "host_region")
CHOSEN_ONCE = ("reference", "kind", *REGIONS)
LIMITS = ("max_meetings_per_person_per_day", "min_meetings_per_guest")
PLACES = tuple(f"rules/places/{side.value}" for side in Side)
FIELDS = (
    *(f"{name}/{language}" for name in TEXTS for language in languages.SUPPORTED),
    *(*WHEN, *PLAIN, *OPTIONAL, *CHOSEN_ONCE, *PLACES),
    *(f"rules/{name}" for name in LIMITS),
)
LONGEST = 1000
"""How much of what was typed is shown again."""


def typed(form: Mapping[str, str]) -> dict[str, str]:
    """Return what was typed into the fields of the form."""
    return {name: form[name].strip()[:LONGEST] for name in FIELDS if name in form}


def of_kind(kind: MissionKind) -> dict[str, str]:
    """Return what a form says of a new mission of a kind: its rules and its places."""
    per_day, per_guest = (kind.rules.get(name) for name in LIMITS)
    places = pack.rules_of_kind(kind).places
    return _of_rules(Rules(max_meetings_per_person_per_day=per_day, min_meetings_per_guest=per_guest, places=places))


def of_mission(mission: Mission) -> dict[str, str]:
    """Return what a form says of a mission as it is."""
    said = {
        f"{name}/{language}": getattr(mission, name).get(language, "")
        for name in TEXTS
        for language in languages.SUPPORTED
    }
    plain = {name: str(getattr(mission, name) or "") for name in (*WHEN, *PLAIN, *OPTIONAL, *CHOSEN_ONCE)}
    return said | plain | _of_rules(mission.rules)


def body(given: Mapping[str, str], present: Mission | None = None) -> dict[str, Any]:
    """Return the body for the API; texts in languages that the form does not show stay as they are."""
    made: dict[str, Any] = {name: _texts(name, given, present) for name in TEXTS}
    made |= {name: given[name] for name in (*WHEN, *PLAIN, *CHOSEN_ONCE) if name in given}
    made |= {name: given[name] or None for name in OPTIONAL if name in given}
    limits = {name: _number(given[f"rules/{name}"]) for name in LIMITS if given.get(f"rules/{name}")}
    places = {name.rpartition("/")[2]: _number(given[name]) for name in PLACES if given.get(name)}
    return made | {"rules": {**limits, "places": places}}


def failures(errors: tuple[FieldError, ...]) -> dict[str, str]:
    """Return what to mend, in the reader's language, by the field beside which it stands."""
    return {_field(one.pointer): translate_message(one.detail, one.facts, frames.say) for one in errors}


def with_choices(given: Mapping[str, str], errors: Mapping[str, str], known: Mapping[str, str]) -> Mapping[str, str]:
    """Say of a region that was not chosen what to do about it, and nothing of the time zone that follows from it."""
    chosen = {name: frames.say(_("Choose a region.")) for name in REGIONS if given.get(name) not in known}
    if "host_region" in chosen and not given.get("timezone"):
        errors = {name: said for name, said in errors.items() if name != "timezone"}
    return {**errors, **chosen}


def regions(session: Session) -> dict[str, str]:
    """Return the names of the regions to choose from by their codes, in the order of the names."""
    language = languages.of_request()
    found = {one.code: languages.pick(one.names, language) for one in session.scalars(select(Region))}
    return dict(sorted(found.items(), key=lambda region: region[1]))


def zone_of(session: Session, code: str) -> str:
    """Return the time zone of a region; empty for one that is unknown."""
    return session.scalar(select(Region.timezone).where(Region.code == code)) or ""


def short_name(given: Mapping[str, str]) -> str:
    """Compose the short name of a mission where none was typed: its regions and its month."""
    regions_ = [given.get(name, "").partition("-")[2].lower() for name in ("guest_region", "host_region")]
    return "-".join(filter(None, [*regions_, given.get("starts_on", "")[:7]]))


def _texts(name: str, given: Mapping[str, str], present: Mission | None) -> Texts:
    kept = dict(getattr(present, name)) if present else {}
    said = {language: given.get(f"{name}/{language}", "") for language in languages.SUPPORTED}
    return {language: text for language, text in (kept | said).items() if text}


def _of_rules(rules: Rules) -> dict[str, str]:
    limits = {f"rules/{name}": str(value) for name in LIMITS if (value := getattr(rules, name)) is not None}
    return limits | {f"rules/places/{side}": str(number) for side, number in (rules.places or {}).items()}


def _number(text: str) -> int | str:
    """Read a number; what is none is left to the schema to refuse."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else text


def _field(pointer: str) -> str:
    name = pointer.removeprefix("#/").removesuffix("/value")
    return f"{name}/{languages.SUPPORTED[0]}" if name in TEXTS else name
