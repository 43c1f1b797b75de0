"""Files of careers: sent, refused, handed out as downloads only, and to whom."""

from typing import Any

import pytest
from flask import Flask

from marketplace import db, limits, storage
from marketplace.accounts.models import Member
from marketplace.careers import queries
from marketplace.careers.models import CareerAttachment
from marketplace.careers.service.attachments import MOST_OF_A_CAREER
from tests.marketplace.careers.entries import a_career, a_file, an_upload
from tests.marketplace.uploads import HTML, METADATA_MARKS, OLE, PDF, archive, office, picture, telling
from tests.visit import HOST, Page, Visitors

CAREER = {"category": "employee", "company": "桂川翻訳", "started_on": "2014-04", "ended_on": "2020-09"}


@pytest.fixture
def page(visit: Visitors, ana: Member) -> Page:
    return visit.as_(ana).open("careers.careers")


def send(page: Page, *uploads: Any, button: str = "登録する", **fields: Any) -> Page:
    return page.submit(button, files={"files": list(uploads)}, **(CAREER if button == "登録する" else {}) | fields)


def files_of(app: Flask, member: Member) -> list[CareerAttachment]:
    with app.app_context():
        return list(queries.attachments_of(member))


def a_public_file(app: Flask, member: Member, name: str = "見本.pdf") -> int:
    with app.app_context(), db.writing():
        a_career(member, files=[a_file(name)], shows_files=True)
        db.commit()
    return files_of(app, member)[0].id


def test_on_ones_own_page_a_file_that_others_do_not_see_says_so(app: Flask, visit: Visitors, ana: Member) -> None:
    with app.app_context(), db.writing():
        a_career(ana, "北山書房", files=[a_file("下書き.pdf")])
        db.commit()
    a_public_file(app, ana)
    page = visit.as_(ana).open("profiles.show", username="ana")
    assert sorted(page.find_all(".timeline p:has(a[download])")) == ["下書き.pdf 非公開", "見本.pdf"]
    for reader in (visit.open("profiles.show", username="ana"), visit.as_(ana).open("profiles.preview")):
        assert reader.find_all(".timeline p:has(a[download])") == ["見本.pdf"]


def test_several_files_are_kept_with_their_names_and_are_private(app: Flask, page: Page, ana: Member) -> None:
    answer = send(
        page, an_upload("仕様書.pdf"), an_upload("表.xlsx", office("xlsx")), an_upload("絵.png", picture("PNG"))
    )
    assert answer.status == 200
    assert [(file.name, file.is_public) for file in files_of(app, ana)] == [
        ("仕様書.pdf", False),
        ("表.xlsx", False),
        ("絵.png", False),
    ]
    assert answer.find_all(".ordered .tag") == ["非公開"] * 3


def test_files_are_public_when_the_member_says_so(app: Flask, page: Page, ana: Member) -> None:
    send(page, an_upload(), shows_files="y")
    assert [file.is_public for file in files_of(app, ana)] == [True]


def test_a_picture_loses_the_place_where_it_was_taken(app: Flask, page: Page, ana: Member) -> None:
    send(page, an_upload("写真.jpg", telling("JPEG")))
    (file,) = files_of(app, ana)
    with app.app_context():
        assert not any(mark in storage.get(file.storage_key) for mark in METADATA_MARKS)


@pytest.mark.parametrize(
    ("name", "data", "status"),
    [
        ("page.html", HTML, 415),
        ("page.pdf", HTML, 415),
        ("見本.png", PDF, 415),
        ("古い.doc", OLE, 415),
        ("箱.zip", archive({"a.txt": b"a"}), 415),
        ("マクロ.docx", office("docx", {"word/vbaProject.bin": b"x"}), 415),
        ("絵.png", picture("PNG")[:60], 422),
        ("大きい.pdf", PDF + b" " * (20 * 1024 * 1024), 413),
    ],
)
def test_other_files_are_refused_with_a_sentence_and_what_was_typed_stays(
    app: Flask, page: Page, ana: Member, name: str, data: bytes, status: int
) -> None:
    answer = send(page, an_upload(name, data), an_upload())
    assert (answer.status, answer.value("company")) == (status, "桂川翻訳")
    assert answer.find_all(".upload ~ .field-error")
    with app.app_context():
        assert queries.lists_of(ana, ana).careers == []


def test_chosen_files_must_be_chosen_again_when_something_else_was_wrong(app: Flask, page: Page, ana: Member) -> None:
    answer = send(page, an_upload(), company="")
    assert answer.status == 422
    assert "ファイルをもう一度選んでください" in " ".join(answer.find_all(".upload ~ .field-error"))
    assert files_of(app, ana) == []


def test_more_than_ten_are_refused(app: Flask, page: Page, ana: Member) -> None:
    answer = send(page, *(an_upload(f"{number}.pdf") for number in range(MOST_OF_A_CAREER + 1)))
    assert answer.status == 422
    assert "10個まで" in answer.text
    assert files_of(app, ana) == []


