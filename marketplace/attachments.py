"""What may be attached: PDF, pictures and Office files, each known by its content and cleaned of what could harm."""

import hashlib
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath

import puremagic
from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from marketplace import office, pictures, storage
from marketplace.clock import now
from marketplace.errors import TooLarge, WrongKind
from marketplace.i18n import _
from marketplace.stocktaking import Shelf
from marketplace.texts import visible_only

MAX_BYTES = 20 * 1024 * 1024
LONGEST_NAME = 80
"""In characters; Japanese of this length fits into the 255 bytes that file systems give a name."""

_PDF = "application/pdf"
CONTENT_TYPES = {
    ".pdf": _PDF,
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".png": "image/png",
    ".webp": "image/webp",
    **{f".{kind}": content_type for kind, content_type in office.CONTENT_TYPES.items()},
}
"""What each ending must contain. The Office kinds before 2007 (doc, xls, ppt) are left out: their macros and passwords
cannot be told from their text without a parser for each of them, and every Office since can save the newer kind."""

ACCEPT = ",".join(CONTENT_TYPES)

_LEGACY_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_UNWANTED_IN_NAMES = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\u2028\u2029]")
_RESERVED_IN_NAMES = re.compile(r'[<>:"|?*]')
_RESERVED_NAMES = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?", re.IGNORECASE)
_PDF_END = re.compile(rb"%%EOF[\s\x00]*\Z")


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that may be stored: `data` is what to keep, and size and SHA-256 (in hex) are its."""

    name: str
    content_type: str
    suffix: str
    size: int
    sha256: str
    data: bytes


class AttachedFile:
    """What every row of a file that was attached says of it; what it is attached to, each feature adds."""

    name: Mapped[str] = mapped_column(String(120))
    """What whoever attached it calls it."""
    content_type: Mapped[str] = mapped_column(String(100))
    """As its content showed."""
    size_bytes: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    """In hex."""
    storage_key: Mapped[str] = mapped_column(String(100), unique=True)
    created_at: Mapped[datetime] = mapped_column(default=now)


def examine(name: str, data: bytes) -> Attachment:
    """Tell the kind of an uploaded file by its content and return it fit to keep.

    Pictures are written anew, so that no place or camera goes with them: keep `data`, not the upload. Raises TooLarge,
    WrongKind for other kinds and for content that is not what the name says, Invalid for pictures that cannot be read.
    """
    if len(data) > MAX_BYTES:
        size = -(-len(data) // (1024 * 1024))
        raise TooLarge(_("20 MBまでのファイルを選んでください。選ばれたファイルは%(size)s MBです。", size=size))
    shown = clean_name(name)
    suffix = PurePosixPath(shown).suffix.lower()
    content_type = _kind_of(data)
    if CONTENT_TYPES.get(suffix, "") != content_type:
        raise WrongKind(
            _("名前の最後が中身の種類と同じファイルを選んでください。「%(name)s」は中身がほかの種類です。", name=shown)
        )
    if content_type.startswith("image/"):
        data = pictures.rewritten(data)
    return Attachment(shown, content_type, suffix, len(data), hashlib.sha256(data).hexdigest(), data)


def clean_name(name: str) -> str:
    """Return the last part of `name` as a name that every system can save and no reader misreads.

    Without path, control, bidirectional and reserved characters; at most LONGEST_NAME characters, its ending kept.
    """
    last = re.split(r"[/\\]", name)[-1]
    visible = _RESERVED_IN_NAMES.sub("_", visible_only(_UNWANTED_IN_NAMES.sub("", last)))
    path = PurePosixPath(visible.strip(" .\u3000"))
    suffix = path.suffix if len(path.suffix) <= LONGEST_NAME // 2 else ""
    stem = path.name.removesuffix(suffix)[: LONGEST_NAME - len(suffix)].rstrip(" .\u3000")
    if not stem or _RESERVED_NAMES.fullmatch(stem):
        stem = f"file-{stem}" if stem else "file"
    return stem + suffix


def _kind_of(data: bytes) -> str:
    """Return the content type that the bytes prove; raises WrongKind for every other kind."""
    if data.startswith(_LEGACY_MAGIC):
        raise WrongKind(
            _(
                "パスワードを外し、docx、xlsx、pptxかPDFで保存しなおして選んでください。古い形式と暗号化は受け取れません。"
            )
        )
    if data.startswith(b"PK\x03\x04"):
        return office.kind_of(data)
    if office.is_archive(data):
        raise WrongKind(_("後ろに別のファイルがついていないものを選んでください。"))
    kind = pictures.kind_of(data)
    if data.startswith(b"%PDF-") and _PDF_END.search(data[-1024:]):
        kind = _PDF
    if kind and kind in _guesses(data):
        return kind
    raise WrongKind(_("PDF、JPEG、PNG、WebP、docx、xlsx、pptxのどれかを選んでください。"))


def _guesses(data: bytes) -> set[str]:
    """Return every content type that the first and last bytes could stand for, in a second opinion."""
    return {guess.mime_type for guess in puremagic.magic_string(data)}


@contextmanager
def stored(files: Sequence[Attachment], shelf: Shelf) -> Iterator[list[tuple[str, Attachment]]]:
    """Store `files` before the first write, since that takes time, and yield them with their keys on `shelf`.

    What is stored goes again when the deed inside is refused.
    """
    keys: list[str] = []
    try:
        for file in files:
            keys.append(storage.new_key(shelf.prefix, file.suffix))
            storage.put(keys[-1], file.data)
        yield list(zip(keys, files, strict=True))
    except BaseException:
        for key in keys:
            storage.delete(key)
        raise
