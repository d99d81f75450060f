"""Missions of thousands: everybody's candidates first, and then the scorer of small missions for them alone.

Candidates come in two steps: a shortlist by products of matrices, and evidence from its items. What differs in that
evidence from that of small missions: one text an item, whole texts without their clauses, words by their
embeddings alone (a lemma that is equal has the same one), and no share of BM25 and letters. Vectors are turned into
their principal directions and cut, which keeps what tells most texts apart. Scores and reasons hang on none of that:
they are those of small missions, in units measured on some hundred organisations and their candidates.
"""
