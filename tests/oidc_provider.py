"""An agency's OpenID Connect, over TLS: says what a test wants it to say, rightly or wrongly."""

import base64
import hashlib
import secrets
import ssl
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlencode, urlsplit

import requests
from flask import Flask, jsonify, redirect, request
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey
from werkzeug.serving import make_server

CLIENT, SECRET = "caravan", "a secret of the client's own"


@dataclass
class Provider:
    """A provider with one member of staff, who is signed in there already."""

    issuer: str = ""
    authority: str = ""
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "one"}))
    stranger: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "one"}))
    claims: dict = field(default_factory=dict)
    userinfo: dict = field(default_factory=dict)
    about: dict = field(default_factory=dict)
    raw: str = ""
    """What it answers in place of its metadata."""
    lies: dict = field(default_factory=dict)
    """Claims that a wrong token holds."""
    answers: dict = field(default_factory=dict)
    """What it says beside a token, or in the place of it."""
    algorithm: str = "RS256"
    forges: bool = False
    asked: dict = field(default_factory=dict)
    codes: dict = field(default_factory=dict)
    given: str = ""
    """The last ID token."""

    def says(self, sub="olga-at-work", **claims):
        """Say of whoever signs in next."""
        self.claims = {"sub": sub, "email": "olga@agency.example", "email_verified": True} | claims

    def toml(self, key="kaluga", **changes):
        """Return the operator's table."""
        told = {
            "issuer": self.issuer,
            "client_id": CLIENT,
            "client_secret": SECRET,
            "region": "RU-KLU",
            "ca_file": self.authority,
        }
        lines = [f'{name} = "{value}"' for name, value in (told | changes).items() if value]
        names = 'names = { ru = "Агентство", en = "Kaluga Agency" }\ndomains = ["agency.example"]'
        return "\n".join([f"[{key}]", *lines, names, 'second_factor_acr = ["strong"]', ""])

    def visit(self, where):
        """Go where the platform sends somebody; return the address at which they come back."""
        self.asked = {name: values[0] for name, values in parse_qs(urlsplit(where).query).items()}
        answer = requests.get(where, verify=self.authority, allow_redirects=False, timeout=5)
        assert answer.status_code == 302, answer.text
        return answer.headers["Location"]


@contextmanager
def running(certificate):
    """Run a provider, with a certificate."""
    provider = Provider(authority=str(certificate.authority))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate.chain, certificate.key)
    server = make_server("127.0.0.1", 0, app_of(provider), threaded=True, ssl_context=context)
    provider.issuer = f"https://localhost:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def app_of(provider):
    app = Flask("provider")

    @app.get("/.well-known/openid-configuration")
    def discovery():
        names = {"authorization_endpoint": "authorize", "token_endpoint": "token", "jwks_uri": "keys"}
        names["userinfo_endpoint"] = "userinfo"
        told = {name: f"{provider.issuer}/{path}" for name, path in names.items()}
        return provider.raw or jsonify({"issuer": provider.issuer} | told | provider.about)

    @app.get("/keys")
    def keys():
        return jsonify({"keys": [provider.key.as_dict(private=False)]})

    @app.get("/authorize")
    def authorize():
        given = request.args
        assert given["response_type"] == "code" and given["code_challenge_method"] == "S256"
        code = secrets.token_urlsafe(16)
        provider.codes[code] = given.to_dict()
        query = urlencode({"code": code, "state": given["state"], "iss": provider.issuer})
        return redirect(f"{given['redirect_uri']}?{query}")

    @app.post("/token")
    def token():
        asked, form = provider.codes.pop(request.form["code"], None), request.form
        challenge = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        shown = request.authorization
        is_known = shown is not None and (shown.username, shown.password) == (CLIENT, SECRET)
        proves = asked and base64.urlsafe_b64encode(challenge).rstrip(b"=").decode() == asked["code_challenge"]
        if not (is_known and proves and form["redirect_uri"] == asked["redirect_uri"]):
            return jsonify({"error": "invalid_grant"}), 400
        provider.given = id_token(provider, asked)
        told = {"access_token": "opaque", "token_type": "Bearer", "id_token": provider.given}
        return jsonify(told | provider.answers)

    @app.get("/userinfo")
    def userinfo():
        return jsonify(provider.userinfo)

    return app


def id_token(provider, asked):
    now = int(time.time())
    usual = {"iss": provider.issuer, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": asked["nonce"]}
    key = provider.stranger if provider.forges else provider.key
    if provider.algorithm == "HS256":
        key = OctKey.import_key(SECRET)
    header = {"alg": provider.algorithm, "kid": "one"}
    return jwt.encode(header, usual | provider.claims | provider.lies, key, algorithms=[provider.algorithm])
