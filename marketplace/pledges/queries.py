"""Questions about pledges."""

import json
from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from marketplace.accounts.models import Member
from marketplace.clock import now, today
from marketplace.db import db
from marketplace.errors import NotFound
from marketplace.i18n import _
from marketplace.pledges import wording
from marketplace.pledges.models import RENEWED_FROM_DAYS, Pledge, PledgeProgress, last_day_of
from marketplace.transparency.receipts import receipt_for

MOST_SHOWN = 50
"""Signatures in the list of one's own; the receipts of all that were handed out stay with their owner."""


def last_day(member: Member) -> date | None:
    """Return the last day on which the pledge of `member` holds, or None when it does not: no statement.

    It holds while it is signed, not withdrawn, not older than a year, and of the newest text, and while the moderators
    know who signed it.
    """
    if member.pledged_at is None or member.pledged_version != wording.CURRENT or member.identity_verified_at is None:
        return None
    day = last_day_of(member.pledged_at)
    return day if today() <= day else None


def is_due(member: Member) -> bool:
    """Tell whether `member` may sign, for the first time or anew: the pledge does not hold, or ends within a month."""
    day = last_day(member)
    return day is None or day - today() < timedelta(days=RENEWED_FROM_DAYS)


def progress_of(member: Member) -> PledgeProgress | None:
    """Return how far `member` has come with the newest text lately, or None before the first step."""
    found = db.session.get(PledgeProgress, member.id, populate_existing=True)
    return found if found is not None and may_go_on(found) else None


def may_go_on(progress: PledgeProgress) -> bool:
    """Tell whether it is with the newest text and was begun lately."""
    return progress.text_version == wording.CURRENT and not progress.is_lapsed(now())


def history_of(member: Member, most: int = MOST_SHOWN) -> Sequence[Pledge]:
    """Return the last that `member` signed, the newest first, each with its withdrawal."""
    question = select(Pledge).where(Pledge.member_id == member.id).order_by(Pledge.id.desc()).limit(most)
    return db.session.scalars(question.options(joinedload(Pledge.withdrawal))).all()


def opened_of(member: Member) -> Sequence[Pledge]:
    """Return all that `member` signed and that was not erased."""
    question = select(Pledge).where(Pledge.member_id == member.id, Pledge.record.is_not(None))
    return db.session.scalars(question).all()


def find_signed(member: Member) -> Pledge | None:
    """Return the newest pledge of `member` unless it was withdrawn."""
    newest = next(iter(history_of(member, 1)), None)
    return newest if newest is not None and newest.withdrawal is None else None


def get_for(viewer: Member, pledge_id: int) -> Pledge:
    """Return a pledge of the viewer's own, with its withdrawal; raises NotFound."""
    question = select(Pledge).where(Pledge.id == pledge_id, Pledge.member_id == viewer.id)
    found = db.session.scalar(question.options(joinedload(Pledge.withdrawal)))
    if found is None:
        raise NotFound
    return found


def receipt_of(pledge: Pledge) -> bytes:
    """Return the record that was signed with the proof that it is in the log; raises NotFound once it was erased."""
    if pledge.record is None or pledge.salt is None:
        raise NotFound(_("この署名の内容は消去されました。"))
    return receipt_for(pledge.leaf_index, record=json.loads(pledge.record), salt=pledge.salt)


def withdrawal_receipt_of(pledge: Pledge) -> bytes:
    """Return the proof that `pledge` was withdrawn; raises NotFound when it was not."""
    found = pledge.withdrawal
    if found is None:
        raise NotFound
    return receipt_for(found.leaf_index, record=json.loads(found.record), salt=found.salt)
