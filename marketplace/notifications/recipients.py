"""Who is told of each kind of event, and who is not, with the reason."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from sqlalchemy import and_, literal, or_, select, text

from marketplace.applications.models import LIVE, Application, ApplicationShare
from marketplace.companies.models import Belonging, CompanyRole
from marketplace.contracts import queries as contracts
from marketplace.contracts.models import Contract
from marketplace.db import db
from marketplace.events.kinds import EventKind
from marketplace.events.models import Event
from marketplace.jobs import queries as jobs
from marketplace.jobs.models import Job, JobEnding
from marketplace.messages.models import GOING_ON, Participation
from marketplace.notifications.models import Mailing, Matter
from marketplace.teams.models import Invitation, Membership, Role


@dataclass(frozen=True)
class Choice:
    """How somebody is told of a matter."""

    is_shown: bool
    """On the page."""
    mailing: Mailing


@dataclass(frozen=True)
class Habit(Choice):
    """How everybody is told of a matter who did not choose otherwise."""

    comes_first: bool = False
    """Whether the last mails of a day are kept for it (as they are for what friends did)."""


@dataclass(frozen=True)
class Telling:
    """Whom a kind of event is told to, and as what."""

    who: Callable[[Event], Iterable[int | None]]
    matter: Matter
    is_shown: bool = True
    """False for what has a page and a count of its own."""
    is_nobodys_deed: bool = False
    """Whether the clock or the moderators did it: then even the member it is booked on is told."""
    has_own_mail: bool = False
    """Whether a mail of its own tells of it, whatever the member has chosen."""


def _member(event: Event) -> Iterable[int | None]:
    return [event.member_id]


def _reader(event: Event) -> Iterable[int | None]:
    """Of a conversation that waits as a request, or that its reader has muted, nobody is told."""
    reading = (Participation.conversation_id == event.conversation_id, Participation.member_id == event.member_id)
    told = select(Participation.member_id).where(*reading, Participation.state.in_(GOING_ON), ~Participation.is_muted)
    return db.session.scalars(told).all()


def _inviter(event: Event) -> Iterable[int | None]:
    return db.session.scalars(select(Invitation.inviter_id).where(Invitation.id == event.invitation_id)).all()


def _members(event: Event) -> Iterable[int | None]:
    return db.session.scalars(select(Membership.member_id).where(Membership.team_id == event.team_id)).all()


def _owners(event: Event) -> Iterable[int | None]:
    of_team = select(Membership.member_id).where(Membership.team_id == event.team_id)
    return db.session.scalars(of_team.where(Membership.role == Role.OWNER)).all()


def _belonging(event: Event) -> Iterable[int | None]:
    return db.session.scalars(select(Belonging.member_id).where(Belonging.company_id == event.company_id)).all()


def _owners_of_company(event: Event) -> Iterable[int | None]:
    of_company = select(Belonging.member_id).where(Belonging.company_id == event.company_id)
    return db.session.scalars(of_company.where(Belonging.role == CompanyRole.OWNER)).all()


def _poster(event: Event) -> Iterable[int | None]:
    return db.session.scalars(select(Job.poster_id).where(Job.id == event.job_id)).all()


def _poster_of_the_ended(event: Event) -> Iterable[int | None]:
    """Whoever ends a job knows it, but for what ends by itself.

    On its last day, by a contract, for it is full, or because it names nobody and nobody knows who posts it any more.
    Of those who have applied each is told what became of their application.
    """
    is_lost = and_(Job.ending == JobEnding.WITHDRAWN, jobs.is_unvouched())
    by_itself = or_(Job.ending == JobEnding.EXPIRED, literal(event.contract_id is not None), is_lost)
    question = select(Job.poster_id).join(Job.poster).outerjoin(Job.company)
    return db.session.scalars(question.where(Job.id == event.job_id, by_itself)).all()


def _waiting_for(event: Event) -> Iterable[int | None]:
    """Those whose application for the job can still be answered, and whom their teams name in it."""
    live = select(Application.id).where(Application.job_id == event.job_id, text(f"applications.{LIVE}"))
    sent = select(Application.applicant_id).where(Application.id.in_(live))
    named = select(ApplicationShare.member_id).where(
        ApplicationShare.application_id.in_(live), ApplicationShare.refused_at.is_(None)
    )
    return db.session.scalars(sent.union(named)).all()


def _applicants(event: Event) -> Iterable[int | None]:
    """Whoever sent the application, and those whom their team names in it."""
    sent = select(Application.applicant_id).where(Application.id == event.application_id)
    named = select(ApplicationShare.member_id).where(ApplicationShare.application_id == event.application_id)
    return db.session.scalars(sent.union(named)).all()


def _both_sides(event: Event) -> Iterable[int | None]:
    """The applicants, and the poster if the application ever came to them."""
    reached = select(Job.poster_id).join(Application, Application.job_id == Job.id)
    reached = reached.where(Application.id == event.application_id, Application.opened_at.is_not(None))
    return [*_applicants(event), *db.session.scalars(reached)]


def _of_contract(event: Event) -> Iterable[int | None]:
    """Both parties, and whoever of the team does a part by the terms in force."""
    contract = db.session.get(Contract, event.contract_id)
    if contract is None:
        return []
    return [contract.client_id, contract.worker_id, *db.session.scalars(contracts.sharing_in(contract))]


def _of_deed_or_clock(event: Event) -> Iterable[int | None]:
    """All of them when the clock did it, which concerns no member; else all but who did it."""
    told = _of_contract(event)
    return told if event.member_id is None else [number for number in told if number != event.actor_id]


def _reminded(event: Event) -> Iterable[int | None]:
    """Whoever has to keep the day; all of them where it is nobody's alone."""
    return _of_contract(event) if event.member_id is None else [event.member_id]


