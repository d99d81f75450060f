"""Pages of identity: sign-in, second factors and their enrolment, members, OpenID Connect; `BLUEPRINTS` is its face."""

from registration.identity.pages import enrolment, members, oidc, second_factors, sign_in

BLUEPRINTS = tuple(page.blueprint for page in (sign_in, second_factors, enrolment, oidc, members))
