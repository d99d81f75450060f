"""Authorisation: actors, roles, the permission matrix, and row-level access conditions.

`actor` describes who acts, `roles` the roles and relations, `matrix` which relation grants which permission, and
`row_access` turns that into SQL conditions. All four modules may be imported.
"""
