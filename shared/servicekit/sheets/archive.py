"""Open the zip that a workbook is, weigh it before anything is unpacked, and give out only what was weighed."""

import struct
import zipfile
import zlib
from collections.abc import Sequence
from io import BytesIO
from typing import NoReturn

from servicekit.sheets.limits import MOST_MEMBERS, MOST_UNPACKED_BYTES
from servicekit.sheets.refusals import SheetError
from servicekit.texts.languages import noop as _

MAGIC = b"PK\x03\x04"
_END = struct.Struct("<4s4H2LH")
_LOCAL = struct.Struct("<4s5H3L2H")
_MOST_LISTED_BYTES = 100_000
_MEBIBYTE = 1024 * 1024
_UNREADABLE = (zipfile.BadZipFile, NotImplementedError, ValueError, struct.error, OSError, LookupError, OverflowError)


def members(packed: bytes) -> list[zipfile.ZipInfo]:
    """List the members of a zip that can be unpacked within the limits; nothing is unpacked yet.

    Raises:
        SheetError: it is damaged, has too many members or too large ones, or their names lead elsewhere.

    """
    _weigh_list(packed)
    try:
        with zipfile.ZipFile(BytesIO(packed)) as archive:
            found = archive.infolist()
    except _UNREADABLE as error:
        raise _damaged() from error
    if sum(member.file_size for member in found) > MOST_UNPACKED_BYTES:
        _refuse_size()
    if sum(member.compress_size for member in found) > len(packed):
        raise _damaged()
    names = [member.orig_filename for member in found]
    if len(set(names)) < len(names) or any(map(_leads_elsewhere, names)):
        raise SheetError(_("The file is damaged: its members have names that no workbook has."))
    return [member for member in found if not member.is_dir()]


def unpacked(packed: bytes, found: Sequence[zipfile.ZipInfo]) -> dict[str, bytes]:
    """Unpack members, none further than it says.

    Raises:
        SheetError: a member is larger or smaller than it says, is damaged, or is a zip itself.

    """
    contents = {member.filename: _content(packed, member) for member in found}
    if any(content.startswith(MAGIC) for content in contents.values()):
        raise SheetError(_("The workbook holds another packed file. Take attached files out of it."))
    return contents


def packed_anew(contents: dict[str, bytes]) -> bytes:
    """Put contents in a zip of our own, so that whoever reads it sees what was weighed and nothing else."""
    made = BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as archive:
        for name, content in contents.items():
            archive.writestr(zipfile.ZipInfo(name), content)
    return made.getvalue()


def _weigh_list(packed: bytes) -> None:
    """Refuse a list of members that is long or not where it belongs, before it is read."""
    if len(packed) < _END.size or not packed.startswith(MAGIC):
        raise _damaged()
    magic, _disk, _start_disk, _here, count, length, _offset, comment = _END.unpack(packed[-_END.size :])
    if magic != b"PK\x05\x06" or comment:
        raise _damaged()
    if count > MOST_MEMBERS or length > _MOST_LISTED_BYTES:
        detail = _("The file is made of more than %(most)s members; no workbook needs so many.")
        raise SheetError(detail, most=MOST_MEMBERS)


def _leads_elsewhere(name: str) -> bool:
    parts = name.split("/")
    return not name or name.startswith("/") or ".." in parts or any(char in name for char in "\\:\0")


def _content(packed: bytes, member: zipfile.ZipInfo) -> bytes:
    try:
        header = _LOCAL.unpack_from(packed, member.header_offset)
        start = member.header_offset + _LOCAL.size + header[9] + header[10]
        raw = packed[start : start + member.compress_size]
        content = _inflated(raw, member)
    except (struct.error, zlib.error) as error:
        raise _damaged() from error
    if header[0] != MAGIC or len(content) != member.file_size or zlib.crc32(content) != member.CRC:
        raise _damaged()
    return content


def _inflated(raw: bytes, member: zipfile.ZipInfo) -> bytes:
    if member.compress_type == zipfile.ZIP_STORED:
        return raw
    if member.compress_type != zipfile.ZIP_DEFLATED:
        raise _damaged()
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    content = inflater.decompress(raw, member.file_size + 1)
    if not inflater.eof or inflater.unused_data:
        raise _damaged()
    return content


def _refuse_size() -> NoReturn:
    detail = _("Unpacked, the workbook is larger than %(most)s MB. Leave pictures and other sheets out.")
    raise SheetError(detail, most=MOST_UNPACKED_BYTES // _MEBIBYTE)


def _damaged() -> SheetError:
    return SheetError(
        _("The file is damaged: it is no workbook as Excel saves it. Open it in Excel and save it again.")
    )
