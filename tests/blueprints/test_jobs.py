"""「案件を作成する」, the page of a job, 「作成した案件」, and ending one."""

from datetime import timedelta
from io import BytesIO
from typing import Any

from flask import Flask
from werkzeug.datastructures import FileStorage

from marketplace import db
from marketplace.accounts import drafts
from marketplace.accounts.models import Member
from marketplace.clock import now, today
from marketplace.follows import service as follows
from marketplace.jobs import queries
from marketplace.jobs.models import Job, JobEnding, JobState, QuestionKind
from marketplace.jobs.service import QuestionAsked
from tests.blueprints.english import speak_english
from tests.blueprints.test_drafts import save
from tests.factories.applications import ApplicationFactory
from tests.factories.companies import CompanyFactory
from tests.factories.jobs import JobFactory
from tests.marketplace.uploads import PDF
from tests.visit import Page, Visitors

WHOLE: dict[str, Any] = {
    "kind": "help",
    "title": "取扱説明書の和訳",
    "category": "translation",
    "description": "英文20ページです。",
    "skills": "英日翻訳\nＥＸＣＥＬ",
    "reward_kind": "fixed",
    "reward_min_yen": "５０，０００円",
    "reward_max_yen": "80000",
    "is_tax_included": "1",
    "apply_until": (today() + timedelta(days=14)).isoformat(),
    "wanted": "2",
    "questions-0-question": "経験年数は何年ですか。",
    "questions-0-kind": "number",
    "questions-0-is_required": "y",
    "offerer_name": "結び商店",
    "offerer_address": "京都市中京区1-2-3",
    "offerer_contact": "jobs@musubi.example",
}


def written(visit: Visitors, member: Member, button: str, **fields: Any) -> Page:
    return visit.as_(member).open("jobs.create").submit(button, **(WHOLE | fields))


def job_of(app: Flask, member: Member) -> Job:
    with app.app_context():
        [row] = queries.posted_by(member).rows
        return queries.get_own(member, row.id)


def test_a_job_is_written_and_published_on_one_page(app: Flask, visit: Visitors, ana: Member) -> None:
    page = written(visit, ana, "募集開始")
    assert (page.status, page.path) == (200, f"/jobs/{job_of(app, ana).id}")
    assert "「取扱説明書の和訳」の募集を始めました。" in page.text
    job = job_of(app, ana)
    assert (job.state, job.wanted, job.reward_min_yen, job.reward_max_yen) == (JobState.OPEN, 2, 50_000, 80_000)
    assert [each.skill.name for each in job.skills] == ["英日翻訳", "EXCEL"]
    assert [QuestionAsked.of(each) for each in job.questions] == [
        QuestionAsked(QuestionKind.NUMBER, "経験年数は何年ですか。", (), is_required=True)
    ]
    page = visit.open("jobs.show", job_id=job.id)
    for shown in (
        "取扱説明書の和訳",
        "50,000〜80,000",
        "税込",
        "京都市中京区1-2-3",
        "オンライン",
        "経験年数は何年ですか。",
    ):
        assert shown in page.text, shown
    speak_english(app, ana)
    page = visit.as_(ana).open("jobs.show", job_id=job.id)
    assert "50,000–80,000" in page.text
    assert page.has_link("See “Content of the work”")
    assert page.find_all("#work-title") == ["Content of the work"]


def test_what_is_missing_is_said_beside_its_field_with_the_reason(app: Flask, visit: Visitors, ana: Member) -> None:
    page = written(
        visit,
        ana,
        "募集開始",
        title="",
        description="",
        reward_min_yen="",
        reward_max_yen="",
        offerer_address="",
        apply_until="",
    )
    assert page.status == 422
    assert set(page.errors()) == {"title", "description", "reward_min_yen", "offerer_address", "apply_until"}
    assert "フリーランス法が求めています" in page.errors()["offerer_address"]
    assert (page.value("offerer_name"), page.value("questions-0-question")) == ("結び商店", "経験年数は何年ですか。")
    with app.app_context():
        assert not queries.posted_by(ana).rows