def test_uploads_are_counted(
    app: Flask, page: Page, ana: Member, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    monkeypatch.setitem(app.extensions, "limits", limits.Limiter(tmp_path / "limits.db", 1.0))
    for number in range(3):
        uploads = (an_upload(f"{number}-{count}.pdf") for count in range(10))
        assert send(page, *uploads, company=f"会社{number}").status == 200
    answer = send(page, an_upload(), company="もう1社")
    assert answer.status == 429
    assert int(answer.response.headers["Retry-After"]) > 0
    assert answer.value("company") == "もう1社"


def test_files_are_added_published_hidden_and_deleted_one_by_one(app: Flask, page: Page, ana: Member) -> None:
    send(page, an_upload("一.pdf"))
    edit = page.browser.open("careers.edit", name="careers", id=files_of(app, ana)[0].career_id)
    send(edit, an_upload("二.pdf", PDF + b"\n"), button="更新する")
    assert [file.name for file in files_of(app, ana)] == ["一.pdf", "二.pdf"]

    edit = page.browser.open_path(edit.path).submit("「二.pdf」を公開する")
    assert ("「二.pdf」を公開しました。" in edit.text, edit.path) == (True, edit.path)
    assert [file.is_public for file in files_of(app, ana)] == [False, True]
    edit = edit.submit("「二.pdf」を公開しない")
    assert [file.is_public for file in files_of(app, ana)] == [False, False]

    question = edit.follow("「一.pdf」を削除する")
    assert len(files_of(app, ana)) == 2
    answer = question.submit("削除する")
    assert "「一.pdf」を削除しました。" in answer.text
    assert [file.name for file in files_of(app, ana)] == ["二.pdf"]


def test_a_file_is_a_download_that_no_browser_runs(app: Flask, visit: Visitors, ana: Member) -> None:
    key = a_public_file(app, ana, "仕様書(最終) v2.pdf")
    answer = visit.open("careers.attachment", id=key).response
    assert (answer.status_code, answer.get_data(), answer.mimetype) == (200, PDF, "application/pdf")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert answer.headers["Cache-Control"] == "private, no-cache"
    disposition = answer.headers["Content-Disposition"]
    assert disposition.startswith("attachment; ")
    assert "filename*=UTF-8''%E4%BB%95%E6%A7%98%E6%9B%B8" in disposition


def test_a_private_file_is_not_kept_by_the_browser(app: Flask, page: Page, visit: Visitors, ana: Member) -> None:
    send(page, an_upload())
    answer = visit.as_(ana).open("careers.attachment", id=files_of(app, ana)[0].id).response
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")


@pytest.mark.parametrize(
    "name", ['a"b.pdf', "a\r\nSet-Cookie: x=1.pdf", "../../etc/passwd.pdf", "\u202egnp.pdf", "=cmd.pdf"]
)
def test_a_name_cannot_break_out_of_its_header(app: Flask, page: Page, visit: Visitors, ana: Member, name: str) -> None:
    with app.app_context(), db.writing():
        a_career(ana, files=[a_file(name)], shows_files=True)
        db.commit()
    answer = visit.open("careers.attachment", id=files_of(app, ana)[0].id).response
    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers
    assert not set(answer.headers["Content-Disposition"]) & set("\r\n\u202e/")


def test_a_file_is_handed_out_to_those_who_may_have_it_and_absent_for_the_others(
    app: Flask, page: Page, visit: Visitors, ana: Member, ben: Member, cleo: Member
) -> None:
    send(page, an_upload())
    private = files_of(app, ana)[0].id
    hidden = a_public_file(app, cleo)
    assert visit.as_(ana).open("careers.attachment", id=private).status == 200
    assert visit.as_(cleo).open("careers.attachment", id=hidden).status == 200
    for key in (private, hidden, 10**6, 2**40, 10**30):
        assert visit.as_(ben).open("careers.attachment", id=key).status == 404
        assert visit.open("careers.attachment", id=key).status == 404


def test_what_is_hidden_again_is_gone_at_the_next_look(app: Flask, visit: Visitors, ana: Member) -> None:
    key = a_public_file(app, ana)
    look = {"If-None-Match": visit.open("careers.attachment", id=key).response.headers["ETag"]}
    address = f"/careers/attachments/{key}"
    assert visit.anonymous.client.get(address, base_url=HOST, headers=look).status_code == 304
    visit.as_(ana).post(f"{address}/hide")
    assert visit.anonymous.client.get(address, base_url=HOST, headers=look).status_code == 404


def test_nobody_touches_anothers_file(app: Flask, visit: Visitors, ana: Member, ben: Member) -> None:
    key = a_public_file(app, ana)
    browser = visit.as_(ben)
    for deed in ("show", "hide", "delete"):
        assert browser.post(f"/careers/attachments/{key}/{deed}").status == 404
        assert visit.anonymous.post(f"/careers/attachments/{key}/{deed}").status == 401
        assert visit.as_(ana).post(f"/careers/attachments/{key}/{deed}", csrf=False).status == 400
        assert visit.as_(ana).post(f"/careers/attachments/{key}/{deed}", {"id": "1"}).status == 422
    assert browser.open_path(f"/careers/attachments/{key}/delete").status == 404
    assert [file.is_public for file in files_of(app, ana)] == [True]


def test_a_file_whose_bytes_are_lost_is_absent(app: Flask, visit: Visitors, ana: Member) -> None:
    key = a_public_file(app, ana)
    with app.app_context():
        storage.delete(files_of(app, ana)[0].storage_key)
    assert visit.open("careers.attachment", id=key).status == 404


def test_deleting_a_career_says_how_many_files_go_with_it(app: Flask, visit: Visitors, ana: Member) -> None:
    a_public_file(app, ana)
    career = files_of(app, ana)[0].career_id
    page = visit.as_(ana).open("careers.delete", name="careers", id=career)
    assert "添付したファイル1個も消えます。" in page.text
    page.submit("削除する")
    assert files_of(app, ana) == []


def test_the_list_costs_the_same_with_many_files(app: Flask, visit: Visitors, ana: Member) -> None:
    with app.app_context(), db.writing():
        for number in range(5):
            a_career(ana, f"{number}", files=[a_file(mark=f"{count}") for count in range(10)])
        db.commit()
    page = visit.as_(ana).open("careers.careers")
    assert (len(page.soup.select(".ordered a[href*=attachments]")), page.statements) == (50, 5)
