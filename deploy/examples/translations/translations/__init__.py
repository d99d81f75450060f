"""Texts of an instance that lack a language, and translations that people offer: a service from elsewhere."""
