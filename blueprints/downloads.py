"""Files that members attached, handed out as downloads."""

from io import BytesIO

from flask import Response, send_file

from marketplace import storage
from marketplace.attachments import AttachedFile


def as_download(file: AttachedFile, cached: str = "no-store") -> Response:
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
