"""Scoring of pairs by the words of their offers and needs; no model, no network."""
