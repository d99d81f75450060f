"""The HTML pages of registration: `BLUEPRINTS` is its face; `layout` is shared by all pages."""

from registration.pages import applying, company, downloads, home, person, planning, programme, review

BLUEPRINTS = (
    home.blueprint,
    home.regions_blueprint,
    person.blueprint,
    person.own_data_blueprint,
    downloads.blueprint,
    planning.blueprint,
    programme.blueprint,
    review.blueprint,
    review.applications_blueprint,
    company.blueprint,
    company.contacts_blueprint,
    *applying.BLUEPRINTS,
)
