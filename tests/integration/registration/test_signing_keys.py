"""The keys that sign tokens: announced before they sign, retired after their last token, sealed meanwhile."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import time_machine
from sqlalchemy import select

from contracts import event as wire
from registration.identity import signing_keys
from registration.models import SigningKey
from servicekit import worker
from servicekit.auth import tokens
from servicekit.auth.actors import OPERATOR
from servicekit.data.tables import verifying_key


def test_first_key_signs_at_once_and_the_next_one_a_lifetime_after_it_was_announced(desk):
    with desk.runtime.database.write() as session:
        first = signing_keys.current(session).kid
    in_90_days = datetime.now(UTC) + signing_keys.TERM
    with time_machine.travel(in_90_days) as clock, desk.runtime.database.write() as session:
        signing_keys.rotate(session, in_90_days, OPERATOR)
        announced = session.scalars(select(SigningKey).order_by(SigningKey.signs_from.desc())).first()
        still = signing_keys.current(session).kid
        clock.shift(tokens.LIFETIME)
        just_before = signing_keys.current(session).kid
        clock.shift(timedelta(hours=1, seconds=1))
        then = signing_keys.current(session).kid

    assert (still, just_before) == (first, first)
    assert then == announced.key_id != first


def test_old_key_is_retired_when_no_token_of_it_holds(desk):
    with desk.runtime.database.write() as session:
        first = signing_keys.current(session).kid
        second = signing_keys.announce(session, datetime.now(UTC) + signing_keys.NOTICE)
        replaced = second.signs_from
    with time_machine.travel(replaced + tokens.LIFETIME) as clock, desk.runtime.database.write() as session:
        signing_keys.rotate(session, replaced, OPERATOR)
        early = session.scalars(select(SigningKey).where(SigningKey.retired_at.is_not(None))).all()
        clock.shift(timedelta(minutes=2))
        signing_keys.rotate(session, replaced, OPERATOR)
        late = session.scalars(select(SigningKey).where(SigningKey.retired_at.is_not(None))).one()
        kept = session.execute(select(verifying_key).where(verifying_key.c.key_id == first)).one()

    assert early == []
    assert (late.key_id, late.sealed) == (first, "")
    assert (kept.is_retired, kept.public_key) == (True, "")


def test_private_half_of_a_key_is_sealed(desk):
    with desk.runtime.database.write() as session:
        private = signing_keys.current(session).as_dict(private=True)["d"]
        kept = session.scalars(select(SigningKey)).one()

    assert private not in str(vars(kept))
    assert private not in "\n".join(str(event) for event in desk.events())


def test_key_of_another_instance_is_not_trusted(desk):
    with desk.runtime.database.write() as session:
        signing_keys.current(session)
    desk.carry()
    told_elsewhere = next(event for event in desk.events("key.announced"))
    body = _as_told_by(told_elsewhere, source="/ru-oms/registration")

    desk.hear(body)

    with desk.runtime.database.read() as session:
        assert {row.key_id for row in session.execute(select(verifying_key))} == {told_elsewhere.data.key_id}


def test_schedules_look_after_keys_and_links(desk):
    worker.tick(desk.runtime)

    with desk.runtime.database.read() as session:
        assert session.scalars(select(SigningKey)).all() == []  # nobody has signed in yet
        assert tokens.is_revoked(session, "", datetime.now(UTC)) is False


def _as_told_by(envelope, *, source):
    origin = wire.Origin(
        id=uuid4(), source=source, subject=str(uuid4()), time=envelope.time, subjectversion=envelope.subjectversion
    )
    return wire.to_wire(replace(envelope.data, key_id="of-another-instance"), origin)
