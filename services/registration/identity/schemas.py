"""What comes in and goes out about sessions, roles and keys."""

import re
from typing import Any, ClassVar

from marshmallow import EXCLUDE, Schema, ValidationError, fields, post_load, validate

from access.matrix import NOT_FOR_API_KEYS, Deed
from access.roles import EVERYTHING, Role
from registration.identity.commands import Invite, MakeKey
from registration.schemas.values import Email
from servicekit.texts import languages
from servicekit.texts.languages import noop as _
from servicekit.web.schema_fields import Instant, Text

SCOPE = re.compile(r"^(\*|[A-Z]{2}-[A-Z0-9]{1,3}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$")
BY_KEY = "client_credentials"
"""The one way to get a token for a key, as OAuth names it."""
GRANTABLE = sorted(deed.value for deed in Deed if deed not in {Deed.SELF, Deed.LOOK} | NOT_FOR_API_KEYS)


class ScopeField(fields.String):
    """What a role holds for: the code of a region, an id, or `*` for everything."""

    keywords: ClassVar = {"pattern": SCOPE.pattern}

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> str:
        scope = super()._deserialize(value, attr, data, **options)
        if not SCOPE.fullmatch(scope):
            raise ValidationError(_("Give the code of a region, as RU-KLU, or an id."))
        return scope


class ScopedSchema(Schema):
    """A role in a scope: the one fits the other."""

    role = fields.Enum(Role, by_value=True, required=True)
    scope = ScopeField(required=True)

    @post_load
    def check(self, data: dict[str, Any], **_options: Any) -> Any:
        """Refuse a role in a scope that it cannot have."""
        if not _fits(data["role"], data["scope"]):
            raise ValidationError(_("This role does not go with that scope."), "scope")
        return self.make(data)

    def make(self, data: dict[str, Any]) -> Any:
        """Make the command."""
        return data


class InvitationSchema(ScopedSchema):
    """Whom to give a role."""

    email = Email(required=True)
    language = fields.String(load_default=languages.SUPPORTED[0], validate=validate.OneOf(languages.SUPPORTED))

    def make(self, data: dict[str, Any]) -> Invite:
        """Make the command."""
        return Invite(**data)


class NewKeySchema(ScopedSchema):
    """A key to be made."""

    name = Text(longest=100, required=True)
    deeds = fields.List(
        fields.String(validate=validate.OneOf(GRANTABLE)),
        data_key="scopes",
        required=True,
        validate=validate.Length(1, len(GRANTABLE)),
        metadata={"description": "What the key may do, as missions:read."},
    )
    expires_at = Instant(required=True)

    def make(self, data: dict[str, Any]) -> MakeKey:
        """Make the command."""
        return MakeKey(**data)


class ScopeQuerySchema(Schema):
    """Whose members or keys to list."""

    scope = ScopeField(required=True)


class MemberSchema(Schema):
    """Somebody's role."""

    id = fields.UUID()
    account_id = fields.UUID()
    email = fields.String()
    role = fields.Enum(Role, by_value=True)
    scope = fields.String()
    granted_at = fields.AwareDateTime()


class MemberListSchema(Schema):
    """Who holds a role in a scope."""

    items = fields.List(fields.Nested(MemberSchema))


class KeySchema(Schema):
    """A key to the API, without its secret."""

    id = fields.UUID()
    name = fields.String()
    deeds = fields.List(fields.String(), data_key="scopes")
    role = fields.Enum(Role, by_value=True)
    scope = fields.String()
    created_at = fields.AwareDateTime()
    expires_at = fields.AwareDateTime()
    last_used_at = fields.AwareDateTime(allow_none=True)
    revoked_at = fields.AwareDateTime(allow_none=True)


class MadeKeySchema(KeySchema):
    """A key that was made, with its secret: it is told once."""

    secret = fields.String()


class KeyListSchema(Schema):
    """The keys of a scope."""

    items = fields.List(fields.Nested(KeySchema))


class SessionSchema(Schema):
    """A session of the reader's own."""

    id = fields.UUID()
    created_at = fields.AwareDateTime()
    seen_at = fields.AwareDateTime()
    expires_at = fields.AwareDateTime()
    browser = fields.String()
    method = fields.String()
    second_factor = fields.String()


class SessionListSchema(Schema):
    """The reader's own sessions, the newest first."""

    items = fields.List(fields.Nested(SessionSchema))


class GrantSchema(Schema):
    """What a token is asked for with, beside the key; whatever else stands there is passed over (RFC 6749, 3.2)."""

    class Meta:
        """How it is read."""

        unknown = EXCLUDE

    grant_type = fields.String(load_default=BY_KEY, metadata={"enum": [BY_KEY]})


class TokenRefusalSchema(Schema):
    """Why there is no token, as OAuth 2.0 answers it (RFC 6749, section 5.2)."""

    error = fields.String(required=True)
    error_description = fields.String(required=True)


class TokenSchema(Schema):
    """A token, as OAuth 2.0 answers it (RFC 6749, section 5.1)."""

    access_token = fields.String()
    token_type = fields.String()
    expires_in = fields.Integer(metadata={"description": "Seconds."})
    scope = fields.String()


def _fits(role: Role, scope: str) -> bool:
    is_id = len(scope) == 36
    if role is Role.ADMIN:
        return scope == EVERYTHING
    if role is Role.AGENCY:
        return scope != EVERYTHING and not is_id
    return is_id or (role is Role.READER and scope != EVERYTHING)
