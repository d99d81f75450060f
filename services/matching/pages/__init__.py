"""The HTML pages of matching: `BLUEPRINTS` is its face; `layout` and `texts` are shared by all pages."""

from matching.pages import company, organiser

BLUEPRINTS = (*organiser.BLUEPRINTS, *company.BLUEPRINTS)
