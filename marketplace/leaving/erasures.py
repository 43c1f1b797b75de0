"""What erasing does to the rows of each feature: what was the member's alone goes, what others rely on stays."""

import secrets

from sqlalchemy import Select, String, cast, delete, or_, select, update
from sqlalchemy.orm import selectinload

from marketplace import erasing, mail
from marketplace.accounts.models import (
    Account,
    Draft,
    EmailChange,
    FriendsAudience,
    Member,
    RecoveryCode,
    Registration,
    SecondFactor,
    Session,
    Writers,
)
from marketplace.applications import service as applications
from marketplace.applications.models import Application, ApplicationAnswer
from marketplace.careers.models import Career, CareerAttachment, Hobby, MemberSkill, Qualification
from marketplace.circles.models import Dismissal
from marketplace.clock import now
from marketplace.companies import service as companies
from marketplace.companies.models import Belonging, BelongingRequest, DomainProof, RequestState
from marketplace.contracts.models import CalendarFeed, Contract
from marketplace.db import db
from marketplace.erasing import Erasure, delete_files, delete_rows
from marketplace.events.models import Event
from marketplace.follows.models import Block, Contact, Follow
from marketplace.jobs.models import Job
from marketplace.leaving import posted, queries
from marketplace.leaving.models import Export
from marketplace.messages.models import Conversation, Message, MessageAttachment, Participation
from marketplace.moderation.models import Flag, SettledName, SubjectKind
from marketplace.notifications.models import Notification, NotificationPreference
from marketplace.outbox import Errand
from marketplace.payouts import service as payouts
from marketplace.pledges import service as pledges
from marketplace.profiles.models import PersonalDetails, Profile
from marketplace.profiles.queries import PictureSize, picture_file
from marketplace.saved_searches.models import SavedSearch, SavedSearchHit
from marketplace.teams import service as teams
from marketplace.teams.models import Invitation, JoinRequest, Membership, OfferState
from marketplace.verification.models import Verification, VerificationState
from marketplace.verification.service import destroying

NOBODYS_DOMAIN = "erased.invalid"
"""Where no mail goes (RFC 2606), and no registration comes from."""


def include_all() -> None:
    """Let everything that is here be part of erasing a member."""
    for erasure in ERASURES:
        erasing.include(erasure)


def _account(member_id: int) -> None:
    """Leave of account and member what keeps the name taken, and what was decided about the member."""
    account, member = db.session.get_one(Account, member_id), db.session.get_one(Member, member_id)
    _what_waits_for(member_id, account.email)
    for column in (EmailChange.account_id, Session.account_id, SecondFactor.account_id, RecoveryCode.account_id):
        delete_rows(column, member_id)
    delete_rows(Draft.member_id, member_id)
    if member.picture_key:
        delete_files(picture_file(member.picture_key, size) for size in PictureSize)
    account.email, account.password = f"{member_id}@{NOBODYS_DOMAIN}", "-"
    account.fs_uniquifier, account.active = secrets.token_urlsafe(32), False
    member.nickname, member.picture_key = "-", None
    member.language, member.time_zone = "ja", "Asia/Tokyo"
    member.published_at = member.last_active_on = member.identity_verified_at = None
    member.friends_audience, member.is_intermediary = FriendsAudience.NOBODY, False
    member.writers, member.shows_read_marks = Writers.FRIENDS, False


def _what_waits_for(member_id: int, email: str) -> None:
    """Forget mails that were not sent yet, registrations of the address, and mails that lie in a folder of ours."""
    addresses = {email, *db.session.scalars(select(EmailChange.new_email).where(EmailChange.account_id == member_id))}
    addresses |= set(db.session.scalars(select(EmailChange.old_email).where(EmailChange.account_id == member_id)))
    for address in addresses:
        is_named = cast(Errand.payload, String).contains(f'"{address}"', autoescape=True)
        db.session.execute(delete(Errand).where(is_named))
        db.session.execute(delete(Registration).where(Registration.email == address))
        mail.forget(address)


def _profile(member_id: int) -> None:
    # The places that were wanted go with their profile.
    for column in (Profile.member_id, PersonalDetails.member_id):
        delete_rows(column, member_id)


def _careers(member_id: int) -> None:
    files = select(CareerAttachment.storage_key).join(Career).where(Career.member_id == member_id)
    delete_files(db.session.scalars(files))
    for column in (MemberSkill.member_id, Qualification.member_id, Career.member_id, Hobby.member_id):
        delete_rows(column, member_id)


def _ties(member_id: int) -> None:
    for column in (Follow.from_id, Follow.to_id, Block.from_id, Block.to_id, Contact.from_id, Contact.to_id):
        delete_rows(column, member_id)
    for column in (Dismissal.member_id, Dismissal.dismissed_id):
        delete_rows(column, member_id)


