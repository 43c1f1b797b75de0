"""What a client does with applications: the table, one of them whole, accepting, お見送り, notes and the shortlist."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from marketplace import db
from marketplace.accounts.models import Member
from marketplace.applications.models import Application, ApplicationState
from marketplace.jobs.models import Job, QuestionKind
from marketplace.jobs.service import QuestionAsked
from tests.blueprints.test_drafts import save
from tests.factories.applications import ApplicationFactory
from tests.factories.jobs import JobFactory
from tests.factories.members import MemberFactory
from tests.visit import Page, Visitors

ASKED = (
    QuestionAsked(QuestionKind.TEXT, "得意な分野"),
    QuestionAsked(QuestionKind.CHOICE, "使うソフト", ("Word", "Trados")),
    QuestionAsked(QuestionKind.NUMBER, "経験年数"),
    QuestionAsked(QuestionKind.YES_NO, "対面で会えますか"),
)
ANSWERS = (
    ("Ann", ("医薬と特許", "Word", 3, "yes"), 40_000),
    ("Bob", ("法務", "Trados", 12, "no"), None),
    ("Kay", ("特許", "Trados", 7.5, "yes"), 60_000),
    ("Lou", ("", "", "", ""), 50_000),
)


@pytest.fixture
def job(ana: Member, make_member: MemberFactory, make_job: JobFactory, make_application: ApplicationFactory) -> Job:
    """A job of Ana's to which four have answered."""
    made = make_job(ana, "和訳", questions=ASKED, wanted=2)
    for name, given, reward in ANSWERS:
        answers = {question.id: each for question, each in zip(made.questions, given, strict=True) if each != ""}
        make_application(
            made, make_member(name.lower(), name, worker=name != "Lou"), answers=answers, reward_yen=reward
        )
    return made


def table(visit: Visitors, ana: Member, job: Job, **values: str) -> Page:
    return visit.as_(ana).open("applications.received", job_id=job.id, **values)


def pressed(page: Page, label: str) -> str:
    """The value of the button that a browser would send along: one of many that share a form."""
    return str(page.soup.select_one(f"button[aria-label='{label}']")["value"])  # type: ignore[index]


def names(page: Page) -> list[str]:
    return page.find_all("tbody th > div a[href*='/applications/']")


def number_of(app: Flask, name: str) -> int:
    with app.app_context():
        return db.db.session.scalars(
            select(Application.id).join(Application.applicant).where(Member.username == name.lower())
        ).one()


def state_of(app: Flask, name: str) -> str:
    with app.app_context():
        return db.db.session.get_one(Application, number_of(app, name)).state.value


def test_answers_stand_side_by_side(visit: Visitors, ana: Member, job: Job) -> None:
    page = table(visit, ana, job)
    assert page.find_all("thead th")[4:8] == ["得意な分野", "使うソフト", "経験年数", "対面で会えますか"]
    assert names(page) == ["Lou", "Kay", "Bob", "Ann"]
    row = page.find_all("tbody tr:nth-child(2) td")
    assert row[1:7] == ["60,000 円", "―", "特許", "Trados", "7.5", "はい"]
    assert "募集のとおり" in page.find_all("tbody tr:nth-child(3) td")[1]


SIFTED = (
    ({"a0": "特許"}, ["Kay", "Ann"]),
    ({"a1": "Trados"}, ["Kay", "Bob"]),
    ({"a1": "Excel"}, ["Lou", "Kay", "Bob", "Ann"]),
    ({"a3": "yes"}, ["Kay", "Ann"]),
    ({"from2": "7.5"}, ["Kay", "Bob"]),
    ({"from2": "５", "to2": "10"}, ["Kay"]),
    ({"from2": "many"}, ["Lou", "Kay", "Bob", "Ann"]),
    ({"a3": "yes", "a1": "Trados"}, ["Kay"]),
    ({"sort": "most-2"}, ["Bob", "Kay", "Ann", "Lou"]),
    ({"sort": "least-2"}, ["Ann", "Kay", "Bob", "Lou"]),
    ({"sort": "cheapest"}, ["Ann", "Lou", "Kay", "Bob"]),
    ({"sort": "dearest"}, ["Kay", "Lou", "Ann", "Bob"]),
    ({"sort": "oldest"}, ["Ann", "Bob", "Kay", "Lou"]),
    ({"sort": "least-9"}, ["Lou", "Kay", "Bob", "Ann"]),
    ({"a0": "%"}, []),
    ({"a0": "\x00"}, ["Lou", "Kay", "Bob", "Ann"]),
)
"""What is asked for, with the places of questions in the place of their numbers, and who is found."""


