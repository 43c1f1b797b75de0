"""What moderators hold of members who were erased: kept as long as it may be needed, then emptied."""

from sqlalchemy import Select, String, cast, or_, select

from marketplace import outbox, storage
from marketplace.accounts.models import Member
from marketplace.clock import now
from marketplace.db import db
from marketplace.moderation.models import APPEAL_WITHIN, Appeal, Case, Decision, Report

MOST_A_NIGHT = 500


def forget() -> None:
    """Empty copies, comments and appeals of erased members once their case is closed and nobody can appeal any more.

    A case that is open, or an appeal that waits, keeps everything: leaving destroys no evidence.
    """
    for report in db.session.scalars(_reports().limit(MOST_A_NIGHT)):
        if report.picture_key is not None:
            outbox.put(storage.DELETE, {"key": report.picture_key})
        report.evidence, report.comment, report.picture_key = {}, "", None
    erased = select(Member.id).where(Member.erased_at.is_not(None))
    settled = select(Appeal).join(Appeal.decision).where(Appeal.member_id.in_(erased), Appeal.text != "")
    settled = settled.where(Appeal.decided_at.is_not(None), Decision.made_at <= now() - APPEAL_WITHIN)
    for appeal in db.session.scalars(settled.limit(MOST_A_NIGHT)):
        appeal.text = ""


def _reports() -> Select[Report]:
    """Reports by or about erased members whose case is past every appeal, and that are not empty yet."""
    erased = select(Member.id).where(Member.erased_at.is_not(None))
    may_be_needed = select(Decision.case_id).where(Decision.made_at > now() - APPEAL_WITHIN)
    appealed = select(Decision.case_id).join(Decision.appeal).where(Appeal.decided_at.is_(None))
    is_full = or_(cast(Report.evidence, String) != "{}", Report.comment != "", Report.picture_key.is_not(None))
    return (
        select(Report)
        .join(Report.case)
        .where(Case.closed_at.is_not(None), is_full)
        .where(or_(Case.member_id.in_(erased), Report.reporter_id.in_(erased)))
        .where(Case.id.not_in(may_be_needed), Case.id.not_in(appealed))
    )
