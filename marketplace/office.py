"""Office files (docx, xlsx, pptx): what their package says about itself, and what must not be inside one."""

import zipfile
from io import BytesIO
from xml.parsers import expat

from marketplace.errors import WrongKind
from marketplace.i18n import _

_FAMILY = "application/vnd.openxmlformats-officedocument."
CONTENT_TYPES = {
    "docx": f"{_FAMILY}wordprocessingml.document",
    "xlsx": f"{_FAMILY}spreadsheetml.sheet",
    "pptx": f"{_FAMILY}presentationml.presentation",
}

MAX_UNPACKED_BYTES = 200 * 1000 * 1000
MAX_PARTS = 10_000
MAX_TABLE_BYTES = 1_000_000

_TABLE = "[Content_Types].xml"
_ENTRY = b"PK\x01\x02"
_CHUNK = 1 << 20
_PACKED = (
    b"PK\x03\x04",
    b"PK\x05\x06",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",  # Office before 2007, and every password-protected one
    b"Rar!",
    b"7z\xbc\xaf\x27\x1c",
    b"\x1f\x8b",
    b"BZh",
    b"\xfd7zXZ",
    b"MSCF",
    b"MZ",
    b"\x7fELF",
)
"""How archives and programs begin."""


def is_archive(data: bytes) -> bool:
    """Tell whether a ZIP reader would find an archive in `data`, be it behind something else."""
    if data.count(_ENTRY) > MAX_PARTS:
        return True
    try:
        zipfile.ZipFile(BytesIO(data)).close()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OverflowError):
        return False
    return True


def kind_of(data: bytes) -> str:
    """Return the content type of an Office package after looking through all of it.

    Raises WrongKind for other archives, and for macros, passwords, packed files inside, bombs and broken parts.
    """
    try:
        if data.count(_ENTRY) > MAX_PARTS:  # before the reader makes an object of each
            raise zipfile.BadZipFile
        with zipfile.ZipFile(BytesIO(data)) as package:
            _check_directory(package, data)
            unpacked = 0
            for part in package.infolist():
                unpacked += _checked_size(package, part, MAX_UNPACKED_BYTES - unpacked)
            content_types = _content_types(package.read(_TABLE))
    except WrongKind:
        raise
    except Exception:  # zipfile, zlib and expat each have their own ways to say that it is broken
        raise WrongKind(_("ファイルが壊れています。開けることを確かめ、保存しなおして選んでください。")) from None
    if any("macro" in content_type or "vbaproject" in content_type for content_type in content_types):
        raise WrongKind(_("マクロのないファイルを選んでください。PDFにすると確実です。"))
    for content_type in CONTENT_TYPES.values():
        if f"{content_type}.main+xml" in content_types:
            return content_type
    raise WrongKind(_("docx、xlsx、pptxのどれかを選んでください。ZIPなどのまとめたファイルは受け取れません。"))


def _check_directory(package: zipfile.ZipFile, data: bytes) -> None:
    """Refuse what is visible without unpacking anything."""
    parts = package.infolist()
    names = {part.filename.lower() for part in parts}
    if any(part.flag_bits & 0x1 for part in parts):
        raise WrongKind(_("パスワードを外したファイルを選んでください。"))
    if sum(part.file_size for part in parts) > MAX_UNPACKED_BYTES:
        raise WrongKind(_("開いたときの大きさが200 MBまでのファイルを選んでください。"))
    if any(name.endswith("vbaproject.bin") for name in names):
        raise WrongKind(_("マクロのないファイルを選んでください。PDFにすると確実です。"))
    is_odd = len(names) < len(parts) or package.comment or not data.startswith(b"PK\x03\x04")
    if is_odd or any(_is_odd(part) for part in parts):
        raise zipfile.BadZipFile
    if _TABLE not in package.namelist():
        raise WrongKind(_("docx、xlsx、pptxのどれかを選んでください。ZIPなどのまとめたファイルは受け取れません。"))
    if package.getinfo(_TABLE).file_size > MAX_TABLE_BYTES:
        raise zipfile.BadZipFile


def _is_odd(part: zipfile.ZipInfo) -> bool:
    """No Office writes such a part: one that unpacks elsewhere, or in a way that old readers do not know."""
    name = part.orig_filename
    climbs = name.startswith(("/", "\\")) or ":" in name or ".." in name.replace("\\", "/").split("/")
    return climbs or "\0" in name or part.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}


def _checked_size(package: zipfile.ZipFile, part: zipfile.ZipInfo, most: int) -> int:
    """Unpack one part for its real size; refuses more than `most`, lies about the size, and what is packed again."""
    declared = part.file_size
    # The reader stops at the declared size, so it is told the most there may be, and the truth comes out.
    part.file_size = most + 1
    size = 0
    with package.open(part) as file:
        chunk = file.read(_CHUNK)
        if chunk.startswith(_PACKED):
            raise WrongKind(_("中に別のファイルを埋め込んでいないものを選んでください。PDFにすると確実です。"))
        while chunk:
            size += len(chunk)
            chunk = file.read(_CHUNK)
    part.file_size = declared
    if size != declared:
        raise zipfile.BadZipFile
    return size


def _content_types(table: bytes) -> set[str]:
    """Return every content type that the package declares, in lower case."""
    found: set[str] = set()

    def note(_tag: str, attributes: dict[str, str]) -> None:
        found.add(attributes.get("ContentType", "").strip().lower())

    def refuse(*_declaration: object) -> None:
        raise zipfile.BadZipFile

    parser = expat.ParserCreate()
    parser.StartElementHandler = note
    parser.StartDoctypeDeclHandler = refuse  # entities, and with them bombs, need one; Office writes none
    parser.Parse(table, True)
    return found
