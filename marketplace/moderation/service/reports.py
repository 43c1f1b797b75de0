"""Showing something to the moderators: it is copied as it is now, and they see the copy alone."""

from sqlalchemy import update

from marketplace import storage
from marketplace.accounts.models import Member
from marketplace.audit import service as audit
from marketplace.audit.models import AuditDeed
from marketplace.companies.models import Company
from marketplace.contracts.models import Review
from marketplace.db import add_once, db
from marketplace.errors import Conflict, Invalid, require
from marketplace.events import service as events
from marketplace.events.kinds import EventKind
from marketplace.i18n import _
from marketplace.jobs.models import Job
from marketplace.messages.models import Message
from marketplace.messages.queries import Thread
from marketplace.moderation import policy, queries, subjects
from marketplace.moderation.models import Case, Report, ReportReason
from marketplace.moderation.queries import EVIDENCE, GRAVITY
from marketplace.moderation.subjects import Subject
from marketplace.pictures import SUFFIX
from marketplace.teams.models import Team


def report_message(actor: Member, thread: Thread, message: Message, reason: ReportReason, comment: str = "") -> None:
    """Show one message to the moderators, and nothing around it. Reporting twice is reporting once, here as below."""
    require(policy.can_report_message(actor, thread, message))
    if _show(actor, subjects.of_message(message), reason, comment):
        events.record(EventKind.MESSAGE_REPORTED, actor, member=thread.other, conversation=thread.conversation)


def report_member(actor: Member, member: Member, reason: ReportReason, comment: str = "") -> None:
    """Show a member's page to the moderators."""
    require(policy.can_report_member(actor, member))
    if _show(actor, subjects.of_member(member), reason, comment):
        events.record(EventKind.MEMBER_REPORTED, actor, member=member)


def report_picture(actor: Member, member: Member, reason: ReportReason, comment: str = "") -> None:
    """Show a member's picture to the moderators; raises Invalid when there is none any more."""
    require(policy.can_report_member(actor, member))
    if member.picture_key is None:
        raise Invalid(_("いまは画像が登録されていません。"))
    if _show(actor, subjects.of_picture(member), reason, comment):
        events.record(EventKind.MEMBER_REPORTED, actor, member=member)


def report_team(actor: Member, team: Team, reason: ReportReason, comment: str = "") -> None:
    """Show a team's page to the moderators."""
    require(policy.can_report_team(actor, team))
    if _show(actor, subjects.of_team(team), reason, comment):
        events.record(EventKind.TEAM_REPORTED, actor, team=team)


def report_company(actor: Member, company: Company, reason: ReportReason, comment: str = "") -> None:
    """Show a company's page to the moderators."""
    require(policy.can_report_company(actor, company))
    if _show(actor, subjects.of_company(company), reason, comment):
        events.record(EventKind.COMPANY_REPORTED, actor, company=company)


def report_job(actor: Member, job: Job, reason: ReportReason, comment: str = "") -> None:
    """Show a job to the moderators."""
    require(policy.can_report_job(actor, job))
    if _show(actor, subjects.of_job(job), reason, comment):
        events.record(EventKind.JOB_REPORTED, actor, job=job)


def report_review(actor: Member, review: Review, reason: ReportReason, comment: str = "") -> None:
    """Show a review to the moderators."""
    require(policy.can_report_review(actor, review))
    if _show(actor, subjects.of_review(review), reason, comment):
        author = db.session.get_one(Member, review.author_id)
        events.record(EventKind.MEMBER_REPORTED, actor, member=author)


def show_by_itself(subject: Subject, reason: ReportReason, comment: str) -> Case:
    """Add to the open case of `subject`, or to a new one, what the program noticed and a moderator made a case of."""
    case = _case_of(subject)
    noticed = {"evidence": subject.evidence, "picture_key": _stored(subject)}
    db.session.add(Report(case_id=case.id, reporter_id=None, reason=reason, comment=comment, **noticed))
    _raise(case, queries.urgency_with(case, GRAVITY[reason]))
    return case


def open_about(actor: Member, case: Case, member: Member) -> Case:
    """Make a case about `member`, who is responsible in `case`, with the newest copy of it; return the one there is.

    What is found about a message or a page does not reach who made it: about them it is decided in a case of theirs,
    which allows all that a reported profile allows, with its own reasons and its own right to object.
    """
    require(policy.can_open_about(actor, case, member))
    newest = queries.newest_report(case)
    subject = subjects.responsible_in(newest, member)
    found = _case_of(subject)
    comment = _("通報%(number)sで確かめた内容です。", number=case.id)
    if not queries.is_shown_by_itself(found, comment):
        copy = {"evidence": subject.evidence, "picture_key": _stored(subject)}
        db.session.add(Report(case_id=found.id, reporter_id=None, reason=newest.reason, comment=comment, **copy))
        _raise(found, queries.urgency_with(found, GRAVITY[newest.reason]))
    # It is read with what it is made of, and so the look is noted at once.
    audit.record(AuditDeed.CASE_OPENED, actor, found.subject, found.subject_id, case=found.id, first=case.id)
    return found


def _show(actor: Member, subject: Subject, reason: ReportReason, comment: str) -> bool:
    """Add a report to the open case of `subject`, or open one; tell whether it is new."""
    case = _case_of(subject)
    if queries.has_reported(actor, subject.kind, subject.id):
        return False
    copy = {"evidence": subject.evidence, "picture_key": _stored(subject)}
    report = Report(case_id=case.id, reporter_id=actor.id, reason=reason, comment=comment, **copy)
    if not add_once(report):
        return False
    gravity = 0 if queries.is_often_wrong(actor) else GRAVITY[reason]
    # Without the version: a report more is no reason to refuse a decision that is being made.
    _raise(case, queries.urgency_with(case, gravity))
    return True


def _raise(case: Case, urgency: int) -> None:
    """Let an open case be so urgent; raises Conflict when it was decided meanwhile: nobody would look at it again."""
    still_open = update(Case).where(Case.id == case.id, Case.closed_at.is_(None))
    if db.session.scalar(still_open.values(urgency=urgency).returning(Case.id)) is None:
        raise Conflict(_("いまは送れませんでした。もう一度お試しください。"))


def _case_of(subject: Subject) -> Case:
    """Return the open case of `subject`; of two who open it at once one does."""
    case = queries.find_open(subject.kind, subject.id)
    if case is None:
        case = Case(subject=subject.kind, subject_id=subject.id, member_id=subject.member_id, urgency=0)
        if not add_once(case):
            case = queries.find_open(subject.kind, subject.id)
    if case is None:
        raise Invalid(_("いまは送れませんでした。もう一度お試しください。"))
    return case


def _stored(subject: Subject) -> str | None:
    if subject.picture is None:
        return None
    key = storage.new_key(EVIDENCE.prefix, SUFFIX)
    storage.put(key, subject.picture)
    return key
