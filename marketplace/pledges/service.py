"""Verbs of the pledge: read, answer, sign, withdraw; and erase what is personal when a member leaves."""

import secrets
import unicodedata
from datetime import datetime
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from marketplace.accounts.models import Member
from marketplace.clock import local_day, now
from marketplace.db import add_once, db
from marketplace.errors import Conflict, Invalid, NotFound, require
from marketplace.i18n import _
from marketplace.pledges import policy, queries, wording
from marketplace.pledges.models import Pledge, PledgeProgress, PledgeWithdrawal
from marketplace.profiles import queries as profiles
from marketplace.transparency import service as transparency
from marketplace.transparency.checking import canonical, digest_of
from marketplace.transparency.models import LeafKind, TransparencyLeaf

FORMAT = "musubi-pledge"
VERSION = 1


def finish_reading(actor: Member) -> None:
    """Note that `actor` came to the end of the newest text; the check begins anew."""
    require(policy.can_finish_reading(actor), _("いまは、誓約を読む手続きは要りません。"))
    progress = db.session.get(PledgeProgress, actor.id)
    if progress is None:
        progress = PledgeProgress(member_id=actor.id, text_version=wording.CURRENT, read_at=now())
        # Pressed twice at once, it is read once.
        add_once(progress)
        return
    if not queries.may_go_on(progress):
        progress.text_version, progress.started_at = wording.CURRENT, now()
        progress.answered = progress.mistakes = 0
        progress.read_at = progress.passed_at = None
    progress.read_at = progress.read_at or now()
    _flush()


def answer(actor: Member, number: int, choice: int) -> bool:
    """Answer question `number`, from 0, by `choice`; tell whether it is right. Only the next question counts."""
    progress = queries.progress_of(actor)
    require(policy.can_answer(actor, progress), _("先に、誓約を終わりまで読んでください。"))
    questions = wording.current().questions
    if not 0 <= number < len(questions):
        raise NotFound
    is_right = questions[number].right == choice
    if progress is None or progress.answered != number:
        return is_right
    progress.answered += is_right
    progress.mistakes += not is_right
    if progress.answered == len(questions):
        progress.passed_at = now()
    _flush()
    return is_right


def sign(actor: Member, typed_name: str) -> Pledge:
    """Sign the newest text by the name that the moderators verified; raises Invalid for another name."""
    progress = queries.progress_of(actor)
    require(policy.can_sign(actor, progress), _("先に、誓約を読み、確認テストに答えてください。"))
    name = profiles.own(actor).details.name
    if not folded(name) or folded(typed_name) != folded(name):
        raise Invalid(_("本人確認をした名前と違います。プロフィールに登録した名前のとおりに入力してください。"))
    if progress is None:  # a progress is what the policy asked for
        raise Conflict
    at, text = now(), wording.current()
    record = _record(actor, name, progress, at, text)
    salt, digest, leaf = _log(LeafKind.PLEDGE_SIGNED, record)
    pledge = Pledge(
        member_id=actor.id,
        text_version=text.version,
        text_sha256=text.sha256,
        started_at=progress.started_at,
        signed_at=at,
        record=canonical(record).decode(),
        salt=salt,
        record_sha256=digest,
        leaf_index=leaf.index,
    )
    if not add_once(pledge):
        raise Conflict(_("すでに署名されています。"))
    db.session.delete(progress)
    actor.pledged_at, actor.pledged_version = at, text.version
    _flush()
    return pledge


def withdraw(actor: Member) -> None:
    """Withdraw the newest pledge; that it was signed stays on record. The way to another begins anew."""
    pledge = queries.find_signed(actor)
    require(policy.can_withdraw(actor, pledge), _("取り下げる誓約はありません。"))
    if pledge is None:  # a pledge is what the policy asked for
        raise NotFound
    at = now()
    record = {
        "format": FORMAT,
        "version": VERSION,
        "withdrawn_at": at.isoformat(timespec="microseconds"),
        "pledge_record_sha256": pledge.record_sha256,
    }
    salt, digest, leaf = _log(LeafKind.PLEDGE_WITHDRAWN, record)
    said = {"record": canonical(record).decode(), "salt": salt, "record_sha256": digest, "leaf_index": leaf.index}
    if not add_once(PledgeWithdrawal(pledge_id=pledge.id, at=at, **said)):
        raise Conflict(_("すでに取り下げられています。"))
    _forget_progress(actor)
    actor.pledged_at = actor.pledged_version = None


def erase(member: Member) -> None:
    """Erase what is personal in all that `member` signed: the log keeps digests that nobody can open any more."""
    for pledge in queries.opened_of(member):
        pledge.record = pledge.salt = None
    _forget_progress(member)
    member.pledged_at = member.pledged_version = None


def folded(name: str) -> str:
    """Return what of a name counts when it is compared: neither width, nor spaces, nor case."""
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())


def _record(actor: Member, name: str, progress: PledgeProgress, at: datetime, text: wording.Wording) -> dict[str, Any]:
    """What is signed, in words and numbers that are read without us."""

    def said(moment: datetime | None) -> str | None:
        return None if moment is None else moment.isoformat(timespec="microseconds")

    return {
        "format": FORMAT,
        "version": VERSION,
        "username": actor.username,
        "name": name,
        "text_version": text.version,
        "text_sha256": text.sha256,
        "identity_verified_at": said(actor.identity_verified_at),
        "read_at": said(progress.read_at),
        "check_questions": len(text.questions),
        "check_mistakes": progress.mistakes,
        "check_passed_at": said(progress.passed_at),
        "signed_at": said(at),
        "signed_on": local_day(at).isoformat(),
    }


def _log(kind: LeafKind, record: dict[str, Any]) -> tuple[str, str, TransparencyLeaf]:
    """Put the digest of a record into the public log; return salt, digest and leaf."""
    salt = secrets.token_hex(32)
    digest = digest_of(salt, record)
    return salt, digest, transparency.append(kind, {"record": digest})


def _forget_progress(member: Member) -> None:
    progress = db.session.get(PledgeProgress, member.id)
    if progress is not None:
        db.session.delete(progress)


def _flush() -> None:
    """Write now, so that of two windows that changed the same one is told."""
    try:
        with db.session.begin_nested():
            db.session.flush()
    except (StaleDataError, IntegrityError):
        raise Conflict(_("ほかの画面で先に進んでいました。画面を読み込みなおしてください。")) from None
