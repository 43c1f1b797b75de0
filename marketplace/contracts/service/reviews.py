"""Saying what a contract was like, and answering what was said."""

from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.orm.exc import StaleDataError

from marketplace.accounts.models import Member
from marketplace.clock import now, today
from marketplace.contracts.models import Contract, Review
from marketplace.contracts.models.reviews import reveal_day_of
from marketplace.contracts.policy import reviews as policy
from marketplace.contracts.queries import reviews as queries
from marketplace.db import add_once, db
from marketplace.errors import Conflict, Invalid, require
from marketplace.events import service as events
from marketplace.events.kinds import EventKind
from marketplace.i18n import _


@dataclass(frozen=True)
class ReviewWords:
    """What one party says of the other."""

    scores: tuple[int, int, int, int, int]
    text: str
    would_again: bool | None
    """None for no answer."""


def write(actor: Member, contract: Contract, words: ReviewWords) -> Review:
    """Say of the other party what it was like; whoever writes second reveals both."""
    require(policy.can_write(actor, contract), _("評価は、取引が完了してから、取引をした二人が書けます。"))
    if contract.completed_at is None:  # a completed contract is what the policy asked for
        raise Conflict
    at = now()
    with db.session.begin_nested():
        # Of two who write at once each waits for the other: one of them sees that both are there.
        db.session.scalar(select(Contract.id).where(Contract.id == contract.id).with_for_update())
        there = select(Review).where(Review.contract_id == contract.id, Review.author_id != actor.id)
        first = db.session.scalar(there.execution_options(populate_existing=True))
    day = reveal_day_of(contract.completed_at)
    is_revealed = first is not None or day <= today()
    review = Review(
        contract_id=contract.id,
        author_id=actor.id,
        subject_id=contract.other_party_id(actor.id),
        side=queries.side_of(contract, actor),
        written_at=at,
        reveal_on=day,
        revealed_at=at if is_revealed else None,
    )
    _say(review, words)
    if not add_once(review):
        raise Conflict(_("この取引の評価は、もう書かれています。"))
    if first is not None and first.revealed_at is None:
        first.revealed_at = at
        _flush()
    kind = EventKind.REVIEW_REVEALED if is_revealed else EventKind.REVIEW_WRITTEN
    other = db.session.get_one(Member, review.subject_id)
    events.record(kind, actor, member=other, contract=contract)
    return review


def change(actor: Member, review: Review, words: ReviewWords, version: int) -> None:
    """Say it otherwise, as long as nobody else has read it; what says it already stands as it is."""
    require(policy.can_change(actor, review), _("公開された評価は、書きなおせません。"))
    if (review.scores, review.text, review.would_again) == (words.scores, words.text, words.would_again):
        return
    if review.version != version:
        raise Conflict(_("ほかの画面で先に書きなおされていました。"))
    _say(review, words)
    _flush()


def reply(actor: Member, review: Review, text: str) -> None:
    """Answer in public, once, what was said of `actor`."""
    require(policy.can_reply(actor, review), _("この評価には、もう返信できません。"))
    if not text.strip():
        raise Invalid(_("返信を入力してください。"))
    at = now()
    review.reply, review.replied_at = text, at
    review.revealed_at = review.revealed_at or at
    _flush()
    author, contract = db.session.get_one(Member, review.author_id), db.session.get_one(Contract, review.contract_id)
    events.record(EventKind.REVIEW_REPLIED, actor, member=author, contract=contract)


def reveal_due() -> None:
    """Note which reviews can be read since their day came, and tell those whom they are about."""
    waiting = (Review.revealed_at.is_(None), Review.reveal_on <= today())
    shown = {"revealed_at": now(), "version": Review.version + 1}
    for review_id in db.session.scalars(update(Review).where(*waiting).values(shown).returning(Review.id)).all():
        review = db.session.get_one(Review, review_id)
        author, subject = (db.session.get_one(Member, each) for each in (review.author_id, review.subject_id))
        contract = db.session.get_one(Contract, review.contract_id)
        events.record(EventKind.REVIEW_REVEALED, author, member=subject, contract=contract)


def _say(review: Review, words: ReviewWords) -> None:
    review.score_1, review.score_2, review.score_3, review.score_4, review.score_5 = words.scores
    review.text, review.would_again = words.text, words.would_again


def _flush() -> None:
    """Write now, so that of two who changed the same review one is told."""
    try:
        with db.session.begin_nested():
            db.session.flush()
    except StaleDataError:
        raise Conflict(_("ほかの画面で先に変わっていました。画面を読み込みなおしてください。")) from None
