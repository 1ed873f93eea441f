"""Which files are taken in: an allow-list of types, judged by what a file holds and not by what it calls itself.

The check covers T15 of the threat model: renamed programs, polyglots, macros, zip bombs, pixel floods, HTML and SVG.
It is no virus scanner; one may stand before it.
"""

from __future__ import annotations

import errno
import re
import stat
import struct
import time
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import PurePosixPath
from typing import BinaryIO

import msgspec

from services.shared.vocabulary import Finding, Invalid

MAX_UNPACKED = 100 * 1024 * 1024
"""Bytes to which the members of an Office file may unpack, all together."""

MAX_PIXELS = 100_000_000
"""A sheet of A3 at 600 dpi has 70 million."""

_MAX_MEMBERS = 2000
_MAX_NAME_BYTES = 240
_CHUNK = 1 << 16


def refused(code: str, zh: str, en: str) -> Invalid:
    """A refusal of a file for one reason."""
    return Invalid(Finding(code, zh, en))


def media_type_of(name: str, declared: str) -> str:
    """The media type that a file of this name must have.

    Raises Invalid: `unsafe-name`, `type-not-allowed`, or `content-does-not-match-name` when `declared` is another type.
    """
    _name_is_safe(name)
    media_type = _BY_SUFFIX.get(PurePosixPath(name).suffix.lower())
    plain = declared.partition(";")[0].strip().lower()
    if media_type is None or plain not in _CHECKS:
        raise refused("type-not-allowed", "不接受此类文件", "files of this type are not taken in")
    if plain != media_type:
        raise _does_not_match("the declared type is not that of the name")
    return media_type


def check_content(file: BinaryIO, media_type: str) -> None:
    """Whether the whole of `file` is what `media_type` says. Raises Invalid."""
    file.seek(0)
    try:
        _CHECKS[media_type](file)
    except (zipfile.BadZipFile, zlib.error, struct.error, ValueError, EOFError, RuntimeError):
        raise _does_not_match("the file is damaged or not of its type") from None
    except OSError as error:
        if error.errno != errno.EINVAL:  # the disk's own troubles are not the file's
            raise
        raise _does_not_match("the file points outside itself") from None


def _name_is_safe(name: str) -> None:
    odd = any(unicodedata.category(c) in {"Cc", "Cf", "Cs", "Zl", "Zp"} or c in '/\\:*?"<>|' for c in name)
    bare = name.strip(" .")
    if odd or not bare or bare != name or len(name.encode()) > _MAX_NAME_BYTES:
        raise refused(
            "unsafe-name",
            "文件名为空、过长或含有不允许的字符",
            "the file name is empty, too long or holds characters that are not allowed",
        )


def _check_pdf(file: BinaryIO) -> None:
    data = file.read()
    _require(re.match(rb"%PDF-(1\.[0-7]|2\.0)[\r\n\s]", data), "no PDF header at the start")
    _require(b"%%EOF" in data[-1024:], "no end of a PDF")
    _require(not data.rpartition(b"%%EOF")[2].strip(b"\0\t\n\f\r "), "something follows the end of the PDF")
    _require(not zipfile.is_zipfile(file), "a PDF that is an archive as well")
    if re.search(rb"/(JavaScript|Launch|EmbeddedFiles?|RichMedia)[\s/(<\[]", data):
        raise _active("PDF")


def _check_png(file: BinaryIO) -> None:
    data = file.read()
    _require(data[:16] == b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "no PNG header")
    width, height = struct.unpack(">II", data[16:24])
    _few_pixels(width, height)
    at, kind = 8, b""
    while kind != b"IEND":
        length, kind = struct.unpack(">I4s", data[at : at + 8])
        at += length + 12
    _require(at == len(data), "something follows the end of the PNG")


def _check_jpeg(file: BinaryIO) -> None:
    data = file.read()
    _require(data[:3] == b"\xff\xd8\xff" and data.endswith(b"\xff\xd9"), "no start or end of a JPEG")
    at, marker, sized = 2, 0, False
    while marker != 0xDA:  # up to the image itself
        fence, marker, length = struct.unpack(">BBH", data[at : at + 4])
        _require(fence == 0xFF and length >= 2, "no JPEG segment where one must be")
        if 0xC0 <= marker <= 0xCF and marker not in {0xC4, 0xC8, 0xCC}:
            _few_pixels(*struct.unpack(">HH", data[at + 5 : at + 9]))
            sized = True
        at += 2 + length
    _require(sized, "a JPEG without dimensions")
    _require(not zipfile.is_zipfile(file), "a JPEG that is an archive as well")


def _check_text(file: BinaryIO) -> None:
    text = _utf8(file.read(), "utf-8-sig")
    _require(not re.search(r"[\x00-\x08\x0b\x0e-\x1f\x7f]", text), "control characters")
    _require(not re.match(r"\s*(<[a-z!?/]|#!|%PDF|%!PS|\{\\rtf)", text, re.IGNORECASE), "another type's beginning")
    _require(not re.search(r"<(!doctype|html|head|body|script|svg|iframe|\?php)\b", text[:4096], re.IGNORECASE), "HTML")


def _check_json(file: BinaryIO) -> None:
    try:
        msgspec.json.decode(_utf8(file.read()).encode(), type=msgspec.Raw)
    except (msgspec.DecodeError, RecursionError):
        raise _does_not_match("not JSON") from None


