"""An organisation: a company, an incubator, a research body, an agency."""

from typing import ClassVar

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from registration.company_ids import Numbers
from registration.models.base import Base, Strings, TextsColumn
from servicekit.data.tables import Aggregate
from servicekit.texts.languages import noop as _

COMPANY = "company"
"""The role of those who do business; every other role supports them."""


class Organisation(Aggregate, Base):
    """An organisation; its home is the region where it registered."""

    __tablename__ = "organisation"
    missing: ClassVar[str] = _("There is no organisation %(id)s.")

    reference: Mapped[str] = mapped_column(String(64), unique=True)
    region: Mapped[str] = mapped_column(String(8), index=True)
    names: Mapped[TextsColumn]
    legal_name: Mapped[TextsColumn]
    legal_form: Mapped[str] = mapped_column(String(64))
    role: Mapped[str] = mapped_column(String(32))
    size: Mapped[str] = mapped_column(String(16))
    is_sme: Mapped[bool]
    is_sole_trader: Mapped[bool]
    may_be_named: Mapped[bool] = mapped_column(default=False)
    """Whether a sole trader has consented to be published by name."""
    is_confirmed: Mapped[bool] = mapped_column(default=True)
    """Whether staff registered it, or its agency has approved it once; not when it registered itself."""
    inn: Mapped[str | None] = mapped_column(String(64), index=True)
    ogrn: Mapped[str | None] = mapped_column(String(64))
    ogrnip: Mapped[str | None] = mapped_column(String(64))
    tax_id: Mapped[str | None] = mapped_column(String(64))
    activity_codes: Mapped[tuple[str, ...]] = mapped_column(Strings)
    city: Mapped[TextsColumn]
    about: Mapped[TextsColumn]
    email: Mapped[str] = mapped_column(String(320), default="")
    phone: Mapped[str] = mapped_column(String(32), default="")

    @property
    def numbers(self) -> Numbers:
        """The numbers under which the state knows it."""
        return Numbers(inn=self.inn, ogrn=self.ogrn, ogrnip=self.ogrnip, tax_id=self.tax_id)

    def take_numbers(self, numbers: Numbers, sole_trader_forms: tuple[str, ...]) -> None:
        """Keep checked numbers, and know by them and by the legal form whether it is a person."""
        self.inn, self.ogrn, self.ogrnip, self.tax_id = numbers.inn, numbers.ogrn, numbers.ogrnip, numbers.tax_id
        self.is_sole_trader = numbers.are_of_sole_trader or self.legal_form in sole_trader_forms

    def forget(self) -> None:
        """Delete what tells of the person who a sole trader is; the reference stays in the place of the names."""
        self.names = dict.fromkeys(self.names, self.reference)
        self.legal_name, self.about, self.city = {}, {}, {}
        self.inn = self.ogrn = self.ogrnip = self.tax_id = None
        self.email = self.phone = ""
        self.may_be_named = False

    @property
    def public_names(self) -> dict[str, str]:
        """Its names; those of a sole trader only with consent, else its reference."""
        if self.is_sole_trader and not self.may_be_named:
            return dict.fromkeys(self.names, self.reference)
        return self.names

    @property
    def public_tax_id(self) -> str | None:
        """The number under which anyone may look it up; a sole trader's is personal."""
        return None if self.is_sole_trader else self.inn or self.tax_id

    @property
    def contact(self) -> dict[str, str]:
        """How to reach it; nobody outside is told."""
        return {"email": self.email, "phone": self.phone}
