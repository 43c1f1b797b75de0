"""Asking about a job, and showing a question with its answer on its page."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from marketplace import db, outbox
from marketplace.accounts.models import Member, Writers
from marketplace.clock import now, today
from marketplace.errors import Conflict, NotAllowed, NotFound
from marketplace.follows import service as follows
from marketplace.jobs.models import Job, PublishedAnswer
from marketplace.jobs.queries import answers
from marketplace.jobs.service import asking
from marketplace.messages import queries as threads
from marketplace.messages import service as messages
from marketplace.messages.models import TITLE_LENGTH, ParticipationState
from marketplace.notifications.models import Notification
from tests.factories.jobs import JobFactory
from tests.races import at_once, committing

ONCE = "once-of-the-question"
TITLE = "医療機器の取扱説明書の英日翻訳"


def here(member: Member) -> Member:
    return db.db.session.get_one(Member, member.id)


def asked(asker: Member, job: Job, body: str = "図版は何点ありますか。", once: str = ONCE) -> int:
    return asking.ask(here(asker), job, asking.title_about(job), body, once)


@pytest.mark.usefixtures("session")
class TestAsking:
    def test_a_question_reaches_a_poster_who_hears_from_friends_alone_as_an_ordinary_message(
        self, ana: Member, ben: Member, make_job: JobFactory
    ) -> None:
        here(ana).writers = Writers.FRIENDS
        job = make_job(here(ana), TITLE)
        number = asked(ben, job)
        thread = threads.get_for(here(ana), number)
        assert thread.conversation.title == "医療機器の取扱説明書の英日翻訳について"
        assert thread.mine.state is ParticipationState.OPEN
        assert answers.job_of(number) == job
        assert threads.unread_count(here(ana)) == 1

    def test_without_a_job_the_same_is_a_request(self, ana: Member, ben: Member) -> None:
        here(ana).writers = Writers.FRIENDS
        number = messages.start(here(ben), here(ana), "件名", "本文", ONCE)
        assert threads.get_for(here(ana), number).mine.state is ParticipationState.REQUESTED
        assert answers.job_of(number) is None

    def test_the_same_form_sent_twice_asks_once(self, ana: Member, ben: Member, make_job: JobFactory) -> None:
        job = make_job(here(ana))
        assert asked(ben, job) == asked(ben, job)

    def test_one_may_ask_again_before_there_is_an_answer(self, ana: Member, ben: Member, make_job: JobFactory) -> None:
        here(ana).writers = Writers.FRIENDS
        job = make_job(here(ana))
        assert asked(ben, job) != asked(ben, job, "もう一つあります。", "another-once-of-ours")

    def test_a_block_holds_in_both_directions(self, ana: Member, ben: Member, make_job: JobFactory) -> None:
        job = make_job(here(ana))
        for one, other in ((ana, ben), (ben, ana)):
            follows.block(here(one), here(other))
            with pytest.raises(NotAllowed):
                asked(ben, job)
            follows.unblock(here(one), here(other))

    @pytest.mark.parametrize("what", ["own", "over", "hidden", "draft"])
    def test_what_is_not_open_to_the_member_takes_no_questions(
        self, ana: Member, ben: Member, what: str, make_job: JobFactory
    ) -> None:
        job = make_job(here(ana), draft=what == "draft")
        if what == "over":
            job.apply_until = today() - timedelta(days=1)
        if what == "hidden":
            job.hidden_at = now()
        with pytest.raises(NotAllowed):
            asked(ana if what == "own" else ben, job)

    def test_on_its_last_day_a_job_is_open_still(self, ana: Member, ben: Member, make_job: JobFactory) -> None:
        assert asked(ben, make_job(here(ana), apply_until=today()))

    def test_a_long_title_is_cut_to_fit(self, ana: Member, make_job: JobFactory) -> None:
        title = asking.title_about(make_job(here(ana), "訳" * 80))
        assert len(title) == TITLE_LENGTH
        assert title.endswith("…について")


def published(ana: Member, ben: Member, job: Job) -> tuple[int, PublishedAnswer]:
    number = asked(ben, job)
    thread = threads.get_for(here(ana), number)
    messages.reply(here(ana), thread, "40点です。", "once-of-the-answer")
    choice = answers.choice_of(thread)
    found = asking.publish_answer(here(ana), job, thread, choice.questions[0], "図版は何点ですか。", "40点ほどです。")
    return number, found


@pytest.mark.usefixtures("session")
class TestPublishing:
    def test_the_words_of_the_poster_stand_on_the_page_and_the_asker_is_told(
        self, ana: Member, ben: Member, make_job: JobFactory
    ) -> None:
        job = make_job(here(ana))
        published(ana, ben, job)
        assert [(each.question, each.answer) for each in answers.answers_of(job)] == [
            ("図版は何点ですか。", "40点ほどです。")
        ]
        outbox.drain()
        told = db.db.session.scalars(select(Notification).where(Notification.recipient_id == ben.id)).all()
        assert [each.event.kind for each in _with_events(told)].count("answer.published") == 1

    def test_a_question_is_published_once(self, ana: Member, ben: Member, make_job: JobFactory) -> None:
        job = make_job(here(ana))
        number, _found = published(ana, ben, job)
        thread = threads.get_for(here(ana), number)
        with pytest.raises(Conflict):
            asking.publish_answer(here(ana), job, thread, answers.choice_of(thread).questions[0], "また", "また")

    def test_only_the_poster_publishes(self, ana: Member, ben: Member, make_job: JobFactory) -> None:
        job = make_job(here(ana))
        number = asked(ben, job)
        thread = threads.get_for(here(ben), number)
        with pytest.raises(NotAllowed):
            asking.publish_answer(here(ben), job, thread, answers.choice_of(thread).answers[0], "問", "答")
        with pytest.raises(NotFound):
            answers.get_asked(here(ben), number)

    def test_only_so_many_stand_on_a_page(
        self, ana: Member, ben: Member, monkeypatch: pytest.MonkeyPatch, make_job: JobFactory
    ) -> None:
        monkeypatch.setattr(answers, "MOST_ANSWERS", 0)
        with pytest.raises(Conflict):
            published(ana, ben, make_job(here(ana)))

    def test_what_the_moderators_hid_and_acknowledgements_are_not_chosen_from(
        self, ana: Member, ben: Member, make_job: JobFactory
    ) -> None:
        job = make_job(here(ana))
        number = asked(ben, job)
        thread = threads.get_for(here(ana), number)
        question = answers.choice_of(thread).questions[0]
        messages.acknowledge(here(ana), thread, question)
        question.hidden_at = now()
        choice = answers.choice_of(thread)
        assert (choice.questions, choice.answers) == ([], [])
        assert choice.find(question.id, question.id) is None

    def test_it_is_edited_by_its_version_and_taken_away(self, ana: Member, ben: Member, make_job: JobFactory) -> None:
        job = make_job(here(ana))
        _number, found = published(ana, ben, job)
        before = found.version
        asking.edit_answer(here(ana), job, found, "問い", "答え", before)
        assert (found.question, found.answer) == ("問い", "答え")
        with pytest.raises(Conflict):
            asking.edit_answer(here(ana), job, found, "古い", "古い", before)
        for stranger in (ben,):
            with pytest.raises(NotAllowed):
                asking.edit_answer(here(stranger), job, found, "偽", "偽", found.version)
            with pytest.raises(NotAllowed):
                asking.take_away_answer(here(stranger), job, found)
            with pytest.raises(NotFound):
                answers.get_answer(here(stranger), found.id)
        asking.take_away_answer(here(ana), job, found)
        assert answers.count_of(job) == 0


def _with_events(told: Any) -> Any:
    for each in told:
        db.db.session.refresh(each, ["event"])
    return told


@pytest.mark.real_commits
def test_one_form_sent_many_times_at_once_asks_once(app: Flask, ana: Member, ben: Member, make_job: JobFactory) -> None:
    with app.app_context(), db.writing():
        job_id = make_job(here(ana), TITLE).id
        db.commit()

    def ask(number: int) -> int:
        job = db.db.session.get_one(Job, job_id)
        db.db.session.refresh(job, ["poster"])
        return asked(ben, job)

    assert len(set(at_once(committing(app, ask)))) == 1
