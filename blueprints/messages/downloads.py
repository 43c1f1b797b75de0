"""Files of messages, handed to the two who take part."""

from flask import Response

from blueprints.access import current_member
from blueprints.downloads import as_download
from blueprints.messages.routes import bp
from marketplace.messages import files


@bp.get("/messages/attachments/<int:file_id>")
def attachment(file_id: int) -> Response:
    """Hand out a file."""
    file = files.get_for(current_member, file_id)
    return as_download(file)