def test_each_part_of_what_is_missing_is_said_at_once_where_it_is(visit: Visitors, ana: Member) -> None:
    odd = {"title": "あ" * 81, "reward_kind": None, "is_tax_included": None, "wanted": "x", "category": ""}
    late = (today() + timedelta(days=91)).isoformat()
    page = written(visit, ana, "募集開始", offerer_contact="なし", offerer_address="東京都", apply_until=late, **odd)
    errors = page.errors()
    assert (page.status, set(errors)) == (422, {*odd, "offerer_contact", "offerer_address", "apply_until"})
    assert errors["category"].startswith("カテゴリーを選んでください。")
    assert errors["apply_until"].startswith("今日から90日以内の日を入力してください。")
    assert "報酬の種類を選んでください。" in errors["reward_kind"]
    assert "メールアドレス" in errors["offerer_contact"]
    assert "市区町村" in errors["offerer_address"]


def test_a_draft_may_lack_anything_and_its_list_says_so(app: Flask, visit: Visitors, ana: Member, ben: Member) -> None:
    page = visit.as_(ana).open("jobs.create").submit("下書きを保存する")
    job = job_of(app, ana)
    assert (page.path, "下書きを保存しました。" in page.text) == (f"/jobs/{job.id}/edit", True)
    assert page.find_all("#needs .is-missing b")[0].startswith("募集者の氏名または名称")
    assert "無題の下書き" in visit.as_(ana).open("jobs.mine").text
    assert "まだ、あなただけに見えています。" in visit.as_(ana).open("jobs.show", job_id=job.id).text
    assert visit.as_(ben).open("jobs.show", job_id=job.id).status == 404
    page = page.submit("公開したときの表示を見る", deed="preview", title="見るまえに変えた題")
    assert (page.path, page.find_all("h1")) == (f"/jobs/{job.id}/preview", ["見るまえに変えた題"])
    page = visit.as_(ana).open("jobs.edit", job_id=job.id).submit("募集開始", **WHOLE)
    assert (page.path, job_of(app, ana).state) == (f"/jobs/{job.id}", JobState.OPEN)


def test_in_the_name_of_a_company_who_offers_is_filled_in_from_its_page(
    app: Flask, visit: Visitors, ana: Member, make_company: CompanyFactory
) -> None:
    make_company("tea", ana, name="お茶商会", address="京都市上京区", phone="+81751234567", domain="tea.example")
    nobody = {"offerer_name": "", "offerer_address": "", "offerer_contact": ""}
    page = written(visit, ana, "募集開始", company="tea", **nobody)
    job = job_of(app, ana)
    assert (job.offerer_name, job.offerer_address, job.offerer_contact) == ("お茶商会", "京都市上京区", "075-123-4567")
    page = visit.open("jobs.show", job_id=job.id)
    assert page.has_link("お茶商会")
    page = visit.as_(ana).open("jobs.edit", job_id=job.id)
    assert "募集を始めたあとは変えられません。" in page.text
    assert not page.soup.select("[name=company]")


def test_of_oneself_it_is_filled_in_only_when_asked_for(app: Flask, visit: Visitors, ana: Member) -> None:
    page = visit.as_(ana).open("jobs.create").submit("氏名、住所、連絡先を入れる")
    assert "氏名または名称、住所、連絡先は、まだ登録されていません。" in page.text
    assert page.has_link("「名前と連絡先」を登録する")
    visit.as_(ana).open("profiles.edit").submit(
        "更新をする", name="阿南 奈緒", prefecture="26", city="京都市", phone="0751234567"
    )
    page = visit.as_(ana).open("jobs.create")
    assert "阿南" not in str(page.soup)
    page = page.submit("氏名、住所、連絡先を入れる", title="書きかけ")
    assert page.status == 200
    values = [page.value(name) for name in ("offerer_name", "offerer_address", "offerer_contact", "title")]
    assert values == ["阿南 奈緒", "京都府京都市", "075-123-4567", "書きかけ"]
    assert "募集者の氏名、住所、連絡先を入れました。" in page.text
    with app.app_context():
        assert not queries.posted_by(ana).rows