def test_they_are_sifted_and_sorted_by_what_they_say(visit: Visitors, ana: Member, job: Job) -> None:
    ids = {str(place): str(question.id) for place, question in enumerate(job.questions)} | {"9": "999999"}
    for wanted, found in SIFTED:
        values = {}
        for name, value in wanted.items():
            kind, _dash, place = value.partition("-")
            values[name.rstrip("0123") + ids.get(name[-1], "")] = f"{kind}-{ids[place]}" if place else value
        assert names(table(visit, ana, job, **values)) == found, wanted


def test_one_is_read_whole_with_who_sent_it_and_noted_for_oneself(
    app: Flask, visit: Visitors, ana: Member, job: Job
) -> None:
    page = table(visit, ana, job).follow("Kay")
    assert "医薬" not in page.text
    for words in ("特許", "7.5", "60,000", "ワーカーのページを見る", "までに回答してください"):
        assert words in page.text
    save(page, note="落ち着いた")
    assert visit.as_(ana).open_path(page.path).value("note") == "落ち着いた"
    noted = page.submit("メモを更新する", note="落ち着いた返事。")
    assert "メモを更新しました" in noted.text
    assert noted.value("note") == "落ち着いた返事。"
    long = noted.submit("メモを更新する", note="あ" * 1_001)
    assert (long.status, len(long.value("note"))) == (422, 1_001)
    assert "落ち着いた返事。" in table(visit, ana, job).text
    kay = visit.as_(_member(app, "kay"))
    assert "落ち着いた返事。" not in kay.open("applications.show", application_id=number_of(app, "Kay")).text


def test_the_shortlist_is_a_press_in_the_table_and_a_filter(visit: Visitors, ana: Member, job: Job) -> None:
    page = table(visit, ana, job, sort="oldest")
    page = page.submit("Bobさんを候補に入れる", chosen=pressed(page, "Bobさんを候補に入れる"))
    assert page.path.endswith("?sort=oldest")
    assert names(table(visit, ana, job, shortlisted="1")) == ["Bob"]
    for number in ("9" * 20, "9" * 5_000, "x"):
        assert page.submit("Bobさんを候補から外す", chosen=f"{number}:on").status == 404
    page.submit("Bobさんを候補から外す", chosen=pressed(page, "Bobさんを候補から外す"))
    assert names(table(visit, ana, job, shortlisted="1")) == []


def test_accepting_is_asked_once_and_told(
    app: Flask, visit: Visitors, drain: Callable[[], int], ana: Member, job: Job
) -> None:
    page = table(visit, ana, job).follow("Kay").follow("条件の相談へ進む")
    assert state_of(app, "Kay") == "open"
    done = page.submit("条件の相談へ進む")
    assert "条件の相談へ進みました" in done.text
    assert state_of(app, "Kay") == "accepted"
    again = page.submit("条件の相談へ進む")
    assert (again.status, "すでに条件の相談へ進んでいます。" in again.text) == (409, True)
    assert not again.soup.select("main form")
    drain()
    kay = visit.as_(_member(app, "kay"))
    assert "条件の相談へ進みました" in kay.open("notifications.index").text
    assert "条件の相談へ" in kay.open("applications.show", application_id=number_of(app, "Kay")).text
    assert names(table(visit, ana, job)) == ["Lou", "Bob", "Ann"]
    assert names(table(visit, ana, job, state="accepted")) == ["Kay"]
    assert len(names(table(visit, ana, job, state="all"))) == 4


