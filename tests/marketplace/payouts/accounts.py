"""Bank accounts as tests need them."""

from flask import Flask, has_app_context

from marketplace import db
from marketplace.accounts.models import Member
from marketplace.clock import now
from marketplace.payouts import queries, service
from marketplace.payouts.models import AccountKind, BankAccount, NameGround
from marketplace.payouts.service import AccountChanges
from marketplace.profiles.models import PersonalDetails
from tests.factories.members import PASSWORD

NUMBER, HOLDER, KANA = "0739146", "ｱﾅ ﾀﾞ ｼﾙﾊﾞ", "アナ ダ シルバ"


def changes(
    number: str = NUMBER, holder: str = HOLDER, ground: NameGround | None = None, branch: str = "210", reason: str = ""
) -> AccountChanges:
    """What somebody types who has an account at Mizuho, 渋谷."""
    return AccountChanges("0001", branch, AccountKind.ORDINARY, number, holder, ground, reason)


def verify(member: Member, kana: str = KANA) -> None:
    """Let the moderators have seen who `member` is, in the session at hand."""
    found = db.db.session.get_one(Member, member.id)
    for row in (member, found):
        row.identity_verified_at, row.identity_document = now(), "licence"
    db.db.session.get_one(PersonalDetails, member.id).name_kana = kana
    db.db.session.flush()


def account_of(app: Flask, member: Member, *, kana: str = "", **typed: object) -> BankAccount:
    """Give `member`, verified as `kana` unless empty, an account, in a unit of work that commits."""
    assert not has_app_context()
    with app.app_context(), db.writing():
        own = db.db.session.get_one(Member, member.id)
        if kana:
            verify(own, kana)
        account = service.save_account(own, changes(**typed), PASSWORD)  # type: ignore[arg-type]
        db.commit()
        return queries.find_account(account.id) or account
