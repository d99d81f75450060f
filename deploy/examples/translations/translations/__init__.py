"""An example of a service in a package of its own: finds texts that lack a language, and collects translations."""
