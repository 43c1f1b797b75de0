"""Asking another moderator to look at a decision, and what they find."""

from sqlalchemy.orm.exc import StaleDataError

from marketplace import outbox
from marketplace.accounts.models import Member
from marketplace.audit import service as audit
from marketplace.audit.models import AuditDeed
from marketplace.clock import now
from marketplace.db import add_once, db
from marketplace.errors import Conflict, Invalid, require
from marketplace.events import service as events
from marketplace.events.kinds import EventKind
from marketplace.i18n import _
from marketplace.moderation import policy, subjects
from marketplace.moderation.models import STANDING, Appeal, Decision, Measure
from marketplace.moderation.service.decisions import STATEMENT


def appeal(actor: Member, decision: Decision, text: str) -> Appeal:
    """Ask for `decision` to be looked at again: once. Raises Conflict when that was done, or its time is over."""
    require(policy.can_appeal(actor, decision))
    if now() >= decision.can_be_appealed_until:
        raise Conflict(_("異議を申し立てられる期間が過ぎました。"))
    if not text.strip():
        raise Invalid(_("異議の理由を入力してください。"))
    filed = Appeal(decision_id=decision.id, member_id=actor.id, text=text.strip(), against_id=decision.moderator_id)
    if db.session.get(Appeal, decision.id) is not None or not add_once(filed):
        raise Conflict(_("この判断への異議は、すでに申し立てられています。"))
    events.record(EventKind.APPEAL_FILED, actor, decision=decision)
    return filed


def decide_appeal(actor: Member, filed: Appeal, is_granted: bool, statement: str) -> None:
    """Say whether the decision stands; if not, what it did is taken back. Raises Conflict when another was first."""
    require(policy.can_decide_appeal(actor, filed), _("自分の判断への異議は、ほかの担当者が確認します。"))
    if not statement.strip():
        raise Invalid(_("本人に伝える理由を入力してください。"))
    _close(actor, filed, is_granted, statement.strip())
    decision = filed.decision
    if is_granted and decision.measure in STANDING:
        taken_back = {"case_id": decision.case_id, "moderator_id": actor.id, "ground": decision.ground}
        db.session.add(Decision(measure=Measure.RESTORE, statement=filed.statement, **taken_back))
        subjects.apply(decision.case, Measure.RESTORE)
    case = decision.case
    told = {"case": case.id, "decision": decision.id, "granted": is_granted}
    audit.record(AuditDeed.APPEAL_DECIDED, actor, case.subject, case.subject_id, **told)
    events.record(EventKind.APPEAL_DECIDED, filed.member, member=filed.member, decision=decision)
    outbox.put(STATEMENT, {"decision": decision.id, "member": filed.member_id, "is_answer": True})


def _close(actor: Member, filed: Appeal, is_granted: bool, statement: str) -> None:
    try:
        with db.session.begin_nested():
            if filed.decided_at is None:
                filed.moderator_id, filed.is_granted = actor.id, is_granted
                filed.statement, filed.decided_at = statement, now()
                return
    except StaleDataError:
        db.session.refresh(filed, ["decided_at", "version"])
    raise Conflict(_("この異議は、すでに判断されています。"))