HABITS: dict[Matter, Habit] = {
    Matter.INVITATIONS: Habit(is_shown=True, mailing=Mailing.AT_ONCE, comes_first=True),
    Matter.MESSAGES: Habit(is_shown=True, mailing=Mailing.AT_ONCE),
    Matter.TEAMS: Habit(is_shown=True, mailing=Mailing.AT_ONCE),
    Matter.WORK: Habit(is_shown=True, mailing=Mailing.AT_ONCE, comes_first=True),
    Matter.FOLLOWS: Habit(is_shown=True, mailing=Mailing.DAILY),
    Matter.MODERATION: Habit(is_shown=True, mailing=Mailing.AT_ONCE, comes_first=True),
}
"""How members are told of each matter unless they choose otherwise."""

RECIPIENTS: dict[EventKind, Telling] = {
    EventKind.MEMBER_FOLLOWED: Telling(_member, Matter.FOLLOWS),
    EventKind.TEAM_MEMBER_INVITED: Telling(_member, Matter.INVITATIONS),
    EventKind.INVITATION_ACCEPTED: Telling(_inviter, Matter.INVITATIONS),
    EventKind.INVITATION_DECLINED: Telling(_inviter, Matter.INVITATIONS),
    EventKind.INVITATION_EXPIRED: Telling(_inviter, Matter.INVITATIONS, is_nobodys_deed=True),
    EventKind.INVITATION_REOPENED: Telling(_inviter, Matter.INVITATIONS),
    EventKind.JOINING_ASKED: Telling(_owners, Matter.INVITATIONS),
    EventKind.JOINING_ACCEPTED: Telling(_member, Matter.INVITATIONS),
    EventKind.JOINING_DECLINED: Telling(_member, Matter.INVITATIONS),
    EventKind.JOINING_REOPENED: Telling(_member, Matter.INVITATIONS),
    EventKind.TEAM_MEMBER_LEFT: Telling(_owners, Matter.TEAMS),
    EventKind.TEAM_MEMBER_EXPELLED: Telling(_member, Matter.TEAMS),
    EventKind.TEAM_HANDED_OVER: Telling(_member, Matter.TEAMS),
    EventKind.TEAM_DISSOLVED: Telling(_members, Matter.TEAMS),
    EventKind.BELONGING_ASKED: Telling(_owners_of_company, Matter.INVITATIONS),
    EventKind.BELONGING_ACCEPTED: Telling(_member, Matter.INVITATIONS),
    EventKind.BELONGING_DECLINED: Telling(_member, Matter.INVITATIONS),
    EventKind.BELONGING_PROVEN: Telling(_owners_of_company, Matter.TEAMS),
    EventKind.BELONGING_REMOVED: Telling(_member, Matter.TEAMS),
    EventKind.COMPANY_MEMBER_LEFT: Telling(_owners_of_company, Matter.TEAMS),
    EventKind.COMPANY_HANDED_OVER: Telling(_member, Matter.TEAMS),
    EventKind.COMPANY_MERGED: Telling(_owners_of_company, Matter.TEAMS),
    EventKind.COMPANY_CLOSED: Telling(_belonging, Matter.TEAMS),
    EventKind.MESSAGE_SENT: Telling(_reader, Matter.MESSAGES, is_shown=False),
    EventKind.REQUEST_ACCEPTED: Telling(_member, Matter.MESSAGES),
    EventKind.JOB_CHANGED: Telling(_waiting_for, Matter.WORK),
    EventKind.JOB_CLOSED: Telling(_poster_of_the_ended, Matter.WORK, is_nobodys_deed=True),
    EventKind.ANSWER_PUBLISHED: Telling(_member, Matter.WORK),
    EventKind.APPLICATION_ASKED: Telling(_member, Matter.WORK),
    EventKind.APPLICATION_JOINED: Telling(_member, Matter.WORK),
    EventKind.APPLICATION_REFUSED: Telling(_applicants, Matter.WORK, is_nobodys_deed=True),
    EventKind.APPLICATION_SENT: Telling(_poster, Matter.WORK),
    EventKind.APPLICATION_ACCEPTED: Telling(_applicants, Matter.WORK),
    EventKind.APPLICATION_DECLINED: Telling(_applicants, Matter.WORK),
    EventKind.APPLICATION_TAKEN: Telling(_both_sides, Matter.WORK),
    EventKind.APPLICATION_EXPIRED: Telling(_both_sides, Matter.WORK, is_nobodys_deed=True),
    EventKind.CONTRACT_PROPOSED: Telling(_member, Matter.WORK),
    EventKind.CONTRACT_REFUSED: Telling(_member, Matter.WORK),
    EventKind.CONTRACT_WITHDRAWN: Telling(_member, Matter.WORK),
    EventKind.TERMS_PROPOSED: Telling(_member, Matter.WORK),
    EventKind.TERMS_AGREED: Telling(_member, Matter.WORK),
    EventKind.TERMS_REFUSED: Telling(_member, Matter.WORK),
    EventKind.CONTRACT_NOTICED: Telling(_member, Matter.WORK),
    EventKind.SHARE_ASKED: Telling(_member, Matter.WORK),
    EventKind.SHARES_CONFIRMED: Telling(_member, Matter.WORK),
    EventKind.SHARE_REFUSED: Telling(_member, Matter.WORK),
    EventKind.SECRECY_PROPOSED: Telling(_of_contract, Matter.WORK),
    EventKind.SECRECY_SIGNED: Telling(_of_contract, Matter.WORK),
    EventKind.SECRECY_REFUSED: Telling(_of_contract, Matter.WORK),
    EventKind.REVIEW_WRITTEN: Telling(_member, Matter.WORK),
    EventKind.REVIEW_REVEALED: Telling(_member, Matter.WORK),
    EventKind.REVIEW_REPLIED: Telling(_member, Matter.WORK),
    EventKind.CONTRACT_WRITTEN: Telling(_of_contract, Matter.WORK),
    EventKind.CONTRACT_LATE: Telling(_of_contract, Matter.WORK),
    EventKind.CONTRACT_DELIVERED: Telling(_of_contract, Matter.WORK),
    EventKind.CONTRACT_REVISED: Telling(_of_contract, Matter.WORK),
    EventKind.CONTRACT_PAID: Telling(_of_contract, Matter.WORK),
    EventKind.CONTRACT_COMPLETED: Telling(_of_contract, Matter.WORK),
    EventKind.CONTRACT_ENDING: Telling(_of_contract, Matter.WORK),
    EventKind.CONTRACT_ACCEPTED: Telling(_of_deed_or_clock, Matter.WORK, is_nobodys_deed=True),
    EventKind.CONTRACT_ENDED: Telling(_of_deed_or_clock, Matter.WORK, is_nobodys_deed=True),
    EventKind.CONTRACT_REMINDED: Telling(_reminded, Matter.WORK, is_nobodys_deed=True),
    EventKind.DECISION_MADE: Telling(_member, Matter.MODERATION, is_nobodys_deed=True, has_own_mail=True),
    EventKind.REPORT_SETTLED: Telling(_member, Matter.MODERATION, is_nobodys_deed=True),
    EventKind.APPEAL_DECIDED: Telling(_member, Matter.MODERATION, is_nobodys_deed=True, has_own_mail=True),
    EventKind.IDENTITY_APPROVED: Telling(_member, Matter.MODERATION, is_nobodys_deed=True),
    EventKind.IDENTITY_RETURNED: Telling(_member, Matter.MODERATION, is_nobodys_deed=True),
    # Whoever changed it was told on the page: this is for the member whose account somebody else is in.
    EventKind.IDENTITY_LOST: Telling(_member, Matter.MODERATION, is_nobodys_deed=True),
    EventKind.PROOF_APPROVED: Telling(_member, Matter.MODERATION, is_nobodys_deed=True),
    EventKind.PROOF_RETURNED: Telling(_member, Matter.MODERATION, is_nobodys_deed=True),
}
"""Who is told of each kind of event. The actor is never told of their own deed."""