def _teams(member_id: int) -> None:
    """End teams whose last owner this is: others may have gone since the member left."""
    member = db.session.get_one(Member, member_id)
    for team in queries.teams_led_alone(member):
        teams.dissolve(member, team)
    db.session.flush()
    delete_rows(Membership.member_id, member_id)
    for kind, column in (
        (Invitation, Invitation.inviter_id),
        (Invitation, Invitation.invitee_id),
        (JoinRequest, JoinRequest.member_id),
    ):
        ended = {"state": OfferState.WITHDRAWN, "ended_at": now(), "version": kind.version + 1}
        db.session.execute(update(kind).where(column == member_id, kind.state == OfferState.OPEN).values(ended))
        db.session.execute(update(kind).where(column == member_id).values(comment=""))


def _companies(member_id: int) -> None:
    member = db.session.get_one(Member, member_id)
    for company in queries.companies_led_alone(member):
        companies.close(member, company)
    db.session.flush()
    for column in (Belonging.member_id, DomainProof.member_id):
        delete_rows(column, member_id)
    asked = BelongingRequest.member_id == member_id
    ended = {"state": RequestState.WITHDRAWN, "ended_at": now(), "version": BelongingRequest.version + 1}
    db.session.execute(update(BelongingRequest).where(asked, BelongingRequest.state == RequestState.OPEN).values(ended))
    db.session.execute(update(BelongingRequest).where(asked).values(comment="", department=""))


def _messages(member_id: int) -> None:
    """Keep what others received; a conversation of which nobody is left goes, as does what was never sent."""
    unsent = (MessageAttachment.owner_id == member_id) & MessageAttachment.message_id.is_(None)
    _delete_attachments(select(MessageAttachment.id).where(unsent))
    own = select(Participation.conversation_id).where(Participation.member_id == member_id)
    others = (
        select(Participation.conversation_id)
        .join(Participation.member)
        .where(Participation.member_id != member_id, Member.erased_at.is_(None))
    )
    nobodys = own.where(Participation.conversation_id.not_in(others))
    ids = list(db.session.scalars(nobodys))
    if ids:
        of_them = select(Message.id).where(Message.conversation_id.in_(ids))
        _delete_attachments(select(MessageAttachment.id).where(MessageAttachment.message_id.in_(of_them)))
        db.session.execute(delete(Conversation).where(Conversation.id.in_(ids)))


def _delete_attachments(ids: Select[int]) -> None:
    gone = delete(MessageAttachment).where(MessageAttachment.id.in_(ids)).returning(MessageAttachment.storage_key)
    delete_files(db.session.scalars(gone).all())


def _events(member_id: int) -> None:
    """Forget what a member did to themselves alone; what happened between members is others' history too."""
    things = (Event.team_id, Event.invitation_id, Event.conversation_id, Event.decision_id, Event.company_id)
    alone = or_(Event.member_id.is_(None), Event.member_id == member_id)
    gone = delete(Event).where(Event.actor_id == member_id, alone, *(thing.is_(None) for thing in things))
    db.session.execute(gone)


def _notifications(member_id: int) -> None:
    for column in (Notification.recipient_id, NotificationPreference.member_id):
        delete_rows(column, member_id)


def _moderation(member_id: int) -> None:
    """Forget what the program noticed; what people reported is evidence, see `evidence`."""
    delete_rows(Flag.member_id, member_id)
    named = (SettledName.subject == SubjectKind.MEMBER, SettledName.subject_id == member_id)
    db.session.execute(delete(SettledName).where(*named))


def _verification(member_id: int) -> None:
    """Papers are destroyed days after they came; of what was decided the sentence and the receipt's words go."""
    own = select(Verification).where(Verification.member_id == member_id).options(selectinload(Verification.documents))
    for each in db.session.scalars(own):
        if each.state is VerificationState.WAITING:
            destroying.end(each, VerificationState.WITHDRAWN)
        each.sentence = ""
        for document in each.documents:
            document.record = None


def _pledges(member_id: int) -> None:
    pledges.erase(db.session.get_one(Member, member_id))


def _payouts(member_id: int) -> None:
    payouts.forget(db.session.get_one(Member, member_id))


def _applications(member_id: int) -> None:
    """End what waits, and empty what was written; what a client noted is theirs alone and goes with them."""
    applications.end_all_of(member_id)
    db.session.flush()
    sent = update(Application).where(Application.applicant_id == member_id)
    db.session.execute(sent.values(message="", schedule="", reason="", version=Application.version + 1))
    words = select(Application.id).where(Application.applicant_id == member_id)
    db.session.execute(delete(ApplicationAnswer).where(ApplicationAnswer.application_id.in_(words)))
    received = select(Application.id).join(Job).where(Job.poster_id == member_id)
    noted = update(Application).where(Application.id.in_(received), Application.note != "")
    db.session.execute(noted.values(note="", version=Application.version + 1))


def _saved_searches(member_id: int) -> None:
    for column in (SavedSearch.member_id, SavedSearchHit.worker_id):
        delete_rows(column, member_id)


