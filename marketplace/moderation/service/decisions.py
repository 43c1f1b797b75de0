"""Deciding about a case: one moderator decides, the subject and those who reported it are told, the trail keeps it."""

from sqlalchemy.orm.exc import StaleDataError

from marketplace import outbox
from marketplace.accounts.models import Member
from marketplace.audit import service as audit
from marketplace.audit.models import AuditDeed
from marketplace.clock import now
from marketplace.db import db
from marketplace.errors import Conflict, Invalid, require
from marketplace.events import service as events
from marketplace.events.kinds import EventKind
from marketplace.i18n import _
from marketplace.moderation import policy, queries, subjects
from marketplace.moderation.models import STANDING, Case, Decision, Measure, ReportReason

STATEMENT = "moderation.statement"
"""The topic of errands that mail a decision: `decision`, `member`, and whether it `is_answer` to an appeal."""


def look_into(actor: Member, case: Case) -> None:
    """Open what was reported: from now on, and for a while, `actor` may read it. Every look is recorded."""
    require(policy.can_look_into(actor, case))
    audit.record(AuditDeed.CASE_OPENED, actor, case.subject, case.subject_id, case=case.id)


def decide(actor: Member, case: Case, measure: Measure, ground: ReportReason, statement: str = "") -> Decision:
    """Close an open case with a measure. Raises Conflict when another moderator was first, Invalid for a measure that
    the subject does not allow, and for one without a sentence to whom it concerns.
    """
    require(policy.can_decide(actor, case))
    if measure not in subjects.MEASURES[case.subject]:
        raise Invalid(_("この対象には選べない対応です。"))
    if measure is not Measure.NONE and not statement.strip():
        raise Invalid(_("本人に伝える理由を入力してください。"))
    _close(case)
    decision = _made(actor, case, measure, ground, statement)
    for reporter_id in queries.reporter_ids(case):
        reporter = db.session.get_one(Member, reporter_id)
        events.record(EventKind.REPORT_SETTLED, reporter, member=reporter, decision=decision)
    return decision


def restore(actor: Member, case: Case, statement: str) -> Decision:
    """Take back what still holds of a closed case, without being asked; raises Conflict when nothing does."""
    require(policy.can_restore(actor, case))
    last = queries.last_decision(case)
    if last is None or last.measure not in STANDING:
        raise Conflict(_("取り消せる対応はありません。"))
    if not statement.strip():
        raise Invalid(_("本人に伝える理由を入力してください。"))
    _note(case)
    return _made(actor, case, Measure.RESTORE, last.ground, statement)


def _close(case: Case) -> None:
    if case.closed_at is not None:
        raise _decided_already()
    _note(case)


def _note(case: Case) -> None:
    """Note that `case` is decided now: of two who decide at once one does."""
    try:
        with db.session.begin_nested():
            case.closed_at = now()
    except StaleDataError:
        db.session.refresh(case, ["closed_at", "version"])
        raise _decided_already() from None


def _decided_already() -> Conflict:
    return Conflict(_("この件は、すでに判断されています。"))


def _made(actor: Member, case: Case, measure: Measure, ground: ReportReason, statement: str) -> Decision:
    """Write the decision down, do it, and tell those whom it concerns unless nothing is changed for them."""
    decision = Decision(case=case, moderator_id=actor.id, measure=measure, ground=ground, statement=statement.strip())
    db.session.add(decision)
    db.session.flush()
    subjects.apply(case, measure)
    told = {"case": case.id, "measure": measure.value, "ground": ground.value}
    audit.record(AuditDeed.CASE_DECIDED, actor, case.subject, case.subject_id, **told)
    if measure is not Measure.NONE:
        for member in queries.addressees(case):
            events.record(EventKind.DECISION_MADE, member, member=member, decision=decision)
            outbox.put(STATEMENT, {"decision": decision.id, "member": member.id, "is_answer": False})
    return decision
