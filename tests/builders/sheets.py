"""Builders for sheets: good ones, and zips that say what no honest program would write."""

import csv
import struct
import zipfile
import zlib
from dataclasses import dataclass
from io import BytesIO, StringIO

import xlsxwriter

WORKBOOK, SHEET = "xl/workbook.xml", "xl/worksheets/sheet1.xml"
MEBIBYTE = 1024 * 1024


def a_workbook(rows=(), change=None):
    """Write rows into the first sheet; `change(book, sheet)` may do more to it."""
    made = BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
        if change:
            change(book, sheet)
    return made.getvalue()


def a_text(rows, delimiter=";", encoding="utf-8"):
    made = StringIO(newline="")
    csv.writer(made, delimiter=delimiter).writerows(rows)
    return made.getvalue().encode(encoding)


def parts_of(workbook):
    with zipfile.ZipFile(BytesIO(workbook)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(contents):
    made = BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in contents.items():
            archive.writestr(name, content)
    return made.getvalue()


@dataclass
class Member:
    """A member of a zip with whatever sizes it claims."""

    name: str
    packed: bytes
    size: int
    crc: int
    flags: int = 0

    def header(self, magic, *before):
        facts = (self.flags, zipfile.ZIP_DEFLATED, 0, 0x21, self.crc, len(self.packed), self.size)
        return struct.pack("<4s" + "H" * len(before) + "4H3L2H", magic, *before, *facts, len(self.name), 0)


def a_member(name, content, **claims):
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    honest = {"packed": packer.compress(content) + packer.flush(), "size": len(content), "crc": zlib.crc32(content)}
    return Member(name, **honest | claims)


def a_bomb(name, mebibytes, **claims):
    """A member of so many MiB of spaces, made from one packed block that is repeated."""
    block = b" " * MEBIBYTE
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    packed = (packer.compress(block) + packer.flush(zlib.Z_FULL_FLUSH)) * mebibytes + b"\x03\x00"
    crc = 0
    for _ in range(mebibytes if "crc" not in claims else 0):
        crc = zlib.crc32(block, crc)
    return Member(name, **{"packed": packed, "size": mebibytes * MEBIBYTE, "crc": crc} | claims)


def a_zip(members):
    """Write members as they are."""
    body, directory = b"", b""
    for member in members:
        place = struct.pack("<3H2L", 0, 0, 0, 0, len(body))
        directory += member.header(b"PK\x01\x02", 20, 20) + place + member.name.encode()
        body += member.header(b"PK\x03\x04", 20) + member.name.encode() + member.packed
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, len(members), len(members), len(directory), len(body), 0)
    return body + directory + end
