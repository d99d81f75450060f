"""What must be so before anybody may be served."""

from collections.abc import Sequence

import click

from caravan.ports import LOOPBACK
from servicekit import authentication
from servicekit.runtime import Runtime


def require_safe(runtimes: Sequence[Runtime], host: str) -> None:
    """End the command with 2, naming every cause, unless the services can be served on an address."""
    causes = [cause for runtime in runtimes for cause in _causes(runtime, host)]
    if causes:
        for cause in dict.fromkeys(causes):
            click.echo(f"caravan: {cause}", err=True)
        raise SystemExit(2)


def _causes(runtime: Runtime, host: str) -> list[str]:
    name, settings = runtime.service.name.upper(), runtime.settings
    found = []
    if not settings.secret_key:
        found.append(f"CARAVAN_SECRET_KEY (or {name}_SECRET_KEY) is not set: 32 characters or more, in a file or here")
    if host not in {LOOPBACK, "localhost", "::1"} and not authentication.is_secure(settings):
        found.append(
            f"on {host} people sign in over https alone: put TLS in front, and set CARAVAN_PUBLIC_URL=https://…"
        )
    refusal = settings.refusal_of(host)
    return [*found, refusal] if refusal else found
