"""The public log for everybody: what it proves, how it stands, its entries, and a desk where receipts are checked."""

from typing import Any

from flask import Blueprint, Response, jsonify, render_template, request
from flask.typing import ResponseReturnValue

from blueprints.access import public, viewer
from blueprints.transparency.forms import FLAW_WORDS, KIND_WORDS, ReceiptForm
from marketplace import limits
from marketplace.errors import NotFound
from marketplace.transparency import checking, queries, signing
from marketplace.transparency.checking import LARGEST, Proven, Untrue
from marketplace.transparency.queries import Head

bp = Blueprint("transparency", __name__)

LARGEST_NUMBER = 2**31
"""What no number of entries reaches."""


@bp.get("/transparency")
@public
def index() -> str:
    """Explain what a receipt proves and what it cannot, and show how the log stands."""
    now_there = queries.head()
    return render_template(
        "transparency/index.html",
        form=ReceiptForm(),
        head=signing.sign(now_there),
        published_key=signing.published_key().decode(),
    )


@bp.route("/transparency/check", methods=["GET", "POST"])
@public
def check() -> ResponseReturnValue:
    """Check the receipt that is handed in; nothing of it is kept."""
    form = ReceiptForm()
    proven, is_beginning = None, False
    if form.validate_on_submit():
        with form.blame("receipt"):
            member = viewer()
            limits.check(
                limits.Action.UPLOAD,
                account=member.id if member else None,
                address=None if member else request.remote_addr,
            )
            proven = _checked(form)
    if proven is not None:
        is_beginning = queries.begins_with(Head(proven.size, proven.root))
        is_beginning = is_beginning and queries.has_entry(proven.index, proven.content)
    shown = {"proven": proven, "is_beginning": is_beginning, "words": KIND_WORDS}
    return render_template("transparency/check.html", form=form, **shown), form.status


@bp.get("/transparency/entries")
@public
def entries() -> str:
    """Show what is in the log, the newest first."""
    page = queries.leaves(request.args.get("after"))
    return render_template("transparency/entries.html", page=page, words=KIND_WORDS)


@bp.get("/transparency/key.pem")
@public
def key() -> Response:
    """Hand out the published key."""
    headers = {"Content-Disposition": 'attachment; filename="musubi-transparency-key.pem"'}
    return Response(signing.published_key(), mimetype="application/x-pem-file", headers=headers)


@bp.get("/transparency/head.json")
@public
def head() -> Response:
    """Tell how the log stands now, signed."""
    return jsonify(signing.sign(queries.head()))


@bp.get("/transparency/consistency.json")
@public
def consistency() -> Response:
    """Prove that the log with `to` entries (all of them without it) begins with the one that had `from`."""
    old = _number("from")
    new = _number("to") if "to" in request.args else queries.size()
    found = queries.consistency(old, new)
    said: dict[str, Any] = {
        "from": {"size": found.old.size, "root": found.old.root.hex()},
        "to": {"size": found.new.size, "root": found.new.root.hex()},
        "proof": [one.hex() for one in found.proof],
    }
    return jsonify(said)


def _checked(form: ReceiptForm) -> Proven | None:
    """What the receipt proves; what is wrong with it is said beside its field."""
    try:
        published = checking.load_key(signing.published_key())
        return checking.check(form.receipt.data.read(LARGEST + 1), published)
    except Untrue as error:
        form.receipt.errors = [FLAW_WORDS[error.flaw]]
        return None


def _number(name: str) -> int:
    text = request.args.get(name, "")
    if not text.isascii() or not text.isdigit() or len(text) > len(str(LARGEST_NUMBER)):
        raise NotFound
    return int(text)
