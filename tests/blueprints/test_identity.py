"""A member shows who they are, a moderator looks, and nothing of the papers is left."""

import json
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from marketplace import db, storage, vault
from marketplace.accounts.models import Member
from marketplace.audit.models import AuditDeed, AuditEntry
from marketplace.clock import now
from marketplace.transparency import checking
from marketplace.verification import papers, queries
from marketplace.verification.models import IdentityDocument, Verification
from tests.blueprints.office import Appoint
from tests.factories.members import PASSWORD
from tests.marketplace.uploads import is_marked, picture
from tests.visit import Browser, Page, Visitors

pytestmark = pytest.mark.usefixtures("empty_places")

IDENTITY = "/settings/identity"
QUEUE = "/moderation/identity"
SAID = {"name": "三宅 ことは", "name_kana": "ミヤケ コトハ", "birth_date": "1990-04-01"}
COMPARED = ("is_readable", "name_matches", "kana_matches", "birth_date_matches", "is_valid", "is_clean")
TICKS = dict.fromkeys(COMPARED, "y")


def chosen(count: int = 1, kind: str = "JPEG") -> list[tuple[BytesIO, str]]:
    return [(BytesIO(picture(kind, (300 + number, 200))), f"menkyo-{number}.jpg") for number in range(count)]


def upload(browser: Browser, kind: str = "licence", count: int = 2, checked: str = "yes", **said: Any) -> Page:
    """Fill in the page as somebody does whose browser has shown the pictures."""
    page = browser.open("verification.identity")
    return page.submit("アップロードする", files={"files": chosen(count)}, kind=kind, checked=checked, **(SAID | said))


def waiting_of(member: Member) -> Verification:
    found = queries.find_live(member, None)
    assert found is not None
    return found


@pytest.fixture
def handed_in(app: Flask, visit: Visitors, ana: Member) -> int:
    """The number of papers of Ana's that wait."""
    page = upload(visit.as_(ana))
    assert "書類をお預かりしました" in page.text, page.text
    with app.app_context():
        return waiting_of(ana).id


def taken(browser: Browser, number: int) -> Page:
    browser.post(f"{QUEUE}/{number}/take")
    return browser.post(f"{QUEUE}/{number}/look")


def files_below(folder: str) -> list[str]:
    return [key for key, _at in storage.below(folder)]


def test_papers_are_uploaded_looked_at_handed_in_and_shown_as_waiting(app: Flask, visit: Visitors, ana: Member) -> None:
    browser = visit.as_(ana)
    page = upload(browser, checked="")
    assert "まだ提出していません" in page.text
    assert len(page.soup.select(".paper-pages img")) == 2
    own = browser.open_path(str(page.soup.select(".paper-pages img")[0]["src"]))
    assert own.response.mimetype == "image/jpeg"
    assert own.response.headers["Cache-Control"] == "no-store"
    page = page.submit("アップロードする")
    assert "書類をお預かりしました" in page.text
    assert "事務局が確認しています" in page.text
    assert "まだだれも見ていません" in page.text
    with app.app_context():
        assert waiting_of(ana).due_at is not None


def test_what_is_stored_is_no_picture_without_its_key(app: Flask, handed_in: int) -> None:
    with app.app_context():
        documents = pages_of(handed_in)
        for document in documents:
            sealed = storage.get(str(document.storage_key))
            assert b"JFIF" not in sealed
            opened = vault.open_sealed(str(document.vault_key), sealed, str(document.storage_key))
            assert opened.startswith(b"\xff\xd8\xff")
        assert len({document.vault_key for document in documents}) == 2


@pytest.mark.parametrize(
    ("said", "field", "status"),
    [
        ({"kind": "insurance"}, "kind-0", 422),
        ({"name": ""}, "name", 422),
        ({"name_kana": "三宅"}, "name_kana", 422),
        ({"birth_date": "1890-01-01"}, "birth_date", 422),
    ],
)
def test_what_is_missing_is_said_beside_the_field_and_nothing_is_kept(
    app: Flask, visit: Visitors, ana: Member, said: dict[str, str], field: str, status: int
) -> None:
    page = upload(visit.as_(ana), **said)
    assert page.status == status
    assert page.find_all(f'.error-summary a[href="#{field}"]')
    assert page.find_all(f'#{field}[aria-invalid="true"][aria-describedby*="-e"]')
    assert page.value("name") == said.get("name", SAID["name"])
    with app.app_context():
        assert queries.find_live(ana, None) is None
    assert files_below("papers") == []


