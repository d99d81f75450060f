"""Say in the reader's language what a schema found wrong.

marshmallow fills its English messages before we see them, so each is recognised by its
pattern and the same words are said again in translation.
"""

import re
from collections.abc import Callable
from typing import Any

from servicekit.languages import noop as _

_PATTERNS = [
    (re.compile("^" + re.sub(r"%\\\((\w+)\\\)s|%\((\w+)\)s", r"(?P<\1\2>.+)", re.escape(text)) + "$"), text)
    for text in (
        _("Missing data for required field."),
        _("Field may not be null."),
        _("Unknown field."),
        _("Not a valid string."),
        _("Not a valid integer."),
        _("Not a valid number."),
        _("Not a valid boolean."),
        _("Not a valid UUID."),
        _("Not a valid date."),
        _("Not a valid datetime."),
        _("Not a valid aware datetime."),
        _("Not a valid list."),
        _("Not a valid mapping type."),
        _("Not a valid email address."),
        _("Not a valid URL."),
        _("Invalid input type."),
        _("Invalid type."),
        _("Must be one of: %(choices)s."),
        _("Length must be between %(min)s and %(max)s."),
        _("Longer than maximum length %(max)s."),
        _("Shorter than minimum length %(min)s."),
        _("Must be greater than or equal to %(min)s."),
        _("Must be less than or equal to %(max)s."),
        _("Must be greater than or equal to %(min)s and less than or equal to %(max)s."),
    )
]


def translate_message(message: str, facts: dict[str, Any] | None, text: Callable[[str], str]) -> str:
    """Return the message in the language of `text`, a gettext function."""
    if facts:
        return text(message) % facts
    for pattern, template in reversed(_PATTERNS):
        match = pattern.match(message)
        if match:
            return text(template) % match.groupdict() if match.groupdict() else text(template)
    return text(message)