def test_only_who_is_verified_may_leave_out_who_they_are(app: Flask, visit: Visitors, ana: Member) -> None:
    nobody = {"offerer_name": "", "offerer_address": "", "offerer_contact": "", "is_vouched": "y"}
    page = visit.as_(ana).open("jobs.create")
    assert not page.soup.select("[name=is_vouched]")
    with app.app_context(), db.writing():
        member = db.db.session.get_one(Member, ana.id)
        member.identity_verified_at, member.identity_document = now(), "licence"
        db.commit()
    page = written(visit, ana, "募集開始", **nobody)
    assert page.path == f"/jobs/{job_of(app, ana).id}"
    assert "事務局が確認した募集者です。" in page.text
    assert "本人確認済み" in page.text


def test_what_was_typed_and_cannot_be_read_stays_in_its_field(visit: Visitors, ana: Member) -> None:
    page = written(
        visit,
        ana,
        "下書きを保存する",
        reward_min_yen="たくさん",
        reward_max_yen="5",
        wanted="0",
        apply_until="あした",
        starts_on="2026-12-24",
        ends_on="2026-12-23",
        skills="\n".join(f"スキル{n}" for n in range(11)),
        **{"questions-0-kind": "choice", "questions-0-choices": "朝"},
    )
    assert page.status == 422
    assert {"skills", "reward_min_yen", "wanted", "apply_until", "ends_on", "questions-0-choices"} <= set(page.errors())
    assert (page.value("reward_min_yen"), page.value("apply_until")) == ("たくさん", "あした")


def test_a_question_that_stands_twice_is_refused_where_it_does(visit: Visitors, ana: Member) -> None:
    page = (
        visit.as_(ana).open("jobs.create").submit("下書きを保存する", **{"questions-0-question": "経験は何年ですか。"})
    )
    page = page.submit("下書きを保存する", **{"questions-1-question": "経験は何年ですか。"})
    assert (page.status, list(page.errors())) == (422, ["questions-1-question"])


def test_files_are_kept_handed_out_to_members_and_deleted_after_asking(
    app: Flask, visit: Visitors, ana: Member, ben: Member
) -> None:
    page = visit.as_(ana).open("jobs.create")
    page = page.submit("募集開始", {"files": FileStorage(BytesIO(PDF), "条件.pdf")}, **WHOLE)
    job = job_of(app, ana)
    [file] = job.files
    answer = visit.as_(ben).client.get(f"/jobs/files/{file.id}", base_url="http://localhost")
    assert (answer.status_code, answer.data) == (200, PDF)
    assert "attachment" in answer.headers["Content-Disposition"]
    assert "ログインするとダウンロードできます。" in visit.open("jobs.show", job_id=job.id).text
    page = visit.as_(ana).open("jobs.edit", job_id=job.id).follow("「条件.pdf」を削除する").submit("削除する")
    assert "「条件.pdf」を削除しました。" in page.text
    assert job_of(app, ana).files == []
    many = {"files": [FileStorage(BytesIO(PDF), f"{n}.pdf") for n in range(6)]}
    page = visit.as_(ana).open("jobs.edit", job_id=job.id).submit("更新する", many)
    assert (page.status, list(page.errors())) == (422, ["files"])
    assert page.errors()["files"].startswith("案件に添付できるファイルは5個までです。")
    bad = {"files": FileStorage(BytesIO(b"MZ"), "a.exe")}
    page = visit.as_(ana).open("jobs.create").submit("下書きを保存する", bad, title="残る")
    assert (page.status, page.value("title")) == (415, "残る")
    assert "files" in page.errors()


def test_a_change_of_an_open_job_can_be_compared(
    app: Flask,
    visit: Visitors,
    ana: Member,
    ben: Member,
    cleo: Member,
    make_job: JobFactory,
    make_application: ApplicationFactory,
) -> None:
    job = make_job(ana)
    make_application(job, ben)
    assert visit.as_(ana).open("jobs.show", job_id=job.id).find_all(".w-actions .btn")[:1] == ["届いた応募を見る"]
    assert visit.as_(cleo).open("jobs.changes", job_id=job.id).status == 404
    page = visit.as_(ana).open("jobs.edit", job_id=job.id).submit("更新する", title="別の題", reward_min_yen="60,000")
    assert (page.path, "「別の題」を更新しました。" in page.text) == (f"/jobs/{job.id}", True)
    page = visit.as_(ben).open("jobs.show", job_id=job.id).follow("募集を始めてから変わったところ")
    cells = page.find_all("tbody td")
    assert cells[:2] == ["技術文書の翻訳", "別の題"]
    assert cells[2:] == ["50,000円", "60,000円"], "one amount is no range"
    since = visit.as_(ben).open("jobs.changes", job_id=job.id, since=2)
    assert "変わったところはありません。" in since.text
    assert "別の題" in visit.as_(ben).open("jobs.changes", job_id=job.id, since=1).text
    assert "変わったところはありません。" in visit.as_(ben).open("jobs.changes", job_id=job.id, since=9).text


