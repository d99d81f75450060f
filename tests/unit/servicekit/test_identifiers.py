"""An identifier tells when it was made, whatever it says."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from servicekit import identifiers


def test_fresh_identifier_was_made_now():
    assert abs(identifiers.made_at(identifiers.fresh()) - datetime.now(UTC)) < timedelta(minutes=1)


def test_identifier_of_a_year_that_no_calendar_has_was_made_at_the_end_of_time():
    assert identifiers.made_at(UUID("ffffffff-ffff-7fff-bfff-ffffffffffff")).year == 9999
