"""Text processing: tokens, lemmas, spelling, transliteration, clauses, the lexicon, and how alike two words are."""