def test_what_was_taken_back_is_not_told(
    visit: Visitors, ana: Member, ben: Member, cleo: Member, make_job: JobFactory, make_application: ApplicationFactory
) -> None:
    job = make_job(ana, offerer_address="京都市上京区の自宅")
    make_application(job, ben)
    edit = visit.as_(ana).open("jobs.edit", job_id=job.id)
    edit.submit("更新する", title="別の題", offerer_address="京都市中京区私書箱")
    make_application(job, cleo)
    told = visit.as_(ben).open("jobs.changes", job_id=job.id).text
    assert "京都市中京区私書箱" in told
    assert "自宅" not in told
    assert "変わったところはありません。" in visit.as_(cleo).open("jobs.changes", job_id=job.id).text
    assert "自宅" in visit.as_(ana).open("jobs.changes", job_id=job.id).text


def test_of_two_pages_that_change_a_job_the_later_shows_both(
    app: Flask, visit: Visitors, ana: Member, make_job: JobFactory
) -> None:
    job = make_job(ana)
    browser = visit.as_(ana)
    first, second = (browser.open("jobs.edit", job_id=job.id) for _time in range(2))
    first.submit("更新する", title="先の題")
    page = second.submit("更新する", title="後の題")
    assert page.status == 409
    assert page.find_all(".versions dd") == ["先の題", "後の題"]
    assert page.submit("更新する").path == f"/jobs/{job.id}"
    assert job_of(app, ana).title == "後の題"


def test_a_second_press_changes_nothing_and_is_no_conflict(app: Flask, visit: Visitors, ana: Member) -> None:
    page = visit.as_(ana).open("jobs.create")
    paths = {page.submit("募集開始", **WHOLE).path for _time in range(2)}
    assert len(paths) == 1
    changed = page.submit("募集開始", **WHOLE | {"title": "押してから変えた題"})
    assert (changed.status, changed.value("title")) == (409, "押してから変えた題"), "what was typed is not lost"
    page = visit.as_(ana).open("jobs.edit", job_id=job_of(app, ana).id)
    assert [page.submit("更新する", title="別の題").status for _time in range(2)] == [200, 200]
    with app.app_context():
        assert len(queries.posted_by(ana).rows) == 1


def test_one_asks_before_a_job_is_closed_and_a_draft_deleted(
    app: Flask, visit: Visitors, ana: Member, ben: Member, make_job: JobFactory
) -> None:
    job, draft = make_job(ana), make_job(ana, "書きかけ", draft=True)
    page = visit.as_(ana).open("jobs.mine").follow("募集を終える、技術文書の翻訳")
    page = page.submit("募集を終える", ending="filled")
    assert "この案件の募集は" in page.text
    assert "この案件の募集は" in visit.as_(ben).open("jobs.show", job_id=job.id).text
    assert visit.as_(ana).post(f"/jobs/{job.id}/close", {"ending": "filled"}).status == 409
    for other in (job, draft):
        assert visit.as_(ana).open("jobs.close", job_id=other.id).path == f"/jobs/{other.id}", "nothing to be closed"
    assert visit.as_(ana).open("jobs.edit", job_id=job.id).status == 403
    edit = visit.as_(ana).open("jobs.edit", job_id=draft.id)
    save(edit, title="消すはずの題", version=edit.value("version"))
    assert visit.as_(ana).open("jobs.edit", job_id=draft.id).value("title") == "消すはずの題"
    page = visit.as_(ana).open("jobs.mine").follow("消す、書きかけ").submit("消す")
    assert (page.path, "書きかけ" in page.find_all("h2")) == ("/jobs/mine", False)
    assert visit.as_(ana).open("jobs.show", job_id=draft.id).status == 404
    assert visit.as_(ana).open("jobs.discard", job_id=job.id).status == 403
    with app.app_context():
        assert drafts.find(ana, f"/jobs/{draft.id}/edit") is None, "the next job may get its number"


