"""What is reported: how it is copied at that moment, and what a measure does to it."""

from collections.abc import Callable
from dataclasses import dataclass, field

from sqlalchemy import select

from marketplace import storage
from marketplace.accounts import queries as accounts
from marketplace.accounts import sessions
from marketplace.accounts.models import Member
from marketplace.clock import now
from marketplace.companies import service as companies
from marketplace.companies.models import Company
from marketplace.contracts.models import Review
from marketplace.db import db
from marketplace.jobs.models import Job
from marketplace.messages.models import Message
from marketplace.moderation import queries
from marketplace.moderation.models import STANDING, Case, Measure, Report, SubjectKind
from marketplace.profiles import queries as profiles
from marketplace.profiles import service as profile_verbs
from marketplace.profiles.models import Profile
from marketplace.profiles.queries import PictureSize
from marketplace.teams.models import Team


@dataclass(frozen=True)
class Subject:
    """Something of somebody's as it is now."""

    kind: SubjectKind
    id: int
    member_id: int | None
    """Who is responsible; None for a team or a company."""
    evidence: dict[str, str] = field(default_factory=dict)
    picture: bytes | None = None


def of_message(message: Message) -> Subject:
    """Return one message, and nothing around it."""
    return Subject(SubjectKind.MESSAGE, message.id, message.sender_id, {"body": message.body})


def of_member(member: Member) -> Subject:
    """Return what a member's page says of them."""
    profile = db.session.scalar(select(Profile).where(Profile.member_id == member.id))
    shown = {"username": member.username, "nickname": member.nickname}
    if profile is not None:
        shown |= {"headline": profile.headline, "introduction": profile.introduction}
    return Subject(SubjectKind.MEMBER, member.id, member.id, shown)


def of_picture(member: Member) -> Subject:
    """Return the picture of a member who has one."""
    picture = storage.get(profiles.picture_file(member.picture_key or "", PictureSize.LARGE))
    names = {"username": member.username, "nickname": member.nickname}
    return Subject(SubjectKind.PICTURE, member.id, member.id, names, picture)


def of_team(team: Team) -> Subject:
    """Return what a team's page says of it."""
    shown = {"slug": team.slug, "name": team.name, "introduction": team.introduction}
    return Subject(SubjectKind.TEAM, team.id, None, shown)


def of_company(company: Company) -> Subject:
    """Return what a company's page says of it."""
    names = ("slug", "name", "reading", "introduction", "address", "phone", "email")
    return Subject(SubjectKind.COMPANY, company.id, None, {name: getattr(company, name) for name in names})


def of_job(job: Job) -> Subject:
    """Return what a job says, and who offers it."""
    names = ("title", "description", "reward_note", "period_note", "process_note")
    offers = ("offerer_name", "offerer_address", "offerer_contact")
    return Subject(SubjectKind.JOB, job.id, job.poster_id, {name: getattr(job, name) for name in (*names, *offers)})


def of_review(review: Review) -> Subject:
    """Return what a review says in words, and what was replied: by neither name, which its reader may not be shown."""
    return Subject(SubjectKind.REVIEW, review.id, review.author_id, {"text": review.text, "reply": review.reply})


def responsible_in(report: Report, member: Member) -> Subject:
    """Return `member`, who is responsible for what was reported, with the copy of that in the place of their page."""
    names = {"username": member.username, "nickname": member.nickname}
    picture = storage.get(report.picture_key) if report.picture_key else None
    return Subject(SubjectKind.MEMBER, member.id, member.id, names | report.evidence, picture)


def of_named(named: Member | Team | Company) -> Subject:
    """Return a member, a team or a company as its page shows it."""
    if isinstance(named, Member):
        return of_member(named)
    return of_team(named) if isinstance(named, Team) else of_company(named)


MEASURES = {
    SubjectKind.MEMBER: (Measure.NONE, Measure.WARN, Measure.HIDE, Measure.SUSPEND),
    SubjectKind.PICTURE: (Measure.NONE, Measure.WARN, Measure.HIDE),
    SubjectKind.TEAM: (Measure.NONE, Measure.WARN, Measure.HIDE),
    SubjectKind.COMPANY: (Measure.NONE, Measure.WARN, Measure.HIDE),
    SubjectKind.JOB: (Measure.NONE, Measure.WARN, Measure.HIDE),
    SubjectKind.MESSAGE: (Measure.NONE, Measure.WARN, Measure.HIDE),
    SubjectKind.REVIEW: (Measure.NONE, Measure.WARN, Measure.HIDE),
}
"""What can be decided about each kind of subject."""


def apply(case: Case, measure: Measure) -> None:
    """Do to the subject of `case` what was decided; what is gone meanwhile stays gone.

    What another case still asks for is not taken back with this one.
    """
    if measure in STANDING:
        _HIDING[case.subject](case.subject_id, True)
        if measure is Measure.SUSPEND:
            _suspend(case.subject_id, True)
    elif measure is Measure.RESTORE:
        others = queries.standing_elsewhere(case)
        if not others:
            _HIDING[case.subject](case.subject_id, False)
        if case.subject is SubjectKind.MEMBER and Measure.SUSPEND not in others:
            _suspend(case.subject_id, False)


def _hide_member(member_id: int, is_hidden: bool) -> None:
    member = db.session.get(Member, member_id)
    if member is not None:
        member.hidden_at = now() if is_hidden else None


def _hide_team(team_id: int, is_hidden: bool) -> None:
    team = db.session.get(Team, team_id)
    if team is not None:
        team.hidden_at = now() if is_hidden else None


def _hide_company(company_id: int, is_hidden: bool) -> None:
    company = db.session.get(Company, company_id)
    if company is not None:
        company.hidden_at = now() if is_hidden else None
        companies.index(company)
        companies.look_again(company)


def _hide_job(job_id: int, is_hidden: bool) -> None:
    job = db.session.get(Job, job_id)
    if job is not None:
        job.hidden_at = now() if is_hidden else None


def _hide_message(message_id: int, is_hidden: bool) -> None:
    message = db.session.get(Message, message_id)
    if message is not None:
        message.hidden_at = now() if is_hidden else None


def _hide_review(review_id: int, is_hidden: bool) -> None:
    """Its words, its reply and its numbers go from every page; that the contract was completed stays."""
    review = db.session.get(Review, review_id)
    if review is not None:
        review.hidden_at = now() if is_hidden else None


def _take_picture_away(member_id: int, is_hidden: bool) -> None:
    """Whoever gets it back chooses it again: only the moderators' copy is left."""
    member = db.session.get(Member, member_id)
    if member is not None and member.picture_key is not None and is_hidden:
        profile_verbs.take_picture_away(member)


def _suspend(member_id: int, is_suspended: bool) -> None:
    account = accounts.find_account_by_id(member_id)
    if account is not None:
        account.active = not is_suspended
        if is_suspended:
            sessions.end_all(account)


_HIDING: dict[SubjectKind, Callable[[int, bool], None]] = {
    SubjectKind.MEMBER: _hide_member,
    SubjectKind.PICTURE: _take_picture_away,
    SubjectKind.TEAM: _hide_team,
    SubjectKind.COMPANY: _hide_company,
    SubjectKind.JOB: _hide_job,
    SubjectKind.MESSAGE: _hide_message,
    SubjectKind.REVIEW: _hide_review,
}
