"""Asking about a job from its page, and publishing a question with its answer on it."""

from datetime import timedelta

import pytest
from flask import Flask

from marketplace import db
from marketplace.accounts import drafts
from marketplace.accounts.models import Member
from marketplace.careers.models import SkillLevel
from marketplace.clock import today
from marketplace.follows import service as follows
from marketplace.jobs import queries
from marketplace.jobs.models import Job, JobEnding
from marketplace.jobs.service import asking
from marketplace.messages import queries as threads
from marketplace.messages import service as messages
from tests.blueprints.test_drafts import save
from tests.factories.jobs import JobFactory
from tests.marketplace.careers.entries import a_skill
from tests.visit import Visitors

QUESTION = "図版にある文字は、訳す範囲に入りますか。"
ANSWER = "入ります。40点ほどあります。"


@pytest.fixture
def job(make_job: JobFactory, ana: Member) -> Job:
    return make_job(ana, "取扱説明書の英日翻訳", description="英文200ページです。図版の中の文字も訳してください。")


@pytest.fixture
def asked(app: Flask, job: Job, ana: Member, ben: Member) -> int:
    """A question of Ben that Ana answered; its conversation."""
    with app.app_context(), db.writing():
        asker, poster = (db.db.session.get_one(Member, each.id) for each in (ben, ana))
        found = queries.get_for(asker, job.id)
        number = asking.ask(asker, found, "取扱説明書の英日翻訳について", QUESTION, "once-of-the-question")
        messages.reply(poster, threads.get_for(poster, number), ANSWER, "once-of-the-answer")
        db.commit()
    return number


# Asking


def test_a_question_goes_from_the_page_of_the_job_to_the_poster(
    visit: Visitors, job: Job, ana: Member, ben: Member
) -> None:
    compose = visit.as_(ben).open("jobs.show", job_id=job.id).follow("質問をする")
    assert compose.value("title") == "取扱説明書の英日翻訳について"
    look = compose.submit("確認する", body=QUESTION)
    assert "図版の中の文字も訳してください。" in look.find_all(".flash li"), "what is written there already is shown"
    thread = look.submit("送信")
    assert "質問を送信しました。Anaさんにだけ届いています。" in thread.text
    assert thread.has_link("取扱説明書の英日翻訳")
    assert not thread.has_link("質問と回答を案件のページに載せる"), "that is the poster's"
    inbox = visit.as_(ana).open("messages.index")
    assert inbox.follow("取扱説明書の英日翻訳について").has_link("質問と回答を案件のページに載せる")


def test_what_is_new_is_sent_without_a_word_on_what_is_there(visit: Visitors, job: Job, ben: Member) -> None:
    look = visit.as_(ben).open("jobs.ask", job_id=job.id).submit("確認する", body="納期のご相談はできますか。")
    assert "近いことが書かれています" not in look.text


def test_a_question_without_words_is_refused_and_its_title_stays(visit: Visitors, job: Job, ben: Member) -> None:
    refused = visit.as_(ben).open("jobs.ask", job_id=job.id).submit("確認する", title="別の題", body="")
    assert refused.status == 422
    assert refused.value("title") == "別の題"


def test_a_visitor_signs_in_first(visit: Visitors, job: Job) -> None:
    assert visit.open("jobs.ask", job_id=job.id).path.startswith("/login")
    assert visit.open("jobs.show", job_id=job.id).has_link("質問をする")


def test_one_does_not_ask_oneself_nor_where_nobody_is_looked_for(
    app: Flask, visit: Visitors, make_job: JobFactory, job: Job, ana: Member, ben: Member
) -> None:
    assert visit.as_(ana).open("jobs.ask", job_id=job.id).status == 403
    closed = make_job(ana, closed=JobEnding.FILLED)
    assert visit.as_(ben).open("jobs.ask", job_id=closed.id).status == 403
    assert not visit.as_(ben).open("jobs.show", job_id=closed.id).has_link("質問をする")
    with app.app_context(), db.writing():
        db.db.session.get_one(Job, job.id).apply_until = today() - timedelta(days=1)
        db.commit()
    page = visit.as_(ben).open("jobs.show", job_id=job.id)
    assert (page.has_link("質問をする"), page.find_all(".w-actions p")) == (False, ["応募の期限が過ぎました。"])


def test_a_block_hides_the_form_and_holds_what_was_written_in_it(
    app: Flask, visit: Visitors, job: Job, ana: Member, ben: Member
) -> None:
    look = visit.as_(ben).open("jobs.ask", job_id=job.id).submit("確認する", body=QUESTION)
    with app.app_context(), db.writing():
        follows.block(*(db.db.session.get_one(Member, each.id) for each in (ana, ben)))
        db.commit()
    assert look.submit("送信").status == 404
    assert visit.as_(ben).open("jobs.ask", job_id=job.id).status == 404


# Publishing


