"""Whether the number that somebody types can be that of a company, before anything is saved."""

from dataclasses import replace

from sqlalchemy.orm import Session

from registration import applying_forms, pack
from registration.company_ids import Numbers
from servicekit.problems import InvalidInputError


def checked(session: Session, region: str, number: str, legal_form: str) -> tuple[Numbers, str]:
    """Return an INN as its region writes it, and what is wrong with it in the reader's language: empty for nothing."""
    rules = pack.region_rules(session, region[:8])
    given = Numbers(inn=number or None, of_person=rules.is_of_person(legal_form[:64]))
    try:
        return rules.numbers_scheme(given), ""
    except InvalidInputError as error:
        return replace(given, inn=None), applying_forms.errors_of(error).get("inn", "")


def lacking(session: Session, region: str, number: str) -> bool:
    """Tell whether a company of a region, where its numbers follow a scheme, was given none."""
    return bool(pack.region_rules(session, region[:8]).company_id) and not number.strip()
