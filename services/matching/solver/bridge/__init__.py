"""From a mission's problem to the arrays of the large engine and back."""
