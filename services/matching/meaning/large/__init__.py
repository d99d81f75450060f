"""Missions of thousands: a shortlist by one product of matrices, and evidence from its items for the shortlist alone.

What differs from the evidence of small missions: one text an item, whole texts without their clauses, words by their
embeddings alone (a lemma that is equal has the same one), and no share of BM25 and letters. Vectors are turned into
their principal directions and cut, which keeps what tells most texts apart.
"""
