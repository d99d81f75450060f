"""The composition root: the caravan command."""