def test_one_side_of_a_licence_is_kept_and_the_other_is_asked_for(app: Flask, visit: Visitors, ana: Member) -> None:
    browser = visit.as_(ana)
    page = upload(browser, count=1)
    assert "表と裏の2枚の画像を選んでください" in page.text
    page = page.submit("アップロードする", files={"files": chosen(1)}, checked="yes")
    assert "書類をお預かりしました" in page.text


def test_more_pages_than_there_can_be_are_refused(app: Flask, visit: Visitors, ana: Member) -> None:
    page = upload(visit.as_(ana), kind="number_card", count=2)
    assert page.status == 422
    assert "この書類は1枚までです" in page.text
    assert files_below("papers") == []


def test_a_page_can_be_taken_away_before_it_is_handed_in(
    app: Flask, visit: Visitors, ana: Member, drain: Callable[[], int]
) -> None:
    browser = visit.as_(ana)
    page = upload(browser, checked="")
    page = page.submit("取り消す、画像1")
    assert len(page.soup.select(".paper-pages img")) == 1
    drain()
    assert len(files_below("papers")) == 1
    assert len(list(vault.names())) == 1


def test_another_kind_replaces_what_was_chosen(
    app: Flask, visit: Visitors, ana: Member, drain: Callable[[], int]
) -> None:
    browser = visit.as_(ana)
    upload(browser, checked="")
    page = upload(browser, kind="passport", count=1, checked="")
    assert len(page.soup.select(".paper-pages img")) == 1
    drain()
    assert len(files_below("papers")) == 1


def test_nobody_else_sees_a_page_or_a_receipt(app: Flask, visit: Visitors, ana: Member, ben: Member) -> None:
    page = upload(visit.as_(ana), checked="")
    address = str(page.soup.select(".paper-pages img")[0]["src"])
    assert visit.as_(ben).open_path(address).status == 404
    assert visit.as_(ben).post(f"{address}/remove").status == 404
    with app.app_context():
        number = waiting_of(ana).id
    assert visit.as_(ben).open_path(f"{IDENTITY}/{number}/withdraw").status == 404
    document = address.rsplit("/", 1)[1]
    assert visit.as_(ben).open_path(f"{IDENTITY}/receipts/{document}").status == 404
    assert visit.as_(ana).open_path(f"{IDENTITY}/receipts/{document}").status == 404


def test_taking_papers_back_destroys_them(
    app: Flask, visit: Visitors, ana: Member, handed_in: int, drain: Callable[[], int]
) -> None:
    browser = visit.as_(ana)
    page = browser.open_path(f"{IDENTITY}/{handed_in}/withdraw").submit("取り下げる")
    assert "書類を取り下げました" in page.text
    drain()
    assert files_below("papers") == []
    assert list(vault.names()) == []
    assert browser.post(f"{IDENTITY}/{handed_in}/withdraw", {"go": "y"}).status == 409


def test_whoever_leaves_leaves_no_papers(
    app: Flask, visit: Visitors, ana: Member, handed_in: int, drain: Callable[[], int]
) -> None:
    page = visit.as_(ana).open("leaving.leave")
    page.submit("退会する", password=PASSWORD, is_sure="y")
    drain()
    assert files_below("papers") == []
    assert list(vault.names()) == []


def test_a_moderator_takes_opens_compares_and_approves(
    app: Flask, visit: Visitors, ana: Member, ben: Member, handed_in: int, appoint: Appoint, drain: Callable[[], int]
) -> None:
    office = appoint(ben)
    page = office.open_path(QUEUE)
    assert "確認をはじめる、Ana" in page.html
    page = page.submit("確認をはじめる、Ana")
    assert "書類を開くと、開いた時刻とあなたの名前が記録され" in page.text
    assert "ミヤケ" not in page.text
    assert office.open_path(f"{QUEUE}/{handed_in}/pages/0").status == 404
    page = page.submit("書類を開く")
    assert "ミヤケ コトハ" in page.text
    seen = office.open_path(f"{QUEUE}/{handed_in}/pages/0")
    assert (seen.status, seen.response.mimetype) == (200, "image/jpeg")
    assert seen.response.headers["Cache-Control"] == "no-store"
    assert "Content-Disposition" not in seen.response.headers
    with app.app_context():
        page_of = select(IdentityDocument).filter_by(verification_id=handed_in, position=0)
        assert is_marked(papers.opened(db.db.session.scalars(page_of).one()), seen.response.data)
    assert visit.as_(ana).open_path(IDENTITY).find_all("ul.second li")[0].endswith("担当 Ben")
    page = page.submit("確認済みにする", **(TICKS | {"is_valid": None}))
    assert page.status == 422
    page = page.submit("確認済みにする", **TICKS)
    assert "確認済みにして、本人に伝えました" in page.text
    drain()
    assert files_below("papers") == []
    assert list(vault.names()) == []
    assert office.open_path(f"{QUEUE}/{handed_in}/pages/0").status == 404
    with app.app_context():
        assert db.db.session.get_one(Member, ana.id).identity_verified_at is not None
    page = visit.as_(ana).open_path(IDENTITY)
    assert "18歳以上です" in page.text
    assert "本人確認が済みました" in visit.as_(ana).open_path("/notifications").text


