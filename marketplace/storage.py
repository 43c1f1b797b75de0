"""Where files live: bytes under keys, in a local folder or wherever an object store is."""

import contextlib
import re
import secrets
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import IO

import obstore
import structlog
from obstore.exceptions import AlreadyExistsError, BaseError
from obstore.store import LocalStore, ObjectStore

from marketplace import durable
from marketplace.errors import NotFound, Unavailable
from marketplace.i18n import _

DELETE = "storage.delete"
"""The topic of errands that remove a file once the change that freed it is committed; their payload is its `key`."""

_WORD = r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?"
_KEY = re.compile(rf"{_WORD}(?:/{_WORD})+(?:\.[a-z0-9]+)?")
_LONGEST_KEY = 200
_PIECE = 1024 * 1024
_HALF_WRITTEN = re.compile(r".+#\d+")
"""The names under which the library writes before it renames."""

log = structlog.get_logger(__name__)

_place: dict[str, ObjectStore] = {}


def init(directory: Path) -> None:
    """Keep files in `directory`, made readable for the program's own account only."""
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    use(LocalStore(directory.resolve()))


def use(store: ObjectStore) -> None:
    """Keep files in `store` from now on; a bucket is `use(from_url("s3://…"))`."""
    _place["store"] = store


def new_key(prefix: str, suffix: str) -> str:
    """Return a key with 128 random bits that nobody can guess, e.g. `faces/3f/3f9c….webp`."""
    name = secrets.token_hex(16)
    return _checked(f"{prefix}/{name[:2]}/{name}{suffix}")


def put(key: str, data: bytes | IO[bytes]) -> None:
    """Write `data`, or what is read from a file, so that it survives a power cut from the moment this returns.

    A key is written once: what a row points at never changes. Raises FileExistsError for a second time, and Unavailable
    when there is no room, or no store.
    """
    with _store(key) as store:
        try:
            obstore.put(store, _checked(key), data, mode="create")
        except AlreadyExistsError:
            raise FileExistsError(key) from None
        if isinstance(store, LocalStore):
            # The library renames into place without one fsync; a bucket answers only once the object is safe.
            root = Path(str(store.prefix))
            durable.sync(root / key)
            _sync_folders(root, key)


def get(key: str) -> bytes:
    """Return the bytes under `key`; raises NotFound."""
    try:
        with _store(key) as store:
            return bytes(obstore.get(store, _checked(key)).bytes())
    except FileNotFoundError:
        raise NotFound(_("このファイルは見つかりません。削除されたか、公開されていません。")) from None


def stream(key: str) -> Iterator[bytes]:
    """Return the bytes under `key` in pieces of a megabyte, for what may be larger than memory; raises NotFound."""
    try:
        with _store(key) as store:
            pieces = obstore.get(store, _checked(key)).stream(min_chunk_size=_PIECE)
    except FileNotFoundError:
        raise NotFound(_("このファイルは見つかりません。削除されたか、公開されていません。")) from None
    return (bytes(piece) for piece in pieces)


def exists(key: str) -> bool:
    """Tell whether something is stored under `key`."""
    try:
        with _store(key) as store:
            obstore.head(store, _checked(key))
    except FileNotFoundError:
        return False
    return True


def delete(key: str) -> None:
    """Remove what is under `key`, for good even after a power cut; nothing there is nothing to do."""
    try:
        with _store(key) as store:
            obstore.delete(store, _checked(key))
            if isinstance(store, LocalStore):
                _sync_folders(Path(str(store.prefix)), key)
    except FileNotFoundError:
        return


def below(prefix: str) -> Iterator[tuple[str, datetime]]:
    """Yield the key of every file under `prefix`, e.g. `faces/3f`, with when it was written, asking page by page."""
    for page in obstore.list(_place["store"], prefix=prefix):
        for found in page:
            # What the system or an operator left in the folder is none of our files.
            if _is_key(found["path"]):
                yield found["path"], found["last_modified"]


def remove_half_written(before: datetime) -> int:
    """Remove what a power cut left half-written before that moment; tell how many there were.

    A bucket drops its own, by the rule for incomplete uploads that it was set up with.
    """
    store, count = _place["store"], 0
    if isinstance(store, LocalStore):
        for path in Path(str(store.prefix)).rglob("*#*"):
            # One that is being written goes by itself.
            with contextlib.suppress(FileNotFoundError):
                if _HALF_WRITTEN.fullmatch(path.name) and path.stat().st_mtime < before.timestamp():
                    path.unlink()
                    count += 1
    return count


@contextlib.contextmanager
def _store(key: str) -> Iterator[ObjectStore]:
    """Give the store; where it does not answer, or has no room, raise Unavailable. What is or is not there passes."""
    try:
        yield _place["store"]
    except (FileExistsError, FileNotFoundError):
        raise
    except (BaseError, OSError) as error:
        log.error("storage.refused", key=key, error=repr(error))
        raise Unavailable(
            _("ただいま、ファイルの読み書きができません。少し時間をおいて、もう一度お試しください。")
        ) from error


def _is_key(text: str) -> bool:
    return len(text) <= _LONGEST_KEY and bool(_KEY.fullmatch(text))


def _checked(key: str) -> str:
    if not _is_key(key):
        raise ValueError(f"not a storage key: {key[:_LONGEST_KEY]!r}")
    return key


def _sync_folders(root: Path, key: str) -> None:
    """Make the names durable, from the file's folder up to the root, which may all be new."""
    folder = (root / key).parent
    while folder != root.parent:
        durable.sync_names(folder)
        folder = folder.parent
