"""Inviting, asking to join and answering: by forms, in place, and with what nobody should send."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import func, select

from marketplace import db, limits
from marketplace.accounts.models import Member
from marketplace.follows import queries as follow_questions
from marketplace.follows import service as follows
from marketplace.teams import queries, service
from marketplace.teams.models import Invitation, JoinRequest
from tests.factories.members import MemberFactory
from tests.factories.teams import TeamFactory
from tests.visit import Page, Visitors

IN_PLACE = {"HX-Request": "true"}
NOTHING_WAITS = "承認を待っているものはありません。"


@pytest.fixture
def invite(app: Flask) -> Callable[..., int]:
    """Invites by the verb; returns the number."""

    def invited(owner: Member, slug: str, invitee: Member, comment: str = "") -> int:
        with app.app_context(), db.writing():
            number = service.invite(owner, queries.get_for(owner, slug), invitee, comment).id
            db.commit()
        return number

    return invited


def asked(app: Flask, member: Member, slug: str) -> int:
    with app.app_context(), db.writing():
        number = service.ask_to_join(member, queries.get_for(member, slug), "校正ができます。").id
        db.commit()
    return number


def block(app: Flask, one: Member, other: Member) -> None:
    with app.app_context(), db.writing():
        follows.block(one, other)
        db.commit()


def count(app: Flask, kind: type) -> int:
    with app.app_context():
        return db.db.session.scalar(select(func.count()).select_from(kind)) or 0


def names_in(app: Flask, slug: str) -> list[str]:
    with app.app_context():
        return [place.member.username for place in queries.places_in(None, queries.get_for(None, slug))]


def test_a_worker_is_invited_from_their_page_and_takes_the_place(
    app: Flask, visit: Visitors, ana: Member, ben: Member, make_team: TeamFactory
) -> None:
    make_team("tea", ana, name="お茶の編集室")
    make_team("coffee", ana, name="珈琲の校正室")
    page = visit.as_(ana).open("profiles.show", username="ben").follow("チームに招待する")
    assert page.value("team") == "tea"
    page = page.submit("招待する", team="coffee", comment="いっしょに本を作りませんか。")
    assert page.path == "/teams"
    assert "Benさんを「珈琲の校正室」に招待しました。" in page.text
    assert page.has_button("取り消す、Benさんへの招待")
    page = visit.as_(ben).open("home.mypage")
    assert page.find_all("main h2")[0] == "承認待ち一覧 1"
    assert page.find_all(".waiting h3") == ["珈琲の校正室"]
    assert "いっしょに本を作りませんか。" in page.text
    assert "あと30日" in page.text
    page = page.submit("承認、珈琲の校正室")
    assert "「珈琲の校正室」のメンバーになりました。" in page.text
    assert NOTHING_WAITS in page.text
    assert names_in(app, "coffee") == ["ana", "ben"]
    assert visit.as_(ben).open("teams.index").find_all(".member-row h3") == ["珈琲の校正室 メンバー"]


def test_who_has_no_team_founds_one_first_and_comes_back(visit: Visitors, ana: Member, ben: Member) -> None:
    page = visit.as_(ana).open("profiles.show", username="ben").follow("チームに招待する")
    assert page.path.startswith("/teams/new")
    assert "Benさんの招待に進みます。" in page.text
    page = page.submit("登録する", slug="tea", name="お茶")
    assert page.path == "/workers/ben/invite"
    assert page.has_button("招待する")
    assert visit.open("teams.invite_member", username="ben").path.startswith("/login")


@pytest.mark.parametrize("tab", ["friends", "following", "followers"])
def test_every_row_of_contacts_leads_to_an_invitation(
    app: Flask, visit: Visitors, ana: Member, cleo: Member, make_team: TeamFactory, tab: str
) -> None:
    make_team("tea", ana)
    with app.app_context(), db.writing():
        follows.follow(ana, cleo)
        follows.follow(cleo, ana)
        db.commit()
    page = visit.as_(ana).open("follows.contacts", tab=tab).follow("チームに招待する、Cleoさん")
    assert page.submit("招待する").status == 200
    assert count(app, Invitation) == 1


def test_a_declined_card_folds_to_a_sentence_in_place(
    app: Flask, visit: Visitors, ana: Member, ben: Member, make_team: TeamFactory, invite: Callable[..., int]
) -> None:
    make_team("tea", ana)
    make_team("coffee", ana)
    number = invite(ana, "tea", ben)
    invite(ana, "coffee", ben)
    assert visit.as_(ben).open("home.mypage").statements == visit.as_(ana).open("home.mypage").statements
    part = visit.as_(ben).post(f"/invitations/{number}/decline", headers=IN_PLACE)
    assert part.find_all(".flash p") == ["「Tea」からの招待を却下しました。"]
    assert part.find_all(".waiting h3") == ["Coffee"]
    assert part.find_all("h2") == ["承認待ち一覧 1"]
    again = visit.as_(ben).post(f"/invitations/{number}/accept", headers=IN_PLACE)
    assert again.status == 409
    assert again.find_all(".flash p") == ["この招待は、すでに却下されています。"]
    assert names_in(app, "tea") == ["ana"]


@pytest.mark.parametrize("answer", ["accept", "decline"])
def test_an_answer_can_be_taken_back_where_it_was_given(
    app: Flask, visit: Visitors, ana: Member, ben: Member, make_team: TeamFactory, invite: Callable[..., int],
    answer: str,
) -> None:  # fmt: skip
    make_team("tea", ana)
    number = invite(ana, "tea", ben)
    part = visit.as_(ben).post(f"/invitations/{number}/{answer}", headers=IN_PLACE)
    assert part.has_button("取り消す")
    part = visit.as_(ben).post(f"/invitations/{number}/reopen", headers=IN_PLACE)
    assert part.find_all(".flash p") == ["「Tea」からの招待への回答を取り消しました。"]
    assert part.find_all(".waiting h3") == ["Tea"]
    assert not part.has_button("取り消す")
    assert names_in(app, "tea") == ["ana"]
    assert visit.as_(ben).post(f"/invitations/{number}/reopen", headers=IN_PLACE).status == 409


def test_the_answer_to_a_request_can_be_taken_back(
    app: Flask, visit: Visitors, ana: Member, ben: Member, make_team: TeamFactory
) -> None:
    make_team("tea", ana, takes_requests=True)
    number = asked(app, ben, "tea")
    part = visit.as_(ana).post(f"/teams/requests/{number}/admit", headers=IN_PLACE)
    assert part.has_button("取り消す")
    assert visit.as_(ben).post(f"/teams/requests/{number}/reopen").status == 403
    part = visit.as_(ana).post(f"/teams/requests/{number}/reopen", headers=IN_PLACE)
    assert part.find_all(".flash p") == ["Benさんの参加の希望への回答を取り消しました。"]
    assert names_in(app, "tea") == ["ana"]


def test_an_answered_invitation_is_told_of_and_anothers_is_not_there(
    visit: Visitors, ana: Member, ben: Member, cleo: Member, make_team: TeamFactory, invite: Callable[..., int]
) -> None:
    make_team("tea", ana)
    number = invite(ana, "tea", ben)
    for deed in ("accept", "decline", "withdraw"):
        assert visit.as_(cleo).post(f"/invitations/{number}/{deed}").status == 404
        assert visit.as_(cleo).post(f"/invitations/999/{deed}").status == 404
    for deed, member in (("accept", ana), ("withdraw", ben)):
        assert visit.as_(member).post(f"/invitations/{number}/{deed}").status == 403
    assert visit.as_(cleo).open("teams.invitation", invitation_id=number).status == 404
    assert visit.as_(ben).open("teams.invitation", invitation_id=number).path == "/teams/tea"
    assert visit.as_(ana).open("teams.invitation", invitation_id=number).path.startswith("/teams")
    visit.as_(ana).open("teams.index").submit("取り消す、Benさんへの招待")
    page = visit.as_(ben).post(f"/invitations/{number}/accept")
    assert page.status == 409
    assert "この招待は、取り消されました。" in page.text
    assert "この招待は、取り消されました。" in visit.as_(ben).open("teams.invitation", invitation_id=number).text


def by_name(visit: Visitors, owner: Member, username: str, comment: str = "") -> Page:
    page = visit.as_(owner).open("teams.invite", slug="tea")
    return page.submit("招待する", username=username, comment=comment)


def test_who_cannot_be_invited_is_said_beside_the_field(
    app: Flask,
    visit: Visitors,
    ana: Member,
    ben: Member,
    cleo: Member,
    make_member: MemberFactory,
    make_team: TeamFactory,
    invite: Callable[..., int],
) -> None:
    make_team("tea", ana, ben)
    for name in ("blocked", "blocking", "asked", "free"):
        make_member(f"{name}-one", name.title(), worker=True)
    with app.app_context():
        blocked, blocking, invited = (
            follow_questions.get_for(ana, f"{name}-one") for name in ("blocked", "blocking", "asked")
        )
    block(app, ana, blocked)
    block(app, blocking, ana)
    invite(ana, "tea", invited)
    nobody = (422, "この会員は招待できません。")
    for username, (status, sentence) in {
        "": (422, "ユーザー名を入力"),
        "ana": (422, "自分を招待することはできません"),
        "ben": (409, "Benさんは、すでにこのチームのメンバーです。"),
        "asked-one": (409, "まだ回答を待っています"),
        "blocked-one": nobody,
        "blocking-one": nobody,
        "cleo": nobody,
        "nobody": nobody,
        "a\x00b": (422, "制御文字"),
    }.items():
        page = by_name(visit, ana, username, "書いたこと")
        assert (page.status, sentence in page.errors()["username"]) == (status, True), username
        assert page.value("comment") == "書いたこと"
    for username in ("blocked-one", "blocking-one", "cleo", "nobody"):
        assert visit.as_(ana).open("teams.invite_member", username=username).status == 404
    assert by_name(visit, ana, " @Free-One ").status == 200


def test_a_comment_ends_at_a_thousand_characters(
    app: Flask, visit: Visitors, ana: Member, ben: Member, make_team: TeamFactory
) -> None:
    make_team("tea", ana)
    page = by_name(visit, ana, "ben", "あ" * 1001)
    assert page.status == 422
    assert "1,000" in page.errors()["comment"]
    assert page.value("comment") == "あ" * 1001
    assert by_name(visit, ana, "ben", "あ" * 1000).status == 200


def test_ten_invitations_a_day(
    visit: Visitors, ana: Member, make_member: MemberFactory, make_team: TeamFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(visit.app.extensions, "limits", limits.Limiter(visit.app.extensions["settings"].limits_path, 1))
    make_team("tea", ana)
    for number in range(11):
        make_member(f"worker-{number}", worker=True)
    assert {by_name(visit, ana, f"worker-{number}").status for number in range(10)} == {200}
    page = by_name(visit, ana, "worker-10", "書いたこと")
    assert page.status == 429
    assert "あと" in page.errors()["username"]
    assert page.value("comment") == "書いたこと"


def test_somebody_asks_to_join_and_an_owner_answers(
    app: Flask, visit: Visitors, ana: Member, ben: Member, make_team: TeamFactory
) -> None:
    make_team("tea", ana, takes_requests=True)
    page = visit.as_(ben).open("teams.show", slug="tea").follow("参加を希望する")
    page = page.submit("希望を送る", comment="校正ができます。")
    assert "参加の希望を「Tea」に送りました。" in page.text
    assert page.has_button("希望を取り消す")
    assert visit.as_(ben).open("teams.index").has_button("取り消す、「Tea」への参加の希望")
    page = visit.as_(ana).open("home.mypage")
    assert "校正ができます。" in page.find_all(".waiting")[0]
    page = visit.as_(ana).open("teams.index").submit("承認、Ben")
    assert page.path == "/teams"
    assert "Benさんが「Tea」のメンバーになりました。" in page.text
    assert names_in(app, "tea") == ["ana", "ben"]


def test_a_request_is_taken_back_or_turned_down(
    app: Flask, visit: Visitors, ana: Member, ben: Member, cleo: Member, make_team: TeamFactory
) -> None:
    make_team("tea", ana, takes_requests=True)
    first, second = asked(app, ben, "tea"), asked(app, cleo, "tea")
    for deed in ("admit", "turn-down"):
        assert visit.as_(cleo).post(f"/teams/requests/{first}/{deed}").status == 404
        assert visit.as_(ben).post(f"/teams/requests/{first}/{deed}").status == 403
    assert "取り消しました" in visit.as_(ben).post(f"/teams/requests/{first}/take-back").text
    assert "却下しました" in visit.as_(ana).post(f"/teams/requests/{second}/turn-down", {"next": "/teams"}).text
    page = visit.as_(ana).post(f"/teams/requests/{first}/admit")
    assert page.status == 409
    assert "この参加希望は、取り消されました。" in page.text
    page = visit.as_(cleo).open("teams.ask_to_join", slug="tea").submit("希望を送る")
    assert page.status == 409
    assert "日をおいて" in page.errors()["comment"]
    assert names_in(app, "tea") == ["ana"]


def test_a_team_without_requests_has_no_door_for_them(
    app: Flask, visit: Visitors, ana: Member, ben: Member, make_team: TeamFactory
) -> None:
    make_team("tea", ana)
    assert visit.as_(ben).open("teams.ask_to_join", slug="tea").status == 403
    assert visit.as_(ben).post("/teams/tea/join", {"comment": ""}).status == 403
    assert count(app, JoinRequest) == 0


def test_a_block_hides_what_was_offered(
    app: Flask, visit: Visitors, ana: Member, ben: Member, make_team: TeamFactory, invite: Callable[..., int]
) -> None:
    make_team("tea", ana)
    number = invite(ana, "tea", ben)
    block(app, ana, ben)
    assert NOTHING_WAITS in visit.as_(ben).open("home.mypage").text
    assert visit.as_(ben).open("teams.show", slug="tea").status == 404
    assert visit.as_(ben).post(f"/invitations/{number}/accept").status == 404
    assert not visit.as_(ana).open("teams.index").has_button("取り消す、Benさんへの招待")
    assert names_in(app, "tea") == ["ana"]


def test_the_invited_sees_the_invitation_on_the_page_of_the_team(
    visit: Visitors, ana: Member, ben: Member, make_team: TeamFactory, invite: Callable[..., int]
) -> None:
    make_team("tea", ana)
    invite(ana, "tea", ben, "お待ちしています。")
    page = visit.as_(ben).open("teams.show", slug="tea")
    assert "Anaさんから招待が届いています。" in page.text
    assert "お待ちしています。" in page.text
    page = page.submit("却下、Tea")
    assert page.path == "/teams/tea"
    assert not page.has_button("承認、Tea")