def test_a_copy_is_a_draft_of_ones_own(app: Flask, visit: Visitors, ana: Member, make_job: JobFactory) -> None:
    job = make_job(ana, closed=JobEnding.FILLED)
    page = visit.as_(ana).open("jobs.show", job_id=job.id).submit("写して作る")
    assert (page.path == f"/jobs/{job.id}/edit", page.value("title")) == (False, "技術文書の翻訳")
    assert page.value("apply_until") == ""
    page = visit.as_(ana).open("jobs.mine")
    assert next(page.submit("写して作る").path for _time in range(2)).endswith("/edit")
    with app.app_context():
        assert len(queries.posted_by(ana).rows) == 3


def test_a_draft_is_published_from_its_page_or_the_form_says_what_is_missing(
    app: Flask, visit: Visitors, ana: Member, make_job: JobFactory
) -> None:
    job = make_job(ana, draft=True, apply_until=None)
    page = visit.as_(ana).open("jobs.show", job_id=job.id).submit("募集開始")
    assert (page.path, "応募の期限" in page.find_all(".flashes")[0]) == (f"/jobs/{job.id}/edit", True)
    page.submit("下書きを保存する", apply_until=today().isoformat())
    page = visit.as_(ana).open("jobs.show", job_id=job.id).submit("募集開始")
    assert "の募集を始めました。" in page.text


def test_what_is_typed_saves_itself(visit: Visitors, ana: Member) -> None:
    browser = visit.as_(ana)
    page = browser.open("jobs.create")
    assert page.soup.select("form[data-draft]")
    browser.post(
        "/drafts?path=/jobs/new", {"title": "書きかけ", "questions-0-question": "経験は?", "questions-0-kind": "text"}
    )
    page = browser.open("jobs.create")
    assert (page.value("title"), page.value("questions-0-question")) == ("書きかけ", "経験は?")
    assert "下書きを戻しました。" in page.text


def test_the_list_of_what_is_missing_follows_what_is_typed(visit: Visitors, ana: Member) -> None:
    browser = visit.as_(ana)
    page = browser.post("/jobs/needs", WHOLE | {"title": "", "is_remote": "y"})
    assert page.status == 200
    assert [words.partition("(")[0].strip() for words in page.find_all(".is-missing b")] == ["タイトル"]


def test_between_whom_a_block_stands_a_job_is_not_there(
    app: Flask, visit: Visitors, ana: Member, ben: Member, make_job: JobFactory
) -> None:
    job = make_job(ana)
    with app.app_context(), db.writing():
        follows.block(ana, ben)
        db.commit()
    for endpoint in ("jobs.show", "jobs.changes"):
        assert visit.as_(ben).open(endpoint, job_id=job.id).status == 404


def test_a_page_costs_the_same_however_much_a_job_says(
    visit: Visitors, ana: Member, ben: Member, make_job: JobFactory
) -> None:
    asked = tuple(QuestionAsked(QuestionKind.TEXT, f"設問{number}") for number in range(10))
    long = make_job(ana, skills=tuple("abcdefghij"), questions=asked)
    short = make_job(ana, skills=("a",), questions=asked[:1])
    costs = {visit.as_(ben).open("jobs.show", job_id=job.id).statements for job in (long, short)}
    assert len(costs) == 1
    assert costs.pop() <= 9


def test_the_list_costs_the_same_however_long_it_is(
    visit: Visitors, ana: Member, ben: Member, make_job: JobFactory
) -> None:
    make_job(ben)
    for number in range(25):
        make_job(ana, f"案件{number}")
    costs = {visit.as_(member).open("jobs.mine").statements for member in (ana, ben)}
    assert visit.as_(ben).open("jobs.mine").has_link("応募 0件")
    assert len(costs) == 1
    assert costs.pop() <= 5
    page = visit.as_(ana).open("jobs.mine")
    assert len(page.find_all(".job-row")) == 20
    assert len(page.follow("次のページを見る").find_all(".job-row")) == 5
