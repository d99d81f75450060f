"""Scoring of pairs by what their offers and needs mean: words, a lexicon, and sentence embeddings where installed."""