def test_that_as_many_are_accepted_as_are_wanted_is_said_before_the_press(
    visit: Visitors, ana: Member, job: Job
) -> None:
    late = table(visit, ana, job).follow("Lou").follow("条件の相談へ進む")
    for name in ("Ann", "Bob"):
        table(visit, ana, job).follow(name).follow("条件の相談へ進む").submit("条件の相談へ進む")
    refused = late.submit("条件の相談へ進む")
    assert refused.status == 409
    for page in (refused, table(visit, ana, job).follow("Lou"), visit.as_(ana).open_path(late.path)):
        assert "募集人数の2人に達しています。" in page.text
        assert page.has_link("人数を増やす")
        assert page.has_link("お見送りにする")
        assert "条件の相談へ進む" not in page.find_all("main .btn-primary")
    edited = refused.follow("人数を増やす").submit("更新する", wanted="3")
    assert edited.status == 200
    assert late.submit("条件の相談へ進む").status == 200


def test_until_there_are_terms_both_sides_can_let_it_be_and_say_why(
    app: Flask, visit: Visitors, drain: Callable[[], int], ana: Member, job: Job
) -> None:
    for name in ("Kay", "Bob"):
        table(visit, ana, job).follow(name).follow("条件の相談へ進む").submit("条件の相談へ進む")
    late = visit.as_(ana).open("applications.take_back", job_id=job.id, application_id=number_of(app, "Bob"))
    ask = table(visit, ana, job, state="accepted").follow("Kay").follow("条件の相談をやめる")
    blank = ask.submit("条件の相談をやめる", text=" ")
    assert (blank.status, state_of(app, "Kay")) == (422, "accepted")
    done = blank.submit("条件の相談をやめる", text="予算がなくなりました。")
    assert (done.status, "予算がなくなりました。" in done.text) == (200, True)
    drain()
    kay = visit.as_(_member(app, "kay"))
    assert "「和訳」への応募に回答がありました。" in kay.open("notifications.index").text
    assert "予算がなくなりました。" in kay.open("applications.show", application_id=number_of(app, "Kay")).text
    bob = visit.as_(_member(app, "bob")).open("applications.show", application_id=number_of(app, "Bob"))
    assert "までに提示されないときは、この応募は自動で終わります。" in bob.text
    ask = bob.follow("応募を取り下げる")
    assert ask.submit("取り下げる", reason="").status == 422
    ask.submit("取り下げる", reason="ほかの仕事が決まりました。")
    assert state_of(app, "Bob") == "withdrawn"
    twice = ask.submit("取り下げる", reason="もう一度書いた理由です。")
    assert (twice.status, twice.value("reason")) == (409, "もう一度書いた理由です。")
    assert list(twice.errors()) == ["reason"]
    told = visit.as_(ana).open("applications.review", job_id=job.id, application_id=number_of(app, "Bob"))
    assert "ほかの仕事が決まりました。" in told.text
    refused = late.submit("条件の相談をやめる", text="やはりやめます。")
    assert (refused.status, refused.value("text")) == (409, "やはりやめます。")


