"""Texts: languages and translations, dates and numbers, typography."""
