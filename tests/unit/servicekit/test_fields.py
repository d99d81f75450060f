"""A field takes what the document says of it, and nothing that only looks like it."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from marshmallow import ValidationError

from servicekit.web.schema_fields import Day, FlagInQuery, Id, Instant, Real, Shape, Whole, WholeInQuery

ID = "01a20a5c-0000-7000-8000-00000000abcd"


@pytest.mark.parametrize(
    ("field", "given", "taken"),
    [
        (Whole(), 7, 7),
        (Whole(), 7.0, 7),
        (WholeInQuery(), "-7", -7),
        (Real(), 7, 7.0),
        (Real(), 0.5, 0.5),
        (FlagInQuery(), "true", True),
        (FlagInQuery(), "false", False),
        (Id(), ID.upper(), UUID(ID)),
        (Instant(), "2030-03-04T08:00:00.5Z", datetime(2030, 3, 4, 8, 0, 0, 500_000, UTC)),
        (Instant(), "2030-03-04t15:00:00+07:00", datetime(2030, 3, 4, 8, tzinfo=UTC)),
    ],
)
def test_field_takes_what_the_document_says(field, given, taken):
    assert field.deserialize(given) == taken


@pytest.mark.parametrize(
    ("field", "given"),
    [
        (Whole(), "7"),
        (Whole(), 7.5),
        (Whole(), True),
        (Whole(), float("nan")),
        (WholeInQuery(), "+7"),
        (WholeInQuery(), " 7"),
        (WholeInQuery(), "1_000"),
        (WholeInQuery(), "٧"),
        (Real(), "0.5"),
        (Real(), True),
        (FlagInQuery(), "yes"),
        (FlagInQuery(), "1"),
        (FlagInQuery(), "True"),
        (Id(), ID.replace("-", "")),
        (Id(), f"urn:uuid:{ID}"),
        (Id(), 7),
        (Instant(), "2030-03-04T08:00Z"),
        (Instant(), "2030-03-04 08:00:00Z"),
        (Instant(), "2030-W10-1T08:00:00Z"),
        (Instant(), "2030-03-04T08:00:00"),
        (Day(), "20300304"),
        (Day(), "2030-W10-1"),
    ],
)
def test_field_refuses_what_only_looks_like_it(field, given):
    with pytest.raises(ValidationError):
        field.deserialize(given)


def test_line_end_is_no_part_of_a_shape():
    shape = Shape("^[A-Z]{3}$", error="no")

    assert shape("RUB") == "RUB"
    with pytest.raises(ValidationError):
        shape("RUB\n")
