"""The timetable of given meetings: all placed with the fewest breaks, proven by core-guided MaxSAT."""
