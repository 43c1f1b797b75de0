"""What outlives a power cut: bytes are waited for until they are on the disk, and so are the names in a folder."""

import os
from pathlib import Path


def write_new(path: Path, data: bytes) -> None:
    """Write a file for the program's own account only; raises FileExistsError. Its name is `sync_names`'s business."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def sync(path: Path) -> None:
    """Wait until the bytes of a file are on the disk; it is opened for writing because Windows asks for that."""
    _sync(path, os.O_RDWR)


def sync_names(folder: Path) -> None:
    """Wait until the names in `folder` are on the disk."""
    # Windows cannot open a folder, and writes its names through the journal.
    if os.name != "nt":
        _sync(folder, os.O_RDONLY)


def _sync(path: Path, flags: int) -> None:
    descriptor = os.open(path, flags)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