def test_the_poster_chooses_edits_and_publishes_and_the_asker_is_told_but_not_named(
    visit: Visitors, job: Job, asked: int, ana: Member, ben: Member
) -> None:
    choosing = visit.as_(ana).open("messages.show", conversation_id=asked).follow("質問と回答を案件のページに載せる")
    assert QUESTION in choosing.text
    form = choosing.submit("文を確かめる")
    assert (form.value("question"), form.value("answer")) == (QUESTION, ANSWER)
    save(form, question="図版の文字も", answer=ANSWER)
    assert visit.as_(ana).open_path(form.path).value("question") == "図版の文字も"
    named = form.submit("案件のページに載せる", answer="Ｂｅｎさん、ありがとうございます。")
    assert (named.status, set(named.errors())) == (422, {"answer"}), "who asked stays hidden"
    page = form.submit("案件のページに載せる", question="図版の文字も訳しますか。", answer="はい。")
    assert "図版の文字も訳しますか。" in page.text
    shown = visit.open("jobs.show", job_id=job.id)
    assert "図版の文字も訳しますか。" in shown.text
    assert "Ben" not in shown.text
    assert not shown.has_link("取り下げる")
    again = visit.as_(ana).open("jobs.publish_answer", conversation_id=asked).submit("文を確かめる")
    assert again.submit("案件のページに載せる").status == 409


def test_what_was_not_chosen_is_asked_for(visit: Visitors, asked: int, ana: Member) -> None:
    page = visit.as_(ana).open("jobs.publish_answer", conversation_id=asked, question=0, answer="x")
    assert page.status == 422
    assert "1つずつ選んでください" in page.text
    page = visit.as_(ana).open("jobs.publish_answer", conversation_id=asked)
    assert page.status == 200
    assert page.submit("文を確かめる", question=None, answer=None).status == 422, "pressed with nothing chosen"


def test_only_the_poster_publishes_edits_and_takes_away(
    app: Flask, visit: Visitors, job: Job, asked: int, ana: Member, ben: Member
) -> None:
    visit.as_(ana).open("jobs.publish_answer", conversation_id=asked).submit("文を確かめる").submit(
        "案件のページに載せる"
    )
    own = visit.as_(ana).open("jobs.show", job_id=job.id)
    edit = next(str(link["href"]) for link in own.soup.select("#answers a") if link.get_text() == "編集する")
    assert visit.as_(ben).open_path(edit).status == 404
    assert visit.as_(ben).open_path(edit.replace("edit", "delete")).status == 404
    assert visit.as_(ben).open("jobs.publish_answer", conversation_id=asked).status == 404
    page = visit.as_(ana).open_path(edit)
    save(page, question=QUESTION, answer="書きかけ", version=page.value("version"))
    page = visit.as_(ana).open_path(edit)
    assert page.value("answer") == "書きかけ"
    assert page.submit("更新する", answer="").status == 422
    assert page.submit("更新する", question="@ben からの質問です。").status == 422
    assert "変えた回答" in page.submit("更新する", answer="変えた回答").text
    late = page.submit("更新する", answer="古い画面")
    assert (late.status, late.value("answer")) == (409, "古い画面")
    assert "変えた回答" in late.find_all(".said"), "both versions are shown"
    save(visit.as_(ana).open_path(edit), question=QUESTION, answer="書きかけ", version=late.value("version"))
    gone = visit.as_(ana).open_path(edit.replace("edit", "delete")).submit("取り下げる")
    assert "変えた回答" not in gone.text
    with app.app_context():
        assert drafts.find(ana, edit) is None, "the next answer may get its number"


def test_a_thread_about_nothing_is_not_published(app: Flask, visit: Visitors, ana: Member, ben: Member) -> None:
    with app.app_context(), db.writing():
        pair = [db.db.session.get_one(Member, each.id) for each in (ben, ana)]
        number = messages.start(*pair, "件名", "本文", "once-of-the-tests")
        db.commit()
    assert visit.as_(ana).open("jobs.publish_answer", conversation_id=number).status == 404


# Fitting


def test_jobs_that_fit_are_listed_with_the_reason(
    app: Flask, visit: Visitors, make_job: JobFactory, ana: Member, ben: Member
) -> None:
    empty = visit.as_(ben).open("jobs.fitting")
    assert "スキルに合う案件は、いまはありません。" in empty.text
    with app.app_context(), db.writing():
        a_skill(db.db.session.get_one(Member, ben.id), "Excel", level=SkillLevel.WORKING)
        db.commit()
    for number in range(3):
        make_job(ana, f"表計算の{number}", skills=("Excel",))
    page = visit.as_(ben).open("jobs.fitting")
    assert set(page.find_all("header [aria-current=page]")) == {"お手伝い・お仕事を探す"}
    assert page.find_all("main h3") == ["表計算の2", "表計算の1", "表計算の0"]
    assert "「Excel」を実務で使える" in page.text
    many = page.statements
    make_job(ana, "もう一つ", skills=("Excel",))
    assert visit.as_(ben).open("jobs.fitting").statements == many
