"""The HTTP API of registration, one module per resource; `BLUEPRINTS` is its face."""

from registration.api import (
    applications,
    delegates,
    exports,
    imports,
    missions,
    organisations,
    participants,
    people,
    regions,
    reviews,
)

BLUEPRINTS = tuple(
    part.blueprint
    for part in (
        regions,
        missions,
        organisations,
        applications,
        reviews,
        delegates,
        participants,
        people,
        imports,
        exports,
    )
)
