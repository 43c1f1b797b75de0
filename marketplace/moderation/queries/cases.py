"""Questions about what was shown to the moderators, and what became of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Select, exists, func, select
from sqlalchemy.orm import aliased, defer, joinedload, selectinload

from marketplace import stocktaking
from marketplace.accounts import tokens
from marketplace.accounts.models import Member
from marketplace.accounts.tokens import Purpose
from marketplace.audit.models import AuditDeed, AuditEntry
from marketplace.clock import now
from marketplace.db import db
from marketplace.errors import NotFound
from marketplace.i18n import _
from marketplace.messages.models import Message
from marketplace.moderation.models import (
    STANDING,
    Appeal,
    Case,
    Decision,
    Flag,
    Measure,
    Report,
    ReportReason,
    SubjectKind,
)
from marketplace.moderation.queries import responsible
from marketplace.paging import Page, page_of
from marketplace.payouts.models import NameComparison
from marketplace.payouts.queries import WAITING

EVIDENCE = stocktaking.Shelf("evidence", Report.picture_key)
GRAVITY = {
    ReportReason.FRAUD: 4,
    ReportReason.HARASSMENT: 3,
    ReportReason.PRIVACY: 3,
    ReportReason.IMPERSONATION: 3,
    ReportReason.RIGHTS: 2,
    ReportReason.OTHER: 2,
    ReportReason.SPAM: 1,
}
"""How urgent a reason is."""
_counted = aliased(Report)
MOST_COUNTED = 9
OFTEN = 5
"""Whoever was wrong so many times in a row raises no urgency any more (reliability.md P1)."""
LINK_LASTS = timedelta(days=200)
"""Longer than there is time for an appeal."""
OPEN_FOR_READING = timedelta(hours=1)
"""How long a look at what was reported lasts."""


@dataclass(frozen=True)
class CaseRow:
    """A case in a list."""

    case: Case
    reports: int
    """From members; what the office found by itself is none."""
    newest: Report


@dataclass(frozen=True)
class Workload:
    """What waits for the moderators."""

    cases: int
    appeals: int
    bank_accounts: int


def has_reported(reporter: Member, subject: SubjectKind, subject_id: int) -> bool:
    """Tell whether `reporter` has shown this to the moderators, and they have not decided yet."""
    of_subject = (Case.subject == subject, Case.subject_id == subject_id, Case.closed_at.is_(None))
    is_there = exists().where(Report.case_id == Case.id, Report.reporter_id == reporter.id, *of_subject)
    return bool(db.session.scalar(select(is_there)))


def find_message(message_id: int) -> Message | None:
    """Return a message for the program itself to look at; None when it was erased meanwhile."""
    return db.session.get(Message, message_id)


def find_open(subject: SubjectKind, subject_id: int) -> Case | None:
    """Return the open case about this, or None."""
    question = select(Case).where(Case.subject == subject, Case.subject_id == subject_id, Case.closed_at.is_(None))
    return db.session.scalar(question)


def urgency_with(case: Case, gravity: int) -> int:
    """Return how urgent `case` is with one more report of this gravity: the gravest reason, then the number."""
    reports = db.session.scalar(select(func.count()).where(Report.case_id == case.id)) or 0
    before = db.session.scalar(select(Case.urgency).where(Case.id == case.id)) or 0
    counted = min(reports, MOST_COUNTED) if gravity else before % 10
    return max(before // 10, gravity) * 10 + counted


def is_often_wrong(reporter: Member) -> bool:
    """Tell whether nothing was wrong with the last OFTEN things that `reporter` showed and that were decided."""
    last = (
        select(Decision.measure)
        .join(Report, Report.case_id == Decision.case_id)
        .where(Report.reporter_id == reporter.id)
        .order_by(Decision.id.desc())
        .limit(OFTEN)
    )
    measures = db.session.scalars(last).all()
    return len(measures) == OFTEN and set(measures) == {Measure.NONE}


def workload() -> Workload:
    """Count what waits, with one question."""
    cases = select(func.count()).where(Case.closed_at.is_(None)).scalar_subquery()
    appeals = select(func.count()).where(Appeal.decided_at.is_(None)).scalar_subquery()
    holders = select(func.count()).select_from(NameComparison).join(NameComparison.account).where(*WAITING)
    return Workload(*db.session.execute(select(cases, appeals, holders.scalar_subquery())).one())


def open_cases(cursor: str | None = None) -> Page[CaseRow]:
    """Return a page of the open cases, the most urgent first, of those the oldest."""
    question = _rows().where(Case.closed_at.is_(None))
    return _cases(page_of(question, (Case.urgency, -Case.id), lambda row: (row[0].urgency, -row[0].id), cursor))


def closed_cases(cursor: str | None = None) -> Page[CaseRow]:
    """Return a page of the cases that were decided, the newest first."""
    question = _rows().where(Case.closed_at.is_not(None)).options(selectinload(Case.decisions))
    return _cases(page_of(question, (Case.closed_at, Case.id), lambda row: (row[0].closed_at, row[0].id), cursor))


def flags(cursor: str | None = None) -> Page[tuple[Flag, Member]]:
    """Return a page of what the program noticed by itself, the newest first, with whom it is about.

    Without the text: moderators read of messages what was reported, and nothing else.
    """
    question = select(Flag, Member).join(Member, Member.id == Flag.member_id).options(defer(Flag.text, raiseload=True))
    return page_of(question, (Flag.created_at, Flag.id), lambda row: (row[0].created_at, row[0].id), cursor)


def get_case(case_id: int) -> Case:
    """Return a case with its reports, who made them, and its decisions; raises NotFound."""
    reports = selectinload(Case.reports).joinedload(Report.reporter)
    decisions = selectinload(Case.decisions).joinedload(Decision.appeal)
    case = db.session.scalar(select(Case).where(Case.id == case_id).options(reports, decisions))
    if case is None:
        raise NotFound
    return case


def is_reading(moderator: Member, case: Case) -> bool:
    """Tell whether `moderator` has opened what was reported, and not too long ago."""
    since = now() - OPEN_FOR_READING
    of_case = (AuditEntry.subject == case.subject.value, AuditEntry.subject_id == case.subject_id)
    looked = exists().where(
        AuditEntry.deed == AuditDeed.CASE_OPENED,
        AuditEntry.actor_id == moderator.id,
        AuditEntry.at >= since,
        *of_case,
    )
    return bool(db.session.scalar(select(looked)))


def reporter_ids(case: Case) -> Sequence[int]:
    """Return who has reported it."""
    question = select(Report.reporter_id).where(Report.case_id == case.id, Report.reporter_id.is_not(None))
    return [reporter for reporter in db.session.scalars(question) if reporter is not None]


def newest_report(case: Case) -> Report:
    """Return what was shown last about a case."""
    return db.session.scalars(select(Report).where(Report.case_id == case.id).order_by(Report.id.desc()).limit(1)).one()


def is_shown_by_itself(case: Case, comment: str) -> bool:
    """Tell whether this was added to a case without a reporter before."""
    is_there = exists().where(Report.case_id == case.id, Report.reporter_id.is_(None), Report.comment == comment)
    return bool(db.session.scalar(select(is_there)))


def concerns(case: Case, member: Member) -> bool:
    """Tell whether `member` is responsible for what was reported, belongs to it, or reported it."""
    if member.id in reporter_ids(case):
        return True
    return responsible.is_part_of(case, member)


def last_decision(case: Case) -> Decision | None:
    """Return what holds about a case, or None while it is open."""
    return db.session.scalar(select(Decision).where(Decision.case_id == case.id).order_by(Decision.id.desc()).limit(1))


def standing_elsewhere(case: Case) -> set[Measure]:
    """Return what still holds about the subject of `case` by other cases: of each its last decision, if that lasts."""
    others = (Case.subject == case.subject, Case.subject_id == case.subject_id, Case.id != case.id)
    last = select(func.max(Decision.id)).join(Decision.case).where(*others).group_by(Decision.case_id)
    question = select(Decision.measure).where(Decision.id.in_(last), Decision.measure.in_(STANDING))
    return set(db.session.scalars(question))


def decision_for(member: Member, decision_id: int) -> Decision:
    """Return a decision that concerns `member`, with its case, reports and appeal; raises NotFound."""
    question = _decisions().where(Decision.id == decision_id, responsible.is_of(member))
    decision = db.session.scalar(question.where(Decision.measure != Measure.NONE))
    if decision is None:
        raise NotFound
    return decision


def decision_by(token: str) -> tuple[Member, Decision]:
    """Return whom the link of a mail was for, and the decision; raises NotFound."""
    read = tokens.read(Purpose.DECISION, token, LINK_LASTS)
    decision = None if read is None else db.session.scalar(_decisions().where(Decision.id == read[0]))
    if read is not None and decision is not None:
        for member in responsible.addressees(decision.case):
            if tokens.fingerprint(member.username) == read[1]:
                return member, decision
    raise NotFound(_("このリンクは、もう使えません。"))


def decisions_about(member: Member) -> Sequence[Decision]:
    """Return what was decided about what `member` is responsible for, their teams and companies too, newest first."""
    question = _decisions().where(responsible.is_of(member), Decision.measure != Measure.NONE)
    return db.session.scalars(question.order_by(Decision.id.desc()).limit(20)).all()


def reports_of(member: Member) -> Sequence[Report]:
    """Return what `member` has shown to the moderators, the newest first, each with what was decided."""
    question = select(Report).where(Report.reporter_id == member.id).order_by(Report.id.desc()).limit(20)
    return db.session.scalars(question.options(joinedload(Report.case).selectinload(Case.decisions))).all()


def open_appeals() -> Sequence[Appeal]:
    """Return the appeals that wait, the oldest first."""
    return db.session.scalars(_appeals().where(Appeal.decided_at.is_(None)).order_by(Appeal.filed_at).limit(50)).all()


def get_appeal(decision_id: int) -> Appeal:
    """Return the appeal against a decision, with everything that a moderator needs; raises NotFound."""
    filed = db.session.scalar(_appeals().where(Appeal.decision_id == decision_id))
    if filed is None:
        raise NotFound
    return filed


def _appeals() -> Select[Appeal]:
    reports = joinedload(Appeal.decision).joinedload(Decision.case).selectinload(Case.reports)
    return select(Appeal).options(reports, joinedload(Appeal.member))


def _decisions() -> Select[Decision]:
    reports = joinedload(Decision.case).selectinload(Case.reports)
    return select(Decision).join(Decision.case).options(reports, joinedload(Decision.appeal))


def _rows() -> Select[Case, int, Report]:
    newest = select(func.max(_counted.id)).where(_counted.case_id == Case.id).scalar_subquery()
    count = select(func.count(_counted.reporter_id)).where(_counted.case_id == Case.id).scalar_subquery()
    return select(Case, count, Report).join(Report, Report.id == newest)


def _cases(page: Page[tuple[Case, int, Report]]) -> Page[CaseRow]:
    return Page([CaseRow(*row) for row in page.rows], page.next_cursor, page.previous_cursor)
