"""Reference pages: the API and the event catalogue."""
