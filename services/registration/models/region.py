"""A region that takes part in the instance."""

from typing import ClassVar

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from registration.models.base import Base, Strings, TextsColumn
from servicekit.data.tables import Aggregate
from servicekit.texts.languages import noop as _


class Region(Aggregate, Base):
    """A region, by its ISO 3166-2 code; it is its own home."""

    __tablename__ = "region"
    missing: ClassVar[str] = _("There is no region %(id)s.")

    code: Mapped[str] = mapped_column(String(8), unique=True)
    names: Mapped[TextsColumn]
    timezone: Mapped[str] = mapped_column(String(64))
    languages: Mapped[tuple[str, ...]] = mapped_column(Strings)

    @property
    def country(self) -> str:
        """ISO 3166-1 code of the country."""
        return self.code.split("-", maxsplit=1)[0]
