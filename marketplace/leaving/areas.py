"""What an export says, area by area: the member's own words and choices; of others the name by which they are known."""

from collections.abc import Callable, Iterable
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Select, inspect, select
from sqlalchemy.orm import aliased, joinedload

from marketplace.accounts import queries as accounts
from marketplace.accounts.models import Draft, EmailChange, Member, Session
from marketplace.careers.models import Career, Hobby, MemberSkill, Qualification
from marketplace.circles.models import Dismissal
from marketplace.companies.models import Belonging, BelongingRequest
from marketplace.contracts.models import Review, SecrecyAgreement, SecrecySignature
from marketplace.contracts.queries import reviews as review_questions
from marketplace.db import Model, db
from marketplace.events.models import Event
from marketplace.follows import queries as follows
from marketplace.follows.models import Block, Contact, Follow
from marketplace.moderation.models import Appeal, Case, Decision, Measure, Report
from marketplace.notifications.models import Notification, NotificationPreference
from marketplace.payouts.models import BankAccount, PayeeDetails
from marketplace.pledges.models import Pledge
from marketplace.profiles.models import PersonalDetails, Profile, School, WantedPlace
from marketplace.saved_searches.models import SavedSearch
from marketplace.teams.models import Invitation, JoinRequest, Membership
from marketplace.verification.models import Verification

Told = Any
"""What JSON can say."""

INTERNAL = frozenset({"id", "member_id", "version", "position", "skill_id", "career_id", "storage_key", "picture_key"})
"""Columns that mean something to the program alone."""

_person = aliased(Member)


def told(row: Model, *without: str) -> dict[str, Told]:
    """Return the columns of a row by their names, but for what is the program's own and `without`."""
    columns = (column.key for column in inspect(type(row)).column_attrs)
    return {key: value(getattr(row, key)) for key in columns if key not in INTERNAL and key not in without}


def value(found: Any) -> Told:
    """Return something as JSON says it."""
    if isinstance(found, StrEnum):
        return found.value
    if isinstance(found, datetime | date):
        return found.isoformat()
    if isinstance(found, School):
        return {"kind": found.kind.value, "name": found.name}
    return [value(each) for each in found] if isinstance(found, tuple) else found


def person(member: Member) -> dict[str, Told]:
    """Return by what others know somebody; who has left has no name any more."""
    return {"username": None if member.left_at else member.username, "nickname": member.nickname}


def account(member: Member) -> Told:
    """Return what the member signs in with, and what they chose; no secret is among it."""
    own = accounts.account_of(member)
    factor = accounts.second_factor_of(own)
    changes = select(EmailChange).where(EmailChange.account_id == member.id).order_by(EmailChange.id)
    return {
        **told(member, "own_nickname", "moderator_since", "hidden_at", "left_at", "erased_at"),
        "email": own.email,
        "confirmed_at": value(own.confirmed_at),
        "is_suspended": not own.active,
        "second_factor_since": value(factor[0]) if factor else None,
        "email_changes": [told(each, "account_id") for each in db.session.scalars(changes)],
    }


def profile(member: Member) -> Told:
    """Return what everybody may read, and what nobody else may."""
    public = db.session.get_one(Profile, member.id)
    places = select(WantedPlace).where(WantedPlace.profile_id == member.id).order_by(WantedPlace.position)
    return {
        "nickname": member.own_nickname,
        "public": told(public) | {"wanted_places": [told(each, "profile_id") for each in db.session.scalars(places)]},
        "private": told(db.session.get_one(PersonalDetails, member.id)),
    }


def skills(member: Member) -> list[dict[str, Told]]:
    """Return the skills in the member's order, as are the next three."""
    found = _listed(MemberSkill, member, select(MemberSkill).options(joinedload(MemberSkill.skill)))
    return [{"name": each.title, **told(each)} for each in found]


def qualifications(member: Member) -> list[dict[str, Told]]:
    """Return the qualifications."""
    return [told(each) for each in _listed(Qualification, member, select(Qualification))]


def careers(member: Member) -> list[dict[str, Told]]:
    """Return the careers, each with the names of its files in the export."""
    found = _listed(Career, member, select(Career).options(joinedload(Career.attachments)))
    return [told(each) | {"files": [told(file) | {"number": file.id} for file in each.attachments]} for each in found]


def hobbies(member: Member) -> list[dict[str, Told]]:
    """Return the hobbies."""
    return [told(each) for each in _listed(Hobby, member, select(Hobby))]


def following(member: Member) -> list[dict[str, Told]]:
    """Return whom the member follows."""
    return _people(member, select(Member, Follow.created_at).join(Follow, Follow.to_id == Member.id), Follow.from_id)


