"""Files that members attached, handed out as downloads."""

from io import BytesIO
from typing import Protocol

from flask import Response, send_file

from marketplace import storage


class Kept(Protocol):
    """A row of a file that was attached."""

    @property
    def name(self) -> str:
        """What whoever attached it calls it."""
        return ""

    @property
    def content_type(self) -> str:
        """As its content showed."""
        return ""

    @property
    def sha256(self) -> str:
        """In hex."""
        return ""

    @property
    def storage_key(self) -> str:
        """Where it is stored."""
        return ""


def as_download(file: Kept, cached: str = "no-store") -> Response:
    """Return a file as a download, and never as something that opens here."""
    response = send_file(
        BytesIO(storage.get(file.storage_key)),
        mimetype=file.content_type,
        as_attachment=True,
        download_name=file.name,
        etag=file.sha256,
    )
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["Cache-Control"] = cached
    return response
