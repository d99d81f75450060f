import subprocess

import pytest
from flask import Flask

from servicekit.web import layout


@pytest.fixture
def app():
    """An app that shows pages in the frame, in the words of their templates."""
    app = Flask(__name__)
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_null_translations(newstyle=True)  # type: ignore[attr-defined]
    app.register_blueprint(layout.blueprint())
    return app


@pytest.fixture
def no_parser(monkeypatch):
    """Let a parser that is started anyway fail the test."""
    monkeypatch.setattr(subprocess, "run", lambda *args, **options: pytest.fail("a parser was started"))