def _feeds(member_id: int) -> None:
    delete_rows(CalendarFeed.member_id, member_id)


def _contracts(member_id: int) -> None:
    """Forget what nobody agreed to; what was agreed, and the papers of it, stay as long as the law asks."""
    own = or_(Contract.client_id == member_id, Contract.worker_id == member_id)
    db.session.execute(delete(Contract).where(own, Contract.started_at.is_(None)))


def _exports(member_id: int) -> None:
    delete_files(db.session.scalars(select(Export.storage_key).where(Export.member_id == member_id)))
    delete_rows(Export.member_id, member_id)


_DECIDED = "decisions stay, and who made or appealed against them is a number"
_AGREED = "what two parties agreed and did is the other's too, and kept as long as the law asks"
_OFFERED = "the other side's history; its comment is emptied, and what waited is withdrawn"

ERASURES = (
    Erasure(
        _account,
        deleted=(
            *("email_changes.account_id", "sessions.account_id", "second_factors.account_id"),
            *("recovery_codes.account_id", "drafts.member_id"),
        ),
        kept={"members.id": "the name stays taken; the rest of both rows is emptied"},
    ),
    Erasure(_profile, deleted=("profiles.member_id", "personal_details.member_id")),
    Erasure(
        _careers,
        deleted=("member_skills.member_id", "qualifications.member_id", "careers.member_id", "hobbies.member_id"),
    ),
    Erasure(
        _ties,
        deleted=(
            *("follows.from_id", "follows.to_id", "blocks.from_id", "blocks.to_id"),
            *("dismissals.member_id", "dismissals.dismissed_id", "contacts.from_id", "contacts.to_id"),
        ),
    ),
    Erasure(
        _teams,
        deleted=("memberships.member_id",),
        kept=dict.fromkeys(("invitations.inviter_id", "invitations.invitee_id", "join_requests.member_id"), _OFFERED),
    ),
    Erasure(
        _companies,
        deleted=("belongings.member_id", "domain_proofs.member_id"),
        kept={"belonging_requests.member_id": _OFFERED},
    ),
    Erasure(
        _messages,
        kept={
            "messages.sender_id": "those who received them rely on them",
            "participations.member_id": "the others' threads need their other end",
            "message_attachments.owner_id": "sent files belong to whoever received them; unsent ones go",
        },
    ),
    Erasure(
        _events,
        kept=dict.fromkeys(("events.actor_id", "events.member_id"), "others' history; what concerned nobody else goes"),
    ),
    Erasure(_notifications, deleted=("notifications.recipient_id", "notification_preferences.member_id")),
    Erasure(
        _moderation,
        deleted=("flags.member_id",),
        kept={
            "cases.member_id": _DECIDED,
            "reports.reporter_id": "evidence of a case, emptied when nobody can appeal any more",
            "decisions.moderator_id": _DECIDED,
            "appeals.member_id": "emptied as evidence is",
            "appeals.against_id": _DECIDED,
            "appeals.moderator_id": _DECIDED,
            "settled_names.moderator_id": _DECIDED,
        },
    ),
    Erasure(
        _verification,
        kept={
            "verifications.member_id": "what was decided about papers that are destroyed; the sentence is emptied",
            "verifications.reviewer_id": _DECIDED,
            "looks.moderator_id": _DECIDED,
        },
    ),
    Erasure(
        _pledges,
        deleted=("pledge_progress.member_id",),
        kept={"pledges.member_id": "that something was signed; what it says is emptied, so the log opens no more"},
    ),
    Erasure(
        _payouts,
        deleted=("bank_accounts.member_id", "payee_details.member_id"),
        kept={"name_comparisons.moderator_id": "they go with the account"},
    ),
    Erasure(
        posted.empty,
        kept={
            "jobs.poster_id": "what others applied for; who offered it is emptied, and what nobody applied for goes",
        },
    ),
    Erasure(
        _applications,
        kept={
            "applications.applicant_id": "the client's history; its words are emptied, what waited is taken back",
            "application_shares.member_id": "the others' shares rely on it",
        },
    ),
    Erasure(_saved_searches, deleted=("saved_searches.member_id", "saved_search_hits.worker_id")),
    Erasure(_feeds, deleted=("calendar_feeds.member_id",)),
    Erasure(
        _contracts,
        kept=dict.fromkeys(
            (
                *("contracts.client_id", "contracts.worker_id", "contracts.proposer_id"),
                *("contract_terms.proposer_id", "contract_shares.member_id", "contract_notices.recipient_id"),
                *("contract_entries.author_id", "contract_attachments.owner_id", "contract_endings.asker_id"),
                *("reviews.author_id", "reviews.subject_id"),
                *("secrecy_agreements.proposer_id", "secrecy_signatures.member_id"),
            ),
            _AGREED,
        ),
    ),
    Erasure(_exports, deleted=("exports.member_id",)),
)
"""What is included first is done last: account and member, whose address others need, are the first here."""
