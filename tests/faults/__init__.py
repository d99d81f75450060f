"""Faults: break the platform in every way that is known, and look whether anything was lost or happened twice."""
