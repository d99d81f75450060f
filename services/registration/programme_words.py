"""What the parts of a programme are called on its pages."""

from collections.abc import Mapping

from servicekit.languages import noop as _

TYPES: Mapping[str, str] = {
    "registration": _("Registration"),
    "plenary": _("Plenary"),
    "pitch_session": _("Pitch session"),
    "round_table": _("Round table"),
    "meal": _("Meal"),
    "site_visit": _("Site visit"),
    "transfer": _("Transfer"),
    "signing_ceremony": _("Signing ceremony"),
    "other": _("Other"),
}
"""The usual types of a point of the agenda; a programme that comes through the API may have others."""
_NEW = {
    "agenda": _("New point of the agenda"),
    "tables": _("New tables"),
    "slots": _("New session of meetings"),
    "walking": _("Way between two locations"),
    "interpreters": _("New interpreter"),
}
_OLD = {
    "agenda": _("Point of the agenda"),
    "tables": _("Table"),
    "slots": _("Slot"),
    "walking": _("Way between two locations"),
    "interpreters": _("Interpreter"),
}


def title_of(part: str, *, is_new: bool) -> str:
    """Name the form of one thing in a part of a programme."""
    return (_NEW if is_new else _OLD)[part]
