"""A team is formed: three people in three browsers, from its founding to the last owner's leaving."""

from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import expect

from marketplace import db
from marketplace.follows import service as follows
from tests.factories.members import MemberFactory
from tests.journeys.people import Person, Street, comes

pytestmark = pytest.mark.real_commits


def founds_a_team(owner: Person) -> None:
    owner.goes_to("/workers/midori")
    owner.follows_link("チームに招待する")
    owner.sees("先にチームを作ってください。")
    owner.sees("チームページのURLは、一度決定すると変更が出来ません。")
    owner.writes(slug="Yomimono", name="よみもの編集室", introduction="本を作ります。", wanted_skills="英日翻訳")
    owner.page.locator("main [name=takes_requests]").check()
    owner.presses("登録する")


def invites_from_contacts(owner: Person, nickname: str) -> None:
    owner.goes_to("/contacts?tab=following")
    owner.follows_link(f"チームに招待する、{nickname}さん")
    owner.presses("招待する")
    owner.sees(f"{nickname}さんを「よみもの編集室」に招待しました。")


def test_a_team_is_formed_between_three_browsers(
    app: Flask, street: Callable[..., Street], make_member: MemberFactory, has_javascript: bool
) -> None:
    sato, midori, aoi = (
        make_member("sato", "佐藤", worker=True),
        make_member("midori", "みどり", worker=True),
        make_member("aoi", "葵", worker=True),
    )
    with app.app_context(), db.writing():
        follows.follow(sato, aoi)
        db.commit()
    here = street(has_javascript=has_javascript)
    owner, invitee, other = (comes(app, here, member) for member in (sato, midori, aoi))

    founds_a_team(owner)
    owner.writes(comment="いっしょに本を作りませんか。")
    owner.presses("招待する")
    owner.sees("みどりさんを「よみもの編集室」に招待しました。")
    invites_from_contacts(owner, "葵")

    invitee.goes_to("/")
    expect(invitee.page.locator("main h2").first).to_contain_text("承認待ち一覧")
    invitee.sees("いっしょに本を作りませんか。")
    invitee.presses("承認、よみもの編集室")
    invitee.sees("「よみもの編集室」のメンバーになりました。")
    expect(invitee.page.locator(".waiting")).to_have_count(0)
    invitee.goes_to("/teams")
    invitee.sees("よみもの編集室")

    other.goes_to("/mypage")
    other.presses("却下、よみもの編集室")
    other.sees("「よみもの編集室」からの招待を却下しました。")
    other.goes_to("/teams/yomimono")
    other.follows_link("参加を希望する")
    other.writes(comment="考えなおしました。参加させてください。")
    other.presses("希望を送る")
    other.sees("参加を希望しています")

    owner.goes_to("/mypage")
    owner.sees("考えなおしました。参加させてください。")
    owner.presses("承認、葵")
    owner.sees("葵さんが「よみもの編集室」のメンバーになりました。")

    owner.goes_to("/teams/yomimono/leave")
    owner.sees("あなたは最後のオーナーなので、このままでは脱退できません。")
    owner.goes_to("/teams/yomimono")
    owner.follows_link("オーナーにする、みどりさん")
    owner.page.get_by_label("引き継いで、自分はメンバーになる").check()
    owner.presses("オーナーにする")
    owner.sees("みどりさんがオーナーになりました。")
    owner.goes_to("/teams/yomimono/leave")
    owner.presses("脱退する")
    owner.sees("「よみもの編集室」から脱退しました。")

    other.goes_to("/teams/yomimono")
    expect(other.page.locator(".team-members h3")).to_have_text(["みどり オーナー", "葵"])
    invitee.goes_to("/teams/yomimono")
    invitee.follows_link("葵さんを脱退させる")
    invitee.presses("脱退させる")
    expect(invitee.page.locator(".team-members h3")).to_have_text(["みどり オーナー"])
