"""Files of messages, handed to the two who take part."""

from io import BytesIO

from flask import Response, send_file

from blueprints.access import current_member
from blueprints.messages.routes import bp
from marketplace import storage
from marketplace.messages import files


@bp.get("/messages/attachments/<int:file_id>")
def attachment(file_id: int) -> Response:
    """Hand out a file as a download, and never as something that opens here."""
    file = files.get_for(current_member, file_id)
    response = send_file(
        BytesIO(storage.get(file.storage_key)),
        mimetype=file.content_type,
        as_attachment=True,
        download_name=file.name,
        etag=file.sha256,
    )
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["Cache-Control"] = "no-store"
    return response