def followers(member: Member) -> list[dict[str, Told]]:
    """Return who follows the member."""
    return _people(member, select(Member, Follow.created_at).join(Follow, Follow.from_id == Member.id), Follow.to_id)


def contacts(member: Member) -> list[dict[str, Told]]:
    """Return with whom the member completed work."""
    return _people(
        member, select(Member, Contact.created_at).join(Contact, Contact.to_id == Member.id), Contact.from_id
    )


def blocks(member: Member) -> list[dict[str, Told]]:
    """Return whom the member blocks; who blocks the member nobody tells."""
    question = select(Member, Block.created_at).join(Block, Block.to_id == Member.id).where(Block.from_id == member.id)
    rows = db.session.execute(question.order_by(Block.created_at))
    return [{**person(other), "since": value(since)} for other, since in rows]


def not_suggested(member: Member) -> list[dict[str, Told]]:
    """Return whom the member does not want to be suggested."""
    question = select(Member, Dismissal.created_at).join(Dismissal, Dismissal.dismissed_id == Member.id)
    return _people(member, question, Dismissal.member_id)


def teams(member: Member) -> Told:
    """Return the member's places in teams, what was offered to them, what they offered, and what they asked for."""
    places = select(Membership).where(Membership.member_id == member.id).options(joinedload(Membership.team))
    offers = select(Invitation).options(joinedload(Invitation.team)).order_by(Invitation.id)
    given = offers.where(Invitation.inviter_id == member.id).options(joinedload(Invitation.invitee))
    taken = offers.where(Invitation.invitee_id == member.id).options(joinedload(Invitation.inviter))
    asked = select(JoinRequest).where(JoinRequest.member_id == member.id).options(joinedload(JoinRequest.team))
    ends = ("team_id", "inviter_id", "invitee_id")
    return {
        "places": [_in_team(each) | told(each, "team_id") for each in db.session.scalars(places)],
        "invitations_received": [
            _in_team(each) | {"from": person(each.inviter)} | told(each, *ends) for each in db.session.scalars(taken)
        ],
        "invitations_sent": [
            _in_team(each) | {"to": person(each.invitee)} | told(each, *ends) for each in db.session.scalars(given)
        ],
        "requests": [_in_team(each) | told(each, *ends) for each in db.session.scalars(asked)],
    }


def companies(member: Member) -> Told:
    """Return the member's places in companies, and what they asked for."""
    places = select(Belonging).where(Belonging.member_id == member.id).options(joinedload(Belonging.company))
    asked = select(BelongingRequest).where(BelongingRequest.member_id == member.id)
    asked = asked.options(joinedload(BelongingRequest.company)).order_by(BelongingRequest.id)
    return {
        "places": [{"company": each.company.name} | told(each, "company_id") for each in db.session.scalars(places)],
        "requests": [{"company": each.company.name} | told(each, "company_id") for each in db.session.scalars(asked)],
    }


def notifications(member: Member) -> list[dict[str, Told]]:
    """Return of what the member was told, and when."""
    question = select(Notification, Event.kind, _person).join(Notification.event)
    question = question.join(_person, _person.id == Event.actor_id).where(Notification.recipient_id == member.id)
    rows = db.session.execute(question.where(follows.not_hidden(member, _person.id)).order_by(Notification.id))
    return [
        {"kind": value(kind), "by": person(actor), "at": value(row.created_at), "read_at": value(row.read_at)}
        for row, kind, actor in rows
    ]


def notification_settings(member: Member) -> list[dict[str, Told]]:
    """Return how the member wants to be told, where that is not as everybody is."""
    own = select(NotificationPreference).where(NotificationPreference.member_id == member.id)
    return [told(each) for each in db.session.scalars(own)]


def saved_searches(member: Member) -> list[dict[str, Told]]:
    """Return the searches that the member keeps."""
    own = select(SavedSearch).where(SavedSearch.member_id == member.id).order_by(SavedSearch.id)
    return [told(each) for each in db.session.scalars(own)]


def sessions(member: Member) -> list[dict[str, Told]]:
    """Return where the member is signed in."""
    own = select(Session).where(Session.account_id == member.id).order_by(Session.id)
    return [told(each, "digest", "account_id") for each in db.session.scalars(own)]


def drafts(member: Member) -> list[dict[str, Told]]:
    """Return what the member typed and did not send."""
    return [told(each) for each in db.session.scalars(select(Draft).where(Draft.member_id == member.id))]


