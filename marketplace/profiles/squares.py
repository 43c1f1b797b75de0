"""Pictures cut to squares, as members, teams and companies have them: stored before a change, let go of after it."""

import contextlib
from typing import Protocol

from marketplace import outbox, storage
from marketplace.pictures import Squares
from marketplace.profiles.queries import PictureSize, picture_file
from marketplace.stocktaking import Shelf


class HasPicture(Protocol):
    """A row that names where its picture is."""

    picture_key: str | None


def store(shelf: Shelf, picture: Squares | None) -> str | None:
    """Store the three sizes before the first write, for it waits for the disk three times, and return their key."""
    if picture is None:
        return None
    key = storage.new_key(shelf.prefix, "")
    for size in PictureSize:
        storage.put(picture_file(key, size), getattr(picture, size.value))
    return key


def change(owner: HasPicture, stored: str | None, removes: bool) -> None:
    """Let `owner` have what was stored, or nothing; what it had is deleted after the commit."""
    if stored is None and not removes:
        return
    if owner.picture_key is not None:
        for size in PictureSize:
            outbox.put(storage.DELETE, {"key": picture_file(owner.picture_key, size)})
    owner.picture_key = stored


def remove_now(key: str | None) -> None:
    """Take back what was stored for a change that lost; a file that stays costs room, no more."""
    for size in PictureSize if key else ():
        with contextlib.suppress(OSError):
            storage.delete(picture_file(str(key), size))
