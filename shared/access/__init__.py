"""Who may do what: roles, deeds, and the one table that says which role may do which deed to what."""
