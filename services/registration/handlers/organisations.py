"""Make organisations known."""

from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from contracts.registration import OrganisationChanged, OrganisationRegistered
from registration import events, finding, pack
from registration.commands import ChangeOrganisation, RecordConsents, RegisterOrganisation
from registration.company_ids import Numbers
from registration.handlers import consents, reachable
from registration.models import Organisation
from registration.models.consent import ORGANISATION, PUBLICATION
from servicekit import identifiers
from servicekit.auth import Actor
from servicekit.languages import noop as _

NUMBERS = frozenset({"inn", "ogrn", "ogrnip", "tax_id"})


def register_organisation(session: Session, command: RegisterOrganisation, actor: Actor) -> Organisation:
    """Make an organisation known, at home in its region.

    Raises:
        InvalidInputError: the region is unknown, or a number cannot be right.
        TakenError: another organisation has the reference.

    """
    region = finding.region_of(session, command.region, "#/region")
    organisation = _described(command)
    organisation.phone = reachable.phone(command.phone, region.country, "#/contact/phone")
    _number(session, organisation, command.numbers)
    same = select(Organisation.id).where(Organisation.reference == command.reference)
    finding.add_unless_taken(session, organisation, same, _("Organisation %(id)s has this reference."))
    consents.record(session, ORGANISATION, organisation.id, command.consents)
    organisation.may_be_named = consents.holds(session, organisation.id, PUBLICATION)
    events.tell(session, organisation, events.of_organisation(OrganisationRegistered, organisation))
    return organisation


def change_organisation(session: Session, command: ChangeOrganisation, actor: Actor) -> Organisation:
    """Correct facts of an organisation; others hear of it only where the public facts change.

    Raises:
        InvalidInputError: a number cannot be right.

    """
    organisation = finding.find(session, Organisation, command.organisation_id, locked=True)
    before = events.of_organisation(OrganisationChanged, organisation)
    region = finding.region_of(session, organisation.region, "#/region")
    for name, value in command.changes.items():
        if name == "phone":
            organisation.phone = reachable.phone(value, region.country, "#/contact/phone")
        elif name not in NUMBERS:
            setattr(organisation, name, value)
    numbers = {name: value or None for name, value in command.changes.items() if name in NUMBERS}
    _number(session, organisation, replace(organisation.numbers, **numbers))
    _tell_if_new(session, organisation, before)
    return organisation


def record_consents(session: Session, command: RecordConsents, actor: Actor) -> Organisation:
    """Add consents of an organisation; a sole trader's name appears or goes with them."""
    organisation = finding.find(session, Organisation, command.organisation_id, locked=True)
    before = events.of_organisation(OrganisationChanged, organisation)
    consents.record(session, ORGANISATION, organisation.id, command.consents)
    organisation.may_be_named = consents.holds(session, organisation.id, PUBLICATION)
    _tell_if_new(session, organisation, before)
    return organisation


def _described(command: RegisterOrganisation) -> Organisation:
    return Organisation(
        id=identifiers.fresh(),
        home=command.region,
        reference=command.reference,
        region=command.region,
        names=command.names,
        legal_name=command.legal_name,
        legal_form=command.legal_form,
        role=command.role,
        size=command.size,
        is_sme=command.is_sme,
        activity_codes=tuple(command.activity_codes),
        city=command.city,
        about=command.about,
        email=command.email,
    )


def _number(session: Session, organisation: Organisation, numbers: Numbers) -> None:
    rules = pack.region_rules(session, organisation.region)
    organisation.take_numbers(rules.numbers_scheme(numbers), rules.sole_trader_forms)


def _tell_if_new(session: Session, organisation: Organisation, before: OrganisationChanged) -> None:
    now = events.of_organisation(OrganisationChanged, organisation)
    if now != before:
        events.tell(session, organisation, now)
