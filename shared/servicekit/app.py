"""Make the Flask app of a service: its blueprints, and what every service has around them."""

from collections.abc import Callable, Sequence

import flask_smorest
from flask import Blueprint, Flask, Response, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from servicekit import identifiers
from servicekit.feed import api as feed
from servicekit.operations import (
    audit_log,
    clock,
    dead_letters_api,
    dead_letters_pages,
    health,
    metrics_endpoint,
    my_data,
)
from servicekit.reference import api as api_reference
from servicekit.reference import events
from servicekit.service import Runtime
from servicekit.texts import languages
from servicekit.web import authentication, body, errors, layout, live, rate_limits, request_log, security
from servicekit.web.openapi import Api

MAX_BODY_BYTES = 1024 * 1024


def create_app(runtime: Runtime, beside: Sequence[Runtime] = ()) -> Flask:
    """Assemble the app of a service; it connects to nothing before the first request.

    `beside` are the services of the same process: where there is no broker, their events and its own are one feed.
    """
    name = runtime.service.name
    app = Flask(name, root_path=str(runtime.service.folder), static_folder=None)
    app.request_class = body.LimitedRequest
    app.config.update(
        API_TITLE=f"Caravan {name}",
        API_VERSION="v1",
        OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX="/v1",
        OPENAPI_JSON_PATH="openapi.json",
        MAX_CONTENT_LENGTH=MAX_BODY_BYTES,
        MAX_FORM_MEMORY_SIZE=MAX_BODY_BYTES,
        MAX_FORM_PARTS=500,
    )
    app.url_map.converters |= identifiers.CONVERTERS
    app.json.sort_keys = False  # type: ignore[attr-defined]  # Flask's default provider
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    app.extensions["caravan.runtime"] = runtime
    app.extensions["caravan.gettext"] = _gettext(name)
    _speak(app)
    request_log.install(app, runtime)
    security.install_cross_site_guard(app, runtime.settings)
    rate_limits.install(app, runtime)
    security.install_form_tokens(app, runtime.settings)
    authentication.install(app)
    api = Api(app)
    app.register_blueprint(layout.blueprint())
    app.register_blueprint(health.blueprint)
    app.register_blueprint(metrics_endpoint.blueprint)
    app.register_blueprint(live.blueprint(runtime.service.followed, runtime.settings.live_streams))
    app.register_blueprint(dead_letters_pages.blueprint())
    app.register_blueprint(my_data.pages())
    app.register_blueprint(audit_log.pages())
    kit = (clock.blueprint(), dead_letters_api.blueprint(), audit_log.blueprint(), my_data.blueprint())
    for blueprint in (*runtime.service.blueprints(), *kit):
        _register(app, api, blueprint)
    _register(app, api, feed.blueprint(feed.of(runtime, beside)))
    errors.install(app)
    _describe(app, api)
    return app


def _register(app: Flask, api: Api, blueprint: Blueprint) -> None:
    if isinstance(blueprint, flask_smorest.Blueprint):
        api.register_blueprint(blueprint)
    else:
        app.register_blueprint(blueprint)


def _gettext(package: str) -> Callable[[], Callable[[str], str]]:
    def of_reader() -> Callable[[str], str]:
        return languages.translations(("servicekit", package), languages.of_request()).gettext

    return of_reader


def _speak(app: Flask) -> None:
    """Let templates and answers speak the reader's language, and keep the choice."""
    app.jinja_env.add_extension("jinja2.ext.i18n")
    reader, settings = app.extensions["caravan.gettext"], app.extensions["caravan.runtime"].settings

    def plural(singular: str, several: str, count: int) -> str:
        chosen = languages.translations(("servicekit", app.name), languages.of_request())
        return chosen.ngettext(singular, several, count)

    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]  # the extension adds it
        lambda text: reader()(text),  # noqa: PLW0108  # the reader is that of the moment
        plural,
        newstyle=True,
    )

    @app.after_request
    def keep_choice(response: Response) -> Response:
        if request.endpoint == "look.file":
            return response
        response.headers["Content-Language"] = languages.of_request()
        response.vary.update(("Accept-Language", "Cookie"))
        if request.args.get("lang") in languages.SUPPORTED:
            response.set_cookie(
                authentication.cookie_name(settings, languages.COOKIE),
                request.args["lang"],
                max_age=31_536_000,
                secure=authentication.is_secure(settings),
                httponly=True,
                samesite="Lax",
            )
        if (chosen := layout.asked()) is not None:
            response.set_cookie(
                authentication.cookie_name(settings, layout.COOKIE),
                chosen,
                max_age=31_536_000,
                secure=authentication.is_secure(settings),
                httponly=True,
                samesite="Lax",
            )
        return response


def _describe(app: Flask, api: Api) -> None:
    app.register_blueprint(events.blueprint())

    @app.get("/v1/")
    def reference() -> str:
        return api_reference.page(api.spec.to_dict(), events="events/catalogue")

    @app.get("/v1")
    def to_reference() -> BaseResponse:
        return redirect(request.script_root + "/v1/")
