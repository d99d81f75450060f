"""Sign-in: who somebody is, which roles they hold, and the tokens that say so."""
