"""Rules and values of matching: pure functions, standard library only."""
