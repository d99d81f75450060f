"""The scorer for small missions, by whole matrices: words alone (`lexical_scorer`), or words and sentence embeddings
(`semantic_scorer`). Missions of thousands take `recommending.scoring`.
"""