def test_who_gets_another_name_is_told_what_it_costs_before_and_after(
    visit: Visitors, ana: Member, ben: Member, handed_in: int, appoint: Appoint, drain: Callable[[], int]
) -> None:
    before, lost = (
        "本人確認が取り消され、もう一度書類が必要になります。",
        "のどれかが変わったため、本人確認が取り消されました。",
    )
    browser = visit.as_(ana)
    assert before not in browser.open("profiles.edit").text
    taken(appoint(ben), handed_in).submit("確認済みにする", **TICKS)
    assert "以前の確認" not in browser.open_path(IDENTITY).text
    page = browser.open("profiles.edit")
    assert before in page.text
    page = page.submit("更新をする", headline="校正")
    assert (lost in page.text, before in page.text) == (False, True)
    page = page.submit("更新をする", name_kana="ミヤケ コト")
    assert (lost in page.text, before in page.text) == (True, False)
    drain()
    page = browser.open("notifications.index").follow(
        "名前、フリガナ、生年月日" + lost + "もう一度、書類で確認できます。"
    )
    assert page.path == IDENTITY
    assert page.find_all("#past h3")[0] == "運転免許証 以前の確認"
    assert "生年月日のどれかが変わったため、この確認は取り消されました。" in page.text


def test_the_receipt_is_checked_offline_and_holds_no_name(
    app: Flask, visit: Visitors, ana: Member, ben: Member, handed_in: int, appoint: Appoint, drain: Callable[[], int]
) -> None:
    taken(appoint(ben), handed_in).submit("確認済みにする", **TICKS)
    drain()
    page = visit.as_(ana).open_path(IDENTITY)
    links = [str(link["href"]) for link in page.soup.select(".receipts a")]
    assert len(links) == 2
    file = visit.as_(ana).open_path(links[0]).response.get_data()
    key = checking.load_key(visit.as_(ana).open_path("/transparency/key.pem").response.get_data())
    proven = checking.check(file, key)
    assert (proven.kind, proven.fields["decision"]) == ("document.destroyed", "approved")
    assert proven.record is not None
    assert (proven.record["member"], proven.record["responsible"]) == ("ana", "ben")
    assert not {"ana", "ben"} & set(map(str, proven.fields.values()))
    with pytest.raises(checking.Untrue):
        checking.check(file.replace(b'"approved"', b'"returned"'), key)


def test_papers_are_sent_back_with_a_reason_and_can_be_sent_again(
    app: Flask, visit: Visitors, ana: Member, ben: Member, handed_in: int, appoint: Appoint, drain: Callable[[], int]
) -> None:
    office = appoint(ben)
    page = taken(office, handed_in)
    assert page.submit("差し戻す", reason="unreadable", sentence=" ").status == 422
    page = page.submit("差し戻す", reason="unreadable", sentence="文字がぼやけています。")
    assert "差し戻して、本人に理由を伝えました" in page.text
    drain()
    assert files_below("papers") == []
    page = visit.as_(ana).open_path(IDENTITY)
    assert "文字がぼやけています。" in page.text
    assert "書類をお預かりしました" in upload(visit.as_(ana)).text
    assert "2回目の提出" in office.open_path(QUEUE).text


def test_one_moderator_at_a_time_for_a_quarter_of_an_hour(
    app: Flask, visit: Visitors, ben: Member, cleo: Member, handed_in: int, appoint: Appoint
) -> None:
    first, second = appoint(ben), appoint(cleo)
    taken(first, handed_in)
    assert second.post(f"{QUEUE}/{handed_in}/take").status == 409
    assert "Benさんが確認中" in second.open_path(QUEUE).text
    for path in ("look", "approve", "return"):
        assert second.post(f"{QUEUE}/{handed_in}/{path}").status == 403, path
    assert second.open_path(f"{QUEUE}/{handed_in}").status == 403
    assert second.open_path(f"{QUEUE}/{handed_in}/pages/0").status == 404
    with time_machine.travel(now() + timedelta(minutes=15, seconds=1), tick=False):
        assert first.open_path(f"{QUEUE}/{handed_in}/pages/0").status == 404
        assert first.post(f"{QUEUE}/{handed_in}/approve").status == 403
        assert second.post(f"{QUEUE}/{handed_in}/take").status == 200


