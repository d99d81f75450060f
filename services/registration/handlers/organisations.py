"""Make organisations known."""

from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from access.roles import Role
from contracts.registration import OrganisationChanged, OrganisationRegistered
from registration import events, lookups, pack, scope
from registration.commands import ChangeOrganisation, RecordConsents, RegisterOrganisation
from registration.company_ids import Numbers
from registration.handlers import consents, contacts, erasures
from registration.identity import accounts, roles, sessions
from registration.identity.commands import GiveRole
from registration.models import Organisation
from registration.models.consent import ORGANISATION, PROCESSING, PUBLICATION
from servicekit import identifiers
from servicekit.auth.actors import Actor
from servicekit.texts.languages import noop as _

NUMBERS = frozenset({"inn", "ogrn", "ogrnip", "tax_id"})


def register_organisation(session: Session, command: RegisterOrganisation, actor: Actor) -> Organisation:
    """Make an organisation known, at home in its region.

    Raises:
        InvalidInputError: the region is unknown, or a number cannot be right.
        TakenError: another organisation has the reference.
        TooManyRequestsError: somebody who is no staff has registered so many already.

    """
    region = lookups.region_of(session, command.region, "#/region")
    organisation = _described(command)
    organisation.phone = contacts.phone(command.phone, region.country, "#/contact/phone")
    _number(session, organisation, command.numbers)
    same = select(Organisation.id).where(Organisation.reference == command.reference)
    lookups.add_unless_taken(session, organisation, same, _("Organisation %(id)s has this reference."), actor)
    lookups.note(session, actor, organisation)
    contacts.require_few_organisations(session, actor)
    consents.record(session, (ORGANISATION, organisation.id), organisation.region, command.consents)
    organisation.may_be_named = consents.holds(session, organisation.id, PUBLICATION)
    events.tell(session, organisation, events.of_organisation(OrganisationRegistered, organisation))
    _let_speak(session, organisation, actor)
    return organisation


def change_organisation(session: Session, command: ChangeOrganisation, actor: Actor) -> Organisation:
    """Correct facts of an organisation; others hear of it only where the public facts change.

    Raises:
        InvalidInputError: a number cannot be right.

    """
    organisation = lookups.find(session, Organisation, command.organisation_id, actor, locked=True)
    before = events.of_organisation(OrganisationChanged, organisation)
    region = lookups.region_of(session, organisation.region, "#/region")
    for name, value in command.changes.items():
        if name == "phone":
            organisation.phone = contacts.phone(value, region.country, "#/contact/phone")
        elif name not in NUMBERS:
            setattr(organisation, name, value)
    numbers = {name: value or None for name, value in command.changes.items() if name in NUMBERS}
    before_numbers = organisation.numbers
    _number(session, organisation, replace(before_numbers, **numbers))
    if organisation.numbers != before_numbers:
        organisation.is_confirmed = scope.answers_for(actor, organisation)
    _tell_if_new(session, organisation, before)
    return organisation


def record_consents(session: Session, command: RecordConsents, actor: Actor) -> Organisation:
    """Add consents of an organisation; a sole trader's name appears or goes with them.

    A sole trader who ends the consent to processing is forgotten.

    Raises:
        InvalidInputError: a consent names no words, or words that are not in force.

    """
    organisation = lookups.find(session, Organisation, command.organisation_id, actor, locked=True)
    before = events.of_organisation(OrganisationChanged, organisation)
    consents.record(session, (ORGANISATION, organisation.id), organisation.region, command.consents)
    if organisation.is_sole_trader and consents.is_ended(session, organisation.id, PROCESSING):
        erasures.forget_person(session, organisation.id, actor)
        return organisation
    organisation.may_be_named = consents.holds(session, organisation.id, PUBLICATION)
    _tell_if_new(session, organisation, before)
    return organisation


def _let_speak(session: Session, organisation: Organisation, actor: Actor) -> None:
    """Let whoever registers an organisation speak for it, unless staff did it for a company."""
    account = accounts.find(session, actor.account_id) if actor.account_id else None
    if account is not None and not sessions.is_staff(actor):
        organisation.is_confirmed = False
        roles.give(session, GiveRole(account_id=account.id, role=Role.DELEGATE, scope=str(organisation.id)), actor)


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
    given = replace(numbers, of_person=rules.is_of_person(organisation.legal_form))
    organisation.take_numbers(rules.numbers_scheme(given), rules.sole_trader_forms)


def _tell_if_new(session: Session, organisation: Organisation, before: OrganisationChanged) -> None:
    now = events.of_organisation(OrganisationChanged, organisation)
    if now != before:
        events.tell(session, organisation, now)
