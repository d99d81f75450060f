"""Tell by its content what a file is, whatever it is called, and refuse what is no sheet that we read."""

from pathlib import PurePosixPath
from zipfile import ZipInfo

from servicekit.sheets import archive
from servicekit.sheets.refusals import SheetError
from servicekit.texts.languages import noop as _

_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_TEXT_SUFFIXES = {"", ".csv", ".tsv", ".txt"}
_SAVE_AS = _("This is a file of kind %(kind)s. Save it as an Excel workbook (.xlsx) or as CSV.")
_PROTECTED = _("The workbook is protected by a password. Save it without one.")
_MACROS = _("The workbook holds macros (.xlsm). Save it as a workbook without macros (.xlsx).")
_BY_MEMBER = {"xl/workbook.bin": ".xlsb", "mimetype": ".ods", "word/document.xml": ".docx"}
_WORKBOOK, _TYPES = "xl/workbook.xml", "[Content_Types].xml"


def is_workbook(content: bytes, name: str) -> bool:
    """Tell whether a file is to be read as a workbook, else as delimited text; its name is nothing but a hint.

    Raises:
        SheetError: it is neither, or its name says otherwise.

    """
    if content.startswith(archive.MAGIC):
        return True
    if content.startswith(_OLD_OFFICE):
        if _ENCRYPTED in content:
            raise SheetError(_PROTECTED)
        raise SheetError(_SAVE_AS, kind=".xls")
    suffix = PurePosixPath(name.replace("\\", "/")).suffix.lower()
    if suffix not in _TEXT_SUFFIXES:
        detail = _("The name of the file ends in %(suffix)s, but it holds no workbook. Text must be called .csv.")
        raise SheetError(detail, suffix=suffix[:8])
    return False


def require_plain_workbook(found: list[ZipInfo]) -> None:
    """Raise SheetError unless the members are those of a workbook without password and macros."""
    names = {member.filename for member in found}
    if any(member.flag_bits & 0x1 for member in found):
        raise SheetError(_PROTECTED)
    for name, kind in _BY_MEMBER.items():
        if name in names:
            raise SheetError(_SAVE_AS, kind=kind)
    if any(name.endswith("vbaProject.bin") for name in names):
        raise SheetError(_MACROS)
    if not {_WORKBOOK, _TYPES} <= names:
        raise SheetError(_("The file is packed as a workbook is, but there is none in it."))


def require_plain_parts(contents: dict[str, bytes]) -> None:
    """Raise SheetError for what makes a part dangerous: declarations of entities, which no workbook has, and macros."""
    if b"macroEnabled" in contents[_TYPES]:
        raise SheetError(_MACROS)
    if any(b"<!DOCTYPE" in content or b"<!ENTITY" in content for content in contents.values()):
        raise SheetError(_("The workbook declares entities of XML, as no workbook of Excel's does."))
