"""Holding papers until the end of the transaction: whoever changes their pages, or decides, is the only one."""

from typing import Any

from sqlalchemy import update
from sqlalchemy.orm.attributes import set_committed_value

from marketplace.db import db
from marketplace.errors import Conflict
from marketplace.i18n import _
from marketplace.verification.models import Verification

_PAPERS: Any = Verification.__table__


def hold(verification: Verification) -> None:
    """Let papers be in a further version, so that of all who read the present one nobody else changes them.

    Adding or taking away a page changes no column of theirs: without this an end that was read earlier would miss it.
    Raises Conflict when they were changed since they were read.
    """
    is_as_read = (_PAPERS.c.version == verification.version, _PAPERS.c.state == verification.state)
    further = update(_PAPERS).where(_PAPERS.c.id == verification.id, *is_as_read)
    if db.session.scalar(further.values(version=_PAPERS.c.version + 1).returning(_PAPERS.c.id)) is None:
        raise Conflict(_("ほかの画面で先に変えられました。画面を読み込みなおしてください。"))
    set_committed_value(verification, "version", verification.version + 1)
