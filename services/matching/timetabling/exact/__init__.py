"""The exact engine: a CP-SAT model of a `Problem`, for missions small enough to be proven optimal.

Face: `solve.solve`, `repair`, and `search.Budget` and `search.Progress`.
"""
