"""The engine for fixed meetings: all are given; place them with the fewest breaks, proven by core-guided MaxSAT.

Face: `instance.GivenMeetings`, `solve.solve`, `repair.repair`.
"""
