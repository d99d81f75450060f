"""Send what is queued: claim it, write its letter, hand it over, keep what became of it."""
