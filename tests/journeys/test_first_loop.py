"""The main job of the product: be found, be followed, be written to, answer, and become friends."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.journeys.people import Person, Street
from tests.programs import wait_for

pytestmark = pytest.mark.real_commits

INTRODUCTION = "計測機器の取扱説明書を訳しています。技術翻訳者として十二年になります。"


def fills_the_profile(worker: Person) -> None:
    worker.goes_to("/settings/profile")
    worker.writes(
        nickname="高瀬 律",
        headline="計測機器の英日技術翻訳",
        introduction=INTRODUCTION,
        name="高瀬 律",
        hourly_rate_yen="５，５００",
    )
    worker.page.get_by_label("対応可能").first.check()
    worker.page.get_by_label("ワーカーとして公開する").check()
    worker.presses("更新をする")
    worker.sees("プロフィールを更新しました")


def adds_a_skill(worker: Person) -> None:
    worker.goes_to("/settings/skills")
    worker.writes(name="英日翻訳", started_on="2014-04")
    worker.page.get_by_label("人に教えられる").check()
    worker.presses("登録する")
    expect(worker.page.get_by_role("main")).to_contain_text("英日翻訳")


def adds_a_qualification(worker: Person) -> None:
    worker.goes_to("/settings/qualifications")
    worker.page.locator("main [name=category]").first.select_option("language")
    worker.writes(name="実用英語技能検定", common_name="英検", grade="1級")
    worker.presses("登録する")
    expect(worker.page.get_by_role("main")).to_contain_text("英検")


def adds_a_career(worker: Person) -> None:
    worker.goes_to("/settings/careers")
    worker.page.locator("main [name=category]").first.select_option("freelance")
    worker.writes(started_on="2014-04", company="個人事業主", duties="保守要領書の翻訳")
    worker.page.locator("main [name=is_current]").check()
    worker.presses("登録する")
    expect(worker.page.get_by_role("main")).to_contain_text("個人事業主")


def adds_a_hobby(worker: Person) -> None:
    worker.goes_to("/settings/hobbies")
    worker.page.locator("main [name=category]").first.select_option("outdoors")
    worker.writes(name="山歩き", keywords="低山 地形図")
    worker.presses("登録する")
    expect(worker.page.get_by_role("main")).to_contain_text("山歩き")


def finds(client: Person, words: str, nickname: str) -> None:
    def found() -> bool:
        client.goes_to("/workers")
        client.page.get_by_role("searchbox").fill(words)
        client.presses("検索する")
        client.page.wait_for_load_state("networkidle")
        return client.page.get_by_role("heading", name=nickname).count() > 0

    wait_for(found, 15)


def writes_to(client: Person, title: str, body: str) -> None:
    client.writes(title=title, body=body)
    client.presses("確認する")
    client.sees("この内容で送信します")
    client.presses("送信")
    client.sees("送信しました。")


def test_be_found_be_followed_be_written_to(street: Callable[..., Street], has_javascript: bool) -> None:
    people = street(has_javascript=has_javascript)
    worker, client = people.someone("ritsu-takase"), people.someone("tomo-client")

    worker.registers()
    worker.signs_in()
    fills_the_profile(worker)
    adds_a_skill(worker)
    adds_a_qualification(worker)
    adds_a_career(worker)
    adds_a_hobby(worker)

    client.registers()
    client.signs_in()
    finds(client, "取扱説明書 英検 技術翻訳", "高瀬 律")
    client.page.get_by_role("link", name="詳細を見る").first.click()
    client.sees("技術翻訳者として十二年になります。")
    client.page.get_by_role("button", name="フォローする").first.click()
    expect(client.page.get_by_role("button", name="フォロー中").first).to_be_visible()
    client.follows_link("相談をする")
    writes_to(client, "取扱説明書の和訳について", "英文二百ページの和訳をお願いできますか。")

    worker.goes_to("/messages")
    worker.follows_link("取扱説明書の和訳について")
    worker.sees("英文二百ページの和訳をお願いできますか。")
    worker.writes(body="ご連絡ありがとうございます。原稿を拝見してお返事します。")
    worker.presses("確認する")
    worker.sees("この内容で送信します")
    worker.presses("送信")
    expect(worker.page.get_by_role("log")).to_contain_text("原稿を拝見してお返事します。")

    worker.goes_to("/contacts?tab=followers")
    worker.page.get_by_role("button", name="フォローする").first.click()
    expect(worker.page.get_by_role("button", name="友達").first).to_be_visible()

    client.goes_to("/messages")
    client.follows_link("取扱説明書の和訳について")
    client.sees("原稿を拝見してお返事します。")
    for person, friend in ((worker, "tomo-client"), (client, "高瀬 律")):
        person.goes_to("/contacts?tab=friends")
        person.sees(friend)