def test_several_are_declined_with_a_text_that_is_shown_before(
    app: Flask, visit: Visitors, drain: Callable[[], int], ana: Member, job: Job
) -> None:
    page = table(visit, ana, job)
    assert "応募を選んでください" in page.submit("選んだ応募を見送る").text
    chosen = [str(number_of(app, name)) for name in ("Ann", "Lou")]
    ask = page.submit("選んだ応募を見送る", chosen=chosen)
    assert (state_of(app, "Ann"), "ご縁がありませんでした" in ask.value("text")) == ("open", True)
    for words in ("2件の応募をお見送りにしますか", "Ann", "Lou"):
        assert words in ask.text
    save(ask, text="特許の方に", chosen=chosen)
    assert visit.as_(ana).open_path(ask.path).value("text") == "特許の方に"
    blank = ask.submit("お見送りにする", text=" ", chosen=chosen)
    assert (blank.status, state_of(app, "Ann")) == (422, "open")
    done = blank.submit("お見送りにする", text="今回は特許の方にお願いします。", chosen=chosen)
    assert "2件をお見送りにしました。" in done.text
    assert names(done) == ["Kay", "Bob"]
    assert not table(visit, ana, job, state="declined").has_button("選んだ応募を見送る")
    drain()
    ann = visit.as_(_member(app, "ann"))
    assert "「和訳」への応募に回答がありました。" in ann.open("notifications.index").text
    read = ann.open("applications.show", application_id=number_of(app, "Ann"))
    assert "今回は特許の方にお願いします。" in read.text


def test_nobody_else_sees_who_applied(app: Flask, visit: Visitors, ben: Member, job: Job) -> None:
    kay = _member(app, "kay")
    for member in (ben, kay):
        browser = visit.as_(member)
        assert browser.open("applications.received", job_id=job.id).status == 404
        number = number_of(app, "Kay")
        assert browser.open("applications.review", job_id=job.id, application_id=number).status == 404
        for path in (f"{number}/accept", "decline", "shortlist", f"{number}/note"):
            sent = {"chosen": str(number), "text": "x", "note": "x"}
            assert browser.post(f"/jobs/{job.id}/applications/{path}", sent).status == 404
    assert visit.as_(ben).open("applications.show", application_id=number).status == 404


def test_one_job_does_not_lead_into_another(
    app: Flask, visit: Visitors, ana: Member, ben: Member, job: Job, make_job: JobFactory
) -> None:
    number, other = number_of(app, "Kay"), make_job(ben)
    assert visit.as_(ben).open("applications.review", job_id=other.id, application_id=number).status == 404
    sent = {"chosen": str(number), "text": "x"}
    page = visit.as_(ben).post(f"/jobs/{other.id}/applications/decline", sent)
    assert "応募を選んでください" in page.text
    assert state_of(app, "Kay") == "open"


def test_the_table_costs_the_same_however_long_it_is(
    app: Flask, visit: Visitors, ana: Member, make_member: MemberFactory, make_job: JobFactory,
    make_application: ApplicationFactory,
) -> None:  # fmt: skip
    job = make_job(ana, questions=ASKED)
    number = job.questions[2].id
    make_application(job, make_member(), answers={number: 1})
    one = table(visit, ana, job, sort=f"most-{number}").statements
    for years in range(2, 26):
        make_application(job, make_member(worker=True), answers={number: years})
    page = table(visit, ana, job, sort=f"most-{number}")
    assert (page.statements, len(names(page))) == (one, 20)
    assert one <= 8
    assert page.find_all("td[data-label=経験年数]")[0] == "25"
    rest = page.follow("次のページを見る")
    assert rest.find_all("td[data-label=経験年数]") == ["5", "4", "3", "2", "1"]
    assert len(names(rest.follow("前のページを見る"))) == 20


def test_how_often_a_client_answers_is_said_from_five_on(
    visit: Visitors, ana: Member, make_member: MemberFactory, make_job: JobFactory, make_application: ApplicationFactory
) -> None:
    job = make_job(ana)
    for state in (*[ApplicationState.DECLINED] * 3, ApplicationState.EXPIRED):
        make_application(job, make_member(), state=state)
    assert "回答率" not in table(visit, ana, job).find_all(".page-title")[0]
    make_application(job, make_member(), state=ApplicationState.DECLINED)
    assert "あなたの回答率 80%" in table(visit, ana, job).text


def _member(app: Flask, username: str) -> Member:
    with app.app_context():
        return db.db.session.scalars(select(Member).where(Member.username == username)).one()
