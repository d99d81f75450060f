"""Rules of registration that need nothing but values."""
