"""Where a form with a file leads once it was sent: the browser opens that page itself, and alone."""

from urllib.parse import urlsplit

from flask import Flask, Response, request

BY_SCRIPT = "X-Sent-By-Script"
"""What a form says that is sent by a script, which would follow a redirect before its reader does."""


def init_app(app: Flask) -> None:
    """Let scripts know where a form leads: last of all, when what it did is settled."""
    app.after_request(_name_the_way)


def _name_the_way(response: Response) -> Response:
    """Say where to go instead of sending a script there: what a page says once would be said to nobody.

    A way back to the same address is followed: that answer becomes the page.
    """
    to = response.headers.get("Location")
    if to is not None and BY_SCRIPT in request.headers and urlsplit(to).path != request.path:
        response.status_code = 204
        response.set_data(b"")
        response.headers["HX-Redirect"] = to
        del response.headers["Location"]
    return response
