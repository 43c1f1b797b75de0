"""Files that members attached, and papers that were made here, handed out as downloads."""

import hashlib
from io import BytesIO

from flask import Response, send_file

from marketplace import marking, storage
from marketplace.attachments import AttachedFile
from marketplace.clock import now


def as_download(file: AttachedFile, cached: str = "no-store") -> Response:
    """Return a file as a download, and never as something that opens here."""
    return _sent(storage.get(file.storage_key), file.content_type, file.name, file.sha256, cached)


def as_marked(file: AttachedFile, nickname: str, username: str) -> Response:
    """Return a copy of a file that bears who opens it, and when; the stored one stays as it was.

    Raises Invalid when it cannot be marked now.
    """
    words = marking.words_for(nickname, username, now())
    data = marking.marked(storage.get(file.storage_key), file.content_type, words)
    return _sent(data, file.content_type, file.name, hashlib.sha256(data).hexdigest(), "no-store")


def as_paper(storage_key: str, sha256: str, name: str) -> Response:
    """Return a PDF of ours as it was made."""
    return _sent(storage.get(storage_key), "application/pdf", name, sha256, "no-store")


def as_proof(receipt: bytes, name: str) -> Response:
    """Return the proof that something is in the public log, as a file that anybody can check without us."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(receipt, mimetype="application/json", headers=headers)


def _sent(data: bytes, content_type: str, name: str, sha256: str, cached: str) -> Response:
    response = send_file(BytesIO(data), mimetype=content_type, as_attachment=True, download_name=name, etag=sha256)
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["Cache-Control"] = cached
    return response
