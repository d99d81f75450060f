"""Keep what organisations offer and need."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from contracts.registration import ProfileItem
from registration import events, lookups
from registration.commands import NewProfile, ReplaceProfile
from registration.models import Application, Profile
from servicekit import identifiers
from servicekit.auth.actors import Actor
from servicekit.problems import FieldError, InvalidInputError
from servicekit.texts.languages import noop as _

LONGEST_PROFILE = 8_000
"""Characters of a profile over all items and languages."""


def replace_profile(session: Session, command: ReplaceProfile, actor: Actor) -> Profile:
    """Put new offers and needs in the place of the present ones.

    Raises:
        InvalidInputError: all texts together are too long, or two items have one id.
        StatusError: the application was rejected or withdrawn.

    """
    application = lookups.find(session, Application, command.application_id, actor, locked=True)
    application.require_alive()
    profile = session.scalars(select(Profile).where(Profile.application_id == application.id).with_for_update()).one()
    _fill(profile, command.profile, "#")
    if application.is_public:
        events.tell(session, profile, events.of_profile(profile))
    return profile


def add_profile(session: Session, application: Application, given: NewProfile) -> Profile:
    """Keep the profile with which an application begins."""
    profile = Profile(
        id=identifiers.derived("profile", application.id),
        home=application.home,
        application_id=application.id,
        mission_id=application.mission_id,
        organisation_id=application.organisation_id,
        side=application.side,
    )
    _fill(profile, given, "#/profile")
    session.add(profile)
    return profile


def _fill(profile: Profile, given: NewProfile, pointer: str) -> None:
    offers, needs = _numbered(given.offers, "offer"), _numbered(given.needs, "need")
    wrong = [
        *_too_long((*offers, *needs), pointer),
        *_repeated(offers, f"{pointer}/offers"),
        *_repeated(needs, f"{pointer}/needs"),
    ]
    if wrong:
        raise InvalidInputError(_("Nothing was saved."), errors=wrong)
    profile.offers, profile.needs = offers, needs


def _numbered(items: Sequence[ProfileItem], word: str) -> tuple[ProfileItem, ...]:
    """Give an id to each item that has none."""
    return tuple(
        item if item.id else replace(item, id=f"{word}-{number}") for number, item in enumerate(items, start=1)
    )


def _too_long(items: Sequence[ProfileItem], pointer: str) -> Iterator[FieldError]:
    length = sum(len(text) for item in items for text in item.texts.values())
    if length > LONGEST_PROFILE:
        said = _("A profile has %(most)s characters at most over all items and languages; this one has %(length)s.")
        yield FieldError(pointer, said, {"most": LONGEST_PROFILE, "length": length})


def _repeated(items: Sequence[ProfileItem], pointer: str) -> Iterator[FieldError]:
    for id_, times in Counter(item.id for item in items).items():
        if times > 1:
            yield FieldError(pointer, _("Two items have the id %(id)s."), {"id": id_})
