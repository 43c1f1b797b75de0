"""A pledge is read, understood and signed by whom the moderators know; what was signed stays, and can be proven."""

import hashlib
import json
from datetime import date, datetime, timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from marketplace import db
from marketplace.accounts.models import Account, Member
from marketplace.clock import TOKYO, now
from marketplace.errors import Conflict, Invalid, NotAllowed, NotFound
from marketplace.pledges import queries, service, wording
from marketplace.pledges.models import LAPSES_AFTER, Pledge, PledgeProgress, last_day_of
from marketplace.transparency import queries as log
from marketplace.transparency import signing
from marketplace.transparency.checking import Untrue, check, load_key
from tests.factories.members import MemberFactory
from tests.marketplace.pledges.walking import NAME, pass_check, sign, verify
from tests.races import at_once, committing

SIGNED_TEXTS = {"2026-11 v1": "38833a0e0e42611b854d3415c178996079ab65067cf5ed1797a4fbc211f4488c"}
"""The SHA-256 of every text that may have been signed: a new text is a new version."""


def test_a_text_that_may_have_been_signed_is_never_edited() -> None:
    assert {version: wording.wording_of(version).sha256 for version in wording.VERSIONS} == SIGNED_TEXTS
    for version, slug in wording.VERSIONS.items():
        content = (wording.FOLDER / f"{slug}.ja.txt").read_bytes()
        assert hashlib.sha256(content).hexdigest() == SIGNED_TEXTS[version]


def test_both_languages_have_the_same_articles_and_every_question_has_a_right_choice() -> None:
    for version in wording.VERSIONS:
        found = wording.wording_of(version)
        assert [len(part.paragraphs) for part in found.japanese] == [len(part.paragraphs) for part in found.english]
        assert 5 <= len(found.questions) <= 7
        for question in found.questions:
            assert 0 <= question.right < len(question.choices)
            assert len(set(question.choices)) == len(question.choices)
        # Whoever always takes the same place does not pass.
        assert len({question.right for question in found.questions}) > 1


@pytest.mark.usefixtures("session")
def test_who_is_not_known_cannot_begin(ana: Member) -> None:
    with pytest.raises(NotAllowed):
        service.finish_reading(ana)


@pytest.mark.usefixtures("session")
def test_no_step_can_be_left_out(ana: Member) -> None:
    member = verify(ana)
    with pytest.raises(NotAllowed):
        service.answer(member, 0, wording.current().questions[0].right)
    with pytest.raises(NotAllowed):
        service.sign(member, NAME)
    service.finish_reading(member)
    with pytest.raises(NotAllowed):
        service.sign(member, NAME)
    last = len(wording.current().questions) - 1
    assert service.answer(member, last, wording.current().questions[last].right)
    progress = queries.progress_of(member)
    assert progress is not None
    assert progress.answered == 0
    with pytest.raises(NotFound):
        service.answer(member, last + 1, 0)


@pytest.mark.usefixtures("session")
def test_a_wrong_answer_is_counted_and_may_be_repeated(ana: Member) -> None:
    member = verify(ana)
    service.finish_reading(member)
    first = wording.current().questions[0]
    assert not service.answer(member, 0, (first.right + 1) % len(first.choices))
    pass_check(member)
    pledge = service.sign(member, NAME)
    assert json.loads(pledge.record or "")["check_mistakes"] == 1


@pytest.mark.usefixtures("session")
@pytest.mark.parametrize("typed", [NAME, "高瀬律", "高瀬\u3000律", " 高瀬  律 "])
def test_the_name_counts_without_its_spaces(ana: Member, typed: str) -> None:
    member = verify(ana)
    pass_check(member)
    assert service.sign(member, typed).text_version == wording.CURRENT


@pytest.mark.usefixtures("session")
def test_the_name_counts_without_its_width(ana: Member) -> None:
    member = verify(ana, "Anna Takase")
    pass_check(member)
    assert service.sign(member, "ＡＮＮＡ\u3000ＴＡＫＡＳＥ")


@pytest.mark.usefixtures("session")
@pytest.mark.parametrize(("name", "typed"), [(NAME, "高瀬"), (NAME, "高瀬 律子"), (NAME, ""), ("", "")])
def test_another_name_does_not_sign(ana: Member, name: str, typed: str) -> None:
    member = verify(ana, name)
    pass_check(member)
    with pytest.raises(Invalid):
        service.sign(member, typed)
    assert member.pledged_at is None
    assert log.size() == 0