def moderation(member: Member) -> Told:
    """Return what the member showed to the moderators, what was decided about them, and their appeals."""
    reports = select(Report).where(Report.reporter_id == member.id).order_by(Report.id).options(joinedload(Report.case))
    decided = select(Decision).join(Decision.case).where(Case.member_id == member.id, Decision.measure != Measure.NONE)
    appeals = select(Appeal).where(Appeal.member_id == member.id)
    return {
        "reports": [
            {"about": each.case.subject.value, "reason": each.reason.value, "comment": each.comment}
            | {"at": value(each.created_at)}
            for each in db.session.scalars(reports)
        ],
        "decisions": [told(each, "case_id", "moderator_id") for each in db.session.scalars(decided)],
        "appeals": [told(each, "decision_id", "against_id", "moderator_id") for each in db.session.scalars(appeals)],
    }


def verifications(member: Member) -> list[dict[str, Told]]:
    """Return what became of papers that were checked; the papers themselves nobody has any more."""
    own = select(Verification).where(Verification.member_id == member.id).order_by(Verification.id)
    without = ("qualification_id", "reviewer_id", "leased_until")
    return [told(each, *without) for each in db.session.scalars(own)]


def pledges(member: Member) -> list[dict[str, Told]]:
    """Return what the member signed."""
    own = select(Pledge).where(Pledge.member_id == member.id).order_by(Pledge.id)
    return [told(each) for each in db.session.scalars(own)]


def bank_accounts(member: Member) -> dict[str, list[dict[str, Told]]]:
    """Return where the member is paid, but for number and holder, which nobody is shown without asking anew (K-08)."""
    accounts_of = select(BankAccount).where(BankAccount.member_id == member.id).order_by(BankAccount.edition)
    details = select(PayeeDetails).where(PayeeDetails.member_id == member.id)
    return {
        "accounts": [told(each, "sealed", "key_name", "edition") for each in db.session.scalars(accounts_of)],
        "details": [told(each) for each in db.session.scalars(details)],
    }


def reviews(member: Member) -> Told:
    """Return what the member said of others, and what others said of the member as far as it is revealed."""
    given = select(Review).where(Review.author_id == member.id).order_by(Review.id)
    taken = select(Review).where(Review.subject_id == member.id, review_questions.is_revealed())
    # What the moderators have hidden its reader does not get this way either.
    taken = taken.where(Review.hidden_at.is_(None)).order_by(Review.id)
    ends = ("contract_id", "author_id", "subject_id")
    return {
        "written": [told(each, *ends) for each in db.session.scalars(given)],
        "received": [told(each, *ends, "would_again", "hidden_at") for each in db.session.scalars(taken)],
    }


def secrecy(member: Member) -> list[dict[str, Told]]:
    """Return which agreements of confidentiality the member signed, with what they told the others by that."""
    signed = select(SecrecySignature, SecrecyAgreement).join(SecrecySignature.agreement)
    signed = signed.where(SecrecySignature.member_id == member.id).order_by(SecrecySignature.id)
    return [
        told(signature, "agreement_id") | {"text": agreement.text, "text_sha256": agreement.text_sha256}
        for signature, agreement in db.session.execute(signed)
    ]


AREAS: dict[str, Callable[[Member], Told]] = {
    "account": account,
    "profile": profile,
    "skills": skills,
    "qualifications": qualifications,
    "careers": careers,
    "hobbies": hobbies,
    "following": following,
    "followers": followers,
    "contacts": contacts,
    "blocks": blocks,
    "not-suggested": not_suggested,
    "teams": teams,
    "companies": companies,
    "notifications": notifications,
    "notification-settings": notification_settings,
    "saved-searches": saved_searches,
    "sessions": sessions,
    "drafts": drafts,
    "moderation": moderation,
    "verifications": verifications,
    "pledges": pledges,
    "bank-accounts": bank_accounts,
    "reviews": reviews,
    "secrecy": secrecy,
}
"""The files of an export by their names. Further features add theirs with `include`."""


def include(name: str, area: Callable[[Member], Told]) -> None:
    """Let exports hold `<name>.json` with what `area` returns for a member."""
    AREAS[name] = area


def _listed(kind: type[Any], member: Member, question: Select[Any]) -> Iterable[Any]:
    own = question.where(kind.member_id == member.id).order_by(kind.position, kind.id)
    return db.session.scalars(own).unique().all()


def _people(member: Member, question: Select[Member, datetime], own_end: Any) -> list[dict[str, Told]]:
    rows = db.session.execute(question.where(own_end == member.id, follows.not_hidden(member, Member.id)))
    return [{**person(other), "since": value(since)} for other, since in sorted(rows, key=lambda row: row[1])]


def _in_team(row: Any) -> dict[str, Told]:
    return {"team": row.team.name, "slug": row.team.slug}
