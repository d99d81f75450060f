"""The web layer: authentication, endpoints, request bodies, errors, layout, live updates, OpenAPI, limits."""