@pytest.mark.usefixtures("session")
def test_what_was_signed_is_proven_and_its_leaf_tells_nothing(ana: Member) -> None:
    pledge = sign(ana)
    leaf = log.get_leaf(pledge.leaf_index)
    assert json.loads(leaf.content)["fields"] == {"record": pledge.record_sha256}
    assert ana.username not in leaf.content
    key = load_key(signing.published_key())
    proven = check(queries.receipt_of(pledge), key)
    assert proven.record is not None
    assert proven.record["name"] == NAME
    assert proven.record["text_sha256"] == wording.current().sha256
    with pytest.raises(Untrue):
        check(queries.receipt_of(pledge).replace(NAME.encode(), "高瀬 徹".encode()), key)
    salted = {sign_again.record_sha256 for sign_again in (pledge, _renewed(ana))}
    assert len(salted) == 2


def _renewed(member: Member) -> Pledge:
    mine = db.db.session.get_one(Member, member.id)
    service.withdraw(mine)
    return sign(mine)


@pytest.mark.usefixtures("session")
def test_it_holds_for_a_year_and_can_be_renewed_in_its_last_month(ana: Member) -> None:
    start = datetime(2026, 11, 28, 12, tzinfo=TOKYO)
    with time_machine.travel(start, tick=False):
        sign(ana)
        member = db.db.session.get_one(Member, ana.id)
        assert queries.last_day(member) == date(2027, 11, 28)
        with pytest.raises(NotAllowed):
            service.finish_reading(member)
    with time_machine.travel(start + timedelta(days=340), tick=False):
        assert queries.last_day(member)
        pass_check(member)
        service.sign(member, NAME)
        assert queries.last_day(member) == date(2028, 11, 3)
    with time_machine.travel(datetime(2028, 11, 3, 23, 59, tzinfo=TOKYO), tick=False):
        assert queries.last_day(member)
    with time_machine.travel(datetime(2028, 11, 4, 0, 0, tzinfo=TOKYO), tick=False):
        assert queries.last_day(member) is None
        assert queries.is_due(member)
    assert len(queries.history_of(member)) == 2


def test_a_leap_day_ends_on_the_last_of_february() -> None:
    assert last_day_of(datetime(2028, 2, 29, 12, tzinfo=TOKYO)) == date(2029, 2, 28)


@pytest.mark.usefixtures("session")
def test_a_new_text_or_a_lost_identity_ends_it(ana: Member) -> None:
    sign(ana)
    member = db.db.session.get_one(Member, ana.id)
    member.identity_verified_at = None
    assert queries.last_day(member) is None
    member.identity_verified_at, member.identity_document = now(), "licence"
    assert queries.last_day(member)
    member.pledged_version = "2020-01 v1"
    assert queries.last_day(member) is None
    assert queries.is_due(member)


@pytest.mark.usefixtures("session")
def test_progress_with_an_old_text_begins_anew(ana: Member) -> None:
    member = verify(ana)
    pass_check(member)
    progress = db.db.session.get_one(PledgeProgress, member.id)
    progress.text_version = "2020-01 v1"
    db.db.session.flush()
    assert queries.progress_of(member) is None
    service.finish_reading(member)
    renewed = queries.progress_of(member)
    assert renewed is not None
    assert (renewed.answered, renewed.passed_at) == (0, None)


@pytest.mark.usefixtures("session")
def test_who_takes_too_long_reads_it_again(ana: Member) -> None:
    member = verify(ana)
    pass_check(member)
    with time_machine.travel(now() + LAPSES_AFTER - timedelta(minutes=1), tick=False):
        assert queries.progress_of(member) is not None
    later = now() + LAPSES_AFTER
    with time_machine.travel(later, tick=False):
        assert queries.progress_of(member) is None
        with pytest.raises(NotAllowed):
            service.sign(member, NAME)
        service.finish_reading(member)
        progress = queries.progress_of(member)
        assert progress is not None
        assert (progress.answered, progress.passed_at, progress.read_at) == (0, None, later)