def _check_docx(file: BinaryIO) -> None:
    _check_office(file, "word/document.xml")


def _check_xlsx(file: BinaryIO) -> None:
    _check_office(file, "xl/workbook.xml")


def _check_office(file: BinaryIO, main_part: str) -> None:
    """An Office Open XML file (ISO/IEC 29500-2): limits first, by the archive's own table, then every byte."""
    _require(file.read(4) == b"PK\x03\x04", "no archive at the start")
    with zipfile.ZipFile(file) as archive:
        members = archive.infolist()
        _few_bytes(members)
        _lie_side_by_side(file, members, archive.start_dir)
        names = {member.filename for member in members}
        _require(len(names) == len(members), "a name twice")
        _require({"[Content_Types].xml", main_part} <= names, "the parts of another type")
        for member in members:
            _member_is_plain(member)
            _check_part(archive, member)


def _few_bytes(members: list[zipfile.ZipInfo]) -> None:
    if len(members) > _MAX_MEMBERS or sum(member.file_size for member in members) > MAX_UNPACKED:
        raise refused("too-large", "文件解压后过大", "the file unpacks to too much")


def _lie_side_by_side(file: BinaryIO, members: list[zipfile.ZipInfo], directory: int) -> None:
    """No member within another (bombs that no ratio shows), nothing before the first or behind the table."""
    _require(min(member.header_offset for member in members) == 0, "something before the first member")
    end = 0
    for member in sorted(members, key=lambda m: m.header_offset):
        _require(member.header_offset >= end, "members that overlap")
        end = member.header_offset + 30 + len(member.filename.encode()) + member.compress_size
    _require(end <= directory, "members that overlap the table")
    file.seek(-22, 2)
    _require(file.read(4) == b"PK\x05\x06", "something follows the end of the archive")


def _member_is_plain(member: zipfile.ZipInfo) -> None:
    name, mode = member.filename, member.external_attr >> 16
    path = PurePosixPath(name)
    _require(not path.is_absolute() and ".." not in path.parts and "\\" not in name, "a member outside its folder")
    _require(not stat.S_ISLNK(mode) and not member.flag_bits & 0x1, "a link or an encrypted member")
    _require(member.compress_type in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}, "an unusual compression")
    if re.search(_ACTIVE_PART, name, re.IGNORECASE):
        raise _active("Office")


def _check_part(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> None:
    """Read the member to its end, so that its true size and check sum are those of the table."""
    active = {"[Content_Types].xml": rb"macroEnabled"}.get(member.filename, _FETCHED_FROM_ELSEWHERE)
    xml = member.filename.endswith((".xml", ".rels"))
    for window in _windows(archive, member):
        _require(not (xml and re.search(rb"<!(DOCTYPE|ENTITY)", window)), "an XML part with a document type")
        if xml and re.search(active, window):
            raise _active("Office")


def _windows(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Iterator[bytes]:
    """The member in pieces, each with the end of the one before and without the zero bytes of UTF-16."""
    before = b""
    with archive.open(member) as part:
        while chunk := part.read(_CHUNK):
            time.sleep(0)  # lets the other threads of a cooperative process run
            window = before + chunk.replace(b"\0", b"")
            yield window
            before = window[-1024:]


def _few_pixels(one: int, other: int) -> None:
    if one * other > MAX_PIXELS:
        raise refused("too-large", "图片像素过多", "the image has too many pixels")
    _require(one * other > 0, "an image of no size")


def _utf8(data: bytes, encoding: str = "utf-8") -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        raise refused("content-does-not-match-name", "文本须为 UTF-8 编码", "text must be encoded in UTF-8") from None


def _require(holds: object, en: str) -> None:
    if not holds:
        raise _does_not_match(en)


def _does_not_match(en: str) -> Invalid:
    return refused("content-does-not-match-name", "文件内容与名称或类型不符", f"not what its name says: {en}")


def _active(kind: str) -> Invalid:
    return refused(
        "type-not-allowed",
        f"不接受含宏、脚本或嵌入对象的 {kind} 文件",
        f"{kind} files with macros, scripts or embedded objects are not taken in",
    )


# Sheets behind charts are common and may stay; every other embedded object is a stranger.
_ACTIVE_PART = r"vbaProject|vbaData|/activeX/|/embeddings/(?!.*\.xlsx$)|\.(exe|dll|js|vbs|bat|cmd|ps1|scr|lnk|hta)$"
_FETCHED_FROM_ELSEWHERE = (
    rb"<Relationship\b(?=[^<>]*(attachedTemplate|oleObject))(?=[^<>]*Target\s*=\s*[\"'](https?:|ftp:|\\\\|file://[^/]))"
)

_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

_BY_SUFFIX = {
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".docx": _DOCX,
    ".xlsx": _XLSX,
    ".txt": "text/plain",
    ".json": "application/json",
}

_CHECKS: dict[str, Callable[[BinaryIO], None]] = {
    "application/pdf": _check_pdf,
    "image/png": _check_png,
    "image/jpeg": _check_jpeg,
    _DOCX: _check_docx,
    _XLSX: _check_xlsx,
    "text/plain": _check_text,
    "application/json": _check_json,
}
