"""Make telephone numbers uniform by the country of a region."""

from servicekit import contacts
from servicekit.languages import noop as _
from servicekit.problems import FieldError, InvalidInputError


def phone(text: str, country: str, pointer: str) -> str:
    """Return a number in its international form, empty for none.

    Raises:
        InvalidInputError: it cannot be a telephone number; `pointer` names the field.

    """
    if not text:
        return ""
    try:
        return contacts.phone(text, country)
    except ValueError as error:
        detail = _("This is no telephone number: write it with its country code, as +7 495 123-45-67.")
        raise InvalidInputError(_("Nothing was saved."), errors=[FieldError(pointer, detail)]) from error
