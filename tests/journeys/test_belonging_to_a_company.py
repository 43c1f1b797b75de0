"""A company comes to be: one registers it, one comes by an address of its domain, one asks and is let in."""

from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from flask import Flask
from playwright.sync_api import expect

from tests.factories.members import MemberFactory
from tests.journeys.people import Person, Street, comes
from tests.programs import wait_for

pytestmark = pytest.mark.real_commits


def registers_the_company(owner: Person) -> None:
    owner.goes_to("/settings/company")
    owner.sees("まだ会社に所属していません。")
    owner.writes(q="㈱みなぎわ測器")
    owner.presses("検索する")
    owner.sees("「㈱みなぎわ測器」に合う会社は見つかりませんでした。")
    owner.follows_link("新しく登録する")
    owner.sees("会社ページのURLは、一度決定すると変更が出来ません。")
    owner.writes(slug="Minagiwa", name="株式会社みなぎわ測器", reading="みなぎわそっき", department="技術資料課")
    owner.presses("登録する")
    owner.sees("「株式会社みなぎわ測器」を登録しました。")


def opens_the_link(person: Person, address: str) -> None:
    wait_for(lambda: bool(person.mailbox.to(address)), 15)
    person.page.goto(urlsplit(person.mailbox.newest(address).links[0]).path)
    person.presses("メールアドレスを確認する")
    person.sees("「株式会社みなぎわ測器」への所属を確認しました。")


def test_a_company_is_sought_registered_and_joined_in_both_ways(
    app: Flask, street: Callable[..., Street], make_member: MemberFactory, has_javascript: bool
) -> None:
    sato, midori, aoi = (
        make_member(name, nickname, worker=True)
        for name, nickname in (("sato", "佐藤"), ("midori", "みどり"), ("aoi", "葵"))
    )
    here = street(has_javascript=has_javascript)
    owner, colleague, other = (comes(app, here, member) for member in (sato, midori, aoi))

    registers_the_company(owner)
    owner.follows_link("会社のドメインを確認する")
    owner.writes(email="sato@gmail.com")
    owner.presses("確認のメールを送る")
    owner.sees("だれでも作れるメールアドレスでは確認できません。")
    owner.writes(email="sato@minagiwa.example")
    owner.presses("確認のメールを送る")
    owner.sees("確認のメールを sato@minagiwa.example に送りました。")
    opens_the_link(owner, "sato@minagiwa.example")
    owner.sees("会社確認済み")

    colleague.goes_to("/companies")
    colleague.writes(q="ミナギワ")
    colleague.presses("検索する")
    colleague.follows_link("この会社を選ぶ、株式会社みなぎわ測器")
    colleague.follows_link("会社のメールアドレスで確認する")
    colleague.writes(email="midori@minagiwa.example", department="製品企画室")
    colleague.presses("確認のメールを送る")
    opens_the_link(colleague, "midori@minagiwa.example")
    expect(colleague.page.locator(".team-members h4")).to_have_text(["佐藤 オーナー", "みどり"])

    other.goes_to("/companies?q=minagiwa.example")
    other.follows_link("株式会社みなぎわ測器")
    other.follows_link("所属を申請する")
    other.writes(department="広報室", comment="広報室の葵です。")
    other.presses("申請を送る")
    other.sees("所属を申請しています")

    owner.goes_to("/companies/minagiwa")
    owner.sees("広報室の葵です。")
    owner.presses("承認、葵")
    owner.sees("葵さんが「株式会社みなぎわ測器」に加わりました。")
    expect(owner.page.locator(".department")).to_have_text(["広報室", "技術資料課", "製品企画室"])

    owner.goes_to("/companies/minagiwa/leave")
    owner.sees("あなたは最後のオーナーなので、このままでは所属を外せません。")
    owner.goes_to("/companies/minagiwa")
    owner.follows_link("オーナーにする、みどりさん")
    owner.page.get_by_label("引き継いで、自分はメンバーになる").check()
    owner.presses("オーナーにする")
    owner.sees("みどりさんがオーナーになりました。")
    owner.goes_to("/companies/minagiwa/leave")
    owner.presses("所属を外す")
    owner.sees("「株式会社みなぎわ測器」の所属を外しました。")
    other.goes_to("/settings/company")
    other.sees("広報室")
