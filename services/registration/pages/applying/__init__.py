"""Pages on which a company applies, step by step; `BLUEPRINTS` is its face."""

from registration.pages.applying import people, start, steps

BLUEPRINTS = (start.blueprint, steps.blueprint, people.blueprint, steps.checks)
