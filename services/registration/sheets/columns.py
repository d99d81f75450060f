"""The columns of a list to be imported, declared once: the template, the headers that are known, the meaning of each.

A column is known by its key and by its label in every language of the platform.
"""

from dataclasses import dataclass

from servicekit.texts.languages import noop as _

LINES = "*"
"""In a path: each line of the cell is one item of a list."""


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column; `path` leads to its field: in the body of the organisation, or in that of its application."""

    key: str
    label: str
    path: str
    note: str = ""
    is_required: bool = False

    @property
    def steps(self) -> tuple[str, ...]:
        """The names on the way to the field."""
        return tuple(self.path.split("/"))


_ONE_NAME = _("A name in one of the languages is required.")
_TYPES = _("One for all lines, or one in each line.")
_ITEMS = _("One in each line of the cell; the lines in the other language tell the same things in the same order.")

COLUMNS = (
    Column(
        key="reference",
        label=_("Code"),
        path="organisation/reference",
        note=_("A short name of your own, as klu-01. The same code means the same organisation."),
        is_required=True,
    ),
    Column(key="side", label=_("Side"), path="application/side", note=_("guest or host"), is_required=True),
    Column(
        key="region",
        label=_("Region"),
        path="organisation/region",
        note=_("The code of ISO 3166-2, as RU-KLU. Left out: that of its side."),
    ),
    Column(key="name_ru", label=_("Name (Russian)"), path="organisation/names/ru", note=_ONE_NAME),
    Column(key="name_en", label=_("Name (English)"), path="organisation/names/en", note=_ONE_NAME),
    Column(key="legal_name_ru", label=_("Legal name (Russian)"), path="organisation/legal_name/ru"),
    Column(key="legal_name_en", label=_("Legal name (English)"), path="organisation/legal_name/en"),
    Column(key="legal_form", label=_("Legal form"), path="organisation/legal_form"),
    Column(
        key="role",
        label=_("Role"),
        path="organisation/role",
        note=_("company, incubator, technopark, research, agency"),
    ),
    Column(key="size", label=_("Size"), path="organisation/size", note=_("micro, small, medium or large")),
    Column(key="is_sme", label=_("Small or medium business"), path="organisation/is_sme", note=_("yes or no")),
    Column(key="inn", label=_("INN"), path="organisation/inn"),
    Column(key="ogrn", label=_("OGRN"), path="organisation/ogrn"),
    Column(key="ogrnip", label=_("OGRNIP"), path="organisation/ogrnip"),
    Column(key="tax_id", label=_("Foreign tax number"), path="organisation/tax_id"),
    Column(
        key="activity_codes",
        label=_("Activity codes"),
        path="organisation/activity_codes/*",
        note=_("Separated by commas, semicolons or lines."),
    ),
    Column(key="city_ru", label=_("Town (Russian)"), path="organisation/city/ru"),
    Column(key="city_en", label=_("Town (English)"), path="organisation/city/en"),
    Column(key="about_ru", label=_("About (Russian)"), path="organisation/about/ru"),
    Column(key="about_en", label=_("About (English)"), path="organisation/about/en"),
    Column(key="email", label=_("Organisation's e-mail"), path="organisation/contact/email"),
    Column(key="phone", label=_("Organisation's telephone"), path="organisation/contact/phone"),
    Column(key="offers_ru", label=_("Offers (Russian)"), path="application/profile/offers/*/texts/ru", note=_ITEMS),
    Column(key="offers_en", label=_("Offers (English)"), path="application/profile/offers/*/texts/en", note=_ITEMS),
    Column(
        key="offer_types", label=_("Types of offers"), path="application/profile/offers/*/partnership_type", note=_TYPES
    ),
    Column(key="needs_ru", label=_("Needs (Russian)"), path="application/profile/needs/*/texts/ru", note=_ITEMS),
    Column(key="needs_en", label=_("Needs (English)"), path="application/profile/needs/*/texts/en", note=_ITEMS),
    Column(
        key="need_types", label=_("Types of needs"), path="application/profile/needs/*/partnership_type", note=_TYPES
    ),
    Column(
        key="person_ru", label=_("Contact person (Russian)"), path="application/delegates/0/names/ru", note=_ONE_NAME
    ),
    Column(
        key="person_en", label=_("Contact person (English)"), path="application/delegates/0/names/en", note=_ONE_NAME
    ),
    Column(key="position_ru", label=_("Position (Russian)"), path="application/delegates/0/positions/ru"),
    Column(key="position_en", label=_("Position (English)"), path="application/delegates/0/positions/en"),
    Column(
        key="person_email",
        label=_("Contact person's e-mail"),
        path="application/delegates/0/email",
        is_required=True,
    ),
    Column(key="person_phone", label=_("Contact person's telephone"), path="application/delegates/0/phone"),
    Column(
        key="person_language",
        label=_("Contact person's language"),
        path="application/delegates/0/language",
        note=_("ru or en"),
    ),
    Column(
        key="languages",
        label=_("Contact person speaks"),
        path="application/delegates/0/languages/*",
        note=_("Codes of languages, as ru, en, zh. Left out: not known, and nobody interprets."),
    ),
    Column(
        key="consent",
        label=_("Contact person's consent"),
        path="application/delegates/0/consents/0/text",
        note=_("How the person consented to the processing of personal data: on which paper, when. Nobody without."),
        is_required=True,
    ),
)


def column_at(steps: tuple[str, ...]) -> Column | None:
    """Return the column whose path has most in common with that of a field; None for what is about no column."""
    nearest = max(COLUMNS, key=lambda column: _shared(column.steps, steps))
    return nearest if _shared(nearest.steps, steps) > 1 else None


def _shared(ours: tuple[str, ...], theirs: tuple[str, ...]) -> int:
    """Count the steps that two paths begin with alike."""
    alike = 0
    for our, their in zip(ours, theirs, strict=False):
        if our not in (their, LINES):
            break
        alike += 1
    return alike
