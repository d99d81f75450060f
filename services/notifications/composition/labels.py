"""Translatable texts for codes in events: reasons for changes, agreement types, reasons for recommendations."""

from collections.abc import Callable, Mapping
from textwrap import shorten
from types import MappingProxyType
from typing import Any

from servicekit.texts.languages import noop as _

Gettext = Callable[[str], str]

MAX_REASON_LENGTH = 160
"""Maximum length of an offer or a need in a mail, in characters; longer texts are cut."""

CHANGE_REASONS: Mapping[str, str] = MappingProxyType(
    {
        "late_arrival": _("A delegate arrives later"),
        "early_leave": _("A delegate leaves earlier"),
        "hall_changed": _("The hall or the programme has changed"),
        "cancellation": _("The partner cannot come"),
        "withdrawn": _("The partner cannot come"),
        "no_common_slot": _("No free slot suits both sides"),
        "hall_full": _("All tables are taken"),
        "day_cap_reached": _("One side has as many meetings that day as the rules allow"),
        "people_busy": _("The delegates have other meetings"),
        "avoided": _("The meeting is not wanted"),
        "free_place_left": _("The organiser took the meeting out of the timetable"),
    }
)
"""Reasons why a meeting was moved or cancelled, by code."""

AGREEMENT_TYPES: Mapping[str, str] = MappingProxyType(
    {
        "letter_of_intent": _("Letter of intent"),
        "supply_contract": _("Supply contract"),
        "framework": _("Framework agreement"),
        "framework_agreement": _("Framework agreement"),
        "dealer": _("Dealer agreement"),
        "dealer_agreement": _("Dealer agreement"),
        "pilot": _("Pilot project agreement"),
        "pilot_agreement": _("Pilot project agreement"),
        "joint_development": _("Joint development agreement"),
        "joint_development_agreement": _("Joint development agreement"),
        "exclusivity_agreement": _("Exclusivity agreement"),
        "cooperation_agreement": _("Cooperation agreement"),
        "placement_agreement": _("Placement agreement"),
        "nda": _("Non-disclosure agreement"),
    }
)

REASON_TEMPLATES: Mapping[str, str] = MappingProxyType(
    {
        "you_seek": _("You need: %(need)s. They offer: %(offer)s"),
        "they_seek": _("They need: %(need)s. You offer: %(offer)s"),
        "both_seek": _("You need: %(need)s. They need: %(offer)s"),
    }
)


def change_reason(reason: str, code: str, gettext: Gettext) -> str:
    """Return why a meeting changed: `reason`, translated if it is a code; if empty, the cause of the new timetable."""
    text = CHANGE_REASONS.get(reason) if reason else CHANGE_REASONS.get(code)
    return gettext(text) if text else reason


def agreement_type_label(code: str, gettext: Gettext) -> str:
    """Return the name of an agreement type; types that a pack adds have no text and are named by their code."""
    return gettext(AGREEMENT_TYPES[code]) if code in AGREEMENT_TYPES else code.replace("_", " ").capitalize()


def recommendation_reason(found: Mapping[str, Any], language: str, gettext: Gettext) -> str:
    """Return one line that names the matching need and offer, each in `language` if there is a text in it."""
    template = REASON_TEMPLATES.get(found["direction"], REASON_TEMPLATES["you_seek"])
    texts = {name: found.get(f"{name}_texts", {}).get(language) or found[name] for name in ("need", "offer")}
    pair = {name: shorten(text, MAX_REASON_LENGTH, placeholder="…").rstrip(".") for name, text in texts.items()}
    return gettext(template) % pair
