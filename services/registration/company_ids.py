"""Schemes of company numbers by name, as a region's pack asks for them (group `caravan.company_ids`)."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib.metadata import entry_points

from stdnum.ru import inn, ogrn

from servicekit.problems import FieldError, InvalidInputError
from servicekit.texts.languages import noop as _

GROUP = "caravan.company_ids"


@dataclass(frozen=True, kw_only=True)
class Numbers:
    """The numbers under which a state knows an organisation; those that it has not are None.

    `of_person` says whether its legal form makes it a person: None where that leaves it open.
    """

    inn: str | None = None
    ogrn: str | None = None
    ogrnip: str | None = None
    tax_id: str | None = None
    of_person: bool | None = None

    @property
    def are_of_sole_trader(self) -> bool:
        """Whether the numbers say that the organisation is a person."""
        return bool(self.ogrnip) or (not self.ogrn and len(self.inn or "") == 12)


Scheme = Callable[[Numbers], Numbers]
"""Check and normalise numbers; raise InvalidInputError with a pointer to each wrong one."""


@cache
def scheme(name: str) -> Scheme:
    """Return the scheme that was registered under a name.

    Raises:
        LookupError: nobody registered it.

    """
    for point in entry_points(group=GROUP, name=name):
        found: Scheme = point.load()
        return found
    raise LookupError(f"no scheme of company numbers is called {name!r}")


def any_text(numbers: Numbers) -> Numbers:
    """Take the numbers as they are: nothing is known of how the region makes them."""
    return numbers


def russian(numbers: Numbers) -> Numbers:
    """Check ИНН, ОГРН and ОГРНИП: ten digits of ИНН for a company, twelve for a sole trader.

    Raises:
        InvalidInputError: points to each number that cannot be right.

    """
    digits = {name: _digits(getattr(numbers, name)) for name in ("inn", "ogrn", "ogrnip")}
    tidy = Numbers(**digits, tax_id=numbers.tax_id, of_person=numbers.of_person)
    wrong = [
        FieldError(pointer, detail, {"number": number})
        for pointer, number, is_right, detail in (
            ("#/inn", tidy.inn, _is_inn, _("The INN %(number)s is wrong: its check digits do not match.")),
            ("#/ogrn", tidy.ogrn, _is_ogrn, _("The OGRN %(number)s is wrong: its check digit does not match.")),
            ("#/ogrnip", tidy.ogrnip, _is_ogrnip, _("The OGRNIP %(number)s is wrong: its check digit does not match.")),
        )
        if number and not is_right(number)
    ]
    wrong = wrong or _mismatch(tidy)
    if wrong:
        raise InvalidInputError(_("Nothing was saved."), errors=wrong)
    return tidy


def _digits(number: str | None) -> str | None:
    """Write full-width digits as plain ones and leave spaces out."""
    return re.sub(r"[\s\u00a0]", "", unicodedata.normalize("NFKC", number)) if number else None


def _is_inn(number: str) -> bool:
    return number.isascii() and len(number) in (10, 12) and bool(number.strip("0")) and inn.is_valid(number)


def _is_ogrn(number: str) -> bool:
    return number.isascii() and len(number) == 13 and bool(number.strip("0")) and ogrn.is_valid(number)


def _is_ogrnip(number: str) -> bool:
    """Check as the register does; python-stdnum's own check refuses valid numbers."""
    if not re.fullmatch(r"[0-9]{15}", number) or not number.strip("0"):
        return False
    return int(number[:14]) % 13 % 10 == int(number[14])


def _mismatch(numbers: Numbers) -> list[FieldError]:
    digits = len(numbers.inn or "")
    if numbers.ogrn and numbers.ogrnip:
        return [FieldError("#/ogrnip", _("An organisation has an OGRN or an OGRNIP, not both."))]
    if (numbers.ogrn or numbers.of_person is False) and digits == 12:
        return [FieldError("#/inn", _("The INN of a company has 10 digits; 12 are a sole trader's."))]
    if (numbers.ogrnip or numbers.of_person) and digits == 10:
        return [FieldError("#/inn", _("The INN of a sole trader has 12 digits; 10 are a company's."))]
    return []
