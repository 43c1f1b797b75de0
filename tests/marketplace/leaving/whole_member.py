"""A member who has something everywhere, with a word of their own in all of it, and where that word is found."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import current_app
from sqlalchemy import Column, Enum, String, Text, select

from marketplace import db, outbox, storage, vault
from marketplace.accounts.mailing import TOPIC, Letter
from marketplace.accounts.models import (
    Account,
    Draft,
    EmailChange,
    Member,
    RecoveryCode,
    Registration,
    SecondFactor,
    Session,
)
from marketplace.careers import queries as careers
from marketplace.careers.models import (
    Career,
    CareerAttachment,
    CareerCategory,
    Hobby,
    HobbyCategory,
    MemberSkill,
    Qualification,
    QualificationCategory,
    Skill,
    SkillLevel,
)
from marketplace.circles.models import Dismissal
from marketplace.clock import now, today
from marketplace.companies.models import Belonging, BelongingRequest, Company, CompanyRole, DomainProof
from marketplace.config import Settings
from marketplace.events import service as events
from marketplace.events.kinds import EventKind
from marketplace.follows.models import Block, Follow
from marketplace.messages import files
from marketplace.messages.models import Conversation, Message, MessageAttachment, Participation
from marketplace.moderation import queries as moderation
from marketplace.moderation.models import (
    APPEAL_WITHIN,
    Appeal,
    Case,
    Decision,
    Flag,
    FlagKind,
    Measure,
    Report,
    ReportReason,
    SettledName,
    SubjectKind,
)
from marketplace.notifications.models import Mailing, Matter, Notification, NotificationPreference
from marketplace.payouts.models import (
    AccountKind,
    BankAccount,
    Entity,
    NameComparison,
    NameGround,
    PayeeDetails,
    TaxStatus,
    Withholding,
)
from marketplace.pictures import SUFFIX
from marketplace.pledges.models import Pledge, PledgeProgress
from marketplace.profiles import queries as profiles
from marketplace.profiles.models import PersonalDetails, Profile, School, SchoolKind
from marketplace.profiles.queries import PictureSize, picture_file
from marketplace.saved_searches.models import SavedSearch, SavedSearchHit, SearchKind, SearchMailing
from marketplace.tables import metadata
from marketplace.teams.models import Invitation, JoinRequest, Membership, Role, Team
from marketplace.verification.models import (
    DocumentKind,
    IdentityDocument,
    ReturnReason,
    Verification,
    VerificationState,
)
from tests.marketplace.leaving import whole_applications, whole_contracts, whole_doing, whole_jobs, whole_reviews

WORD = "qzxvk"
"""Stands in everything that must go; short enough for every column."""
KEPT = "wvbnj"
"""Stands in what others rely on."""
EMAIL = f"{WORD}@example.com"

SAYS_NOTHING = {
    *("fs_uniquifier", "time_zone", "language", "once", "postal_code", "prefecture", "hometown", "digest", "sha256"),
    *("password", "text_version", "text_sha256", "record_sha256", "pledged_version", "identity_document"),
    *("bank_code", "branch_code", "last_digits", "invoice_number", "key_name"),
    *("content_type", "storage_key", "picture_key", "folded", "username"),
}
"""Text columns that hold no words: codes, hashes, marks, names of files. (Those of files are looked for as files.)"""


def fill(member: Member, other: Member, team: Team, company: Company) -> None:
    """Give `member` rows in every table that points to members, and files on every shelf."""
    _fill_account(member)
    _fill_profile(member)
    _fill_careers(member)
    _fill_ties(member, other, team, company)
    conversation = _fill_messages(member, other)
    _fill_moderation(member, other)
    whole_applications.fill(member, other, team, WORD, KEPT)
    whole_jobs.fill(member, other, WORD, KEPT)
    whole_reviews.fill(member, other, KEPT)
    whole_doing.fill(member, other, KEPT)
    whole_contracts.fill(member, other, WORD, KEPT)
    event = events.record(EventKind.MEMBER_FOLLOWED, other, member=member, conversation=conversation)
    told = {"recipient_id": member.id, "event_id": event.id, "created_at": now()}
    _add(Notification(is_shown=True, mailing=Mailing.OFF, **told))
    _add(NotificationPreference(member_id=member.id, matter=Matter.TEAMS, is_shown=True, mailing=Mailing.OFF))
    asked = {"kind": SearchKind.WORKERS, "mailing": SearchMailing.NEVER}
    _add(SavedSearch(member_id=member.id, name=WORD, query=f"q={WORD}", **asked))
    _add(others := SavedSearch(member_id=other.id, name="x", query="q=x", **asked))
    _add(SavedSearchHit(search_id=others.id, worker_id=member.id, mailing=SearchMailing.NEVER))
    db.db.session.flush()


def _fill_account(member: Member) -> None:
    account = db.db.session.get_one(Account, member.id)
    account.email = EMAIL
    member.nickname, member.picture_key = WORD, storage.new_key(profiles.PICTURES.prefix, "")
    for size in PictureSize:
        _store(picture_file(member.picture_key, size))
    _add(EmailChange(account_id=member.id, old_email=f"old-{EMAIL}", new_email=EMAIL, confirmed_at=now()))
    _add(Session(account_id=member.id, digest="d", device=WORD, address=WORD, last_active_on=today()))
    _add(SecondFactor(account_id=member.id, secret=WORD, last_step=0))
    _add(RecoveryCode(account_id=member.id, digest=WORD))
    _add(Draft(member_id=member.id, path=f"/{WORD}", fields=[[WORD, WORD]]))
    _add(Registration(username="someone", email=EMAIL, password="-", language="ja"))
    # Mails of which nothing came, because the server was out.
    for topic, letter in ((TOPIC, Letter.PASSWORD_RESET), (TOPIC, Letter.REGISTRATION_AGAIN)):
        outbox.put(topic, {"letter": letter.value, "id": None, "email": EMAIL}, delay=timedelta(days=90))


def _fill_profile(member: Member) -> None:
    profile = db.db.session.get_one(Profile, member.id)
    profile.headline = profile.introduction = WORD
    profile.schools, profile.links = (School(SchoolKind.HIGH_SCHOOL, WORD),), [f"https://{WORD}.example"]
    details = db.db.session.get_one(PersonalDetails, member.id)
    details.name = details.name_kana = details.city = details.street = details.phone = WORD


def _fill_careers(member: Member) -> None:
    skill = Skill(name="仕上げ")
    _add(skill)
    first = {"member_id": member.id, "position": 0}
    _add(MemberSkill(skill_id=skill.id, level=SkillLevel.WORKING, started_on=today(), notes=WORD, **first))
    words = dict.fromkeys(("name", "common_name", "grade", "issuer", "registration_number", "notes"), WORD)
    _add(Qualification(category=QualificationCategory.IT, **words, **first))
    words = dict.fromkeys(("company", "duties", "url", "role", "environment"), WORD)
    career = Career(category=CareerCategory.OTHER, started_on=today(), **words, **first)
    _add(career)
    words = dict.fromkeys(("name", "keywords", "description"), WORD)
    _add(Hobby(category=HobbyCategory.ART, **words, **first))
    key = _store(storage.new_key(careers.ATTACHMENTS.prefix, ".pdf"))
    file = {"name": WORD, "content_type": "application/pdf", "size_bytes": 5, "sha256": "0" * 64, "storage_key": key}
    _add(CareerAttachment(career_id=career.id, **file))


def _fill_ties(member: Member, other: Member, team: Team, company: Company) -> None:
    _add(Follow(from_id=member.id, to_id=other.id), Follow(from_id=other.id, to_id=member.id))
    _add(Dismissal(member_id=member.id, dismissed_id=other.id))
    _add(Membership(team_id=team.id, member_id=member.id, role=Role.MEMBER))
    _add(Invitation(team_id=team.id, inviter_id=member.id, invitee_id=other.id, comment=WORD))
    _add(JoinRequest(team_id=team.id, member_id=member.id, comment=WORD))
    about = {"company_id": company.id, "member_id": member.id, "department": WORD}
    _add(Belonging(role=CompanyRole.MEMBER, **about), BelongingRequest(comment=WORD, **about))
    _add(DomainProof(email=EMAIL, **about))


def _fill_messages(member: Member, other: Member) -> Conversation:
    conversation = Conversation(title=KEPT)
    _add(conversation)
    for each in (member, other):
        _add(Participation(conversation_id=conversation.id, member_id=each.id))
    message = Message(conversation_id=conversation.id, sender_id=member.id, body=KEPT, once="o")
    _add(message)
    for name, number in ((WORD, None), (KEPT, message.id)):
        key = _store(storage.new_key(files.SHELF.prefix, ".pdf"), name)
        about = {"content_type": "application/pdf", "size_bytes": 5, "sha256": "0" * 64, "storage_key": key}
        _add(MessageAttachment(owner_id=member.id, message_id=number, name=name, **about))
    _add(Flag(kind=FlagKind.SAME_TEXT, member_id=member.id, message_id=message.id, text=WORD, digest="0" * 64))
    # One of which nobody is left once the member is gone.
    alone = Conversation(title=WORD)
    _add(alone)
    _add(Participation(conversation_id=alone.id, member_id=member.id))
    said = Message(conversation_id=alone.id, sender_id=member.id, body=WORD, once="p")
    _add(said)
    key = _store(storage.new_key(files.SHELF.prefix, ".pdf"))
    about = {"content_type": "application/pdf", "size_bytes": 5, "sha256": "0" * 64, "storage_key": key}
    _add(MessageAttachment(owner_id=member.id, message_id=said.id, name=WORD, **about))
    return conversation


def _fill_moderation(member: Member, other: Member) -> None:
    """A case about the member that was decided and appealed against long ago, and one that they reported."""
    long_ago = now() - APPEAL_WITHIN - timedelta(days=1)
    for reporter, about in ((other, member), (member, other)):
        case = Case(subject=SubjectKind.MEMBER, subject_id=about.id, member_id=about.id, urgency=1, closed_at=long_ago)
        _add(case)
        key = _store(storage.new_key(moderation.EVIDENCE.prefix, SUFFIX))
        shown = {"evidence": {"nickname": WORD}, "picture_key": key, "comment": WORD}
        _add(Report(case_id=case.id, reporter_id=reporter.id, reason=ReportReason.SPAM, **shown))
        decision = Decision(case_id=case.id, measure=Measure.WARN, ground=ReportReason.SPAM, statement=KEPT)
        decision.made_at = long_ago
        _add(decision)
        if about is member:
            answer = {"statement": KEPT, "is_granted": False, "decided_at": long_ago}
            _add(Appeal(decision_id=decision.id, member_id=member.id, text=WORD, **answer))
    _add(SettledName(subject=SubjectKind.MEMBER, subject_id=member.id, skeleton=WORD, is_asked=False))
    decided = {"submitted_at": long_ago, "due_at": long_ago, "decided_at": long_ago}
    pledge = {"text_version": "1", "text_sha256": "0" * 64, "started_at": long_ago, "signed_at": long_ago}
    _add(Pledge(member_id=member.id, record=WORD, salt=WORD, record_sha256="0" * 64, leaf_index=1, **pledge))
    _add(PledgeProgress(member_id=member.id, text_version="1"))
    returned = {"state": VerificationState.RETURNED, "reason": ReturnReason.UNREADABLE}
    papers = Verification(member_id=member.id, kind=DocumentKind.PASSPORT, sentence=WORD, **decided, **returned)
    _add(papers)
    page = {"position": 0, "size": 5, "sha256": "0" * 64, "destroyed_at": long_ago}
    _add(IdentityDocument(verification_id=papers.id, record={"member": WORD}, **page))
    _fill_payouts(member)


def _fill_payouts(member: Member) -> None:
    """An account into which the member is paid, and how that is taxed."""
    place = {"bank_code": "0001", "bank_name": WORD, "bank_kana": WORD}
    branch = {"branch_code": "210", "branch_name": WORD, "branch_kana": WORD}
    key = vault.new_key()
    sealed = {"sealed": vault.seal(key, WORD.encode(), "a test"), "key_name": key, "last_digits": "146"}
    kind = {"kind": AccountKind.ORDINARY, "ground": NameGround.OTHER, "reason": WORD}
    account = BankAccount(member_id=member.id, edition=1, **place, **branch, **sealed, **kind)
    _add(account)
    _add(NameComparison(account_id=account.id, is_same=False, decided_at=now(), is_fine=True, statement=WORD))
    taxed = {"entity": Entity.INDIVIDUAL, "tax_status": TaxStatus.EXEMPT, "withholding": Withholding.NONE}
    _add(PayeeDetails(member_id=member.id, **taxed))


def block(member: Member, other: Member) -> None:
    """Let the member block somebody; nobody who is blocked is written to."""
    _add(Block(from_id=member.id, to_id=other.id))


def tables_that_name_members() -> set[str]:
    """Return the tables with a foreign key to members or accounts."""
    ends = {"members.id", "accounts.id"}
    return {
        table.name
        for table in metadata.tables.values()
        if any(key.target_fullname in ends for key in table.foreign_keys)
    }


def wordless_columns() -> set[str]:
    """Return the text columns of those tables that could hold the member's words, and hold neither word anywhere."""
    missing = set()
    for name in tables_that_name_members() | {"members", "accounts"}:
        for column in metadata.tables[name].columns:
            if _holds_words(column) and not _found(column):
                missing.add(f"{name}.{column.name}")
    return missing


