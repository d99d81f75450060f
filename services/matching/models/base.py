"""The base of all tables of matching."""

from sqlalchemy.orm import DeclarativeBase


class Base(DeclarativeBase):
    """One MetaData for the service."""
