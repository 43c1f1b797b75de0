"""What moderators find about a name that looks like another's: it may stay, or its bearer is asked to change it."""

from marketplace.accounts.models import Member
from marketplace.audit import service as audit
from marketplace.audit.models import AuditDeed
from marketplace.db import add_once
from marketplace.errors import Conflict, require
from marketplace.i18n import _
from marketplace.moderation import policy, subjects
from marketplace.moderation.models import Case, ReportReason, SettledName
from marketplace.moderation.queries import LookAlike
from marketplace.moderation.service.reports import show_by_itself


def leave_name(actor: Member, found: LookAlike) -> None:
    """Let the name be, until it changes. Raises Conflict when another moderator was first."""
    require(policy.can_leave_name(actor, found))
    _settle(actor, found, is_asked=False)
    audit.record(AuditDeed.NAME_LEFT, actor, found.subject, found.alike.id, like=found.original.id)


def question_name(actor: Member, found: LookAlike) -> Case:
    """Open a case about who bears the name, in which they can be asked to change it; Conflict as `leave_name`.

    Legal names are not forbidden: that is why a moderator looks, and why it is a case with a right to object.
    """
    require(policy.can_question_name(actor, found))
    _settle(actor, found, is_asked=True)
    # An office of one moderator must be able to decide: nobody is noted as having reported it.
    case = show_by_itself(subjects.of_named(found.alike), ReportReason.IMPERSONATION, _said(found))
    audit.record(AuditDeed.NAME_QUESTIONED, actor, found.subject, found.alike.id, like=found.original.id, case=case.id)
    return case


def _settle(actor: Member, found: LookAlike, *, is_asked: bool) -> None:
    subject = {"subject": found.subject, "subject_id": found.alike.id, "skeleton": found.alike.name_skeleton}
    if found.settled is not None or not add_once(SettledName(**subject, moderator_id=actor.id, is_asked=is_asked)):
        raise Conflict(_("この名前は、すでに確認されています。"))


def _said(found: LookAlike) -> str:
    if isinstance(found.original, Member):
        return _(
            "名前が「%(name)s」(@%(username)s)とよく似ています。",
            name=found.original.nickname,
            username=found.original.username,
        )
    return _("名前が「%(name)s」(%(slug)s)とよく似ています。", name=found.original.name, slug=found.original.slug)
