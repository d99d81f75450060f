"""A long run under random faults: clients at work, everything breaks, and nothing may be lost or happen twice."""