@pytest.mark.usefixtures("session")
def test_withdrawing_forgets_the_way_to_the_next(ana: Member) -> None:
    member = verify(ana)
    sign(ana)
    with time_machine.travel(datetime.combine(last_day_of(now()), datetime.min.time(), TOKYO), tick=False):
        pass_check(member)
        service.withdraw(member)
        db.db.session.flush()
        assert queries.progress_of(member) is None
        with pytest.raises(NotAllowed):
            service.sign(member, NAME)


@pytest.mark.usefixtures("session")
def test_the_list_is_bounded_and_erasing_is_not(ana: Member) -> None:
    for _time in range(3):
        sign(ana)
        service.withdraw(db.db.session.get_one(Member, ana.id))
    db.db.session.flush()
    member = db.db.session.get_one(Member, ana.id)
    assert len(queries.history_of(member, 2)) == 2
    assert len(queries.opened_of(member)) == 3
    service.erase(member)
    db.db.session.flush()
    assert queries.opened_of(member) == []


@pytest.mark.usefixtures("session")
def test_withdrawing_ends_it_and_keeps_the_history(ana: Member, ben: Member) -> None:
    pledge = sign(ana)
    member = db.db.session.get_one(Member, ana.id)
    service.withdraw(member)
    assert (member.pledged_at, member.pledged_version) == (None, None)
    db.db.session.expire_all()
    (found,) = queries.history_of(member)
    assert found.withdrawal is not None
    proven = check(queries.withdrawal_receipt_of(found), load_key(signing.published_key()))
    assert proven.kind == "pledge.withdrawn"
    assert proven.record is not None
    assert proven.record["pledge_record_sha256"] == pledge.record_sha256
    with pytest.raises(NotAllowed):
        service.withdraw(member)
    with pytest.raises(NotFound):
        queries.get_for(ben, pledge.id)


@pytest.mark.usefixtures("session")
def test_what_is_personal_can_be_erased_and_nothing_else_changes(ana: Member) -> None:
    pledge = sign(ana)
    member = db.db.session.get_one(Member, ana.id)
    service.erase(member)
    db.db.session.flush()
    db.db.session.expire_all()
    (found,) = queries.history_of(member)
    assert (found.record, found.salt, found.record_sha256) == (None, None, pledge.record_sha256)
    with pytest.raises(NotFound):
        queries.receipt_of(found)


@pytest.mark.real_commits
@pytest.mark.parametrize(
    "change",
    [
        "UPDATE pledges SET record = '{}'",
        "UPDATE pledges SET signed_at = started_at",
        "UPDATE pledges SET record = NULL, salt = NULL, record_sha256 = 'other'",
        "DELETE FROM pledges",
        "UPDATE pledge_withdrawals SET at = at",
        "DELETE FROM pledge_withdrawals",
    ],
)
def test_what_was_signed_is_not_changed(app: Flask, ana: Member, change: str) -> None:
    with app.app_context(), db.writing():
        sign(ana)
        service.withdraw(db.db.session.get_one(Member, ana.id))
        db.commit()
        with pytest.raises(IntegrityError, match="what was signed is not changed"):
            db.db.session.execute(text(change))
        db.rollback()


@pytest.mark.real_commits
def test_it_goes_with_the_account(app: Flask, ana: Member) -> None:
    with app.app_context(), db.writing():
        sign(ana)
        service.withdraw(db.db.session.get_one(Member, ana.id))
        db.commit()
        db.db.session.execute(Account.__table__.delete().where(Account.id == ana.id))
        db.commit()
        assert queries.history_of(ana) == []
        assert log.size() == 2


@pytest.mark.real_commits
def test_signing_at_once_signs_once(app: Flask, make_member: MemberFactory) -> None:
    member = make_member("eve", "Eve")
    with app.app_context(), db.writing():
        verify(member)
        pass_check(db.db.session.get_one(Member, member.id))
        db.commit()

    def attempt(number: int) -> bool:
        try:
            committing(app, lambda number: service.sign(db.db.session.get_one(Member, member.id), NAME))(number)
        except (Conflict, NotAllowed):
            return False
        return True

    assert sum(at_once(attempt, 8)) == 1
    with app.app_context():
        assert len(queries.history_of(member)) == 1
        assert log.size() == 1
