"""Dead letters: events that failed for good; messages that killed their consumer."""