SILENT: dict[EventKind, str] = {
    EventKind.ACCOUNT_CREATED: "nobody knows the member yet",
    EventKind.EMAIL_CHANGED: "accounts write to the old address",
    EventKind.EMAIL_CHANGE_UNDONE: "whoever did it has the account in hand",
    EventKind.PASSWORD_CHANGED: "accounts write to the owner",
    EventKind.FACTOR_ADDED: "accounts write to the owner",
    EventKind.FACTOR_REMOVED: "accounts write to the owner",
    EventKind.CODES_RENEWED: "accounts write to the owner",
    EventKind.CODE_USED: "accounts write to the owner",
    EventKind.WORKER_PUBLISHED: "the search shows it to those who look",
    EventKind.WORKER_UNPUBLISHED: "a private decision",
    EventKind.MEMBER_UNFOLLOWED: "nobody should have to explain that they no longer follow",
    EventKind.MEMBER_BLOCKED: "the blocked is never told",
    EventKind.MEMBER_UNBLOCKED: "it would tell of the block",
    EventKind.FOLLOWER_REMOVED: "the follower is never told",
    EventKind.MESSAGE_REPORTED: "the moderators have a list of their own",
    EventKind.MEMBER_REPORTED: "the moderators have a list of their own",
    EventKind.TEAM_REPORTED: "the moderators have a list of their own",
    EventKind.COMPANY_REPORTED: "the moderators have a list of their own",
    EventKind.APPEAL_FILED: "the moderators have a list of their own",
    EventKind.REQUEST_DECLINED: "the writer is never told",
    EventKind.TEAM_CREATED: "the founder is its only member",
    EventKind.INVITATION_WITHDRAWN: "the offer is gone before it was answered",
    EventKind.JOINING_WITHDRAWN: "the request is gone before it was answered",
    EventKind.COMPANY_REGISTERED: "whoever registered it is the only one who belongs to it",
    EventKind.DOMAIN_CONFIRMED: "the page of the company says so",
    EventKind.BELONGING_WITHDRAWN: "the request is gone before it was answered",
    EventKind.JOB_PUBLISHED: "kept searches tell those who look for such work",
    EventKind.JOB_REPORTED: "the moderators have a list of their own",
}
"""Kinds of event that nobody is told of, and why."""
