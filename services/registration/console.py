"""What an operator does at the machine: administrators, keys to the API, and keys that sign."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import click
from marshmallow import ValidationError

from access.matrix import Deed
from access.roles import EVERYTHING, Role
from registration.identity import accounts, api_keys, roles, sessions, sign_in, signing_keys
from registration.identity.commands import GiveRole
from registration.identity.schemas import NewKeySchema
from registration.identity.second_factors import policy
from registration.schemas.values import Email
from servicekit.auth.actors import OPERATOR
from servicekit.data.clock import machine_now
from servicekit.problems import Problem
from servicekit.service import Runtime
from servicekit.telemetry import audit_log
from servicekit.texts import languages

RuntimeOf = Callable[[str], Runtime]
ACTOR = OPERATOR.doing(Deed.PLATFORM_RUN)


class Address(click.ParamType[str]):
    """An e-mail address."""

    name = "email"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Read it, or say what is wrong with it."""
        try:
            return str(Email().deserialize(value))
        except ValidationError as error:
            self.fail(str(error.messages[0]), param, ctx)


@click.group("admin")
def admin() -> None:
    """Name the administrators of the platform."""


@admin.command("create")
@click.argument("email", type=Address())
@click.option("--language", type=click.Choice(languages.SUPPORTED), default=languages.SUPPORTED[0], show_default=True)
@click.pass_obj
def create(runtime_of: RuntimeOf, email: str, language: str) -> None:
    """Make EMAIL an administrator, and print a link to sign in with: good once, for ten minutes, in any browser."""
    with runtime_of("registration").database.write() as session:
        account = accounts.known_by(session, email) or accounts.open_account(session, email, language)
        roles.give(session, GiveRole(account_id=account.id, role=Role.ADMIN, scope=EVERYTHING), ACTOR)
        audit_log.record(session, ACTOR, "admin create", {"account_id": account.id})
        link = sign_in.admin_link(session, account)
    click.echo(link)


@admin.command("list")
@click.pass_obj
def list_administrators(runtime_of: RuntimeOf) -> None:
    """Name the administrators."""
    with runtime_of("registration").database.read() as session:
        for grant, account in roles.held_in(session, [EVERYTHING]):
            click.echo(f"{account.email}  since {grant.granted_at:%Y-%m-%d}")


@admin.command("revoke")
@click.argument("email", type=Address())
@click.pass_obj
def revoke(runtime_of: RuntimeOf, email: str) -> None:
    """Take the role of an administrator back, and end the sessions of EMAIL."""
    with runtime_of("registration").database.write() as session:
        account = accounts.known_by(session, email)
        held = [grant for grant, holder in roles.held_in(session, [EVERYTHING]) if account and holder.id == account.id]
        if account is None or not held:
            raise click.ClickException(f"{email} is no administrator")
        for grant in held:
            roles.revoke(session, grant.id, ACTOR)
        sessions.end_all(session, account)
        audit_log.record(session, ACTOR, "admin revoke", {"account_id": account.id})
    click.echo(f"{email} is no administrator any more")


@admin.command("reset-factors")
@click.argument("email", type=Address())
@click.pass_obj
def reset_factors(runtime_of: RuntimeOf, email: str) -> None:
    """Take all second factors from EMAIL, whose owner has lost them, and end the sessions: make sure who asks you."""
    with runtime_of("registration").database.write() as session:
        account = accounts.known_by(session, email)
        if account is None:
            raise click.ClickException(f"nobody has the address {email}")
        policy.reset(session, account, ACTOR)
    click.echo(f"{email} sets up a second factor at the next sign-in")


@click.group("keys")
def keys() -> None:
    """Make keys to the API, and look after the keys that sign tokens."""


@keys.command("rotate")
@click.pass_obj
def rotate(runtime_of: RuntimeOf) -> None:
    """Announce a new key now: it signs once every service has had a token's lifetime to learn of it."""
    with runtime_of("registration").database.write() as session:
        signing_keys.current(session)
        made = signing_keys.announce(session, machine_now() + signing_keys.NOTICE)
        audit_log.record(session, ACTOR, "keys rotate", {"key_id": made.key_id})
        signs_from = made.signs_from
    click.echo(f"announced; it signs from {signs_from:%Y-%m-%d %H:%M} UTC on")


@keys.command("show")
@click.pass_obj
def show(runtime_of: RuntimeOf) -> None:
    """Print the public keys as a JSON Web Key Set, for CARAVAN_TOKEN_KEYS of services that stand elsewhere."""
    with runtime_of("registration").database.write() as session:
        signing_keys.current(session)
        click.echo(signing_keys.published(session))


@keys.command("create")
@click.argument("name")
@click.option("--role", type=click.Choice([role.value for role in Role]), required=True, help="As whom it asks.")
@click.option("--scope", required=True, help="For a region, as RU-KLU, an id, or * for everything.")
@click.option("--may", "deeds", multiple=True, required=True, help="What it may do, as events:read; repeat it.")
@click.option("--days", type=click.IntRange(1, 365), default=90, show_default=True)
@click.pass_obj
def create_key(runtime_of: RuntimeOf, name: str, role: str, scope: str, deeds: tuple[str, ...], days: int) -> None:
    """Make a key to the API called NAME, and print its secret: send it into a file, it is told once."""
    body = {"name": name, "role": role, "scope": scope, "scopes": list(deeds)}
    ends_at = (machine_now() + timedelta(days=days)).isoformat()
    try:
        command = NewKeySchema().load(body | {"expires_at": ends_at})
        with runtime_of("registration").database.write() as session:
            _key, told = api_keys.make(session, command, ACTOR)
            audit_log.record(session, ACTOR, "keys create", {})
    except ValidationError as error:
        raise click.ClickException(f"no such key can be made: {error.messages}") from error
    except Problem as error:
        wrong = [one.detail % (one.facts or {}) for one in error.errors]
        raise click.ClickException("; ".join(wrong or [str(error)])) from error
    click.echo(told)