def test_what_was_written_is_not_lost_with_the_quarter_of_an_hour(
    app: Flask, ben: Member, handed_in: int, appoint: Appoint
) -> None:
    page = taken(appoint(ben), handed_in)
    with time_machine.travel(now() + timedelta(minutes=16), tick=False):
        page = page.submit("差し戻す", reason="unreadable", sentence="文字がぼやけています。")
        assert page.status == 409
        assert "文字がぼやけています。" in page.text
        assert "書類を開く" in page.submit("確認をはじめる").text


def test_nobody_decides_about_their_own_papers(
    app: Flask, visit: Visitors, ana: Member, handed_in: int, appoint: Appoint
) -> None:
    office = appoint(ana)
    for path in ("take", "look", "approve", "return"):
        assert office.post(f"{QUEUE}/{handed_in}/{path}").status == 404, path
    assert office.open_path(f"{QUEUE}/{handed_in}").status == 404


def test_what_changed_meanwhile_is_not_approved_unseen(
    app: Flask, visit: Visitors, ana: Member, ben: Member, handed_in: int, appoint: Appoint
) -> None:
    page = taken(appoint(ben), handed_in)
    profile = visit.as_(ana).open("profiles.edit")
    profile.submit("更新をする", name="別の 名前")
    page = page.submit("確認済みにする", **TICKS)
    assert page.status == 409
    assert "別の 名前" in page.text


def test_a_new_name_needs_a_new_check_and_a_new_phrase_does_not(
    app: Flask, visit: Visitors, ana: Member, ben: Member, handed_in: int, appoint: Appoint
) -> None:
    taken(appoint(ben), handed_in).submit("確認済みにする", **TICKS)
    browser = visit.as_(ana)

    def is_verified() -> bool:
        with app.app_context():
            return db.db.session.get_one(Member, ana.id).identity_verified_at is not None

    browser.open("profiles.edit").submit("更新をする", headline="技術文書の翻訳")
    assert is_verified()
    browser.open("profiles.edit").submit("更新をする", name="三宅 琴葉")
    assert not is_verified()


def test_what_nobody_decides_in_time_is_destroyed_with_an_apology(
    app: Flask, visit: Visitors, ana: Member, handed_in: int, drain: Callable[[], int]
) -> None:
    with app.app_context():
        due_at = waiting_of(ana).due_at
    assert due_at is not None
    with time_machine.travel(due_at - timedelta(seconds=1), tick=False):
        drain()
        assert len(files_below("papers")) == 2
    with time_machine.travel(due_at + timedelta(seconds=1), tick=False):
        drain()
        assert files_below("papers") == []
        assert "申し訳ありません" in visit.as_(ana).open_path(IDENTITY).text


def test_every_deed_is_in_the_audit_trail_without_a_word_of_the_papers(
    app: Flask, visit: Visitors, ana: Member, ben: Member, handed_in: int, appoint: Appoint, drain: Callable[[], int]
) -> None:
    taken(appoint(ben), handed_in).submit("確認済みにする", **TICKS)
    drain()
    with app.app_context():
        entries = all_entries()
    deeds = [entry.deed for entry in entries]
    assert deeds[-5:] == [
        *(AuditDeed.PAPERS_TAKEN, AuditDeed.PAPERS_OPENED, AuditDeed.PAPERS_DECIDED),
        *(AuditDeed.PAPERS_DESTROYED, AuditDeed.PAPERS_DESTROYED),
    ]
    assert "三宅" not in json.dumps([entry.details for entry in entries], ensure_ascii=False)


def test_the_queue_costs_the_same_with_many_waiting(
    app: Flask, visit: Visitors, ben: Member, handed_in: int, appoint: Appoint, make_member: Callable[..., Member]
) -> None:
    office = appoint(ben)
    office.open_path(QUEUE)
    few = office.open_path(QUEUE).statements
    for number in range(12):
        upload(visit.as_(make_member(f"extra-{number}", f"Extra {number}")), kind="passport", count=1)
    assert office.open_path(QUEUE).statements == few


def pages_of(number: int) -> list[IdentityDocument]:
    found = queries.find_verification(number)
    assert found is not None
    return list(found.documents)


def all_entries() -> list[AuditEntry]:
    return list(db.db.session.scalars(select(AuditEntry).order_by(AuditEntry.number)))