def rows_with(word: str) -> set[str]:
    """Return every column of every table in which `word` stands, as `table.column`."""
    found = set()
    for table in metadata.tables.values():
        for row in db.db.session.execute(select(table)).mappings():
            found |= {f"{table.name}.{name}" for name, value in row.items() if word in str(value).lower()}
    return found


def files_with(word: str) -> Iterator[Path]:
    """Yield the files below the data folder that hold `word`, in bytes or in their name."""
    settings: Settings = current_app.extensions["settings"]
    for path in settings.data_dir.rglob("*"):
        if path.is_file() and (word in path.name or _in_bytes(word, path.read_bytes())):
            yield path.relative_to(settings.data_dir)


def _in_bytes(word: str, data: bytes) -> bool:
    lowered = data.lower()
    return any(word.encode(encoding) in lowered for encoding in ("utf-8", "utf-16-le", "utf-16-be"))


def _holds_words(column: Column[Any]) -> bool:
    is_text = isinstance(column.type, String | Text) and not isinstance(column.type, Enum)
    return is_text and not column.foreign_keys and column.name not in SAYS_NOTHING


def _found(column: Column[Any]) -> bool:
    values = [str(value) for value in db.db.session.scalars(select(column))]
    return any(WORD in value or KEPT in value for value in values)


def _store(key: str, word: str = WORD) -> str:
    storage.put(key, word.encode())
    return key


def _add(*rows: Any) -> None:
    db.db.session.add_all(rows)
    db.db.session.flush()
