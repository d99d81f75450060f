"""Let regions take part."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from registration import events, pack
from registration.commands import PutRegion
from registration.models import Region
from servicekit import identifiers
from servicekit.auth.actors import Actor
from servicekit.problems import FieldError, InvalidInputError
from servicekit.telemetry import audit_log
from servicekit.texts import languages
from servicekit.texts.languages import noop as _


def put_region(session: Session, command: PutRegion, actor: Actor) -> Region:
    """Register a region or correct it; said again, it tells nobody.

    Raises:
        InvalidInputError: a fact is missing that no pack knows either.

    """
    audit_log.about(session, home=command.code)
    region = session.scalar(select(Region).where(Region.code == command.code).with_for_update())
    if region is None:
        region = Region(id=identifiers.derived("region", command.code), code=command.code, home=command.code)
    facts = _facts(session, command, region)
    if all(getattr(region, name) == value for name, value in facts.items()):
        return region
    for name, value in facts.items():
        setattr(region, name, value)
    session.add(region)
    events.tell(session, region, events.of_region(region))
    return region


def _facts(session: Session, command: PutRegion, present: Region) -> dict[str, object]:
    """Take each fact from the command, else as it is, else from the pack."""
    known = pack.region(session, command.code)
    names = dict(known.names) if known else None
    spoken = known.languages if known else languages.SUPPORTED
    facts: dict[str, object] = {
        "names": command.names or present.names or names,
        "timezone": command.timezone or present.timezone or (known.timezone if known else None),
        "languages": tuple(command.languages or present.languages or spoken),
    }
    missing = [
        FieldError(f"#/{name}", _("Say it: there is no pack for region %(code)s."), {"code": command.code})
        for name, value in facts.items()
        if not value
    ]
    if missing:
        raise InvalidInputError(_("Nothing was saved."), errors=missing)
    return facts
