"""The exact engine of mission-schedule/2: rules that `Problem` does not have yet (caps and minimums, precedences).

Face: `solve.solved`, `repair.repaired`.
"""
