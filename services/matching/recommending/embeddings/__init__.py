"""Sentence embeddings: the encoder, its mean vector, and the cache of vectors with its storage protocol."""
