"""Uploaded bytes → clean pictures: decoded and written anew in a confined child, with nothing of the original left."""

from dataclasses import dataclass

from marketplace import developing
from marketplace.errors import Invalid, TooLarge, WrongKind
from marketplace.i18n import _

MAX_BYTES = 10 * 1024 * 1024
CONTENT_TYPE = "image/webp"
SUFFIX = ".webp"
ACCEPT = "image/jpeg,image/png,image/webp"

MAX_SECONDS = 10
"""How long the decoding may take, on the clock."""


@dataclass(frozen=True, slots=True)
class Squares:
    """The middle of a picture as WebP in three sizes: 96, 320 and 960 pixels a side, or fewer when it had fewer."""

    small: bytes
    medium: bytes
    large: bytes


def squares_of(data: bytes) -> Squares:
    """Return the squares of an uploaded picture, without metadata.

    Raises TooLarge, WrongKind, and Invalid for what cannot be decoded within 40 megapixels, 60 frames and ten seconds.
    Takes up to seconds: ask before the first write of a request.
    """
    if len(data) > MAX_BYTES:
        raise TooLarge(
            _("10 MBまでの画像を選んでください。選ばれた画像は%(size)s MBです。", size=-(-len(data) // (1024 * 1024)))
        )
    small, medium, large = _developed("squares", data, ["image/webp"] * 3)
    return Squares(small, medium, large)


def rewritten(data: bytes) -> bytes:
    """Return the whole picture, written anew in its own format without metadata; raises as `squares_of` does."""
    return _developed("whole", data, [kind_of(data)])[0]


def kind_of(data: bytes) -> str:
    """Return the content type that the first bytes say, or "" when it is no picture that is taken."""
    if data.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    return "image/webp" if data[:4] == b"RIFF" and data[8:12] == b"WEBP" else ""


def _developed(order: str, data: bytes, expected: list[str]) -> list[bytes]:
    if not kind_of(data):
        raise WrongKind(_("JPEG、PNG、WebPのどれかの画像を選んでください。選ばれたファイルは、中身がほかの種類です。"))
    told, answer = developing.developed(order, data, MAX_SECONDS)
    if told == "size":
        raise Invalid(_("縦と横がそれぞれ8,192ピクセルまで、あわせて4,000万画素までの画像を選んでください。"))
    if told == "frames":
        raise Invalid(_("動かない画像を選んでください。動く画像は60コマまでで、最初のコマだけを使います。"))
    if [kind_of(picture) for picture in answer] != expected:
        raise Invalid(_("画像を開けませんでした。別の画像を選ぶか、画像アプリで保存しなおしてください。"))
    return answer
