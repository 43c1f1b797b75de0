"""Style sheets, scripts and icons: their addresses change with their content, and each process compresses them once."""

import gzip
import hashlib
import mimetypes
from dataclasses import dataclass
from pathlib import Path

import brotli
from flask import Flask, Response, abort, request, url_for
from werkzeug.security import safe_join

from blueprints.headers import FOR_GOOD

BOOTSTRAP = "bootstrap.static"
OF_BOOTSTRAP = "css/bootstrap.min.css"
"""All that pages load of Bootstrap; the 27 MB beside it stay closed."""

BROTLI_QUALITY = 10  # the highest, 11, takes three times as long and saves 2 %
GZIP_LEVEL = 9

CONTENT_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
"""What is worth compressing. Windows lets any program say what `.js` is, and browsers run no module of another type."""


@dataclass(frozen=True, slots=True)
class Asset:
    """One file as it is sent: its bodies by encoding, and a hash of its content."""

    version: str
    content_type: str
    bodies: dict[str, bytes]


class Assets:
    """The public files, each read again only when it has changed."""

    def __init__(self, folders: dict[str, Path]) -> None:
        """Find files in `folders`, by the endpoint that hands them out."""
        self._folders = folders
        self._read: dict[Path, tuple[tuple[int, int], Asset]] = {}
        self._addresses: dict[tuple[str, str], str] = {}

    def address(self, name: str, endpoint: str = "static") -> str:
        """Return the address under which the file may be kept for good; found once, for a page names forty of them."""
        found = self._addresses.get((endpoint, name))
        if found is None:
            found = url_for(endpoint, filename=name, v=self._asset(endpoint, name).version)
            self._addresses[endpoint, name] = found
        return found

    def send(self, filename: str) -> Response:
        """Answer with the file, in the smallest encoding that the browser takes."""
        endpoint = str(request.endpoint)
        if endpoint == BOOTSTRAP and filename != OF_BOOTSTRAP:
            abort(404)
        try:
            asset = self._asset(endpoint, filename)
        except (OSError, ValueError):
            # A folder, nothing, or a name that no file can have.
            abort(404)
        encoding = request.accept_encodings.best_match(asset.bodies, default="identity")
        response = Response(asset.bodies[encoding], mimetype=asset.content_type)
        if encoding != "identity":
            response.content_encoding = encoding
        response.set_etag(f"{asset.version}-{encoding}")
        # An address of before an upgrade still works, but must not be remembered as what it once was.
        response.headers["Cache-Control"] = FOR_GOOD if request.args.get("v") == asset.version else "no-cache"
        response.make_conditional(request)
        return response

    def _asset(self, endpoint: str, name: str) -> Asset:
        path = Path(safe_join(str(self._folders[endpoint]), name) or abort(404))
        state = path.stat()
        stamp = (state.st_mtime_ns, state.st_size)
        known = self._read.get(path)
        if known is None or known[0] != stamp:
            known = self._read[path] = (stamp, _asset_of(path))
        return known[1]


def init_app(app: Flask) -> None:
    """Hand out the public files of `app` and of Bootstrap, and give templates their addresses."""
    bootstrap = app.blueprints["bootstrap"]
    assets = Assets({"static": Path(str(app.static_folder)), BOOTSTRAP: Path(str(bootstrap.static_folder))})
    app.view_functions["static"] = app.view_functions[BOOTSTRAP] = assets.send
    app.jinja_env.globals["asset"] = assets.address


def _asset_of(path: Path) -> Asset:
    data = path.read_bytes()
    bodies = {"identity": data}
    content_type = CONTENT_TYPES.get(path.suffix)
    if content_type:
        # The first one is preferred by browsers that take both.
        bodies = {
            "br": brotli.compress(data, quality=BROTLI_QUALITY),
            "gzip": gzip.compress(data, GZIP_LEVEL, mtime=0),
        } | bodies
    other = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return Asset(hashlib.sha256(data).hexdigest()[:12], content_type or other, bodies)
