"""Reviews: after completion, revealed together, never changed afterwards, and nothing told of what nobody may know."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from marketplace import db
from marketplace.accounts.models import Member
from marketplace.clock import now, today
from marketplace.contracts.models import Contract, ContractState, Review, ReviewSide
from marketplace.contracts.models.reviews import REVEALED_AFTER, reveal_day_of
from marketplace.contracts.queries import reviews as queries
from marketplace.contracts.service import reviews as service
from marketplace.contracts.service.reviews import ReviewWords
from marketplace.errors import Conflict, Invalid, NotAllowed, NotFound
from marketplace.events.kinds import EventKind
from marketplace.events.models import Event
from marketplace.follows import service as follows
from marketplace.leaving import areas
from tests.factories.contracts import ContractFactory
from tests.factories.members import MemberFactory
from tests.factories.teams import TeamFactory
from tests.races import at_once, committing

WORDS = ReviewWords((5, 4, 5, 4, 5), "ていねいな仕事でした。", would_again=True)
BY_CLIENT = ReviewSide.BY_CLIENT


def words(score: int = 5, text: str = "よい取引でした。", again: bool | None = True) -> ReviewWords:
    return ReviewWords((score, score, score, score, score), text, again)


@pytest.fixture
def done(session: object, ana: Member, cleo: Member, make_contract: ContractFactory) -> Contract:
    """Cleo commissioned what Ana has done."""
    return make_contract(cleo, ana, ContractState.COMPLETED)


@pytest.fixture
def later() -> Iterator[Any]:
    with time_machine.travel(now(), tick=False) as clock:
        yield clock


def kinds() -> list[EventKind]:
    about = select(Event.kind).where(Event.kind.in_([each for each in EventKind if each.startswith("review.")]))
    return list(db.db.session.scalars(about.order_by(Event.id)))


@pytest.mark.parametrize("state", [state for state in ContractState if state is not ContractState.COMPLETED])
@pytest.mark.usefixtures("session")
def test_only_a_completed_contract_is_reviewed(
    ana: Member, cleo: Member, make_contract: ContractFactory, state: ContractState
) -> None:
    contract = make_contract(cleo, ana, state)
    with pytest.raises(NotAllowed):
        service.write(cleo, contract, WORDS)
    with pytest.raises(IntegrityError, match="completed"), db.db.session.begin_nested():
        db.db.session.execute(insert(Review).values(row_of(contract)))


def row_of(contract: Contract, **more: Any) -> dict[str, Any]:
    scores = dict.fromkeys((f"score_{number}" for number in range(1, 6)), 3)
    parties = {"author_id": contract.client_id, "subject_id": contract.worker_id, "side": BY_CLIENT}
    about = {"contract_id": contract.id, "text": "a", "written_at": now(), "reveal_on": today(), "reply": ""}
    return {**scores, **parties, **about, "version": 1, **more}


@pytest.mark.parametrize(
    "wrong",
    [{"score_1": 0}, {"score_5": 6}, {"text": ""}, {"side": ReviewSide.BY_WORKER}, {"reply": "a"}],
    ids=lambda wrong: next(iter(wrong)),
)
def test_the_database_refuses_what_no_review_is(done: Contract, wrong: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), db.db.session.begin_nested():
        db.db.session.execute(insert(Review).values(row_of(done, **wrong)))
    with db.db.session.begin_nested():
        db.db.session.execute(insert(Review).values(row_of(done)))


def test_nobody_but_the_two_says_anything(done: Contract, ben: Member) -> None:
    with pytest.raises(NotAllowed):
        service.write(ben, done, WORDS)
    stranger = {"author_id": ben.id}
    with pytest.raises(IntegrityError), db.db.session.begin_nested():
        db.db.session.execute(insert(Review).values(row_of(done, **stranger)))


def test_the_first_waits_for_the_second_and_both_are_revealed(done: Contract, ana: Member, cleo: Member) -> None:
    first = service.write(cleo, done, WORDS)
    assert queries.pair_of(ana, done) == queries.Pair(None, None)
    assert queries.pair_of(cleo, done).own is first
    assert queries.reputation_of(None, ana, BY_CLIENT).count == 0
    second = service.write(ana, done, words(4))
    assert queries.pair_of(ana, done) == queries.Pair(second, first)
    assert queries.pair_of(cleo, done) == queries.Pair(first, second)
    assert kinds() == [EventKind.REVIEW_WRITTEN, EventKind.REVIEW_REVEALED]


def test_the_day_reveals_what_stands_alone(done: Contract, ana: Member, cleo: Member, later: Any) -> None:
    review = service.write(cleo, done, WORDS)
    day = reveal_day_of(done.completed_at or now())
    assert review.reveal_on == day
    later.move_to(f"{day - timedelta(days=1)}T23:59:59+09:00")
    assert queries.pair_of(ana, done).others is None
    later.move_to(f"{day}T00:00:00+09:00")
    assert queries.pair_of(ana, done).others is review
    assert queries.reputation_of(None, ana, BY_CLIENT).count == 1
    assert review.revealed_at is None
    for _night in range(2):
        service.reveal_due()
    assert review.revealed_at == now()
    assert kinds() == [EventKind.REVIEW_WRITTEN, EventKind.REVIEW_REVEALED]


def test_days_are_those_of_japan_and_months_end() -> None:
    assert timedelta(days=14) == REVEALED_AFTER
    assert reveal_day_of(now().replace(year=2026, month=12, day=20, hour=14, minute=59)) == date(2027, 1, 3)
    assert reveal_day_of(now().replace(year=2026, month=12, day=20, hour=15, minute=0)) == date(2027, 1, 4)
    assert reveal_day_of(now().replace(year=2028, month=2, day=20, hour=0)) == date(2028, 3, 5)


def test_who_writes_after_the_day_is_read_at_once(done: Contract, ana: Member, cleo: Member, later: Any) -> None:
    later.shift(timedelta(days=30))
    review = service.write(cleo, done, WORDS)
    assert review.is_revealed
    assert review.revealed_at == now()
    assert queries.pair_of(ana, done).others is review
    assert kinds() == [EventKind.REVIEW_REVEALED]


def test_nothing_of_what_is_not_revealed_is_told(done: Contract, ana: Member, cleo: Member) -> None:
    service.write(cleo, done, words(1, "qqq", again=False))
    told = queries.reputation_of(ana, ana, BY_CLIENT)
    assert (told.count, told.averages, told.again_percent, list(told.latest)) == (0, None, None, [])
    assert queries.reviews_about(ana, ana, BY_CLIENT).rows == []
    assert areas.reviews(ana) == {"written": [], "received": []}
    assert areas.reviews(cleo)["written"][0]["would_again"] is False
    with pytest.raises(NotFound):
        queries.get_received(ana, done)
    service.write(ana, done, WORDS)
    received = areas.reviews(ana)["received"][0]
    assert received["text"] == "qqq"
    assert "would_again" not in received


def test_it_is_changed_until_it_is_revealed_and_never_after(done: Contract, ana: Member, cleo: Member) -> None:
    review = service.write(cleo, done, WORDS)
    service.change(cleo, review, words(2, "書きなおし"), review.version)
    assert (review.scores, review.text) == ((2, 2, 2, 2, 2), "書きなおし")
    # Pressed twice it is said once.
    service.change(cleo, review, words(2, "書きなおし"), review.version - 1)
    with pytest.raises(Conflict):
        service.change(cleo, review, WORDS, review.version - 1)
    with pytest.raises(NotAllowed):
        service.change(ana, review, WORDS, review.version)
    service.write(ana, done, WORDS)
    with pytest.raises(NotAllowed):
        service.change(cleo, review, WORDS, review.version)
    for changed in ({"text": "x"}, {"score_1": 5}, {"would_again": False}, {"revealed_at": None}):
        with pytest.raises(IntegrityError), db.db.session.begin_nested():
            db.db.session.execute(update(Review).where(Review.id == review.id).values(changed))
    with pytest.raises(IntegrityError), db.db.session.begin_nested():
        db.db.session.execute(delete(Review).where(Review.id == review.id))


def test_it_is_answered_once_by_whom_it_is_about(done: Contract, ana: Member, cleo: Member) -> None:
    review = service.write(cleo, done, WORDS)
    with pytest.raises(NotAllowed):
        service.reply(ana, review, "まだ読めません")
    service.write(ana, done, WORDS)
    with pytest.raises(NotAllowed):
        service.reply(cleo, review, "自分に")
    with pytest.raises(Invalid):
        service.reply(ana, review, " ")
    service.reply(ana, review, "ありがとうございました。")
    with pytest.raises(NotAllowed):
        service.reply(ana, review, "もう一度")
    with pytest.raises(IntegrityError), db.db.session.begin_nested():
        db.db.session.execute(update(Review).where(Review.id == review.id).values(reply="別の返信"))
    assert kinds()[-1] is EventKind.REVIEW_REPLIED


def revealed(
    make_member: MemberFactory, make_contract: ContractFactory, worker: Member, number: int, said: ReviewWords
) -> Member:
    """Let another client say something that is revealed."""
    client = make_member(f"client-{number}")
    contract = make_contract(client, worker, ContractState.COMPLETED)
    service.write(worker, contract, words())
    service.write(client, contract, said)
    return client


@pytest.mark.usefixtures("session")
def test_averages_are_told_from_three_reviews_on(
    ana: Member, make_member: MemberFactory, make_contract: ContractFactory
) -> None:
    for number, score in enumerate((5, 4, 2)):
        assert queries.reputation_of(None, ana, BY_CLIENT).averages is None
        revealed(make_member, make_contract, ana, number, words(score))
    told = queries.reputation_of(None, ana, BY_CLIENT)
    assert told.count == told.completed == told.partners == 3
    assert told.averages is not None
    assert told.averages[0] == pytest.approx(11 / 3)
    assert told.average == pytest.approx(11 / 3)
    assert told.returning == 0


@pytest.mark.usefixtures("session")
def test_answers_in_private_are_counted_by_fives(
    ana: Member, make_member: MemberFactory, make_contract: ContractFactory
) -> None:
    percents = []
    answers = (True, True, None, False, True, True, False, False, False, False, False)
    for number, answer in enumerate(answers):
        revealed(make_member, make_contract, ana, number, words(again=answer))
        percents.append(queries.reputation_of(None, ana, BY_CLIENT).again_percent)
    # Who did not answer is not counted; the figure moves with every fifth answer alone.
    assert percents == [None] * 5 + [80] * 4 + [80, 40]


@pytest.mark.usefixtures("session")
def test_who_comes_again_answers_in_private_once(
    ana: Member, cleo: Member, make_member: MemberFactory, make_contract: ContractFactory, make_team: TeamFactory
) -> None:
    for answer in (False, True, True, True, True, True):
        contract = make_contract(cleo, ana, ContractState.COMPLETED)
        service.write(cleo, contract, words(again=answer))
        service.write(ana, contract, words())
    # Of one person alone no share is told, however often they come.
    assert queries.reputation_of(None, ana, BY_CLIENT).again_percent is None
    for number in range(4):
        revealed(make_member, make_contract, ana, number, words(again=True))
    assert queries.reputation_of(None, ana, BY_CLIENT).again_percent == 80
    # Nor in a second figure, of a team, that counts some of the same people.
    team = make_team("kaki", ana)
    db.db.session.execute(update(Contract).values(team_id=team.id))
    told = queries.reputation_of_team(None, team)
    assert (told.count >= 5, told.again_percent) == (True, None)


@pytest.mark.usefixtures("session")
def test_repeated_work_is_a_fact(ana: Member, cleo: Member, ben: Member, make_contract: ContractFactory) -> None:
    contracts = [make_contract(cleo, ana, ContractState.COMPLETED) for _number in range(3)]
    make_contract(ben, ana, ContractState.COMPLETED)
    make_contract(ben, ana, ContractState.ACTIVE)
    make_contract(ana, ben, ContractState.COMPLETED)
    service.write(cleo, contracts[0], WORDS)
    service.write(ana, contracts[0], WORDS)
    told = queries.reputation_of(None, ana, BY_CLIENT)
    assert (told.completed, told.partners, told.returning) == (4, 2, 1)
    assert told.latest[0].times == queries.times_together(cleo.id, ana.id) == 3
    assert queries.reputation_of(None, cleo, ReviewSide.BY_WORKER).completed == 3


@pytest.mark.usefixtures("session")
def test_a_team_is_known_for_what_was_done_with_it(
    ana: Member, ben: Member, cleo: Member, make_team: TeamFactory, make_contract: ContractFactory
) -> None:
    team, other = make_team("kaki", ana, ben), make_team("nashi", ana)
    contracts = [make_contract(cleo, ana, ContractState.COMPLETED, team=of) for of in (team, team, other, None)]
    make_contract(cleo, ana, ContractState.ACTIVE, team=team)
    for contract in contracts:
        service.write(cleo, contract, words(text=f"{contract.id}番のお礼"))
        service.write(ana, contract, words(score=1, text="こちらこそ"))
    told = queries.reputation_of_team(None, team)
    assert (told.completed, told.partners, told.returning, told.count) == (2, 1, 1, 2)
    page = queries.reviews_about_team(None, team)
    assert [shown.review.contract_id for shown in page.rows] == [contracts[1].id, contracts[0].id]
    assert [shown.review.side for shown in told.latest] == [BY_CLIENT, BY_CLIENT]
    assert queries.reputation_of(None, ana, BY_CLIENT).completed == 4
    # On the page of its team it can be reported, though its leader has no page of their own.
    ana.published_at = None
    db.db.session.flush()
    assert queries.get_shown(ben, told.latest[0].review.id) is told.latest[0].review
    with pytest.raises(NotFound):
        queries.get_shown(ben, queries.reviews_about(None, ana, BY_CLIENT).rows[0].review.id)


def test_hidden_authors_say_nothing_and_blocked_ones_have_no_name(
    done: Contract, ana: Member, ben: Member, cleo: Member
) -> None:
    service.write(ana, done, WORDS)
    service.write(cleo, done, WORDS)
    assert queries.reputation_of(ben, ana, BY_CLIENT).latest[0].author is cleo
    follows.block(cleo, ben)
    assert queries.reputation_of(ben, ana, BY_CLIENT).latest[0].author is None
    assert queries.reviews_about(ben, ana, BY_CLIENT).rows[0].author is None
    cleo.hidden_at = now()
    db.db.session.flush()
    assert queries.reputation_of(None, ana, BY_CLIENT).count == 0
    cleo.hidden_at, cleo.left_at = None, now()
    db.db.session.flush()
    told = queries.reputation_of(None, ana, BY_CLIENT)
    assert (told.count, told.latest[0].author) == (1, None)


@pytest.mark.usefixtures("session")
def test_the_list_pages(ana: Member, make_member: MemberFactory, make_contract: ContractFactory) -> None:
    for number in range(21):
        revealed(make_member, make_contract, ana, number, words())
    first = queries.reviews_about(None, ana, BY_CLIENT)
    assert len(first.rows) == 20
    last = queries.reviews_about(None, ana, BY_CLIENT, first.next_cursor)
    assert len(last.rows) == 1
    assert len(queries.reputation_of(None, ana, BY_CLIENT).latest) == queries.MOST_AT_FIRST


@pytest.mark.real_commits
def test_of_many_who_write_at_once_one_review_stands_for_each_party_and_both_are_revealed(
    app: Flask, ana: Member, cleo: Member, make_contract: ContractFactory
) -> None:
    contract_id = make_contract(cleo, ana, ContractState.COMPLETED).id

    def one(number: int) -> bool:
        actor = db.db.session.get_one(Member, (ana if number % 2 else cleo).id)
        try:
            service.write(actor, db.db.session.get_one(Contract, contract_id), WORDS)
        except Conflict:
            return False
        return True

    assert sum(at_once(committing(app, one))) == 2
    with app.app_context():
        found = db.db.session.scalars(select(Review)).all()
        assert {review.side for review in found} == set(ReviewSide)
        assert all(review.revealed_at for review in found)
        assert sorted(kinds()) == [EventKind.REVIEW_REVEALED, EventKind.REVIEW_WRITTEN]


@pytest.mark.real_commits
def test_of_many_replies_at_once_one_stands(
    app: Flask, ana: Member, cleo: Member, make_contract: ContractFactory
) -> None:
    contract = make_contract(cleo, ana, ContractState.COMPLETED)
    with app.app_context(), db.writing():
        here = db.db.session.get_one(Contract, contract.id)
        for author in (ana, cleo):
            service.write(db.db.session.get_one(Member, author.id), here, WORDS)
        db.commit()

    def one(number: int) -> None:
        actor, here = db.db.session.get_one(Member, ana.id), db.db.session.get_one(Contract, contract.id)
        service.reply(actor, queries.get_received(actor, here), f"返信{number}")

    def tried(number: int) -> bool:
        try:
            committing(app, one)(number)
        except (Conflict, NotAllowed):
            return False
        return True

    assert sum(at_once(tried)) == 1
