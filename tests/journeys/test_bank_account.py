"""Somebody says where to be paid: by suggestions or by steps, by a passbook, and sees what the bank will be sent."""

from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import expect

from marketplace.payouts import holder
from tests.factories.members import PASSWORD, MemberFactory
from tests.journeys.people import Person, Street, comes

pytestmark = pytest.mark.real_commits

SAMPLES = (
    *(
        "やまだ　たろう",
        "ﾔﾏﾀﾞ ﾀﾛｰ",
        "ヤマダ・タロー",
        "か゛き゛ は゜",
        "キャット ヲ ヴィ ヶ",
        "は\u3099 ひ\u309a",
        "ﾊﾟ ﾋﾟ ﾌﾟ",
    ),
    *("株式会社ムスビ", "ムスビ㈱", "（株）ムスビ京都", "ムスビ合同会社キョウト営業所", "カブシキガイシャ フォー"),
    *("NPO法人ムスビ", "ムスビ出張所", "医療法人社団アオイ", "ｶ)ﾑｽﾋﾞ(ｴｲ"),
    *("musubi ７", "山田 タロウ", "ア,イ", "〜ー－‐–—−-", "", "  ", "ゞ ヽ", "é Ω 😀"),
)
"""What people type, and what they should not."""


def chooses_the_branch(member: Person, has_javascript: bool) -> None:
    member.goes_to("/settings/bank-account")
    member.follows_link("口座を登録する")
    for typed, name in (("みず", "みずほ(0001)"), ("しぶや", "渋谷(210)")):
        if has_javascript:
            box = member.page.locator("#q")
            box.press_sequentially(typed)
            member.page.get_by_role("option", name=name).wait_for()
            # What is offered does not lie over the button.
            member.page.get_by_role("button", name="検索する").click(trial=True)
            box.press("ArrowDown")
            box.press("Enter")
            expect(box).to_have_value(name)
            member.presses("検索する")
        else:
            member.writes(q=typed)
            member.presses("検索する")
            member.follows_link(f"選ぶ、{name}")


def test_an_account_is_named_seen_changed_and_removed(
    app: Flask, street: Callable[..., Street], make_member: MemberFactory, has_javascript: bool
) -> None:
    member = comes(app, street(has_javascript=has_javascript), make_member("hana", "はな"))
    chooses_the_branch(member, has_javascript)
    member.page.get_by_label("普通").check()
    member.writes(number="12345", holder="はな・やまもとー", password=PASSWORD)
    if has_javascript:
        expect(member.page.locator("[data-holder-shown]")).to_have_text("ﾊﾅ ﾔﾏﾓﾄ-")
        expect(member.page.locator("[data-holder-count]")).to_have_text("8 / 30バイト")
    member.presses("登録する")
    if not has_javascript:
        member.sees("銀行には「ﾊﾅ ﾔﾏﾓﾄ-」と送ります。")
        member.writes(password=PASSWORD)
        member.presses("登録する")
    member.sees("****345")
    member.sees("まで、この口座への振り込みは始まりません。")

    member.follows_link("番号と名義を見る")
    member.does_not_see("0012345")
    member.writes(password=PASSWORD)
    member.presses("番号と名義を表示する")
    member.sees("0012345")
    member.sees("ﾊﾅ ﾔﾏﾓﾄ-")
    member.follows_link("閉じる")

    member.follows_link("口座を変更する")
    member.writes(q="9900")
    member.presses("検索する")
    member.writes(symbol="10530", passbook_number="12345671")
    member.presses("店番と口座番号に変換する")
    member.sees("〇五八")
    member.writes(holder="ﾊﾅ ﾔﾏﾓﾄ-", password=PASSWORD)
    member.presses("登録する")
    member.sees("****567")

    member.follows_link("削除する")
    member.writes(password=PASSWORD)
    member.presses("削除する")
    member.sees("まだ口座が登録されていません。")


def test_the_browser_writes_a_holder_as_the_server_does(
    app: Flask, street: Callable[..., Street], make_member: MemberFactory
) -> None:
    member = comes(app, street(has_javascript=True), make_member("hana", "はな"))
    member.goes_to("/settings/bank-account/edit?bank=0001&branch=210")
    member.page.wait_for_selector("html[data-ready]")
    address = member.page.evaluate(
        "performance.getEntriesByType('resource').find((one) => one.name.includes('holder')).name"
    )
    shown = member.page.evaluate(
        "async ([address, samples]) => { const part = await import(address); return samples.map(part.written); }",
        [address, list(SAMPLES)],
    )
    assert dict(zip(SAMPLES, shown, strict=True)) == {typed: holder.written(typed) for typed in SAMPLES}
