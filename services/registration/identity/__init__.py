"""Identity: accounts, sign-in, sessions, tokens, roles, API keys, second factors, OpenID Connect.

Face for the rest of registration: `accounts`, `roles`, `sessions`, `forgetting`, `sign_in`, `api_keys`, `signing_keys`,
`token_issue`, `second_factors.policy`; `api` and `pages` for the service. All else is internal (an import contract).
"""
